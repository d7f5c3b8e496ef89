import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { recountOf, runIngest } from '../test/ingest-rig.ts';
import { LedgerMaker } from '../test/ledger-maker.ts';
import { placeIn } from '../test/store-place.ts';
import { until, WireTerminal } from '../test/wire-terminal.ts';

const TIDS = ['SD-LELIU-01', 'SD-LECONG-01', 'SD-JUNAN-01', 'SD-XINGTAN-01'];
const EVENTS = 3_000;
const PER_BATCH = 10;
let dir: string;
const children: ChildProcess[] = [];

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'yimen-killed-'));
});
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(dir, { recursive: true });
});

async function startProcess(): Promise<{ child: ChildProcess; port: number }> {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, '../test/ingest-rig.ts'), dir, placeIn(dir), ...TIDS],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  children.push(child);
  const line = await new Promise<string>((resolve) => createInterface({ input: child.stdout }).once('line', resolve));
  return { child, port: (JSON.parse(line) as { port: number }).port };
}

/** Sends batch after batch until the link ends; what is in flight when it ends stays unacknowledged. */
async function pour(terminal: WireTerminal, ledger: LedgerMaker): Promise<void> {
  const sending: Promise<unknown>[] = [];
  for (let from = 1; from < EVENTS && terminal.client.connected; from += PER_BATCH) {
    sending.push(terminal.send('ev', ledger.batch(from, from + PER_BATCH - 1)).catch(() => undefined));
    if (sending.length % 40 === 0)
      await Promise.race([
        Promise.all(sending),
        new Promise<void>((resolve) => terminal.client.once('close', () => resolve())),
      ]);
  }
}

it('a server killed under load has every event it acknowledged, and none twice', { timeout: 60_000 }, async () => {
  const ledgers = TIDS.map((tid) => {
    const ledger = new LedgerMaker(tid);
    for (let i = 0; i < EVENTS; i += 1) ledger.addService();
    return ledger;
  });
  const { child, port } = await startProcess();
  const terminals = await Promise.all(TIDS.map((tid) => WireTerminal.connect(dir, tid, port)));
  const pouring = terminals.map((terminal, index) => pour(terminal, ledgers[index] ?? new LedgerMaker('NONE-00')));
  await until(() => terminals.every((terminal) => (terminal.acks.at(-1)?.upTo ?? 0) >= 3 * PER_BATCH));
  child.kill('SIGKILL');
  await Promise.all(terminals.map((terminal) => until(() => !terminal.client.connected)));
  await Promise.all(pouring);
  const acknowledged = terminals.map((terminal) => Math.max(...terminal.acks.map((ack) => ack.upTo)));
  expect(acknowledged.some((upTo) => upTo < EVENTS)).toBe(true);

  const fleet = await runIngest(dir, TIDS);
  try {
    for (const [index, tid] of TIDS.entries()) {
      const kept = await fleet.store.reads.ledger(tid);
      expect(kept?.upTo).toBeGreaterThanOrEqual(acknowledged[index] ?? Infinity);
      expect(kept).toMatchObject({ holes: [], quarantined: 0, head: ledgers[index]?.hash(kept?.upTo ?? 0) });
    }
    // Everything again, as a terminal does that was never answered.
    for (const [index, tid] of TIDS.entries()) {
      const terminal = await WireTerminal.connect(dir, tid, fleet.port, 2);
      for (let from = 1; from < EVENTS; from += 100)
        await terminal.send('ev', ledgers[index]?.batch(from, from + 99) ?? '');
      const ledger = await fleet.store.reads.ledger(tid);
      expect(ledger).toMatchObject({
        upTo: EVENTS,
        stored: EVENTS,
        holes: [],
        quarantined: 0,
        head: ledgers[index]?.hash(EVENTS),
      });
      expect(await recountOf(fleet.store, tid)).toMatchObject({
        balanced: true,
        services: { left: EVENTS, right: EVENTS },
      });
    }
  } finally {
    await fleet.stop();
  }
});
