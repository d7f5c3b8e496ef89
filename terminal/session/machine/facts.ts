import type {
  BackOfficeKind,
  BACK_OFFICE_REQUESTS,
  Bill,
  BillItem,
  CaseOffice,
  CaseState,
  CountCode,
  Destination,
  FoundCase,
  OfficeRefusal,
  Reservation,
  Violation,
} from '@yimen/contracts/back-office';
import type { Identity, Signature, TravelDocument } from '@yimen/contracts/device';
import type { StopState } from '@yimen/contracts/journal';
import type { z } from 'zod';

/** Where the citizen's card is, as the session last proved it. `returned`: taken at the gate. `held`: in the bin.
 *  `stuck`: inside, and the machine cannot move it. */
export type CardPlace = 'none' | 'inside' | 'printer' | 'gate' | 'returned' | 'held' | 'stuck' | 'unknown';

/** `taken`: the provider holds or has captured the money. */
export type MoneyState = 'none' | 'open' | 'taken' | 'unknown' | 'voided';
export type Production = 'none' | 'done' | 'notDone' | 'unknown' | 'mismatch';

/** Where goods are that are not the citizen's until he takes them: a licence at the maker, a document at the locker.
 *  `inside`: made or fetched, not presented. `retracted`: drawn back. `unknown`: the device is asked before anything else. */
export type GoodsPlace = 'none' | 'inside' | 'presented' | 'taken' | 'retracted' | 'unknown';
/** Which device has them. */
export type GoodsDevice = 'licence-printer' | 'document-locker';

export interface Choice {
  readonly destinations: readonly Destination[];
  readonly kind: 'G' | 'L';
  readonly countCode: CountCode;
  readonly validUntil: string;
  readonly cancelsValid: boolean;
}

/** The rule of the published policy that decided, for whoever asks why. */
export interface Why {
  readonly rule: string;
  readonly row: string;
  readonly value: string;
  readonly source: string;
}

export interface Refusal {
  readonly code: string;
  readonly date: string | null;
  readonly office: OfficeRefusal | null;
  readonly why?: Why;
}

/** Answers of the office's queries, by request kind, newest each. */
export type Lookups = {
  readonly [K in BackOfficeKind]?: z.output<(typeof BACK_OFFICE_REQUESTS)[K]['answer']>;
};

/** A page of paper that was scanned: PNG, base64. */
export interface ScannedPage {
  readonly what: 'insurance' | 'tax';
  readonly png: string;
}

/** Everything a session has learned and done. Personal data is in here and nowhere else: it dies with the process.
 *  The official numbers (receiptNo, billNo) are for the citizen's eyes; the journal gets the random references. */
export interface Facts {
  /** Random, made at the start; told only when it is used. */
  readonly receiptId: string;
  readonly incident: string;
  readonly consentAt: number;

  // Who he is.
  readonly card: CardPlace;
  readonly mrz: string | null;
  readonly document: TravelDocument | null;
  readonly identity: Identity | null;
  /** An ID card that was read and may still lie on the reader. */
  readonly idCard: 'none' | 'onReader' | 'lifted';
  /** Typed instead of a card. */
  readonly typedIdNo: string | null;
  readonly faceScore: number | null;

  // What he wants.
  readonly lookups: Lookups;
  /** By question or field: what was chosen or typed, or scanned (`receiptNo`, `photoReceiptNo`). */
  readonly answers: Readonly<Record<string, string>>;
  /** By name: what lookups told. One that is not there is false. */
  readonly flags: Readonly<Record<string, boolean>>;
  readonly choice: Choice | null;
  readonly phone: string | null;
  /** JPEG, base64. */
  readonly photo: string | null;
  /** Grey images, base64, in the order of the fingers asked for. */
  readonly fingers: readonly string[];
  readonly signature: Signature | null;
  readonly scans: readonly ScannedPage[];

  // The case.
  readonly case: CaseState | null;
  /** Whose case it is, when the journal of a session that died says so; else the service's own office. */
  readonly office: CaseOffice | null;
  readonly reservation: Reservation | null;
  /** What the chosen thing costs by the policy rows resolved for this case. */
  readonly fee: {
    readonly amountFen: number;
    readonly items: readonly BillItem[];
    readonly rows: readonly string[];
  } | null;
  readonly bill: Bill | null;
  readonly money: MoneyState;
  readonly capturedFen: number;
  readonly refundedFen: number;
  /** A compensation record of ours that is still open, in fen. */
  readonly compensationFen: number;

