import type { Signature } from '@yimen/contracts/device';
import type { Bilingual, Sheet } from '../sheet.ts';
import { field, footerOf, officialDate, type Printing } from './form.ts';
import { yuanFigures, yuanWords } from './yuan.ts';

/** What a penalty decision on one violation says, one sheet for each decision. Goes to the person it is about. */
export interface DecisionData {
  readonly office: Bilingual;
  readonly decisionNo: string;
  readonly qr: string;
  readonly person: { readonly name: string; readonly idNo: string; readonly licenceNo: string };
  readonly plateNo: string;
  readonly plateType: Bilingual;
  /** When it happened, as it is to be read. */
  readonly at: string;
  readonly place: Bilingual;
  readonly act: Bilingual;
  readonly fineFen: number;
  readonly points: number;
  /** YYYY-MM-DD: when the decision was served, and until when the fine is to be paid. */
  readonly decidedOn: string;
  readonly dueOn: string;
  /** Paid at this terminal already: `payAt` is then where to ask. */
  readonly paid: boolean;
  readonly payAt: Bilingual;
  /** Authority and court to which one may object. */
  readonly reviewBy: Bilingual;
  readonly court: Bilingual;
  readonly signature: Signature | null;
  readonly printing: Printing;
}

export function decisionSheet(data: DecisionData): Sheet {
  const { person, printing } = data;
  return {
    office: data.office,
    title: { zh: '公安交通管理简易程序处罚决定书', en: 'Traffic Penalty Decision by Summary Procedure' },
    number: field('编号', 'Decision No.', data.decisionNo),
    qr: data.qr,
    photo: null,
    footer: footerOf(printing),
    demonstration: printing.demonstration,
    blocks: [
      {
        kind: 'table',
        rows: [
          [field('被处罚人', 'Person', person.name)],
          [field('公民身份号码', 'ID number', person.idNo), field('驾驶证号', 'Licence No.', person.licenceNo)],
          [
            field('号牌号码', 'Plate', data.plateNo),
            field('号牌种类', 'Kind of plate', data.plateType.zh, data.plateType.en),
          ],
          [field('违法时间', 'Time', data.at)],
          [field('违法地点', 'Place', data.place.zh, data.place.en)],
          [field('违法行为', 'Act', data.act.zh, data.act.en)],
          [
            field('罚款金额', 'Fine', `${yuanWords(data.fineFen)}（${yuanFigures(data.fineFen)}）`),
            field('记分', 'Points', `${data.points} 分`, pointsEnglish(data.points)),
          ],
          [
            field('决定日期', 'Decided on', officialDate(data.decidedOn)),
            field('缴款期限', 'Pay by', data.paid ? '已缴纳' : officialDate(data.dueOn), data.paid ? 'Paid' : ''),
          ],
        ],
      },
      { kind: 'heading', text: { zh: '缴纳罚款', en: 'Paying the fine' } },
      { kind: 'paragraph', text: payment(data) },
      { kind: 'heading', text: { zh: '权利告知', en: 'If you object' } },
      { kind: 'paragraph', text: objection(data) },
      {
        kind: 'signature',
        label: { zh: '被处罚人签名', en: 'Signature' },
        signature: data.signature,
        dateLabel: { zh: '日期', en: 'Date' },
        date: officialDate(data.decidedOn),
      },
    ],
  };
}

function pointsEnglish(points: number): string {
  return points === 1 ? '1 point' : `${points} points`;
}

/** Three per cent a day, and never more than the fine (行政处罚法 2021, article 72). */
function payment({ paid, dueOn, payAt }: DecisionData): Bilingual {
  if (paid)
    return {
      zh: `罚款已在本终端缴纳。如需查询，请联系：${payAt.zh}。`,
      en: `The fine was paid at this terminal. Ask here: ${payAt.en}.`,
    };
  return {
    zh:
      `请您在${officialDate(dueOn)}前（含当日）缴纳罚款。缴款处：${payAt.zh}。` +
      '到期不缴纳的，每日按罚款数额的百分之三加处罚款，加处罚款的数额不超过罚款的数额。',
    en:
      `Please pay by ${dueOn}, that day included, at: ${payAt.en}. ` +
      'After that day 3% of the fine is added for each day, at most as much again as the fine.',
  };
}

/** Sixty days (行政复议法 2023, article 20) and six months (行政诉讼法, article 46); in force meanwhile (行政处罚法 2021, article 73). */
function objection({ reviewBy, court }: DecisionData): Bilingual {
  return {
    zh:
      `您如不服本决定，可以自收到本决定书之日起六十日内向${reviewBy.zh}申请行政复议，` +
      `或者在六个月内向${court.zh}提起行政诉讼。行政复议、行政诉讼期间，本决定不停止执行，法律另有规定的除外。`,
    en:
      `If you do not accept this decision, you may ask ${reviewBy.en} for reconsideration within 60 days of receiving it, ` +
      `or sue at ${court.en} within six months. The decision stays in force meanwhile, unless the law says otherwise.`,
  };
}
