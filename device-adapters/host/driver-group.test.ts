import { ManualClock } from '@yimen/contracts/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { LIMITS } from '../limits.table.ts';
import type { DriverProcess } from './child-process.ts';
import { DriverGroup } from './driver-group.ts';

/** A process that does what the test says. */
class FakeProcess implements DriverProcess {
  readonly pid: number;
  readonly #ready = Promise.withResolvers<boolean>();
  readonly #ended = Promise.withResolvers<string>();
  readonly ready = this.#ready.promise;
  readonly ended = this.#ended.promise;
  sealingKey: string | undefined;
  /** Devices that it runs; it has none until it is told. */
  runs: readonly string[] = [];
  isStopped = false;
  hasEnded = false;
  /** Does not end when it is asked to. */
  isStuck = false;

  constructor(pid: number) {
    this.pid = pid;
  }

  load(): void {
    this.sealingKey = `key of ${this.pid}`;
    this.#ready.resolve(true);
  }

  end(why: string): void {
    this.hasEnded = true;
    this.#ready.resolve(false);
    this.#ended.resolve(why);
  }

  run(devices: readonly { readonly device: string }[]): void {
    this.runs = devices.map(({ device }) => device);
  }

  send(): boolean {
    return !this.hasEnded;
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    if (!this.isStuck) this.end('status 0');
  }
}

let clock: ManualClock;
let processes: FakeProcess[];
let told: string[];
let group: DriverGroup;

function groupOf(devices: readonly string[], seesCitizens = true): DriverGroup {
  const made = new DriverGroup({
    clock,
    log: (line) => told.push(line),
    seesCitizens,
    readyMs: 5_000,
    startProcess: () => {
      const started = new FakeProcess(processes.length + 1);
      processes.push(started);
      return started;
    },
  });
  for (const device of devices) {
    made.join({
      config: { device, driver: 'any', at: 'tcp:127.0.0.1:9', options: {}, isolate: true },
      onStatus: () => undefined,
      onAnswer: () => undefined,
      onEnded: (why) => told.push(`${device} ended: ${why}`),
      onReplaced: () => told.push(`${device} replaced`),
    });
  }
  return made;
}

function nth(n: number): FakeProcess {
  const one = processes[n - 1];
  if (one === undefined) throw new Error(`no process ${n}`);
  return one;
}

/** A citizen used the reader, and the successor is there. */
async function used(): Promise<void> {
  group.begin(true).end();
  nth(2).load();
  await clock.advance(0);
}

beforeEach(async () => {
  clock = new ManualClock();
  processes = [];
  told = [];
  group = groupOf(['reader', 'printer']);
  group.start();
  group.start();
  nth(1).load();
  await clock.advance(0);
});

const UNSETTLED = { operationId: 'operation-1', isSettled: false };
const SETTLED = { operationId: 'operation-1', isSettled: true };
const REPLACED = ['driver process replaced', 'reader replaced', 'printer replaced'];

