import { readFileSync } from 'node:fs';
import type { Signature } from '@yimen/contracts/device';
import type { ApplicationData } from '../forms/application.ts';
import type { DecisionData } from '../forms/decision.ts';
import type { Printing } from '../forms/form.ts';
import type { PaperData } from '../forms/paper.ts';

/** Characters of real names that ordinary fonts lack: extensions E, A, A and B of the Chinese part of Unicode. */
export const RARE = '𬭎䶮㐂𠮷';

const PRINTING: Printing = {
  hall: { zh: '大良智慧警务服务厅', en: 'Daliang Smart Police Hall' },
  terminalId: 'S440606-000417',
  printedAt: '2026-11-27 16:02',
  demonstration: true,
};

const ENTRY_EXIT = {
  zh: '佛山市公安局顺德分局出入境管理大队',
  en: 'Entry–Exit Administration, Shunde Public Security Bureau',
};

/** An invented face of the bench: JPEG. */
export const samplePhoto = (): Uint8Array =>
  new Uint8Array(
    readFileSync(new URL('../../../../device-adapters/testing/things-faces/id-li-ming.jpg', import.meta.url)),
  );

const SIGNATURE: Signature = {
  widthMm: 110,
  heightMm: 50,
  strokes: [
    Array.from({ length: 40 }, (_, i): [number, number, number, number] => [
      2000 + i * 60,
      Math.round(2400 + 900 * Math.sin(i / 4)),
      500,
      i * 12,
    ]),
    Array.from({ length: 30 }, (_, i): [number, number, number, number] => [
      5200 + i * 90,
      Math.round(1500 + i * 60 + 500 * Math.cos(i / 3)),
      500,
      600 + i * 12,
    ]),
    [[8600, 1400, 700, 1200]],
  ],
};

export function applicationSample(change: Partial<ApplicationData> = {}): ApplicationData {
  return {
    office: ENTRY_EXIT,
    receiptNo: '440620261127900018',
    qr: 'yimen:R7K2-4417;440620261127900018',
    document: { zh: '往来港澳通行证', en: 'Permit for Hong Kong and Macau' },
    reason: { zh: '换发', en: 'Renewal' },
    applicant: {
      name: '李娜',
      sex: '女',
      nation: '汉',
      birth: '1990-03-07',
      idNo: '440606199003070028',
      address: '广东省佛山市顺德区大良街道示例路12号3栋401房',
      phone: '13800000000',
    },
    delivery: { zh: '窗口领取', en: 'At the window' },
    photo: samplePhoto(),
    signature: SIGNATURE,
    signedOn: '2026-11-27',
    printing: PRINTING,
    ...change,
  };
}

export function decisionSample(change: Partial<DecisionData> = {}): DecisionData {
  return {
    office: { zh: '佛山市公安局顺德分局交通警察大队', en: 'Traffic Police, Shunde Public Security Bureau' },
    decisionNo: '4406061900417332',
    qr: 'yimen:R7K2-4417;4406061900417332',
    person: { name: '王伟', idNo: '440606198811120017', licenceNo: '440606198811120017' },
    plateNo: '粤X12345',
    plateType: { zh: '小型汽车', en: 'Small car' },
    at: '2026-11-03 08:41',
    place: { zh: '顺德区南国东路与延年路交叉口', en: 'Nanguo East Road at Yannian Road, Shunde' },
    act: { zh: '机动车违反禁止标线指示', en: 'Ignoring a prohibitory road marking' },
    fineFen: 20_000,
    points: 1,
    decidedOn: '2026-11-27',
    dueOn: '2026-12-12',
    paid: false,
    payAt: { zh: '本终端、各代收银行网点或“交管12123”', en: 'this terminal, a collecting bank, or the 12123 app' },
    reviewBy: { zh: '佛山市顺德区人民政府', en: 'the People’s Government of Shunde District' },
    court: { zh: '佛山市顺德区人民法院', en: 'the People’s Court of Shunde District' },
    signature: SIGNATURE,
    printing: PRINTING,
    ...change,
  };
}

export function paperSample(change: Partial<PaperData> = {}): PaperData {
  return {
    office: { zh: '佛山市公安局顺德分局大良派出所', en: 'Daliang Police Station' },
    title: { zh: '居住登记证明', en: 'Certificate of residence registration' },
    receiptNo: 'HH20261127000031',
    qr: 'yimen:R7K2-4417;HH20261127000031',
    lines: [
      { label: '姓名', value: '陈静' },
      { label: '登记地址', value: '佛山市顺德区大良街道示例路12号' },
      { label: '登记日期', value: '2026年11月27日' },
    ],
    printing: PRINTING,
    ...change,
  };
}
