import type { BillItem } from '@yimen/contracts/back-office';
import type { BackOfficeBegin } from '../cases/begin-body.ts';
import type { AtCounter, Begun, CaseFile, CaseItem } from '../cases/case-file.ts';
import { type Dossier, type Dossiers, making } from '../cases/dossiers.ts';
import { townOf } from '../cases/finder.ts';
import { isWaived, residentRefusal } from '../household/residents.ts';
import { addDays } from '../office-clock.ts';
import { FEE_FEN } from '../payment/fees.table.ts';
import { cardByNumber, cardByThing } from '../people.ts';
import { judgePhoto } from '../photo-receipts.ts';
import { type PictureMark, pictureMark } from '../pictures.ts';
import { refusal } from '../refusals.ts';

type Body = BackOfficeBegin<'household', 'idapply'>;
/** Where the application stands when it is handed in, by what the officer said before. */
const NODE = { approved: 'reviewed', accepted: 'accepted', pending: 'applied', refused: 'refused' } as const;
interface Details {
  readonly holder: string;
  readonly reason: Body['reason'];
  readonly photoReceiptNo: string;
  readonly collection: Body['collection'];
  readonly fingers: readonly PictureMark[];
  /** The day it was begun: unpaid at its end it is void. */
  readonly begunOn: string;
}

/** Shunde: 40 days of the calendar. */
const MAKING_DAYS = 40;
const TITLES: Readonly<Record<Body['reason'], readonly [string, string]>> = {
  expiry: ['居民身份证期满换领', 'ID card renewal'],
  loss: ['居民身份证丢失补领', 'Lost ID card'],
  damage: ['居民身份证损坏换领', 'Damaged ID card'],
};

/** 居民身份证换领、补领: taken in and paid here, an officer reviews later. */
export function createIdApplyItem(dossiers: Dossiers): CaseItem<Body, Details> {
  return {
    name: 'idapply',
    refusedCode: 'review-refused',
    personOf: ({ idNo }) => cardByNumber(idNo)?.thing ?? null,
    begin,
    lapsed: ({ details, paid }, { today }) =>
      !paid && feeOf(details).length > 0 && details.begunOn < today ? refusal('unpaid-void', details.begunOn) : null,
    reserve: ({ details }, at) => ({
      goods: { kind: 'registration', expected: addDays(at.today, MAKING_DAYS), items: feeOf(details) },
    }),
    produced: (file, _body, at) => {
      dossiers.keep(making(dossierOf(file, NODE[file.decision], at), at.today));
    },
    decided: ({ receiptNo }, isPassed, at) => {
      const known = dossiers.get(receiptNo);
      if (known === undefined) return;
      dossiers.keep(making({ ...known, state: isPassed ? 'reviewed' : 'refused', since: at.today }, at.today));
    },
  };
}

function begin(body: Body, at: AtCounter): Begun<Details> {
  const card = cardByNumber(body.idNo);
  const photo = judgePhoto(body.photoReceiptNo, card?.thing, at.today);
  return {
    refusal: residentRefusal(card, body.reason, at.today) ?? (photo === 'good' ? null : photoRefusal(photo)),
    decision: 'accepted',
    details: {
      holder: card?.thing ?? '',
      reason: body.reason,
      photoReceiptNo: body.photoReceiptNo,
      collection: body.collection,
      fingers: body.fingers.map(pictureMark),
      begunOn: at.today,
    },
  };
}

/** What is wrong with a photo receipt, in the office's words. */
export function photoRefusal(why: 'unknown' | 'expired' | 'anothers'): ReturnType<typeof refusal> {
  switch (why) {
    case 'unknown':
      return refusal('photo-receipt', null, '查不到这张相片回执', 'There is no such photo receipt');
    case 'expired':
      return refusal('photo-receipt', null, '相片回执已超过六个月', 'The photo receipt is older than six months');
    case 'anothers':
      return refusal('photo-receipt', null, '相片回执不是本人的', 'The photo receipt is another person’s');
  }
}

function feeOf({ holder, reason }: Details): BillItem[] {
  if (isWaived(cardByThing(holder))) return [];
  const variant = `id-${reason}`;
  return [{ feeRow: 'fee.id', variant, count: 1, amountFen: FEE_FEN[variant] ?? 0 }];
}

function dossierOf(file: CaseFile<Details>, state: Dossier['state'], at: AtCounter): Dossier {
  const { holder, reason } = file.details;
  const [titleZh, titleEn] = TITLES[reason];
  const items = feeOf(file.details);
  return {
    receiptNo: file.receiptNo,
    office: 'household',
    titleZh,
    titleEn,
    holder,
    permit: null,
    docKind: 'id-card',
    state,
    since: at.today,
    expected: addDays(at.today, MAKING_DAYS),
    items,
    paidOn: file.paid && items.length > 0 ? at.today : null,
    voidOn: null,
    hallId: `${townOf(at.terminalId)}-1`,
    serial: null,
    document: null,
    backSince: null,
    approvalNo: null,
    makingSince: null,
    makingDays: MAKING_DAYS,
  };
}
