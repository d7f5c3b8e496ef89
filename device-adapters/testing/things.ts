import { readFileSync } from 'node:fs';
import { AppError } from '@yimen/contracts/base';
import { ID_CARDS, PEOPLE, permitMrzLine, type SyntheticPerson } from '@yimen/contracts/testing';
import { CABINET_THINGS } from './cabinet-things.table.ts';
import { CAPTURE_THINGS } from './capture-things.table.ts';
import type { SimulatedPermit } from './card-path.ts';
import { DOCUMENT_THINGS } from './document-things.ts';
import { CHIP_OFFERS } from './chip-offers.table.ts';
import { ID_CARD_NAMES, ID_CARD_NOTES_ZH } from './id-card-texts.table.ts';
import { ORIGINAL_THINGS } from './original-things.table.ts';
import { PAPER_THINGS } from './paper-things.table.ts';
import type { Thing } from './thing.ts';

/** Ways to pay, as the simulated payment terminal knows them. */
export const PAYMENT_THINGS: readonly Thing[] = [
  payment('phone-alipay', '手机（支付宝）', 'Phone (Alipay)', '扫码支付', 'pays by QR'),
  payment('phone-wechat', '手机（微信）', 'Phone (WeChat)', '扫码支付', 'pays by QR'),
  payment('bank-card', '银行卡', 'Bank card', '刷卡支付', 'pays by card'),
  payment('phone-declined', '手机（余额不足）', 'Phone (declined)', '付款被拒绝', 'the payment is declined'),
];

/** The people's notes for a Chinese reader. */
const PERSON_NOTES_ZH: Readonly<Record<string, string>> = {
  'permit-li-na': '成年，可办个人旅游和团队旅游，曾办过签注',
  'permit-wang-wei': '外省户籍，只能办团队旅游（L）',
  'permit-expiring': '通行证有效期不足',
  'permit-expired': '通行证已过期',
  'permit-child': '未满十六周岁',
  'permit-elder': '年过七十',
  'permit-first': '从未办过签注，须到窗口首次申请',
  'permit-registered': '登记备案人员',
  'permit-recent': '两个月内已申请过',
  'permit-pending-review': '须人工审核，等待结果',
  'permit-lost-answer': '审批已作出，答复丢失',
  'permit-refused': '申请未获批准',
  'permit-chip-full': '芯片签注次数已满 255 次',
  'permit-mute-chip': '芯片无应答',
  'permit-reversed': '放反一次，退回后翻正',
  'permit-rare-name': '姓名含生僻字，登记系统无法处理',
};

/** ID cards, as a hand lays them on the reader. */
const ID_CARD_THINGS: readonly Thing[] = ID_CARDS.map((card) => {
  const holder = card.fields.name ?? card.fields.chineseName ?? '';
  const { zh, en } = ID_CARD_NAMES[card.kind];
  return {
    thing: card.thing,
    type: 'id-card',
    device: 'id-card-reader',
    zh: `${holder}的${zh}`,
    en: `${en} of ${card.latinName}`,
    noteZh: ID_CARD_NOTES_ZH[card.thing] ?? '',
    noteEn: card.note,
  };
});

/** Everything the bench offers: permits, ID cards, ways to pay, fingers, signatures, codes, what goes into the licence maker,
 *  the locker, the A4 printer and the scanner, and what a hand does at the cabinet itself. */
export const THINGS: readonly Thing[] = [
  ...PEOPLE.map((person): Thing => ({
    thing: person.thing,
    type: 'permit',
    device: 'card-unit',
    zh: `${person.chineseName}的往来港澳通行证`,
    en: `Permit of ${person.mrzName.replace('<<', ' ')}`,
    noteZh: PERSON_NOTES_ZH[person.thing] ?? '',
    noteEn: person.note,
  })),
  ...ID_CARD_THINGS,
  ...PAYMENT_THINGS,
  ...CAPTURE_THINGS,
  ...DOCUMENT_THINGS,
  ...PAPER_THINGS,
  ...ORIGINAL_THINGS,
  ...CABINET_THINGS,
];

/** A permit that is put in the wrong way round every other time: it is turned after it came back. */
export const REVERSED_THING = 'permit-reversed';

/** A fresh card of a synthetic person, as it lies in the hand before its first visit. */
export function permitOf(thing: string): SimulatedPermit {
  const person = PEOPLE.find((candidate) => candidate.thing === thing);
  if (person === undefined) throw new AppError('INTERNAL_UNREACHABLE', `no synthetic person ${thing}`);
  return {
    thing,
    documentNumber: person.documentNumber,
    mrzName: person.mrzName,
    chineseName: person.chineseName,
    sex: person.sex,
    birth: person.birth,
    expiry: person.expiry,
    mrz: permitMrzLine(person),
    faceImage: faceOf(thing),
    chip: thing === 'permit-mute-chip' ? 'mute' : 'ok',
    ...offersOf(thing),
    endorsementCounter: firstCount(person),
    panel: [],
  };
}

function offersOf(thing: string): Pick<SimulatedPermit, 'chipOffers'> {
  const chipOffers = CHIP_OFFERS[thing];
  return chipOffers === undefined ? {} : { chipOffers };
}

/** The drawn face on a synthetic document: a JPEG of shapes, 240×320, of nobody. */
export function faceOf(thing: string): Uint8Array {
  return Uint8Array.from(readFileSync(new URL(`things-faces/${thing}.jpg`, import.meta.url)));
}

/** The drawn face on a synthetic ID card: the one of the same person's permit, when there is one; `undefined` when there
 *  is no such card. */
export function idCardFaceOf(thing: string): Uint8Array | undefined {
  const card = ID_CARDS.find((candidate) => candidate.thing === thing);
  return card === undefined ? undefined : faceOf(card.permit ?? card.thing);
}

/** Endorsements on the chip; the sandbox office begins with the same numbers. */
function firstCount(person: SyntheticPerson): number {
  if (person.thing === 'permit-first') return 0;
  return person.thing === 'permit-chip-full' ? 255 : 1;
}

function payment(thing: string, zh: string, en: string, noteZh: string, noteEn: string): Thing {
  return { thing, type: 'payment', device: 'payment-terminal', zh, en, noteZh, noteEn };
}
