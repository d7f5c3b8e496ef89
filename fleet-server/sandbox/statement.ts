import { DatabaseSync } from 'node:sqlite';
import { err, ok, type Result } from '@yimen/contracts/base';
import type { BillState } from '@yimen/contracts/back-office';
import type { CaseFile } from './cases/case-file.ts';
import type { Dossier } from './cases/dossiers.ts';
import type { BillEntry, ExtraPayment, Movement } from './payment/books.ts';
import type { SerialEntry } from './exit-entry/permits.ts';
import type { BlankEntry } from './vehicle/blanks.ts';

/** A bill as the provider's statement has it, by the asker's random reference. */
export interface StatedBill {
  readonly billRef: string;
  readonly amountFen: number;
  readonly state: BillState;
  /** Sums of the ledger's lines for this bill. */
  readonly heldFen: number;
  readonly voidedFen: number;
  readonly capturedFen: number;
  readonly refundedFen: number;
  readonly extraInFen: number;
  readonly extraBackFen: number;
  /** By the office's own clock. */
  readonly at: number;
}

/** A case at its office; `caseRef` is the asker's random reference. */
export interface StatedCase {
  readonly caseRef: string;
  readonly stage: CaseFile['stage'];
}

/** A numbered thing that belongs to a case. `serial` tells it from all others and is for comparing alone: never shown. */
export interface StatedSerial {
  readonly serial: string;
  readonly caseRef: string;
  readonly state: 'reserved' | 'produced' | 'other';
}

/** The daily statement of the stand-ins: no official number but the serials, nobody's name. */
export interface Statement {
  readonly bills: readonly StatedBill[];
  readonly cases: readonly StatedCase[];
  readonly serials: readonly StatedSerial[];
}

export interface StatementFault {
  readonly code: 'DATA_UNREADABLE';
  readonly message: string;
}

/** Reads the statement out of `sandbox.sqlite`, of one moment; the sandbox may be running. Reads only.
 *  @fault DATA_UNREADABLE no such file, or not the sandbox's */
export function readStatement(file: string | URL): Result<Statement, StatementFault> {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(file, { readOnly: true, timeout: 5_000 });
    db.exec('begin');
    return ok(statementOf(db));
  } catch (error) {
    return err({ code: 'DATA_UNREADABLE', message: error instanceof Error ? error.message : String(error) });
  } finally {
    db?.close();
  }
}

function statementOf(db: DatabaseSync): Statement {
  const select = db.prepare('select json from thing where kind = ? order by key');
  const all = <T>(kind: string): T[] => select.all(kind).map(({ json }) => JSON.parse(String(json)) as T);
  const cases = all<CaseFile>('case');
  const caseRefs = new Map(cases.map(({ receiptNo, foreignRef }) => [receiptNo, foreignRef]));
  const movements = Map.groupBy(all<Movement>('movement'), ({ billNo }) => billNo);
  const extras = Map.groupBy(all<ExtraPayment>('extra'), ({ billNo }) => billNo);
  return {
    bills: all<BillEntry>('bill').map((bill) =>
      statedBill(bill, movements.get(bill.billNo) ?? [], extras.get(bill.billNo) ?? []),
    ),
    cases: cases.map(({ foreignRef, stage }) => ({ caseRef: foreignRef, stage })),
    serials: [
      ...numbered(all<SerialEntry>('serial'), 'endorsement', caseRefs),
      ...numbered(all<BlankEntry>('blank'), 'blank', caseRefs),
      ...documents(cases, all<Dossier>('dossier')),
    ],
  };
}

/** What the bill says and what the lines say are told apart, so that a line that is missing shows. */
function statedBill(bill: BillEntry, lines: readonly Movement[], extras: readonly ExtraPayment[]): StatedBill {
  const of = (what: Movement['what']): number =>
    lines.filter((line) => line.what === what).reduce((sum, line) => sum + line.amountFen, 0);
  const back = extras.filter(({ state }) => state === 'refunded').reduce((sum, { amountFen }) => sum + amountFen, 0);
  return {
    billRef: bill.foreignRef,
    amountFen: bill.amountFen,
    state: bill.state,
    heldFen: of('hold'),
    voidedFen: of('void'),
    capturedFen: of('capture'),
    refundedFen: of('refund'),
    extraInFen: of('extraIn'),
    extraBackFen: Math.min(of('extraRefund'), back),
    at: bill.createdAt,
  };
}

type Numbered = Pick<BlankEntry, 'serial' | 'receiptNo'> & { readonly state: string; readonly terminalId?: string };

function numbered(entries: readonly Numbered[], what: string, caseRefs: ReadonlyMap<string, string>): StatedSerial[] {
  return entries.flatMap(({ serial, receiptNo, state, terminalId = '' }) => {
    const caseRef = receiptNo === null ? undefined : caseRefs.get(receiptNo);
    if (caseRef === undefined) return [];
    const told = state === 'produced' || state === 'reserved' ? state : 'other';
    return [{ serial: `${what} ${terminalId} ${serial}`, caseRef, state: told }];
  });
}

/** A finished document belongs to the case that ordered it; who collects it has an errand of its own. */
function documents(cases: readonly CaseFile[], dossiers: readonly Dossier[]): StatedSerial[] {
  const serials = new Map(dossiers.map(({ receiptNo, serial }) => [receiptNo, serial]));
  return cases.flatMap(({ item, onCase, foreignRef, stage }) => {
    const serial = onCase === null ? null : (serials.get(onCase) ?? null);
    if (serial === null || (item !== 'collect' && item !== 'idcollect')) return [];
    return [{ serial: `document ${serial}`, caseRef: foreignRef, state: stage === 'produced' ? 'produced' : 'other' }];
  });
}
