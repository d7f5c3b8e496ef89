import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bootIdSchema, operationIdSchema, sessionIdSchema } from '@yimen/contracts/base';
import type { JournalEvent } from '@yimen/contracts/journal';
import { ManualClock } from '@yimen/contracts/testing';
import { openJournal, type Journal } from '@yimen/terminal/core';
import type { JournalBook } from './books.ts';
import { readJournal } from './read-journal.ts';

const SESSION = sessionIdSchema.parse('s7Qk2mVd0aYt');
const OTHER = sessionIdSchema.parse('s7Qk2mVd0aYu');
const operation = (last: string) => operationIdSchema.parse(`01a21de8-e3bf-7b3e-85b9-2ab0faab10e${last}`);
let folder = '';
let journal: Journal;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yimen-fleet-command-'));
  const boot = bootIdSchema.parse('b7f3c1d2');
  const opened = openJournal({ folder, tid: 'SD-DALIANG-01', epoch: 3, boot, clock: new ManualClock() });
  if (!opened.ok) throw new Error(opened.error.message);
  journal = opened.value;
});
afterEach(() => {
  journal.close();
  rmSync(folder, { recursive: true, force: true });
});

function read(): JournalBook {
  const book = readJournal(journal.file);
  if (!book.ok) throw new Error(book.error.message);
  return book.value;
}

const CASE = 'case-0001-random';
const intended = (last: string, verb: string, sessionId = SESSION): JournalEvent => ({
  kind: 'operation-intended',
  fields: { operationId: operation(last), sessionId, step: 'pay', target: 'payment-terminal', verb, retryOf: null },
});
const STOPPED: readonly JournalEvent[] = [
  { kind: 'session-started', fields: { sessionId: SESSION, lang: 'zh-CN', mode: 'standard' } },
  {
    kind: 'case-opened',
    fields: {
      sessionId: SESSION,
      service: 'exit.endorse',
      caseRef: CASE,
      receiptId: 'R7K2-9QXM',
      policyRows: [],
      amountFen: 1_500,
    },
  },
  { kind: 'bill-opened', fields: { sessionId: SESSION, caseRef: CASE, billRef: 'bill-0001-random', amountFen: 1_500 } },
  intended('1', 'charge'),
  {
    kind: 'operation-ended',
    fields: {
      ...{ operationId: operation('1'), sessionId: SESSION, step: 'pay', target: 'payment-terminal', verb: 'charge' },
      ...{ outcome: 'done', fault: null, evidence: '', ms: 1 },
    },
  },
  intended('2', 'printEndorsement'),
  intended('3', 'printReceipt'),
  {
    kind: 'compensation',
    fields: { sessionId: SESSION, caseRef: CASE, amountFen: 1_500, state: 'opened', why: 'paid-not-produced' },
  },
  { kind: 'incident', fields: { number: '5FB-WFY', state: 'opened', stop: 'paid-not-produced' } },
  {
    kind: 'service-result',
    fields: {
      ...{ sessionId: SESSION, service: 'exit.endorse', release: 1, outcome: 'stopped', reason: null },
      ...{ stop: 'paid-not-produced', amountFen: 1_500, chargedFen: 1_500, refundedFen: 0, produced: 0, handedOver: 0 },
      ...{ steps: [], receiptId: 'R7K2-9QXM', incident: '5FB-WFY' },
    },
  },
];
const CLOSED: readonly JournalEvent[] = [
  { kind: 'case-closed', fields: { caseRef: CASE, state: 'confirmed-notDone' } },
  {
    kind: 'session-ended',
    fields: { sessionId: SESSION, how: 'killed', ms: 1, journal: { from: 1, to: 2, head: 'h'.repeat(43) } },
  },
];

