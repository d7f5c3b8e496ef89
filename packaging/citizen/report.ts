import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { pastEventSchema, type PastEvent } from '@yimen/contracts/terminal';

/** One document for `npm run citizen -- … --json` (commands contract), read from the terminal's own journal. */
export interface CitizenReport {
  readonly service: string;
  readonly outcome: 'done' | 'refused' | 'stopped' | 'abandoned';
  readonly reason?: string;
  readonly state?: string;
  readonly sessionId: string;
  readonly receiptId: string;
  readonly incident: string | null;
  readonly steps: readonly { readonly step: string; readonly outcome: string; readonly ms: number }[];
  readonly feeFen: number;
  readonly charged: number;
  readonly refunded: number;
  readonly produced: number;
  readonly handedOver: number;
  readonly journal: { readonly from: number; readonly to: number };
  readonly fleet: { readonly acknowledged: boolean; readonly afterMs: number | null };
}

const resultSchema = pastEventSchema.extend({
  seq: z.int(),
  sessionId: z.string(),
  service: z.string(),
  outcome: z.enum(['done', 'refused', 'stopped', 'abandoned']),
  reason: z.string().nullable(),
  stop: z.string().nullable(),
  amountFen: z.int(),
  chargedFen: z.int(),
  refundedFen: z.int(),
  produced: z.int(),
  handedOver: z.int(),
  steps: z.array(z.object({ step: z.string(), outcome: z.string(), ms: z.int() })),
  receiptId: z.string(),
  incident: z.string().nullable(),
});

/** Last number of the journal now. */
export function journalEnd(file: string): number {
  return read(file, (db) => Number(db.prepare('SELECT coalesce(max(j), 0) AS j FROM journal').get()?.['j'] ?? 0));
}

/** What the session after row `from` came to, once its result stands and the fleet has it. `undefined`: no service ended. */
export async function reportAfter(
  file: string,
  from: number,
  ackedSeq: () => Promise<number>,
): Promise<CitizenReport | undefined> {
  const rows = await settledRows(file, from);
  const results = rows.filter((row) => row.kind === 'service-result').map((row) => resultSchema.parse(row));
  const result = results.at(-1);
  if (result === undefined) return undefined;
  const own = rows.filter((row) => row['sessionId'] === result.sessionId);
  const fleet = await acknowledged(result.seq, result.wall, ackedSeq);
  const { service, outcome, sessionId, receiptId, incident, steps, amountFen, produced, handedOver } = result;
  return {
    service,
    outcome,
    ...(outcome === 'refused' ? { reason: result.reason ?? '' } : {}),
    ...(outcome === 'stopped' ? { state: result.stop ?? '' } : {}),
    sessionId,
    receiptId,
    incident,
    steps,
    feeFen: amountFen,
    charged: chargesOf(rows, result.chargedFen),
    refunded: result.refundedFen > 0 ? 1 : 0,
    produced,
    handedOver,
    journal: { from: own[0]?.j ?? result.j, to: own.at(-1)?.j ?? result.j },
    fleet,
  };
}

/** How many charges really took money: never read off the amount alone, so that a second charge would show. */
function chargesOf(rows: readonly PastEvent[], chargedFen: number): number {
  const proved = rows.filter(
    (row) => row.kind === 'money-moved' && row['direction'] === 'charge' && row['outcome'] === 'done',
  ).length;
  return proved > 0 ? proved : chargedFen > 0 ? 1 : 0;
}

/** Waits until the session has its end in the journal: a recovery may be at work. */
async function settledRows(file: string, from: number): Promise<PastEvent[]> {
  for (let tries = 0; tries < 300; tries += 1) {
    const rows = rowsAfter(file, from);
    const started = rows.find((row) => row.kind === 'session-started');
    const ended = rows.some((row) => row.kind === 'session-ended' && row['sessionId'] === started?.['sessionId']);
    if (started === undefined ? tries > 20 : ended) return rows;
    await wait(200);
  }
  return rowsAfter(file, from);
}

async function acknowledged(
  seq: number,
  wall: number,
  ackedSeq: () => Promise<number>,
): Promise<CitizenReport['fleet']> {
  for (let tries = 0; tries < 100; tries += 1) {
    if ((await ackedSeq()) >= seq) return { acknowledged: true, afterMs: Math.max(0, Date.now() - wall) };
    await wait(100);
  }
  return { acknowledged: false, afterMs: null };
}

function rowsAfter(file: string, from: number): PastEvent[] {
  return read(file, (db) =>
    db
      .prepare('SELECT body FROM journal WHERE j > ? ORDER BY j')
      .all(from)
      .map((row) => pastEventSchema.parse(JSON.parse(String(row['body'])))),
  );
}

function read<T>(file: string, fn: (db: DatabaseSync) => T): T {
  const db = new DatabaseSync(file, { readOnly: true, timeout: 5_000 });
  try {
    return fn(db);
  } finally {
    db.close();
  }
}
