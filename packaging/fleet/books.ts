import type { EventFields, ServiceOutcome } from '@yimen/contracts/journal';
import type { FleetBooks } from '@yimen/fleet-server/fleet-books';
import type { GatewayAccounts } from '@yimen/fleet-server/gateway-accounts';
import type { Statement } from '@yimen/fleet-server/sandbox-statement';

/** Who keeps a book. `office`: the back office that holds a case, `provider`: whoever has the money. */
export type Keeper = 'terminal' | 'gateway' | 'provider' | 'office' | 'fleet';

/** A service that ended, as the terminal wrote it, without later corrections. */
export interface ServiceEnd {
  /** Below zero: of an epoch before the journal was cut (faults F58); the fleet's newest ledger does not have it. */
  readonly seq: number;
  readonly wall: number;
  readonly sessionId: string;
  readonly service: string;
  readonly outcome: ServiceOutcome;
  readonly stop: string | null;
  readonly incident: string | null;
  readonly chargedFen: number;
  readonly refundedFen: number;
  readonly produced: number;
  readonly handedOver: number;
}

export type Correction = EventFields<'service-corrected'> & { readonly seq: number };

export interface SessionRow {
  readonly sessionId: string;
  readonly wall: number;
  /** Its end is written, so that nothing is owed about it any more. */
  readonly isOver: boolean;
}

export interface CaseRow {
  readonly sessionId: string;
  readonly caseRef: string;
  /** The word with which it was closed; null while it is open. */
  readonly closedAs: string | null;
}

export interface BillRow {
  readonly sessionId: string;
  readonly caseRef: string;
  readonly billRef: string;
  readonly amountFen: number;
}

export interface OpenedCompensation {
  readonly sessionId: string;
  readonly caseRef: string;
  readonly amountFen: number;
  readonly wall: number;
}

export interface OpenOperation {
  readonly operationId: string;
  readonly sessionId: string | null;
  readonly verb: string;
  readonly wall: number;
}

/** One terminal's journal, as far as a closing needs it. References only. */
export interface JournalBook {
  readonly tid: string;
  readonly epoch: number;
  readonly lastSeq: number;
  /** Rows that the verifier does not accept: how many, and the first ones' numbers. */
  readonly damaged: { readonly total: number; readonly first: readonly number[] };
  /** What the terminal's own cursor says that the fleet has confirmed; null when no cursor lies beside the journal. */
  readonly acknowledgedSeq: number | null;
  readonly ends: readonly ServiceEnd[];
  readonly corrections: readonly Correction[];
  readonly sessions: readonly SessionRow[];
  readonly cases: readonly CaseRow[];
  readonly bills: readonly BillRow[];
  /** Opened and not closed by the terminal. */
  readonly compensations: readonly OpenedCompensation[];
  readonly openIncidents: readonly { readonly number: string; readonly stop: string; readonly wall: number }[];
  /** Things that staff gave to their holders after the session, newest of each session. */
  readonly handOuts: readonly { readonly sessionId: string; readonly wall: number }[];
  /** Effects that were intended and have no proved end. */
  readonly openOperations: readonly OpenOperation[];
}

/** Everything that is compared. The journals are read first and the provider last: what a later book has more than an
 *  earlier one is then always news, never a gap. */
export interface Books {
  readonly journals: readonly JournalBook[];
  readonly fleet: Omit<FleetBooks, 'operations'>;
  readonly gateway: GatewayAccounts;
  readonly statement: Statement;
  /** Wall milliseconds when the reading began. */
  readonly readAt: number;
}

const CHINA_MS = 8 * 3_600_000;

/** The day in Asia/Shanghai (UTC+8 all year since 1991) of a wall time, `YYYY-MM-DD`. */
export function dayOf(wallMs: number): string {
  return new Date(wallMs + CHINA_MS).toISOString().slice(0, 10);
}
