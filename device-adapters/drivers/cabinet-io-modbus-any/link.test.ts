import { concatBytes } from '@yimen/contracts/base';
import { ManualClock } from '@yimen/contracts/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { runFor, runUntil } from '../../testing/run-until.ts';
import { CABINET_LIMITS } from './limits.table.ts';
import { ModbusLink, type Exchange, type LinkOptions } from './link.ts';
import { readRequest, writeRegisterRequest, type RawRequest } from './protocol.ts';
import { framed, ScriptedBoard } from './testing/scripted-board.ts';

const INPUTS = readRequest(2, 0, 16);
const LATCH = readRequest(3, 0, 1);
const AT_REST = framed(1, 2, 2, 0x1f, 0xf2);

const links: { link: ModbusLink; clock: ManualClock }[] = [];

/** A link whose line is open. */
async function rig(options: Partial<LinkOptions> = {}, clock = new ManualClock()) {
  const board = new ScriptedBoard();
  const lost: string[] = [];
  const link = new ModbusLink({
    open: board.open,
    clock,
    log: { debug: () => undefined },
    onLost: (detail) => lost.push(detail),
    ...options,
  });
  links.push({ link, clock });
  await link.up(1_000);
  const ask = <T>(request: RawRequest<T>, ms = 10_000): Promise<Exchange<T>> =>
    link.exchange(1, request, { endMs: clock.monoMs() + ms });
  const run = <T>(promise: Promise<T>): Promise<T> => runUntil(clock, promise, 60_000, 1);
  return { board, clock, lost, link, ask, run };
}

afterEach(async () => {
  for (const { link, clock } of links.splice(0)) await runUntil(clock, link.close());
});

describe('one request at a time', () => {
  it('three at once go out one after the other, each with its own answer', async () => {
    const { board, ask, run } = await rig();
    const answers = await run(Promise.all([ask(INPUTS), ask(LATCH), ask(writeRegisterRequest(16, 1))]));
    expect(answers.map(({ seen }) => seen)).toEqual(['answer', 'answer', 'answer']);
    expect(answers[1]).toEqual({ seen: 'answer', answer: { is: 'value', value: [0] } });
    expect(board.heard).toEqual(['2 0/16', '3 0/1', '16 16=1']);
    expect(board.overlaps).toBe(0);
  });

  it('the next one waits for the silence after a missing answer', async () => {
    const { board, clock, ask, run } = await rig();
    const began = clock.monoMs();
    board.on('2 0/16', undefined);
    const moments: number[] = [];
    board.onRequest = () => moments.push(clock.monoMs());
    const [missing, next] = await run(Promise.all([ask(INPUTS), ask(LATCH)]));
    expect(missing).toMatchObject({ seen: 'silence', isWhole: true, fault: { code: 'timeOut' } });
    expect(next.seen).toBe('answer');
    expect((moments[1] ?? 0) - began).toBeGreaterThanOrEqual(CABINET_LIMITS.answerMs + CABINET_LIMITS.lateMs);
  });

  it('more than can wait are not sent', async () => {
    const { board, ask, run } = await rig();
    const all = await run(Promise.all(Array.from({ length: 20 }, () => ask(LATCH))));
    const unsent = all.filter(({ seen }) => seen === 'unsent');
    expect(unsent.length).toBeGreaterThan(0);
    expect(unsent[0]).toMatchObject({ fault: { code: 'deviceBusy' } });
    expect(board.heard).toHaveLength(20 - unsent.length);
  });
});