describe('readJournal', () => {
  it('reads what a closing needs of a live journal', () => {
    journal.append([...STOPPED, ...CLOSED]);
    expect(read()).toMatchObject({
      tid: 'SD-DALIANG-01',
      epoch: 3,
      damaged: { total: 0, first: [] },
      acknowledgedSeq: null,
      sessions: [{ sessionId: SESSION, isOver: true }],
      cases: [{ sessionId: SESSION, caseRef: CASE, closedAs: 'confirmed-notDone' }],
      bills: [{ sessionId: SESSION, billRef: 'bill-0001-random', amountFen: 1_500 }],
      ends: [{ sessionId: SESSION, outcome: 'stopped', chargedFen: 1_500, incident: '5FB-WFY' }],
      compensations: [{ caseRef: CASE, amountFen: 1_500 }],
      openIncidents: [{ number: '5FB-WFY' }],
      openOperations: [{ operationId: operation('2'), sessionId: SESSION, verb: 'printEndorsement' }],
    });
    expect(read().ends[0]?.seq).toBeGreaterThan(0);
  });

  it('reads what staff gave to its holder, and not what they only carried', () => {
    const moved = (last: string, to: string): JournalEvent => ({
      kind: 'goods-moved',
      fields: { operationId: operation(last), sessionId: SESSION, item: 'card', from: 'custody', to, outcome: 'done' },
    });
    journal.append([...STOPPED, ...CLOSED, moved('8', 'custody')]);
    expect(read().handOuts).toEqual([]);
    journal.append([moved('9', 'holder')]);
    expect(read().handOuts).toMatchObject([{ sessionId: SESSION }]);
  });

  it('F58 of a journal that was cut: what still proves itself is read, numbers before the cut are the old ledger’s', () => {
    journal.append([...STOPPED, ...CLOSED]);
    const whole = read();
    journal.append([{ kind: 'booted', fields: { reason: 'start' } }]);
    const { file } = journal;
    journal.close();
    const db = new DatabaseSync(file);
    db.exec("DROP TRIGGER journal_no_update; UPDATE journal SET body = replace(body, 'zh-CN', 'zh-CM') WHERE j = 2");
    db.close();
    const boot = bootIdSchema.parse('b7f3c1d2');
    const opened = openJournal({ folder, tid: 'SD-DALIANG-01', epoch: 3, boot, clock: new ManualClock() });
    if (!opened.ok) throw new Error(opened.error.message);
    journal = opened.value;
    const cut = read();
    expect(cut).toMatchObject({ epoch: 4, lastSeq: 2, damaged: { total: 0 } });
    expect(cut.ends).toEqual(whole.ends.map((end) => ({ ...end, seq: -end.seq })));
    expect([cut.cases, cut.bills, cut.openOperations]).toEqual([whole.cases, whole.bills, whole.openOperations]);
  });

  it('knows what is still open, and what was closed again', () => {
    journal.append([
      ...STOPPED,
      { kind: 'session-started', fields: { sessionId: OTHER, lang: 'en', mode: 'standard' } },
      {
        kind: 'compensation',
        fields: { sessionId: SESSION, caseRef: CASE, amountFen: 1_500, state: 'closed', why: 'refunded' },
      },
      { kind: 'incident', fields: { number: '5FB-WFY', state: 'closed', stop: 'paid-not-produced' } },
      {
        kind: 'operation-resolved',
        fields: { operationId: operation('2'), outcome: 'done', evidence: '', by: 'staff' },
      },
    ]);
    const book = read();
    expect(book).toMatchObject({ compensations: [], openIncidents: [], openOperations: [] });
    expect([book.cases[0]?.closedAs, ...book.sessions.map(({ isOver }) => isOver)]).toEqual([null, false, false]);
  });

  it('reads the cursor of the outbox beside it, of its own epoch', () => {
    const db = new DatabaseSync(join(folder, 'outbox.sqlite'));
    db.exec('CREATE TABLE cursor (epoch INTEGER PRIMARY KEY, up_to INTEGER NOT NULL, hash TEXT NOT NULL) STRICT');
    db.exec("INSERT INTO cursor VALUES (2, 99, ''), (3, 7, '')");
    db.close();
    expect(read().acknowledgedSeq).toBe(7);
  });

  it('names rows that were changed, and leaves nothing behind beside a journal at rest', () => {
    journal.append(STOPPED);
    journal.close();
    const db = new DatabaseSync(journal.file);
    db.exec(
      'DROP TRIGGER journal_no_update; UPDATE journal SET body = replace(body, \'"chargedFen":1500\', \'"chargedFen":0\')',
    );
    db.close();
    const before = readdirSync(folder);
    const { damaged, ends } = read();
    expect(damaged.total).toBeGreaterThan(0);
    expect(damaged.first[0]).toBeGreaterThan(0);
    expect(ends[0]?.chargedFen).toBe(0);
    expect(readdirSync(folder)).toEqual(before);
  });

  it('says why a file cannot be read', () => {
    const unreadable = readJournal(join(folder, 'none.sqlite'));
    expect(unreadable).toMatchObject({ ok: false, error: { code: 'JOURNAL_UNREADABLE' } });
  });
});
