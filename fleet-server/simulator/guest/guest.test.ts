import { spawn, type ChildProcess } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runIngest, type RunningIngest } from '../../test/ingest-rig.ts';
import { until } from '../../test/wire-terminal.ts';

const GUEST = 'GUEST-01';
const OTHER = 'SD-JUNAN-01';
const EVENTS_OF_A_SERVICE = 4;

let dir: string;
let fleet: RunningIngest;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'yimen-guest-'));
  fleet = await runIngest(dir, [GUEST, OTHER]);
});
afterAll(async () => {
  await fleet.stop();
  rmSync(dir, { recursive: true });
});

interface Ended {
  readonly status: number | string | null;
  readonly line: Record<string, unknown>;
  readonly said: string;
}

function start(args: readonly string[]): { readonly child: ChildProcess; readonly ended: Promise<Ended> } {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, said]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
  const ended = new Promise<Ended>((resolve) =>
    child.once('close', (code, signal) => {
      const text = Buffer.concat(out).toString();
      const line = text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {};
      resolve({ status: signal ?? code, line, said: Buffer.concat(said).toString() + text });
    }),
  );
  return { child, ended };
}

function options(data: string, more: readonly string[] = [], tid = GUEST, port = fleet.port): readonly string[] {
  const file = (name: string): string => join(dir, 'trust', name);
  return [
    ...['--url', `mqtts://127.0.0.1:${port}`, '--ca', file('ca.crt.pem'), '--data', join(dir, data)],
    ...['--cert', file(`terminals/${tid}.crt.pem`), '--key', file(`terminals/${tid}.key.pem`), ...more],
  ];
}

async function stored(tid = GUEST): Promise<unknown> {
  const ledger = await fleet.store.reads.ledger(tid);
  return ledger && [ledger.upTo, ledger.stored, ledger.holes, ledger.quarantined];
}

describe('a terminal by another hand, after the published document', { timeout: 30_000 }, () => {
  it('brings each event into the ledger once, however often it comes back and whenever it is killed', async () => {
    const first = 1 + 250 * EVENTS_OF_A_SERVICE;
    expect(await start(options('guest', ['--services', '250'])).ended).toMatchObject({
      status: 0,
      line: { tid: GUEST, epoch: 1, last: first, acknowledged: first, quarantined: [], why: null },
    });
    expect(await stored()).toEqual([first, first, [], 0]);

    const { repeated } = fleet.counters();
    expect(await start(options('guest', ['--services', '0'])).ended).toMatchObject({ status: 0 });
    expect(fleet.counters().repeated).toBe(repeated);
    expect(await stored()).toEqual([first, first, [], 0]);

    const { inserted } = fleet.counters();
    const killed = start(options('guest', ['--services', '400']));
    await until(() => Promise.resolve(fleet.counters().inserted > inserted));
    killed.child.kill('SIGKILL');
    expect(await killed.ended).toMatchObject({ status: 'SIGKILL' });
    const last = first + 401 * EVENTS_OF_A_SERVICE;
    expect(await start(options('guest', ['--services', '1'])).ended).toMatchObject({
      status: 0,
      line: { last, acknowledged: last },
    });
    expect(await stored()).toEqual([last, last, [], 0]);
    expect(await fleet.store.reads.terminal(GUEST)).toMatchObject({ link: 'down', software: 'guest-1 (none)' });
  });

  it('goes on behind a line that a crash cut off', async () => {
    const first = await start(options('cut', [], OTHER)).ended;
    expect(first).toMatchObject({ status: 0, line: { acknowledged: 5 } });
    appendFileSync(join(dir, 'cut/ledger-1.jsonl'), '{"boot":"half a li');
    expect(await start(options('cut', [], OTHER)).ended).toMatchObject({ status: 0, line: { acknowledged: 9 } });
    expect(await stored(OTHER)).toEqual([9, 9, [], 0]);
  });

  it('says why when nobody is there, and what is missing', async () => {
    expect(await start(options('alone', [], GUEST, 1)).ended).toMatchObject({
      status: 1,
      line: { acknowledged: null, why: expect.stringContaining('ECONNREFUSED') as string },
    });
    for (const [args, word] of [
      [[], '--url is missing'],
      [options('wrong', ['--services', 'many']), 'whole numbers'],
      [options('wrong', ['--often', '1']), '--often'],
      [[...options('wrong'), '--key', '/nowhere'], '/nowhere'],
    ] as const) {
      const { status, said } = await start(args).ended;
      expect([status, said]).toEqual([2, expect.stringContaining(word)]);
    }
    expect((await start(['--help']).ended).said).toContain('--within');
  });
});
