import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pastEventSchema, type PastEvent } from '@yimen/contracts/terminal';
import { verifyJournal } from '@yimen/terminal/core';

/** What stands in every store when a session is over, for the invariants alone. */
export interface Evidence {
  /** The terminal's journal, whole. */
  readonly rows: readonly PastEvent[];
  /** What the journal's own verifier says, empty when it holds. */
  readonly journalFindings: readonly string[];
  readonly gateway: readonly GatewayOperation[];
  readonly offices: Offices;
  readonly bench: BenchView;
  /** Serials that the bench began with, by device. */
  readonly firstSerials: Readonly<Record<string, readonly string[]>>;
  readonly acknowledgedSeq: number;
  /** Rows of this terminal that the fleet holds, and the highest of their numbers. */
  readonly fleet: { readonly rows: number; readonly lastSeq: number };
}

/** An operation as the gateway keeps it: references and facts, nothing personal. */
export interface GatewayOperation {
  readonly kind: string;
  readonly outcome: string | null;
  readonly isOpen: boolean;
  readonly caseRef: string | null;
  readonly billRef: string | null;
  readonly facts: Readonly<Record<string, unknown>>;
}

export interface Offices {
  readonly bills: readonly { readonly foreignRef: string; readonly state: string; readonly amountFen: number }[];
  readonly extras: readonly unknown[];
  readonly totals: {
    readonly held: number;
    readonly captured: number;
    readonly refunded: number;
    readonly owed: number;
    readonly balanced: boolean;
  };
  readonly blanks: readonly { readonly form: string; readonly stock: number; readonly next: string | null }[];
}

export interface BenchView {
  readonly card: { readonly thing: string; readonly place: string } | null;
  readonly devices: Readonly<Record<string, { readonly state: Readonly<Record<string, unknown>> }>>;
}

export interface TerminalStatus {
  readonly state: string;
  readonly why: string | null;
  readonly sessionActive: boolean;
  readonly session: unknown;
  readonly acknowledgedSeq: number;
  readonly outboxRows: number;
  readonly recovery: { readonly state: string; readonly incident: string | null };
}

export function readJournal(dataDir: string, from = 0): PastEvent[] {
  return reading(join(dataDir, 'core', 'journal.sqlite'), (db) =>
    db
      .prepare('SELECT body FROM journal WHERE j > ? ORDER BY j')
      .all(from)
      .map((row) => pastEventSchema.parse(JSON.parse(String(row['body'])))),
  );
}

export function journalFindings(dataDir: string): readonly string[] {
  const verified = verifyJournal(join(dataDir, 'core', 'journal.sqlite'));
  if (!verified.ok) return [verified.error.message];
  return verified.value.findings.map(({ code, j, what }) => `row ${j}: ${what} [${code}]`);
}

export function readGateway(dataDir: string): GatewayOperation[] {
  return reading(join(dataDir, 'fleet', 'fleet.sqlite'), (db) =>
    db
      .prepare('SELECT kind, outcome, settled_at, case_ref, bill_ref, answer FROM operation ORDER BY created_at')
      .all()
      .map((row) => ({
        kind: String(row['kind']),
        outcome: textOrNull(row['outcome']),
        isOpen: row['settled_at'] === null,
        caseRef: textOrNull(row['case_ref']),
        billRef: textOrNull(row['bill_ref']),
        facts: factsOf(row['answer']),
      })),
  );
}

export function readFleet(dataDir: string, tid: string): Evidence['fleet'] {
  return reading(join(dataDir, 'fleet', 'fleet.sqlite'), (db) => {
    const row = db.prepare('SELECT count(*) AS n, coalesce(max(seq), 0) AS last FROM event WHERE tid = ?').get(tid);
    return { rows: Number(row?.['n'] ?? 0), lastSeq: Number(row?.['last'] ?? 0) };
  });
}

/** The number that the fleet gave a row, if it is one for the fleet. */
export function seqOf(row: PastEvent): number | null {
  const seq = row['seq'];
  return typeof seq === 'number' ? seq : null;
}

/** Serials in the units of a device, unit by unit. */
export function serialsIn(bench: BenchView, device: string): readonly { unit: string; serial: string }[] {
  const units = bench.devices[device]?.state['units'] ?? {};
  return Object.entries(units as Record<string, { serials?: string[] }>).flatMap(([unit, { serials }]) =>
    (serials ?? []).map((serial) => ({ unit, serial })),
  );
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function factsOf(answer: unknown): Readonly<Record<string, unknown>> {
  if (typeof answer !== 'string') return {};
  const { facts } = JSON.parse(answer) as { facts?: Record<string, unknown> };
  return facts ?? {};
}

function reading<T>(file: string, fn: (db: DatabaseSync) => T): T {
  const db = new DatabaseSync(file, { readOnly: true, timeout: 5_000 });
  try {
    return fn(db);
  } finally {
    db.close();
  }
}
