import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bootIdSchema, canonicalJson, type CanonicalValue } from '@yimen/contracts/base';
import { decodePayload, evBatchSchema, type EvBatch } from '@yimen/contracts/fleet';
import { ManualClock } from '@yimen/contracts/testing';
import { openJournal, type Journal } from '../journal/index.ts';
import { createLog } from '../platform/logger.ts';
import { createOutbox, openOutboxStore, type Outbox, type OutboxStore } from './index.ts';

const tid = 'SD-DALIANG-01';
const log = createLog('silent');
let folder = '';
let clock: ManualClock;
let journal: Journal;
let store: OutboxStore;
let outbox: Outbox;
let sent: EvBatch[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yimen-outbox-'));
  clock = new ManualClock();
  sent = [];
  start();
});
afterEach(() => {
  stop();
  rmSync(folder, { recursive: true, force: true });
});

function start(): void {
  const opened = openJournal({ folder, tid, epoch: 3, boot: bootIdSchema.parse('b7f3c1d2'), clock });
  const kept = openOutboxStore(folder);
  if (!opened.ok || !kept.ok) throw new Error('the data folder does not open');
  journal = opened.value;
  store = kept.value;
  outbox = createOutbox({ journal, store, clock, log });
}

function stop(): void {
  outbox.stop();
  store.close();
  journal.close();
}

function link(): void {
  outbox.linked({
    linkSession: 812,
    time: () => ({ boot: 'b7f3c1d2', mono: clock.monoMs(), wall: clock.wallMs(), srv: null }),
    send: (payload) => {
      const batch = decodePayload(payload, evBatchSchema);
      if (!batch.ok) throw new Error(batch.error.message);
      expect(Buffer.byteLength(payload)).toBeLessThanOrEqual(64 * 1024);
      sent.push(batch.value);
    },
  });
}

async function sendAll(): Promise<void> {
  await clock.advance(20);
  await outbox.settled();
}

function fill(rows: number): void {
  for (let i = 0; i < rows; i += 50) {
    journal.append(
      Array.from({ length: Math.min(50, rows - i) }, () => ({ kind: 'booted' as const, fields: { reason: 'start' } })),
    );
  }
}

/** The server's own way to check a batch: hashes over the canonical form of what it received. */
function headOf(prev: string, batch: EvBatch): string {
  return batch.events.reduce((head, event) => {
    const bytes = createHash('sha256')
      .update(Buffer.from(head, 'base64url'))
      .update(canonicalJson(event as CanonicalValue));
    return event.kind === 'unreadable' ? String(event['h']) : bytes.digest('base64url');
  }, prev);
}

const genesis = createHash('sha256').update(`yimen-ledger/${tid}/3`).digest('base64url');
const ack = (upTo: number): void => {
  outbox.acked({ v: 1, epoch: 3, upTo, missing: [], quarantined: [], srv: clock.wallMs() });
};