  // The goods.
  readonly production: Production;
  readonly panelDigest: string | null;
  readonly chipCounter: number | null;
  readonly goods: GoodsPlace;
  readonly goodsDevice: GoodsDevice | null;
  /** A blank that was begun and is not good. */
  readonly spoiledSerial: string | null;
  /** Null: no old document is taken in by this service. */
  readonly oldRecovered: boolean | null;
  readonly sheets: number | null;
  readonly handedOver: boolean;
  /** Staff gave it to its holder, after the session. */
  readonly handedOut: boolean;
  /** After the session: money that waited for its purpose went back, or an officer's review let it stay. */
  readonly moneyEnd: 'refunded' | 'reviewed' | null;
  /** The office was told how the case ended, and whoever told it died before it could write that down. */
  readonly caseTold: boolean;
  /** True once nothing further is owed to the office by this terminal. */
  readonly caseClosed: boolean;
  readonly refusal: Refusal | null;
  readonly stop: StopState | null;
  /** Evidence words of the last physical effect, for the office. */
  readonly evidence: string;
}

export function noFacts(receiptId: string, incident: string): Facts {
  return {
    receiptId,
    incident,
    consentAt: 0,
    card: 'none',
    mrz: null,
    document: null,
    identity: null,
    idCard: 'none',
    typedIdNo: null,
    faceScore: null,
    lookups: {},
    answers: {},
    flags: {},
    choice: null,
    phone: null,
    photo: null,
    fingers: [],
    signature: null,
    scans: [],
    case: null,
    office: null,
    reservation: null,
    fee: null,
    bill: null,
    money: 'none',
    capturedFen: 0,
    refundedFen: 0,
    compensationFen: 0,
    production: 'none',
    panelDigest: null,
    chipCounter: null,
    goods: 'none',
    goodsDevice: null,
    spoiledSerial: null,
    oldRecovered: null,
    sheets: null,
    handedOver: false,
    handedOut: false,
    moneyEnd: null,
    caseTold: false,
    caseClosed: false,
    refusal: null,
    stop: null,
    evidence: '',
  };
}

/** Whether something of the citizen's is, or may be, in the machine. */
export function hasPropertyInside(facts: Facts): boolean {
  return facts.card === 'inside' || facts.card === 'printer' || facts.card === 'gate' || facts.card === 'unknown';
}

/** Whether goods stand where a hand could reach them, or may. */
export function hasGoodsOut(facts: Facts): boolean {
  return facts.goods === 'inside' || facts.goods === 'presented' || facts.goods === 'unknown';
}

/** The resident's number this session is about: read from the card, or typed. */
export function idNoOf(facts: Facts): string | null {
  return facts.identity?.fields.idNumber ?? facts.typedIdNo;
}

/** Birth as YYYY-MM-DD: of the ID card, or of the number itself (GB 11643, digits 7–14). */
export function birthOf(facts: Facts): string | null {
  const birth = facts.identity?.fields.birth ?? (facts.typedIdNo ?? '').slice(6, 14);
  return /^\d{8}$/.test(birth) ? `${birth.slice(0, 4)}-${birth.slice(4, 6)}-${birth.slice(6)}` : null;
}

/** What the exit-entry register says of the permit; null before it was asked. */
export function permitLookup(facts: Facts): Lookups['exitEntry.permit.lookup'] | null {
  return facts.lookups['exitEntry.permit.lookup'] ?? null;
}

/** The cases that were found at the service's office; empty before anything was looked for. */
export function foundCases(facts: Facts): readonly FoundCase[] {
  return FIND_KINDS.flatMap((kind) => facts.lookups[kind]?.cases ?? []);
}
const FIND_KINDS = ['exitEntry.case.find', 'vehicle.case.find', 'household.case.find'] as const;

/** The one of the found cases that the citizen chose. */
export function chosenCase(facts: Facts): FoundCase | null {
  return foundCases(facts).find((found) => found.receiptNo === facts.answers['case']) ?? null;
}

/** The violations that the citizen chose: one, or all that are open. */
export function chosenViolations(facts: Facts): readonly Violation[] {
  const listed = facts.lookups['vehicle.violation.list']?.violations ?? [];
  const chosen = facts.answers['violation'];
  return chosen === 'all' ? listed : listed.filter((violation) => violation.violationId === chosen);
}

/** The holder as screens and slips may name him: first character and ＊, by the office's word or the document's. */
export function holderMasked(facts: Facts): string {
  const told =
    permitLookup(facts)?.holderMasked ??
    chosenCase(facts)?.holderMasked ??
    facts.lookups['vehicle.licence.lookup']?.holderMasked ??
    facts.lookups['exitEntry.person.check']?.holderMasked ??
    facts.lookups['household.person.check']?.holderMasked ??
    facts.lookups['vehicle.car.lookup']?.ownerMasked;
  if (told !== undefined) return told;
  const name = facts.identity?.fields.name ?? facts.identity?.fields.chineseName ?? '';
  return name === '' ? '' : `${String.fromCodePoint(name.codePointAt(0) ?? 0)}＊`;
}

/** The picture that a live face is compared with, base64: of the chip, of the ID card when it could be decoded, or of the
 *  office's register; null when there is none. */
export function referenceOf(facts: Facts): string | null {
  const ofRegister = foundCases(facts).find((found) => typeof found.holderPhoto === 'string')?.holderPhoto;
  return facts.document?.faceImage ?? facts.identity?.photo?.shown ?? ofRegister ?? null;
}
