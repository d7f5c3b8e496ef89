import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { recountOf } from '../test/ingest-rig.ts';
import { LedgerMaker } from '../test/ledger-maker.ts';
import { openStore, storeAddressOf } from '../store/index.ts';
import { placeIn } from '../test/store-place.ts';
import { usePostgres } from '../test/use-postgres.ts';
import { WireTerminal } from '../test/wire-terminal.ts';

const server = usePostgres();
const TIDS = ['SD-LELIU-01', 'SD-LECONG-01', 'SD-JUNAN-01'];
const EVENTS = 4_000;
const PER_BATCH = 20;
/** What the fleet server may grow by while its database stands still. */
const GROWTH_MB = 64;
let dir: string;
const children: ChildProcess[] = [];

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'yimen-away-'));
});
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(dir, { recursive: true });
});

async function startFleet(): Promise<{ child: ChildProcess; port: number }> {
  const program = join(import.meta.dirname, '../test/ingest-rig.ts');
  const child = spawn(process.execPath, [program, dir, placeIn(dir), ...TIDS], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const line = await new Promise<string>((resolve) => createInterface({ input: child.stdout }).once('line', resolve));
  return { child, port: (JSON.parse(line) as { port: number }).port };
}

/** A process's memory now. */
function memoryMb(child: ChildProcess): number {
  const kb = /VmRSS:\s+(\d+) kB/u.exec(readFileSync(`/proc/${child.pid ?? 0}/status`, 'utf8'))?.[1];
  return Number(kb ?? NaN) / 1_024;
}

/** A terminal as it is meant to be: forgets nothing that was not acknowledged, and dials until all is. */
class Sender {
  readonly #ledger: LedgerMaker;
  port: number;
  acknowledged = 0;
  dials = 0;

  constructor(ledger: LedgerMaker, port: number) {
    this.#ledger = ledger;
    this.port = port;
  }

  async run(until: number): Promise<void> {
    while (this.acknowledged < until) {
      this.dials += 1;
      const terminal = await WireTerminal.connect(dir, this.#ledger.tid, this.port, this.dials).catch(() => undefined);
      if (terminal !== undefined) await this.#pour(terminal, until);
      await wait(100);
    }
  }

  async #pour(terminal: WireTerminal, until: number): Promise<void> {
    const gone = new Promise<void>((resolve) => terminal.client.once('close', () => resolve()));
    for (let from = this.acknowledged + 1; from <= until && terminal.client.connected; from += PER_BATCH * 10) {
      const sending = [];
      for (let at = from; at < from + PER_BATCH * 10 && at <= until; at += PER_BATCH)
        sending.push(terminal.send('ev', this.#ledger.batch(at, at + PER_BATCH - 1)).catch(() => undefined));
      await Promise.race([Promise.all(sending), gone]);
      this.#hear(terminal);
    }
    const deadline = Date.now() + 2_000;
    while (terminal.client.connected && this.acknowledged < until && Date.now() < deadline) {
      await wait(10);
      this.#hear(terminal);
    }
    await terminal.client.endAsync(true);
  }

  #hear(terminal: WireTerminal): void {
    for (const ack of terminal.acks) {
      const whole = ack.missing[0]?.[0] ?? ack.upTo + 1;
      this.acknowledged = Math.max(this.acknowledged, whole - 1);
    }
  }
}

it(
  'R10 a database that restarts, crashes and stands still under load, and a server killed there, lose no acknowledged event and count none twice',
  { timeout: 120_000 },
  async () => {
    const { child, port } = await startFleet();
    const senders = TIDS.map((tid) => {
      const ledger = new LedgerMaker(tid);
      for (let i = 0; i < EVENTS; i += 1) ledger.addService();
      return { ledger, sender: new Sender(ledger, port) };
    });
    const done = Promise.all(senders.map(({ sender }) => sender.run(EVENTS)));
    const reached = async (share: number): Promise<void> => {
      while (senders.some(({ sender }) => sender.acknowledged < EVENTS * share)) await wait(20);
    };
    await reached(0.1);
    await server().stop('fast');
    await server().start();
    await reached(0.35);
    await server().stop('immediate');
    await wait(1_000);
    await server().start();
    await reached(0.6);
    const before = memoryMb(child);
    server().pause();
    await wait(10_000);
    expect(memoryMb(child) - before).toBeLessThan(GROWTH_MB);
    server().resume();
    await reached(0.8);
    // Through all of this the program has never ended; links were cut instead of acknowledged.
    expect(child.exitCode).toBeNull();
    expect(senders.every(({ sender }) => sender.dials >= 2)).toBe(true);
    child.kill('SIGKILL');
    const next = await startFleet();
    for (const { sender } of senders) sender.port = next.port;
    await done;
    next.child.kill('SIGKILL');
    const opened = await openStore(storeAddressOf(placeIn(dir)));
    if (!opened.ok) throw new Error(opened.error.message);
    for (const { ledger } of senders) {
      expect(await opened.value.reads.ledger(ledger.tid)).toMatchObject({
        upTo: EVENTS,
        stored: EVENTS,
        holes: [],
        quarantined: 0,
        head: ledger.hash(EVENTS),
      });
      expect(await recountOf(opened.value, ledger.tid)).toMatchObject({
        balanced: true,
        services: { left: EVENTS, right: EVENTS },
      });
    }
    await opened.value.close();
  },
);
