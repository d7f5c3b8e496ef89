import { randomBytes } from 'node:crypto';
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import {
  bootIdSchema,
  newOperationId,
  randomId,
  sessionIdSchema,
  type OperationId,
  type RandomBytes,
} from '@yimen/contracts/base';
import type { JournalEvent } from '@yimen/contracts/journal';
import { lastOperationStore, openJournal, openOutboxStore, type Journal } from '@yimen/terminal/core';
import { systemClock } from '@yimen/terminal/ipc';
import { RIG_TID } from './look-again.ts';
import { writerStartSchema, type WriterLine } from './writer-lines.ts';

// Writes the product's journal, its outbox cursor and its last operation as core does, in a process of its own, until
// somebody ends it. Only what the product has acknowledged is told.

/** After a refusal: long enough for whoever listens to act, short enough for many. */
const AFTER_NO_MS = 10;
/** What was kept beside the journal is for an answer that goes out next; nothing is written while that is under way. */
const ANSWER_MS = 15;
const random: RandomBytes = (n) => new Uint8Array(randomBytes(n));
const clock = systemClock();
const SESSION = sessionIdSchema.parse(randomId(random, 12));
const start = writerStartSchema.parse(JSON.parse(process.argv[2] ?? 'null'));

// Straight to the descriptor: what was told is in the pipe before the next thing is done, whatever ends this process.
const tell = (line: WriterLine): void => void writeSync(1, `${JSON.stringify(line)}\n`);

if (start.weakened !== 'nothing') weaken(start.weakened);
const opened = openJournal({
  folder: start.folder,
  tid: RIG_TID,
  epoch: 1,
  boot: bootIdSchema.parse(randomId(random, 10)),
  clock,
});
if (!opened.ok) leave(opened.error);
const store = openOutboxStore(start.folder);
if (!store.ok) leave(store.error);
const last = lastOperationStore(start.folder);
await work(opened.value);

async function work(journal: Journal): Promise<void> {
  const link = store.ok ? store.value.nextLinkSession() : undefined;
  const { j, seq, hash } = journal.head();
  tell({
    say: 'open',
    j,
    seq,
    hash,
    upTo: store.ok ? (store.value.cursor(1)?.upTo ?? 0) : 0,
    link: link?.ok === true ? link.value : 0,
    last: last.read()?.operationId ?? null,
  });
  await told();
  if (link?.ok === false) tell({ say: 'no', what: 'link', code: link.error.code });
  if (link?.ok === true) tell({ say: 'link', link: link.value });
  append(journal, [{ kind: 'booted', fields: { reason: 'start' } }]);
  for (let n = 0; start.transactions === null || n < start.transactions; n += 1) {
    const isBeside = n % 16 === 15;
    const went = isBeside ? keepBeside(journal) : append(journal, session(n));
    // At least a turn of the event loop, as in core, where other work is waiting for it.
    await wait(went ? (isBeside ? ANSWER_MS : 0) : AFTER_NO_MS);
  }
  tell({ say: 'end', j: journal.head().j });
  journal.close();
  if (store.ok) store.value.close();
  // Whoever may say "go" still holds the other end of our stdin.
  process.exit(0);
}

function append(journal: Journal, events: readonly JournalEvent[]): boolean {
  const written = journal.append(events);
  if (written.ok) tell({ say: 'rows', rows: written.value.map((row) => [row.j, row.hash]) });
  else tell({ say: 'no', what: 'rows', code: written.error.code });
  return written.ok;
}

/** What core keeps beside the journal after an exchange with the fleet or an office. */
function keepBeside(journal: Journal): boolean {
  const { seq, hash } = journal.head();
  const kept = store.ok ? store.value.keepCursor(1, { upTo: seq, hash }) : undefined;
  if (kept?.ok === true) tell({ say: 'cursor', upTo: seq });
  if (kept?.ok === false) tell({ say: 'no', what: 'cursor', code: kept.error.code });
  const operationId = newOperationId(clock.wallMs(), random);
  const counts = { produced: 1, handedOver: 1, retained: 0 };
  const done = last.keep({ operationId, outcome: 'done', evidence: 'taken', counts });
  if (done.ok) tell({ say: 'last', operationId });
  else tell({ say: 'no', what: 'last', code: done.error.code });
  return kept?.ok === true && done.ok;
}

/** One transaction of a session, by its number: effects, goods, money, steps, results, in turn and in batches as core has. */
function session(n: number): readonly JournalEvent[] {
  const operationId = newOperationId(clock.wallMs(), random);
  const at = { operationId, sessionId: SESSION, step: 'hand-over', target: 'card-unit', verb: 'present' } as const;
  const batches: readonly (readonly JournalEvent[])[] = [
    [{ kind: 'operation-intended', fields: { ...at, retryOf: null } }],
    [
      { kind: 'operation-ended', fields: { ...at, outcome: 'done', fault: null, evidence: 'exit sensor', ms: 812 } },
      goods(operationId),
      money(operationId),
    ],
    [
      { kind: 'step-ended', fields: { sessionId: SESSION, step: 'hand-over', outcome: 'done', ms: 900, code: null } },
      { kind: 'step-started', fields: { sessionId: SESSION, step: 'receipt' } },
    ],
    [result()],
  ];
  return batches[n % batches.length] ?? [];
}

function goods(operationId: OperationId): JournalEvent {
  const fields = { operationId, sessionId: SESSION, item: 'card', from: 'cardUnit', to: 'citizen', outcome: 'done' };
  return { kind: 'goods-moved', fields: { ...fields, item: 'card', outcome: 'done' } };
}

function money(operationId: OperationId): JournalEvent {
  const fields = { operationId, sessionId: SESSION, channel: 'scan', amountFen: 1_500 };
  return { kind: 'money-moved', fields: { ...fields, direction: 'charge', outcome: 'done' } };
}

function result(): JournalEvent {
  const steps = ['read-card', 'approve', 'pay', 'produce', 'hand-over'].map((step) => ({
    step,
    outcome: 'done' as const,
    ms: 1_000,
  }));
  const sums = { amountFen: 1_500, chargedFen: 1_500, refundedFen: 0, produced: 1, handedOver: 1 };
  const about = { sessionId: SESSION, service: 'exit.endorse', release: 1, receiptId: 'R7K2-9QXM' };
  return {
    kind: 'service-result',
    fields: { ...about, ...sums, outcome: 'done', reason: null, stop: null, steps, incident: null },
  };
}

/** The controls. The product has no switch for this: SQLite's own `exec` is wrapped here, in a program that no production
 *  entry can reach. */
function weaken(what: 'sync' | 'commit-errors'): void {
  const exec = Object.getOwnPropertyDescriptor(DatabaseSync.prototype, 'exec')?.value as (
    this: DatabaseSync,
    sql: string,
  ) => void;
  DatabaseSync.prototype.exec = function (this: DatabaseSync, sql: string): void {
    if (what === 'sync') {
      exec.call(this, sql.replace('synchronous=FULL', 'synchronous=NORMAL'));
      return;
    }
    try {
      exec.call(this, sql);
    } catch (error) {
      if (sql !== 'COMMIT') throw error;
    }
  };
}

function told(): Promise<void> {
  return new Promise((resolve) => {
    const lines = createInterface({ input: process.stdin });
    lines.once('line', () => {
      lines.close();
      process.stdin.pause();
      resolve();
    });
  });
}

function leave(fault: { readonly code: string; readonly message: string }): never {
  tell({ say: 'refused', code: fault.code, why: fault.message });
  process.exit(3);
}
