import type { Signature } from '@yimen/contracts/device';
import type { Bilingual, Sheet } from '../sheet.ts';
import { field, footerOf, officialDate, type Printing } from './form.ts';

/** What the application form of an entry-exit document says. It is the citizen's own form: nothing is masked. */
export interface ApplicationData {
  readonly office: Bilingual;
  readonly receiptNo: string;
  /** Data of the code that the window scans. */
  readonly qr: string;
  /** What is applied for, and why: 往来港澳通行证, 首次申请. */
  readonly document: Bilingual;
  readonly reason: Bilingual;
  readonly applicant: {
    readonly name: string;
    readonly sex: string;
    readonly nation: string;
    /** YYYY-MM-DD, as the other dates. */
    readonly birth: string;
    readonly idNo: string;
    readonly address: string;
    /** Empty: none was given; the line stays free. */
    readonly phone: string;
  };
  readonly delivery: Bilingual;
  /** JPEG; null: photographed elsewhere, the place is left out. */
  readonly photo: Uint8Array | null;
  /** Null: signed by hand. */
  readonly signature: Signature | null;
  readonly signedOn: string;
  readonly printing: Printing;
}

export function applicationForm(data: ApplicationData): Sheet {
  const { applicant, printing } = data;
  return {
    office: data.office,
    title: { zh: '中国公民出入境证件申请表', en: 'Application for an Entry–Exit Document of a Chinese Citizen' },
    number: field('受理编号', 'Receipt No.', data.receiptNo),
    qr: data.qr,
    photo: data.photo,
    footer: footerOf(printing),
    demonstration: printing.demonstration,
    blocks: [
      { kind: 'heading', text: { zh: '一、申请人', en: 'Applicant' } },
      {
        kind: 'table',
        rows: [
          [field('姓名', 'Name', applicant.name)],
          [field('性别', 'Sex', applicant.sex), field('民族', 'Ethnic group', applicant.nation)],
          [field('出生日期', 'Date of birth', officialDate(applicant.birth))],
          [field('公民身份号码', 'ID number', applicant.idNo)],
          [field('联系电话', 'Telephone', applicant.phone)],
          [field('户籍地址', 'Registered address', applicant.address)],
        ],
      },
      { kind: 'heading', text: { zh: '二、申请事项', en: 'What is applied for' } },
      {
        kind: 'table',
        rows: [
          [field('证件种类', 'Document', data.document.zh, data.document.en)],
          [
            field('申请类别', 'Kind of application', data.reason.zh, data.reason.en),
            field('取证方式', 'Delivery', data.delivery.zh, data.delivery.en),
          ],
        ],
      },
      { kind: 'heading', text: { zh: '三、申请人声明', en: 'Declaration' } },
      {
        kind: 'paragraph',
        text: {
          zh: '本人保证以上所填内容真实、完整，所交照片为本人近照。如有不实，本人愿意承担相应的法律责任。',
          en: 'I declare that the above is true and complete and that the photograph is a recent one of myself. I answer for it by law if it is not.',
        },
      },
      {
        kind: 'signature',
        label: { zh: '申请人签名', en: 'Signature of applicant' },
        signature: data.signature,
        dateLabel: { zh: '日期', en: 'Date' },
        date: officialDate(data.signedOn),
      },
      { kind: 'heading', text: { zh: '四、以下由公安机关填写', en: 'For official use' } },
      {
        kind: 'table',
        rows: [
          [field('受理人', 'Received by', ''), field('受理日期', 'Date received', '')],
          [field('审批意见', 'Decision', '\n\n')],
        ],
      },
    ],
  };
}