describe('batches', () => {
  it('are chained from genesis, without gaps, at most 100 events each', async () => {
    fill(250);
    link();
    await sendAll();
    let prev = genesis;
    let next = 1;
    for (const batch of sent) {
      expect([batch.from, batch.epoch, batch.linkSession]).toEqual([next, 3, 812]);
      expect(batch.chain).toEqual({ prev, head: headOf(prev, batch) });
      prev = batch.chain.head;
      next += batch.events.length;
    }
    expect(sent.map((batch) => batch.events.length)).toEqual([100, 100, 51]);
  });

  it('stay below 64 KB', async () => {
    const steps = Array.from({ length: 50 }, (_, i) => ({
      step: `step-${i}-${'x'.repeat(30)}`,
      outcome: 'done' as const,
      ms: 1,
    }));
    for (let i = 0; i < 40; i += 1) {
      const done = journal.appendUnchecked([
        {
          kind: 'service-result',
          fields: {
            sessionId: 's7Qk2mVd0aYt',
            service: 'exit.endorse',
            release: 1,
            outcome: 'done',
            reason: null,
            stop: null,
            amountFen: 1,
            chargedFen: 1,
            refundedFen: 0,
            produced: 1,
            handedOver: 1,
            steps,
            receiptId: 'R',
            incident: null,
          },
        },
      ]);
      expect(done.ok).toBe(true);
    }
    link();
    await sendAll();
    expect(sent.length).toBeGreaterThan(1);
    expect(sent.reduce((sum, batch) => sum + batch.events.length, 0)).toBe(41);
  });

  it('go on from the cursor after a restart, with the same chain', async () => {
    fill(250);
    link();
    await sendAll();
    const [, second] = sent;
    ack(100);
    await clock.advance(0);
    stop();
    sent = [];
    start();
    expect(outbox.cursor()).toBe(100);
    expect(outbox.backlog()).toMatchObject({ rows: 151 });
    link();
    await sendAll();
    expect(sent[0]?.from).toBe(101);
    expect(sent[0]?.chain.prev).toBe(second?.chain.prev);
  });

  it('are sent again from the beginning to a fleet that was restored', async () => {
    fill(1200);
    link();
    await sendAll();
    ack(1201);
    await sendAll();
    outbox.unlinked();
    sent = [];
    link();
    ack(0);
    for (let i = 0; i < 200 && outbox.cursor() < 1201; i += 1) {
      await sendAll();
      ack(Math.max(0, ...sent.map((batch) => batch.from + batch.events.length - 1)));
    }
    expect(outbox.cursor()).toBe(1201);
    expect(sent[0]?.chain.prev).toBe(genesis);
    expect(sent.flatMap((batch) => batch.events.map((event) => event.seq))).toEqual(
      Array.from({ length: 1201 }, (_, i) => i + 1),
    );
  });

  it('of a day without a link, 10,000 rows, leave in order and once each, well within five minutes on a slow line', async () => {
    fill(9_999);
    const last = journal.head().seq;
    expect(last).toBe(10_000);
    link();
    outbox.acked({ v: 1, epoch: 3, upTo: 0, missing: [], quarantined: [], srv: clock.wallMs() });
    const begun = clock.monoMs();
    let answered = 0;
    while (outbox.cursor() < last && clock.monoMs() - begun < 300_000) {
      // Satellite or worse: each answer is two seconds away.
      await clock.advance(2_000);
      await outbox.settled();
      const upTo = sent.slice(answered).map(({ from, events }) => from + events.length - 1);
      answered = sent.length;
      for (const to of upTo) ack(to);
      await outbox.settled();
    }
    expect(outbox.cursor()).toBe(last);
    expect(clock.monoMs() - begun).toBeLessThanOrEqual(60_000);
    const seqs = sent.flatMap(({ events }) => events.map(({ seq }) => seq));
    expect(seqs).toEqual(Array.from({ length: last }, (_, i) => i + 1));
  });

  it('tell a row that cannot be trusted as unreadable, with its own hash in the chain', async () => {
    fill(5);
    // The verifier at start refuses a journal that is damaged at its end; one damaged while core runs is told.
    const db = new DatabaseSync(journal.file);
    db.exec("DROP TRIGGER journal_no_update; UPDATE journal SET body = replace(body, 'start', 'other') WHERE j = 3");
    db.close();
    link();
    await sendAll();
    const events = sent[0]?.events ?? [];
    expect(events.map((event) => event.kind)).toEqual([
      'epoch-opened',
      'booted',
      'unreadable',
      'booted',
      'booted',
      'booted',
    ]);
    expect(sent[0]?.chain.head).toBe(sent[0] === undefined ? '' : headOf(genesis, sent[0]));
  });

  it('tell a row that the fleet cannot read as unreadable, in its old place in the chain, after a restart too', async () => {
    fill(5);
    const stored = new Map<number, EvBatch['events'][number]>();
    /** Reads everything but row 3 as it stands, and answers what it could read. */
    const read = (): void => {
      const fits = sent
        .splice(0)
        .filter(({ events }) => !events.some(({ seq, kind }) => seq === 3 && kind === 'booted'));
      for (const event of fits.flatMap(({ events }) => events)) stored.set(event.seq, event);
      if (fits.length === 0) return;
      const upTo = Math.max(...stored.keys());
      const missing = Array.from({ length: upTo }, (_, i) => i + 1).filter((seq) => !stored.has(seq));
      const ranges = missing.map((seq): [number, number] => [seq, seq]);
      outbox.acked({ v: 1, epoch: 3, upTo, missing: ranges, quarantined: [], srv: clock.wallMs() });
    };
    link();
    for (let i = 0; i < 600 && outbox.cursor() < journal.head().seq; i += 1) {
      if (i % 30 === 29) fill(1);
      await clock.advance(1_000);
      await outbox.settled();
      read();
    }
    expect(outbox.cursor()).toBe(journal.head().seq);
    const kinds = [...stored.values()].toSorted((a, b) => a.seq - b.seq).map(({ kind }) => kind);
    expect(kinds.slice(0, 5)).toEqual(['epoch-opened', 'booted', 'unreadable', 'booted', 'booted']);
    stop();
    sent = [];
    start();
    link();
    ack(0);
    await sendAll();
    const again = sent.flatMap(({ events }) => events);
    expect(again[2]).toMatchObject({ seq: 3, kind: 'unreadable' });
    const head = sent.at(-1)?.chain.head;
    expect(head).toBe(sent.reduce(headOf, genesis));
    // The chain over the rows as they stand in the journal is the same one.
    const texts = journal.reader.fleetRows(1, again.length).map(({ body }) => body);
    const chained = texts.reduce(
      (head, text) => createHash('sha256').update(Buffer.from(head, 'base64url')).update(text).digest('base64url'),
      genesis,
    );
    expect(head).toBe(chained);
  });

  it('ignores acks of another epoch', () => {
    fill(5);
    link();
    outbox.acked({ v: 1, epoch: 2, upTo: 5, missing: [], quarantined: [], srv: 0 });
    expect(outbox.cursor()).toBe(0);
  });
});

describe('what is kept beside the journal', () => {
  it('counts links upwards over restarts', () => {
    expect([store.nextLinkSession(), store.nextLinkSession()]).toEqual([
      { ok: true, value: 1 },
      { ok: true, value: 2 },
    ]);
    stop();
    start();
    expect(store.nextLinkSession()).toEqual({ ok: true, value: 3 });
    store.keepReconnectSpread(17);
    expect(store.reconnectSpreadSec()).toBe(17);
  });
});
