import type { BillItem } from '@yimen/contracts/back-office';
import type { BackOfficeBegin } from '../cases/begin-body.ts';
import type { AtCounter, Begun, CaseFile, CaseItem } from '../cases/case-file.ts';
import { type Dossier, type Dossiers, making } from '../cases/dossiers.ts';
import { townOf } from '../cases/finder.ts';
import { applicantRefusal } from '../exit-entry/applicants.ts';
import { addDays } from '../office-clock.ts';
import { FEE_FEN } from '../payment/fees.table.ts';
import { cardByNumber } from '../people.ts';
import { findPhoto, judgePhoto } from '../photo-receipts.ts';
import { type PictureMark, pictureMark } from '../pictures.ts';
import { refusal } from '../refusals.ts';

type Body = BackOfficeBegin<'exitEntry', 'prereg'>;
type DocKind = Body['docKind'];
/** Where the application stands when it is handed in, by what the officer said before. */
const NODE = { approved: 'reviewed', accepted: 'accepted', pending: 'applied', refused: 'refused' } as const;
interface Details {
  readonly holder: string;
  readonly docKind: DocKind;
  readonly reason: Body['reason'];
  readonly delivery: Body['delivery'];
  readonly photo: PictureMark | null;
  readonly photoReceiptNo: string | null;
  readonly fingers: readonly PictureMark[];
}

/** 普通护照 7 working days: about ten days of the calendar. */
const MAKING_DAYS = 10;
const TITLES: Readonly<Record<DocKind, readonly [string, string]>> = {
  passport: ['普通护照', 'Passport'],
  'hkm-permit': ['往来港澳通行证', 'Hong Kong–Macau permit'],
  'tw-permit': ['往来台湾通行证', 'Taiwan permit'],
};
const REASONS: Readonly<Record<Body['reason'], readonly [string, string]>> = {
  new: ['首次申请', 'first application'],
  renew: ['换发', 'renewal'],
  replace: ['补发', 'replacement'],
};

/** 出入境证件预受理: taken in here, an officer reviews, then it is paid (`pay`) and collected (`collect`). */
export function createPreregItem(dossiers: Dossiers): CaseItem<Body, Details> {
  return {
    name: 'prereg',
    personOf: ({ idNo }) => cardByNumber(idNo)?.thing ?? null,
    begin: (body, at) => begin(dossiers, body, at),
    // Under review before anybody may come back for it: the application is there already.
    opened: (file, at) => {
      if (file.decision === 'pending') dossiers.keep(dossierOf(file, 'applied', at));
    },
    reserve: (file, at) => ({
      goods: { kind: 'registration', expected: addDays(at.today, MAKING_DAYS), items: feeOf(file.details.docKind) },
    }),
    release: ({ receiptNo }, why) => {
      const known = dossiers.get(receiptNo);
      if (why === 'cancelled' && known !== undefined) dossiers.keep({ ...known, state: 'cancelled' });
    },
    produced: (file, _body, at) => {
      dossiers.keep(dossierOf(file, NODE[file.decision], at));
    },
    decided: ({ receiptNo }, isPassed, at) => {
      const known = dossiers.get(receiptNo);
      if (known === undefined) return;
      dossiers.keep(making({ ...known, state: isPassed ? 'reviewed' : 'refused', since: at.today }, at.today));
    },
  };
}

function begin(dossiers: Dossiers, body: Body, at: AtCounter): Begun<Details> {
  const card = cardByNumber(body.idNo);
  const details: Details = {
    holder: card?.thing ?? '',
    docKind: body.docKind,
    reason: body.reason,
    delivery: body.delivery,
    photo: body.photo === null ? null : pictureMark(body.photo),
    photoReceiptNo: body.photoReceiptNo,
    fingers: body.fingers.map(pictureMark),
  };
  const refused = applicantRefusal(body, dossiers, at.today) ?? photoRefusal(body, details.holder, at.today);
  return { refusal: refused, decision: card?.thing === 'id-wang-wei' ? 'pending' : 'accepted', details };
}

function photoRefusal(body: Body, holder: string, today: string): ReturnType<typeof refusal> | null {
  if (body.photoReceiptNo !== null)
    return judgePhoto(body.photoReceiptNo, holder, today) === 'good' ? null : refusal('photo-rejected');
  return body.photo !== null || findPhoto(holder, today) !== undefined ? null : refusal('photo-rejected');
}

function feeOf(docKind: DocKind): BillItem[] {
  return [{ feeRow: `fee.${docKind}`, variant: docKind, count: 1, amountFen: FEE_FEN[docKind] ?? 0 }];
}

function dossierOf(file: CaseFile<Details>, state: Dossier['state'], at: AtCounter): Dossier {
  const { docKind, reason, holder } = file.details;
  const [titles, reasons] = [TITLES[docKind], REASONS[reason]];
  return {
    receiptNo: file.receiptNo,
    office: 'exit-entry',
    titleZh: `${titles[0]}${reasons[0]}`,
    titleEn: `${titles[1]}: ${reasons[1]}`,
    holder,
    permit: null,
    docKind,
    state,
    since: at.today,
    expected: addDays(at.today, MAKING_DAYS),
    items: feeOf(docKind),
    paidOn: null,
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
