import type { ConfirmBody, Decision, Goods, OfficeRefusal } from '@yimen/contracts/back-office';

/** Offices that have cases, as their addresses name them. */
export type CaseOfficeName = 'exit-entry' | 'vehicle' | 'household';

/** One errand at a counter, from begin to its end. `decision` is the officer's, `stage` says how far the production is.
 *  `details` is what the errand's item keeps of it: never a picture, only digests and sizes. */
export interface CaseFile<D extends object = object> {
  readonly receiptNo: string;
  /** The asker's own reference, kept so that people can find the case by it and notices can name it. */
  readonly foreignRef: string;
  readonly office: CaseOfficeName;
  readonly item: string;
  /** Thing id of whom it concerns; empty when the office knows nobody by that number. */
  readonly person: string;
  /** The case of the office that this errand is about (to pay it, to collect its document). */
  readonly onCase: string | null;
  readonly details: D;
  readonly decision: Decision;
  readonly refusal: OfficeRefusal | null;
  /** open → reserved ⇄ released; reserved → inCheck; → produced or cancelled (both final). */
  readonly stage: 'open' | 'reserved' | 'released' | 'inCheck' | 'produced' | 'cancelled';
  readonly paid: boolean;
  /** The last confirm said that nothing was produced. */
  readonly notProduced: boolean;
  readonly heldUntil: number | null;
  readonly handedOver: boolean;
  readonly terminalId: string;
  readonly begunAt: number;
}

/** Where and when a counter is asked. */
export interface AtCounter {
  readonly terminalId: string;
  /** `YYYY-MM-DD` in Asia/Shanghai. */
  readonly today: string;
  readonly nowMs: number;
}

/** What an item makes of a begin. `existing`: the errand is already there, answer it again. */
export type Begun<D extends object> =
  | { readonly existing: CaseFile }
  | {
      readonly refusal: OfficeRefusal | null;
      /** What it is unless refused. */
      readonly decision: 'approved' | 'accepted' | 'pending';
      readonly details: D;
      /** Set for an errand on a case of the office: its own number, and the case's. */
      readonly errand?: { readonly receiptNo: string; readonly onCase: string };
    };

export type Reserved<D extends object> =
  | { readonly goods: Goods; readonly details?: D }
  | { readonly refusal: OfficeRefusal };

export type OfficeConfirm = Omit<ConfirmBody, 'caseRef'>;

/** What one kind of errand has of its own. Everything else (holds, order, money, numbers) is the desk's.
 *  Methods, not function members, so that items of different bodies and details fit one list. */
export interface CaseItem<B = object, D extends object = object> {
  readonly name: string;
  /** Refusal code of an officer who says no at the desk. */
  readonly refusedCode?: string;
  /** Thing id of whom a begin concerns, for switches. */
  personOf(body: B): string | null;
  begin(body: B, at: AtCounter): Begun<D>;
  /** The case was kept as begun (never for a refused one). */
  opened?(file: CaseFile<D>, at: AtCounter): void;
  /** The right to produce, for the first time or again; what it holds stays held until release, or the case's end. */
  reserve(file: CaseFile<D>, at: AtCounter, spoiledSerial: string | null): Reserved<D>;
  /** Why no right is given any more although the decision was good; asked before `reserve` and by `state`. */
  lapsed?(file: CaseFile<D>, at: AtCounter): OfficeRefusal | null;
  /** The hold ran out, or the case was cancelled. */
  release?(file: CaseFile<D>, why: 'released' | 'cancelled'): void;
  /** A serial that was not the reserved one is no proof: the confirm is not taken. */
  hasWrongSerial?(file: CaseFile<D>, body: OfficeConfirm): boolean;
  produced?(file: CaseFile<D>, body: OfficeConfirm, at: AtCounter): void;
  /** Told after `produced`, then or later. */
  handedOver?(file: CaseFile<D>, at: AtCounter): void;
  notProduced?(file: CaseFile<D>, body: OfficeConfirm): void;
  inDoubt?(file: CaseFile<D>, body: OfficeConfirm): void;
  /** The officer's word on a case that waited for it. */
  decided?(file: CaseFile<D>, isPassed: boolean, at: AtCounter): void;
}
