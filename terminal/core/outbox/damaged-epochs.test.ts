import { mkdtempSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bootIdSchema } from '@yimen/contracts/base';
import { decodePayload, evBatchSchema, type EvBatch } from '@yimen/contracts/fleet';
import { ManualClock } from '@yimen/contracts/testing';
import { openJournal, type Journal } from '../journal/index.ts';
import { createLog } from '../platform/logger.ts';
import { createOutbox, openOutboxStore, type Outbox, type OutboxStore } from './index.ts';

const log = createLog('silent');
let folder = '';
let clock: ManualClock;
let journal: Journal;
let store: OutboxStore;
let outbox: Outbox;
let sent: EvBatch[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yimen-epochs-'));
  clock = new ManualClock();
  start();
  // Numbers 1 to 10 of epoch 1.
  journal.append(Array.from({ length: 9 }, () => ({ kind: 'booted' as const, fields: { reason: 'start' } })));
});
afterEach(() => {
  stop();
  rmSync(folder, { recursive: true, force: true });
});

function start(): void {
  const kept = openOutboxStore(folder);
  if (!kept.ok) throw new Error(kept.error.message);
  store = kept.value;
  const boot = bootIdSchema.parse('b7f3c1d2');
  const opened = openJournal({ folder, tid: 'SD-DALIANG-01', epoch: 1, boot, clock, confirmed: store.confirmed() });
  if (!opened.ok) throw new Error(opened.error.message);
  journal = opened.value;
  outbox = createOutbox({ journal, store, clock, log });
  sent = [];
  outbox.linked({
    linkSession: 1,
    time: () => ({ boot: 'b7f3c1d2', mono: clock.monoMs(), wall: clock.wallMs(), srv: null }),
    send: (payload) => {
      const batch = decodePayload(payload, evBatchSchema);
      if (!batch.ok) throw new Error(batch.error.message);
      sent.push(batch.value);
    },
  });
}

function stop(): void {
  outbox.stop();
  store.close();
  journal.close();
}

/** Core ends, a row of its journal is damaged, core starts again. */
function damage(j: number): void {
  const { file } = journal;
  stop();
  const db = new DatabaseSync(file);
  db.exec(`DROP TRIGGER journal_no_update; UPDATE journal SET body = replace(body, 'start', 'stbrt') WHERE j = ${j}`);
  db.close();
  start();
}

async function acked(epoch: number, upTo: number): Promise<void> {
  outbox.acked({ v: 1, epoch, upTo, missing: [], quarantined: [], srv: clock.wallMs() });
  await settle();
}

async function settle(): Promise<void> {
  await clock.advance(20);
  await outbox.settled();
  await new Promise((resolve) => setImmediate(resolve));
}

/** `epoch: first-last` of each batch. */
const batches = (): string[] => sent.map(({ epoch, from, events }) => `${epoch}: ${from}-${from + events.length - 1}`);

describe('F58 a journal that was cut', () => {
  it('F58 sends what is left of the epoch before the cut, and only then the next', async () => {
    await settle();
    await acked(1, 3);
    damage(7);
    expect(journal.cut).toMatchObject({ keptJ: 6, epoch: 2 });
    await settle();
    expect(batches()).toEqual(['1: 4-6']);
    expect(outbox.backlog().rows).toBe(5);
    await acked(1, 6);
    expect(batches()).toEqual(['1: 4-6', '2: 1-2']);
    await acked(2, 2);
    expect([outbox.backlog().rows, outbox.cursor()]).toEqual([0, 2]);
  });

  it('F58 of which the fleet has rows that are cut here does not send the kept ones again', async () => {
    await settle();
    await acked(1, 10);
    damage(7);
    await settle();
    expect(batches()).toEqual(['2: 1-2']);
    await acked(2, 2);
    journal.append([{ kind: 'booted', fields: { reason: 'start' } }]);
    await settle();
    expect(batches().at(-1)).toBe('2: 3-3');
  });

  it('F58 an ack of the earlier epoch that comes late moves nothing of the new one', async () => {
    await settle();
    await acked(1, 10);
    damage(7);
    await settle();
    await acked(1, 10);
    expect(outbox.backlog().rows).toBe(2);
  });

  it('F58 a fleet that has more than the journal: remembered, and the next start cuts it in a new epoch', async () => {
    await settle();
    await acked(1, 14);
    stop();
    start();
    expect(journal.cut).toMatchObject({ finding: { j: 11, code: 'JOURNAL_GAP' }, keptJ: 10, epoch: 2 });
    await settle();
    expect(batches()).toEqual(['2: 1-2']);
  });
});