describe('a process that drivers share', () => {
  it('starts once, has its devices when it has loaded, and nobody takes its place unused', async () => {
    expect(processes).toHaveLength(1);
    expect(nth(1).runs).toEqual(['reader', 'printer']);
    group.wipe();
    await clock.advance(60_000);
    expect(processes).toHaveLength(1);
    expect(told).toEqual([]);
  });

  it('is replaced when the citizen has gone; the successor was loaded before and touched nothing', async () => {
    await used();
    expect(nth(2).runs).toEqual([]);
    expect(nth(1).hasEnded).toBe(false);
    group.wipe();
    await clock.advance(0);
    expect(nth(1).hasEnded).toBe(true);
    expect(nth(2).runs).toEqual(['reader', 'printer']);
    expect(told).toEqual(REPLACED);
    expect(await group.running()).toBe(true);
    expect(await group.sealingKey()).toBe('key of 2');
    // Not again, as long as nobody uses it.
    group.wipe();
    await clock.advance(60_000);
    expect(processes).toHaveLength(2);
  });

  it('is not replaced while something moves or is asked, but directly afterwards', async () => {
    await used();
    const motion = group.begin();
    group.wipe();
    await clock.advance(30_000);
    expect(nth(1).isStopped).toBe(false);
    motion.end();
    await clock.advance(0);
    expect(told).toEqual(REPLACED);
  });

  it('that may still know how an effect ended is asked for a while, then replaced', async () => {
    await used();
    group.begin().end(UNSETTLED);
    group.wipe();
    await clock.advance(LIMITS.unsettledMs - 1);
    expect(told).toEqual([]);
    await clock.advance(1);
    expect(told).toEqual(REPLACED);
  });

  it('whose last open effect was settled goes at once', async () => {
    await used();
    group.begin().end(UNSETTLED);
    group.wipe();
    group.begin().end(SETTLED);
    await clock.advance(0);
    expect(told).toEqual(REPLACED);
  });

  it('stays for as long as a caller needs to use its key', async () => {
    await used();
    await group.sealingKey();
    group.wipe();
    await clock.advance(LIMITS.sealedWithinMs - 1);
    expect(told).toEqual([]);
    const call = group.begin();
    await clock.advance(10);
    expect(told).toEqual([]);
    call.end();
    await clock.advance(0);
    expect(told).toEqual(REPLACED);
  });

  it('is replaced when a card is taken away that lay there without a session', async () => {
    group.holds('reader', true);
    nth(2).load();
    await clock.advance(0);
    expect(told).toEqual([]);
    group.holds('reader', false);
    await clock.advance(0);
    expect(told).toEqual(REPLACED);
  });

  it('and does not wait for its successor then: nobody is there who has to', async () => {
    group.holds('reader', true);
    group.holds('reader', false);
    await clock.advance(0);
    expect(nth(1).hasEnded).toBe(true);
    nth(2).load();
    await clock.advance(0);
    expect(told).toEqual(REPLACED);
  });

  it('is so, too, when core asked something meanwhile; a session that runs is waited for', async () => {
    group.holds('reader', true);
    nth(2).load();
    group.begin().end(SETTLED);
    group.holds('reader', false);
    await clock.advance(0);
    expect(told).toEqual(REPLACED);
    group.holds('reader', true);
    nth(3).load();
    group.begin(true).end();
    group.holds('reader', false);
    await clock.advance(60_000);
    expect(told).toEqual(REPLACED);
    group.wipe();
    await clock.advance(0);
    expect(told).toEqual([...REPLACED, ...REPLACED]);
  });

  it('is left alone when it sees nothing of a citizen', async () => {
    group = groupOf(['card-unit'], false);
    group.start();
    nth(2).load();
    group.begin().end();
    group.wipe();
    await clock.advance(60_000);
    expect(processes).toHaveLength(2);
    expect(nth(2).isStopped).toBe(false);
  });
});

describe('when something goes wrong with a process', () => {
  it('one that does not end keeps its devices: nobody can be asked until it has', async () => {
    await used();
    nth(1).isStuck = true;
    group.wipe();
    let isRunning: boolean | undefined;
    void group.running().then((isSo) => (isRunning = isSo));
    await clock.advance(LIMITS.childStopMs - 1);
    expect(isRunning).toBeUndefined();
    await clock.advance(1);
    expect(isRunning).toBe(false);
    expect(nth(2).runs).toEqual([]);
    expect(told).toEqual(['driver process does not end']);
    nth(1).end('SIGKILL');
    await clock.advance(0);
    expect(told.slice(1)).toEqual(REPLACED);
    expect(await group.running()).toBe(true);
  });

  it('a successor that does not load does not keep the old one', async () => {
    group.begin().end();
    group.wipe();
    await clock.advance(LIMITS.spareWaitMs - 1);
    expect(nth(1).isStopped).toBe(false);
    await clock.advance(1);
    expect(nth(1).hasEnded).toBe(true);
    expect(told).toEqual([]);
    nth(2).load();
    await clock.advance(0);
    expect(told).toEqual(REPLACED);
  });

  it('a successor that died is made again', async () => {
    group.begin().end();
    nth(2).end('SIGKILL');
    await clock.advance(LIMITS.spareAgainMs);
    expect(told).toEqual(['successor ended']);
    nth(3).load();
    group.wipe();
    await clock.advance(0);
    expect(nth(3).runs).toEqual(['reader', 'printer']);
  });

  it('a process that dies in use: each member is told once, the spare goes, and a new one can be started', async () => {
    await used();
    const motion = group.begin();
    nth(1).end('SIGSEGV');
    await clock.advance(0);
    motion.end();
    expect(told).toEqual(['reader ended: SIGSEGV', 'printer ended: SIGSEGV']);
    expect(nth(2).isStopped).toBe(true);
    expect(await group.running()).toBe(false);
    group.start();
    nth(3).load();
    await clock.advance(0);
    expect(nth(3).runs).toEqual(['reader', 'printer']);
    expect(nth(2).runs).toEqual([]);
  });

  it('a successor that dies while it waits for the devices is a death like any other', async () => {
    await used();
    nth(1).isStuck = true;
    group.wipe();
    await clock.advance(0);
    nth(2).end('SIGKILL');
    nth(1).end('status 0');
    await clock.advance(0);
    expect(told).toEqual(['reader ended: SIGKILL', 'printer ended: SIGKILL']);
    expect(await group.running()).toBe(false);
  });

  it('closed, it ends what runs and what waits', async () => {
    await used();
    await group.close();
    expect(nth(1).isStopped && nth(2).isStopped).toBe(true);
    group.wipe();
    group.start();
    await clock.advance(60_000);
    expect(processes).toHaveLength(2);
  });
});
