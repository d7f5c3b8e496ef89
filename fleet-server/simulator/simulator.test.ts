import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runIngest, type RunningIngest } from '../test/ingest-rig.ts';
import { until } from '../test/wire-terminal.ts';

const TIDS = ['SD-LELIU-01', 'SD-LECONG-01', 'SD-JUNAN-01'];
let dir: string;
let fleet: RunningIngest;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'yimen-light-'));
  fleet = await runIngest(dir, TIDS);
});
afterAll(async () => {
  await fleet.stop();
  rmSync(dir, { recursive: true });
});

interface Running {
  readonly child: ChildProcess;
  readonly ready: Promise<Record<string, unknown>>;
  readonly ended: Promise<number | string | null>;
  readonly lines: string[];
}

function start(config: string | undefined): Running {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, 'main.ts'), ...(config === undefined ? [] : [config])],
    { stdio: ['pipe', 'pipe', 'pipe'] },
  );
  const lines: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => lines.push(chunk.toString()));
  const ready = new Promise<Record<string, unknown>>((resolve) =>
    createInterface({ input: child.stdout }).once('line', (line) =>
      resolve(JSON.parse(line) as Record<string, unknown>),
    ),
  );
  return {
    child,
    ready,
    ended: new Promise((resolve) => child.once('exit', (code, signal) => resolve(signal ?? code))),
    lines,
  };
}

function config(port = fleet.port): string {
  const file = (name: string): string => join(dir, 'trust', name);
  const terminals = TIDS.map((tid) => ({
    tid,
    cert: file(`terminals/${tid}.crt.pem`),
    key: file(`terminals/${tid}.key.pem`),
  }));
  return JSON.stringify({
    mqttUrl: `mqtts://127.0.0.1:${port}`,
    ca: file('ca.crt.pem'),
    terminals,
    pace: 'fast',
    dataDir: join(dir, 'light'),
    seed: 20_170_701,
  });
}

/** Whether a terminal's ledger is whole: every number there, none held, none missing. */
async function isWhole(tid: string): Promise<number> {
  const ledger = await fleet.store.reads.ledger(tid);
  if (ledger === undefined) return 0;
  expect(ledger).toMatchObject({ stored: ledger.upTo, holes: [], quarantined: 0 });
  return ledger.upTo;
}

describe('light terminals', () => {
  it('fill today, go on, survive a kill and say goodbye, and the ledger stays whole', { timeout: 40_000 }, async () => {
    const first = start(config());
    expect(await first.ready).toEqual({ ready: true, terminals: 3, linked: 3 });
    const past = await until(async () => {
      const counts = await Promise.all(TIDS.map(isWhole));
      return counts.every((count) => count > 3) && counts;
    });
    await until(async () => (await isWhole(TIDS[0] ?? '')) > (past[0] ?? 0) + 5);
    await fleet.writeBeats();
    for (const tid of TIDS) {
      const view = await fleet.store.reads.terminal(tid);
      expect(view).toMatchObject({ link: 'up', software: '0.1.0-light (simulated)' });
      expect(['inService', 'degraded']).toContain(view?.state);
      expect(view?.modules.length).toBe(7);
    }
    first.child.kill('SIGKILL');
    await first.ended;
    await until(async () => (await fleet.store.reads.terminals({})).every((view) => view.link === 'down'));
    const killedAt = await Promise.all(TIDS.map(isWhole));

    const second = start(config());
    await second.ready;
    await until(async () =>
      (await Promise.all(TIDS.map(isWhole))).every((count, index) => count > (killedAt[index] ?? 0)),
    );
    second.child.stdin?.end();
    expect(await second.ended).toBe(0);
    await until(async () => (await fleet.store.reads.terminals({})).every((view) => view.link === 'down'));
    for (const tid of TIDS) await isWhole(tid);
    const facts = await fleet.store.alarms.facts({ tids: TIDS });
    expect(facts.ok && facts.value.map((one) => [one.forks, one.holes, one.quarantined])).toEqual(
      TIDS.map(() => [null, null, null]),
    );
  });

  it('are ready without a server, and end on SIGTERM', { timeout: 20_000 }, async () => {
    const alone = start(config(1));
    expect(await alone.ready).toEqual({ ready: true, terminals: 3, linked: 0 });
    alone.child.kill('SIGTERM');
    expect(await alone.ended).toBe(0);
  });

  it.each<[string, string | undefined]>([
    ['no configuration', undefined],
    ['no JSON', '{'],
    ['a plain address', '{"mqttUrl":"mqtt://x","ca":"a","terminals":[],"pace":"fast","dataDir":"d","seed":1}'],
  ])('refuse %s with one sentence and status 2', async (_what, argument) => {
    const wrong = start(argument);
    expect(await wrong.ended).toBe(2);
    expect(wrong.lines.join('')).toMatch(/^[^\n]+ \[WRONG_OPTION\]\n$/u);
  });
});