describe('whose answer it is', () => {
  it('a late one goes to no one and is counted, though the next request could take it', async () => {
    const { board, clock, ask, run, link } = await rig();
    board.on('2 0/16', undefined, 'own');
    const first = run(ask(INPUTS));
    await first;
    clock.after(CABINET_LIMITS.lateMs - 50, () => board.say(framed(1, 2, 2, 0, 0)));
    const second = await run(ask(INPUTS));
    expect(second).toMatchObject({
      seen: 'answer',
      answer: { value: [1, 1, 1, 1, 1, 0, 0, 0, 0, 1, 0, 0, 1, 1, 1, 1] },
    });
    expect(link.counters.lateAnswers).toBe(1);
  });

  it('one that comes twice is one answer and one late answer', async () => {
    const { board, ask, run, link } = await rig();
    board.on('2 0/16', concatBytes(AT_REST, AT_REST));
    expect((await run(ask(INPUTS))).seen).toBe('answer');
    expect((await run(ask(LATCH))).seen).toBe('answer');
    expect(link.counters.lateAnswers).toBe(1);
  });

  it('another unit’s, another function’s, and a frame of noise are counted and wait for nothing', async () => {
    const { board, clock, ask, run, link } = await rig();
    board.on('2 0/16', concatBytes(framed(2, 2, 2, 0, 0), framed(1, 1, 2, 0, 0), Uint8Array.of(0xff), AT_REST));
    const began = clock.monoMs();
    expect(await run(ask(INPUTS))).toMatchObject({ seen: 'answer', answer: { is: 'value' } });
    expect(clock.monoMs() - began).toBeLessThan(CABINET_LIMITS.gapMs);
    expect(link.counters).toEqual({ lateAnswers: 2, discardedBytes: 1 });
  });

  it('what was begun before a request does not hold its answer back', async () => {
    const { board, clock, ask, run } = await rig();
    // The front of a long frame, right behind a whole one.
    board.on('2 0/16', concatBytes(AT_REST, Uint8Array.of(1, 3, 0xfa)));
    await run(ask(INPUTS));
    const began = clock.monoMs();
    expect((await run(ask(LATCH))).seen).toBe('answer');
    expect(clock.monoMs() - began).toBeLessThan(CABINET_LIMITS.gapMs / 2);
  });

  it('an answer in pieces is whole as long as no gap is too long', async () => {
    const { board, clock, ask, run, link } = await rig();
    const inPieces = (gapMs: number): Promise<Exchange<unknown>> => {
      board.on('2 0/16', undefined);
      board.onRequest = () => {
        for (const [at, byte] of AT_REST.entries()) clock.after(1 + at * gapMs, () => board.say(Uint8Array.of(byte)));
      };
      return run(ask(INPUTS));
    };
    expect((await inPieces(CABINET_LIMITS.gapMs - 5)).seen).toBe('answer');
    expect(link.counters.discardedBytes).toBe(0);
    expect((await inPieces(CABINET_LIMITS.gapMs + 5)).seen).toBe('silence');
    expect(link.counters.discardedBytes).toBe(AT_REST.length);
  });
});

/** As real timers: they may fire a fraction of a millisecond early. */
class EarlyClock extends ManualClock {
  override after(ms: number, fn: () => void): () => void {
    return super.after(Math.max(0.1, ms - 0.4), fn);
  }
}

describe('time and loss', () => {
  it('a timer that fires a little early is no lack of time, and shortens no silence', async () => {
    const clock = new EarlyClock();
    const { board, ask } = await rig({ clock }, clock);
    const moments: number[] = [];
    board.onRequest = () => moments.push(clock.monoMs());
    for (let n = 0; n < 3; n += 1) expect((await runUntil(clock, ask(INPUTS), 60_000, 0.1)).seen).toBe('answer');
    expect((moments[1] ?? 0) - (moments[0] ?? 0)).toBeGreaterThanOrEqual(CABINET_LIMITS.turnaroundMs);
  });

  it('without time, and without a line, nothing is sent', async () => {
    const { board, ask, run, link } = await rig();
    expect(await run(ask(INPUTS, 0))).toMatchObject({ seen: 'unsent', fault: { code: 'timeOut', action: 'suspend' } });
    await link.drop();
    expect(await run(ask(INPUTS))).toMatchObject({ seen: 'unsent', fault: { code: 'offline' } });
    expect(board.heard).toEqual([]);
  });

  it('a caller whose time ends while the bus must be silent does not send', async () => {
    const { board, clock, ask, run } = await rig();
    board.on('2 0/16', undefined);
    await run(ask(INPUTS));
    const began = clock.monoMs();
    expect(await run(ask(LATCH, 100))).toMatchObject({ seen: 'unsent', fault: { code: 'timeOut' } });
    expect(clock.monoMs() - began).toBe(100);
    expect(board.heard).toEqual(['2 0/16']);
  });

  it('a caller whose time ends before the unit’s learns that it is not the unit’s fault', async () => {
    const { board, ask, run } = await rig();
    board.on('2 0/16', undefined);
    expect(await run(ask(INPUTS, 100))).toMatchObject({
      seen: 'silence',
      isWhole: false,
      fault: { action: 'suspend' },
    });
  });

  it('a line that goes with the request out: lost, told once, and not at the deadline', async () => {
    const { board, clock, ask, lost } = await rig();
    board.onRequest = () => board.unplug();
    const began = clock.monoMs();
    const asked = ask(INPUTS);
    await runFor(clock, 20);
    expect(await asked).toMatchObject({ seen: 'lost', fault: { code: 'offline' } });
    expect(clock.monoMs() - began).toBeLessThan(100);
    expect(lost).toHaveLength(1);
  });
});
