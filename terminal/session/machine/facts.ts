import type { CaseState, Bill, BillItem, CountCode, Destination, OfficeRefusal } from '@yimen/contracts/back-office';
import type { EXIT_ENTRY_REQUESTS } from '@yimen/contracts/back-office';
import type { TravelDocument } from '@yimen/contracts/device';
import type { StopState } from '@yimen/contracts/journal';
import type { z } from 'zod';

export type PermitLookup = z.infer<(typeof EXIT_ENTRY_REQUESTS)['exitEntry.permit.lookup']['answer']>;
export type Reservation = z.infer<(typeof EXIT_ENTRY_REQUESTS)['exitEntry.case.reserve']['answer']>;

/** Where the citizen's card is, as the session last proved it. `returned`: taken at the gate. `held`: in the bin.
 *  `stuck`: inside, and the machine cannot move it. */
export type CardPlace = 'none' | 'inside' | 'printer' | 'gate' | 'returned' | 'held' | 'stuck' | 'unknown';

/** `taken`: the provider holds or has captured the money. */
export type MoneyState = 'none' | 'open' | 'taken' | 'unknown' | 'voided';
export type Production = 'none' | 'done' | 'notDone' | 'unknown' | 'mismatch';

export interface Choice {
  readonly destinations: readonly Destination[];
  readonly kind: 'G' | 'L';
  readonly countCode: CountCode;
  readonly validUntil: string;
  readonly cancelsValid: boolean;
}

export interface Refusal {
  readonly code: string;
  readonly date: string | null;
  readonly office: OfficeRefusal | null;
}

/** Everything a session has learned and done. Personal data is in here and nowhere else: it dies with the process.
 *  The official numbers (receiptNo, billNo) are for the citizen's eyes; the journal gets the random references. */
export interface Facts {
  /** Random, made at the start; told only when it is used. */
  readonly receiptId: string;
  readonly incident: string;
  readonly consentAt: number;
  readonly card: CardPlace;
  readonly mrz: string | null;
  readonly document: TravelDocument | null;
  readonly faceScore: number | null;
  readonly lookup: PermitLookup | null;
  readonly choice: Choice | null;
  readonly phone: string | null;
  readonly case: CaseState | null;
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
  readonly production: Production;
  readonly panelDigest: string | null;
  readonly chipCounter: number | null;
  readonly handedOver: boolean;
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
    faceScore: null,
    lookup: null,
    choice: null,
    phone: null,
    case: null,
    reservation: null,
    fee: null,
    bill: null,
    money: 'none',
    capturedFen: 0,
    refundedFen: 0,
    production: 'none',
    panelDigest: null,
    chipCounter: null,
    handedOver: false,
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
