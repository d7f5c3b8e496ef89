import { err, fromHex, ok } from '@yimen/contracts/base';
import { describe, expect, it } from 'vitest';
import { runFor, runUntil } from '../testing/run-until.ts';
import type { EffectResult } from './driver.ts';
import { Ref1Device } from './ref1-device.ts';
import { recallRef1Effect, runRef1Effect, type Ref1Order } from './ref1-effect.ts';
import { ref1Value, type Ref1Field } from './ref1-fields.ts';
import { REF1_LIMITS } from './ref1-limits.table.ts';
import { ref1Axes } from './ref1-status.ts';
import { ref1Judge } from './ref1-verdict.ts';
import { ref1Context, ScriptedRef1, type Heard } from './testing/scripted-ref1.ts';

const ID = '019ab000-0000-7000-8000-000000000010';
const LOWER = '019AB000000070008000000000000001';
const HIGHER = '019AB000000070008000000000000FFF';
const { u8 } = ref1Value;
const MOTION = 0x10;
const WELL: readonly Ref1Field[] = [
  [0x02, u8(0)],
  [0x03, u8(1)],
];
const FAILED: readonly Ref1Field[] = [
  [0x02, u8(0x21)],
  [0x03, u8(0)],
];

const judge = ref1Judge({ faults: { 0x21: ['mediaJam', 'stuck', 'clear'] } });
const motion: Ref1Order = { command: MOTION, fields: [], usualMs: 8_000, judge };
const wait: Ref1Order = { ...motion, waitsForPerson: true };

async function bench() {
  const peer = new ScriptedRef1();
  const context = ref1Context(peer);
  const { clock } = context;
  const device = new Ref1Device(context, {
    driver: 'endorsement-printer-yimen-ref1',
    kind: 'endorsement-printer',
    faults: { 0x21: ['mediaJam', 'stuck', 'clear'] },
    axes: (raw) => ref1Axes(raw, {}),
  });
  await runUntil(clock, device.ready());
  peer.on.set(MOTION, (heard) => peer.accept(heard));
  const abort = new AbortController();
  const begin = (order: Ref1Order, deadlineMs = 60_000): Promise<EffectResult> =>
    runRef1Effect(device, order, { operationId: ID, deadlineAt: clock.monoMs() + deadlineMs, signal: abort.signal });
  return {
    peer,
    clock,
    device,
    abort,
    begin,
    run: (order: Ref1Order, deadlineMs?: number) => runUntil(clock, begin(order, deadlineMs)),
    /** What the memory says of the operation from now on. */
    remembers: (phase: number, fields: readonly Ref1Field[] = []) =>
      peer.on.set(0x04, (heard) => peer.answer(heard, memoryOf(phase, fields))),
    sent: (): Heard => {
      const heard = peer.heard.find(({ command }) => command === MOTION);
      if (heard === undefined) throw new Error('the effect was never sent');
      return heard;
    },
  };
}

function memoryOf(phase: number, fields: readonly Ref1Field[] = []): readonly Ref1Field[] {
  return [[0x05, u8(phase)], [0x06, u8(MOTION)], ...fields];
}

describe('an effect that is heard', () => {
  it('refused: notDone, and nothing else is asked', async () => {
    const { peer, run } = await bench();
    peer.on.set(MOTION, (heard) => peer.accept(heard, 0x21));
    const result = await run(motion);
    expect(result).toMatchObject({ outcome: 'notDone', fault: { code: 'mediaJam', vendorCode: '21' } });
    expect(result.acceptedAt).toBeUndefined();
    expect(peer.times(0x04)).toBe(0);
  });

  it('accepted and completed: done, with its moments, its id and its evidence', async () => {
    const { peer, run, clock, sent } = await bench();
    peer.on.set(MOTION, (heard) => {
      peer.accept(heard);
      clock.after(3_000, () => peer.complete(heard, [...WELL, [0x04, Uint8Array.of(3, 1, 0x41)]]));
    });
    const result = await run(motion);
    expect(result).toMatchObject({
      outcome: 'done',
      evidence: [{ kind: 'position', customerAccess: 'none', detail: 'A' }],
    });
    expect((result.completedAt ?? 0) - (result.acceptedAt ?? 0)).toBeGreaterThanOrEqual(2_900);
    expect(sent().fields.get(0x01)?.[0]).toEqual(fromHex(ID.replaceAll('-', '')));
    expect(peer.times(0x04)).toBe(0);
  });

  it.each([
    ['a fault, and nothing happened', [0x21, 0], 'notDone', 'mediaJam'],
    ['a fault, and something happened', [0x21, 1], 'unknown', 'mediaJam'],
    ['a fault, and nobody can tell', [0x21, 2], 'unknown', 'mediaJam'],
    ['well, and nothing happened', [0, 0], 'unknown', 'hardwareError'],
  ] as const)('%s: %s', async (_, [result, moved], outcome, code) => {
    const { peer, run } = await bench();
    peer.on.set(MOTION, (heard) =>
      peer.answer(heard, [
        [0x02, u8(result)],
        [0x03, u8(moved)],
      ]),
    );
    expect(await run(motion)).toMatchObject({ outcome, fault: { code } });
  });

  it('completed before it was accepted, or without: the end counts', async () => {
    const { peer, run } = await bench();
    peer.on.set(MOTION, (heard) => {
      peer.complete(heard, WELL);
      peer.accept(heard);
    });
    const result = await run(motion);
    expect(result.outcome).toBe('done');
    expect(result.acceptedAt).toBeLessThanOrEqual(result.completedAt ?? 0);
  });

  it('every answer twice: one end', async () => {
    const { peer, run } = await bench();
    peer.on.set(MOTION, (heard) => {
      for (let i = 0; i < 2; i += 1) peer.answer(heard, WELL);
    });
    expect(await run(motion)).toMatchObject({ outcome: 'done' });
  });

  it('a caller that is gone before: nothing is sent', async () => {
    const { peer, run, abort } = await bench();
    abort.abort();
    expect(await run(motion)).toMatchObject({ outcome: 'notDone', fault: { code: 'canceled' } });
    expect(peer.times(MOTION)).toBe(0);
  });

  it('a deadline that is over before: nothing is sent', async () => {
    const { peer, run } = await bench();
    expect(await run(motion, 0)).toMatchObject({ outcome: 'notDone', fault: { code: 'timeOut' } });
    expect(peer.times(MOTION)).toBe(0);
  });

  it('a motion under way is not ended by its caller going away', async () => {
    const { peer, begin, abort, clock, sent } = await bench();
    const running = begin(motion);
    await runFor(clock, 500);
    abort.abort();
    await runFor(clock, 500);
    peer.complete(sent(), WELL);
    expect(await runUntil(clock, running)).toMatchObject({ outcome: 'done' });
    expect(peer.times(0x06)).toBe(0);
  });
});

describe('an effect whose end is not heard', () => {
  it('memory: ended well', async () => {
    const { run, remembers, peer } = await bench();
    remembers(2, WELL);
    expect(await run(motion)).toMatchObject({ outcome: 'done' });
    expect(peer.times(MOTION)).toBe(1);
  });

  it('memory: ended with a fault', async () => {
    const { run, remembers } = await bench();
    remembers(2, FAILED);
    expect(await run(motion)).toMatchObject({ outcome: 'notDone', fault: { code: 'mediaJam' } });
  });

  it('memory: running, then its end comes after all', async () => {
    const { begin, remembers, peer, clock, sent } = await bench();
    remembers(1);
    const running = begin(motion);
    await runFor(clock, 20_000, 100);
    expect(peer.times(0x04)).toBeGreaterThanOrEqual(2);
    peer.complete(sent(), WELL);
    expect(await runUntil(clock, running)).toMatchObject({ outcome: 'done' });
  });

  it('memory: running, then ended, though the end was never heard', async () => {
    const { begin, remembers, clock } = await bench();
    remembers(1);
    const running = begin(motion);
    await runFor(clock, 10_000, 100);
    remembers(2, WELL);
    expect(await runUntil(clock, running)).toMatchObject({ outcome: 'done' });
  });

  it('memory: running until the deadline is unknown, in time', async () => {
    const { run, remembers, clock } = await bench();
    remembers(1);
    const before = clock.monoMs();
    expect(await run(motion, 12_000)).toMatchObject({ outcome: 'unknown', fault: { code: 'timeOut' } });
    expect(clock.monoMs() - before).toBeLessThanOrEqual(12_100);
  });

  it.each([
    ['interrupted', 3, []],
    ['never seen, though it was accepted', 0, []],
    ['never seen, and younger than all that was forgotten, though it was accepted', 0, [[0x08, fromHex(LOWER)]]],
  ] as const)('memory: %s is unknown', async (_, phase, fields) => {
    const { run, remembers } = await bench();
    remembers(phase, fields);
    const result = await run(motion);
    expect(result).toMatchObject({ outcome: 'unknown', fault: { code: 'hardwareError' } });
    expect(result.acceptedAt).toBeDefined();
  });

  it('a second proof is asked for what the memory cannot tell', async () => {
    const { run, remembers } = await bench();
    remembers(3);
    expect(await run({ ...motion, prove: async () => ok({ outcome: 'done' }) })).toMatchObject({ outcome: 'done' });
    expect(await run({ ...motion, prove: async () => ok(undefined) })).toMatchObject({ outcome: 'unknown' });
  });

  it('a second proof that is not answered is asked for again, as long as it makes sense', async () => {
    const { run, remembers, clock } = await bench();
    remembers(3);
    const fault = { code: 'deviceNotReady', message: 'starting', action: 'suspend' } as const;
    let asked = 0;
    const prove: Ref1Order['prove'] = async () => ((asked += 1) < 4 ? err(fault) : ok({ outcome: 'done' }));
    expect(await run({ ...motion, prove })).toMatchObject({ outcome: 'done' });
    expect(asked).toBe(4);
    const before = clock.monoMs();
    expect(await run({ ...motion, prove: async () => err(fault) }, 300_000)).toMatchObject({
      outcome: 'unknown',
      fault: { code: 'hardwareError' },
    });
    expect(clock.monoMs() - before).toBeLessThan(motion.usualMs + REF1_LIMITS.giveUpMs + 2_000);
  });

  it('a good end is looked at again where that is possible', async () => {
    const { run, peer } = await bench();
    peer.on.set(MOTION, (heard) => peer.answer(heard, WELL));
    const fault = { code: 'hardwareError', message: 'it lied', action: 'maintenance' } as const;
    const evidence = [{ kind: 'readBack', customerAccess: 'none', detail: 'x', at: 1 }] as const;
    expect(await run({ ...motion, confirm: async () => ({ outcome: 'unknown', fault, evidence }) })).toMatchObject({
      outcome: 'unknown',
      fault,
      evidence,
    });
    expect(await run({ ...motion, confirm: async () => undefined })).toMatchObject({ outcome: 'done' });
  });

  it('a memory of another command under this id proves nothing', async () => {
    const { run, peer } = await bench();
    peer.on.set(0x04, (heard) => peer.answer(heard, [[0x05, u8(2)], [0x06, u8(0x14)], ...WELL]));
    expect(await run(motion)).toMatchObject({ outcome: 'unknown' });
  });

  it('a device that knows no memory is believed when it speaks after all', async () => {
    const { begin, peer, clock, sent } = await bench();
    peer.on.set(0x04, (heard) => peer.accept(heard, 1));
    const running = begin(motion);
    await runFor(clock, 9_000, 100);
    peer.complete(sent(), WELL);
    expect(await runUntil(clock, running)).toMatchObject({ outcome: 'done' });
  });

  it('a silent device is given up after a while, not only at the deadline', async () => {
    const { begin, peer, clock } = await bench();
    const running = begin(motion, 300_000);
    await runFor(clock, 1_000);
    peer.isMute = true;
    const before = clock.monoMs();
    expect(await runUntil(clock, running)).toMatchObject({ outcome: 'unknown' });
    expect(clock.monoMs() - before).toBeLessThan(motion.usualMs + REF1_LIMITS.giveUpMs + 5_000);
    expect(peer.times(MOTION)).toBe(1);
  });
});

describe('an effect that is not even accepted', () => {
  it('is asked for at once, and sent again never', async () => {
    const { begin, peer, remembers, clock } = await bench();
    peer.on.delete(MOTION);
    remembers(1);
    const running = begin(motion);
    await runFor(clock, 2_000);
    expect(peer.times(0x04)).toBe(1);
    remembers(2, WELL);
    const result = await runUntil(clock, running);
    expect(result).toMatchObject({ outcome: 'done' });
    // The memory says that it was taken.
    expect(result.acceptedAt).toBeDefined();
    expect(peer.times(MOTION)).toBe(1);
  });

  it('never seen by a device that ran all the time: notDone', async () => {
    const { run, peer, remembers } = await bench();
    peer.on.delete(MOTION);
    remembers(0);
    expect(await run(motion)).toMatchObject({ outcome: 'notDone', fault: { code: 'timeOut' } });
    expect(peer.times(0x02)).toBe(2);
  });

  it('never seen by a device that was restarted meanwhile proves nothing: its memory may be empty', async () => {
    const { run, peer, remembers } = await bench();
    peer.on.set(MOTION, () => {
      peer.bootCount += 1;
    });
    remembers(0);
    expect(await run(motion)).toMatchObject({ outcome: 'unknown' });
  });

  it.each([
    ['younger than all that was forgotten', LOWER, 'notDone'],
    ['old enough to have been forgotten', HIGHER, 'unknown'],
    ['the very one that was forgotten', ID.replaceAll('-', ''), 'unknown'],
  ])('never seen, and %s: %s', async (_, forgotten, outcome) => {
    const { run, peer, remembers } = await bench();
    peer.on.set(MOTION, () => {
      peer.bootCount += 1;
    });
    remembers(0, [[0x08, fromHex(forgotten)]]);
    expect(await run(motion)).toMatchObject({ outcome });
  });

  it('with a silent device it is unknown by the deadline', async () => {
    const { run, peer, clock } = await bench();
    peer.isMute = true;
    const before = clock.monoMs();
    expect(await run(motion, 5_000)).toMatchObject({ outcome: 'unknown' });
    expect(clock.monoMs() - before).toBeLessThanOrEqual(5_100);
  });
});

describe('a line that is lost', () => {
  it('before: nothing is sent, notDone', async () => {
    const { run, peer, clock } = await bench();
    peer.unplug();
    await runFor(clock, 50);
    expect(await run(motion)).toMatchObject({ outcome: 'notDone', fault: { code: 'offline' } });
  });

  it('while it is written: what went out nobody knows, so it is unknown', async () => {
    const { run, peer } = await bench();
    peer.unplug();
    expect(await run(motion)).toMatchObject({ outcome: 'unknown', fault: { code: 'offline' } });
  });

  it('in the middle: the end is asked for over a new line, after the device was identified', async () => {
    const { begin, peer, remembers, clock } = await bench();
    remembers(2, WELL);
    const running = begin(motion);
    await runFor(clock, 1_000);
    peer.unplug();
    await runFor(clock, 2_000);
    peer.plug();
    expect(await runUntil(clock, running)).toMatchObject({ outcome: 'done' });
    expect(peer.heard.slice(-3).map((heard) => heard.command)).toEqual([1, 2, 4]);
    expect(peer.times(MOTION)).toBe(1);
  });

  it('in the middle, another device on the new line: it is told nothing', async () => {
    const { begin, peer, remembers, clock } = await bench();
    remembers(2, WELL);
    const running = begin(motion);
    await runFor(clock, 1_000);
    peer.unplug();
    peer.kind = 'payment-terminal';
    await runFor(clock, 500);
    peer.plug();
    expect(await runUntil(clock, running)).toMatchObject({ outcome: 'unknown', fault: { code: 'configuration' } });
    expect(peer.times(0x04)).toBe(0);
  });

  it('for good: unknown', async () => {
    const { begin, peer, clock } = await bench();
    const running = begin(motion);
    await runFor(clock, 1_000);
    peer.unplug();
    const result = await runUntil(clock, running);
    expect(result).toMatchObject({ outcome: 'unknown', fault: { code: 'offline' } });
    expect(result.acceptedAt).toBeDefined();
  });

  it('a device that restarts in the middle is asked at once', async () => {
    const { begin, peer, remembers, clock } = await bench();
    remembers(3);
    const running = begin({ ...motion, usualMs: 50_000 });
    await runFor(clock, 1_000);
    peer.bootCount += 1;
    peer.change();
    const before = clock.monoMs();
    expect(await runUntil(clock, running)).toMatchObject({ outcome: 'unknown', fault: { code: 'hardwareError' } });
    expect(clock.monoMs() - before).toBeLessThan(2_000);
  });
});

describe('a wait for a person', () => {
  it('is ended when its caller goes away, and ends by the word of the effect itself', async () => {
    const { begin, peer, clock, abort, sent } = await bench();
    peer.on.set(0x06, (heard) => {
      peer.answer(heard);
      clock.after(100, () =>
        peer.complete(sent(), [
          [0x02, u8(5)],
          [0x03, u8(0)],
        ]),
      );
    });
    const running = begin(wait);
    await runFor(clock, 3_000);
    abort.abort();
    expect(await runUntil(clock, running, 2_000)).toMatchObject({ outcome: 'notDone', fault: { code: 'canceled' } });
    const stop = peer.heard.find((heard) => heard.command === 0x06);
    expect(stop?.fields.get(0x01)?.[0]).toEqual(fromHex(ID.replaceAll('-', '')));
  });

  it('what was done by then is done', async () => {
    const { begin, peer, clock, abort, sent } = await bench();
    peer.on.set(0x06, (heard) => {
      peer.complete(sent(), WELL);
      peer.answer(heard);
    });
    const running = begin(wait);
    await runFor(clock, 3_000);
    abort.abort();
    expect(await runUntil(clock, running, 2_000)).toMatchObject({ outcome: 'done' });
  });

  it('a stop that ends well is no end: the effect is asked for until it has one', async () => {
    const { begin, peer, clock, abort, remembers } = await bench();
    peer.on.set(0x06, (heard) => peer.answer(heard));
    remembers(1);
    const running = begin(wait);
    await runFor(clock, 3_000);
    abort.abort();
    await runFor(clock, 10_000, 100);
    expect(peer.times(0x06)).toBeGreaterThan(1);
    remembers(2, WELL);
    expect(await runUntil(clock, running, 5_000)).toMatchObject({ outcome: 'done' });
  });

  it('is ended before its deadline, in time for the answer', async () => {
    const { begin, peer, clock, sent } = await bench();
    let stoppedAt = 0;
    peer.on.set(0x06, (heard) => {
      stoppedAt = clock.monoMs();
      peer.answer(heard);
      peer.complete(sent(), [
        [0x02, u8(5)],
        [0x03, u8(0)],
      ]);
    });
    peer.on.set(0x04, (heard) => peer.answer(heard, memoryOf(1)));
    const began = clock.monoMs();
    expect(await runUntil(clock, begin(wait, 20_000))).toMatchObject({ outcome: 'notDone' });
    expect(stoppedAt - began).toBeGreaterThanOrEqual(16_900);
    expect(stoppedAt - began).toBeLessThanOrEqual(17_100);
  });

  it('that nobody can end is unknown at the deadline', async () => {
    const { begin, clock, remembers } = await bench();
    remembers(1);
    const began = clock.monoMs();
    expect(await runUntil(clock, begin(wait, 10_000))).toMatchObject({ outcome: 'unknown' });
    expect(clock.monoMs() - began).toBeLessThanOrEqual(10_100);
  });

  it('leaves no timer behind', async () => {
    const { begin, peer, clock, sent } = await bench();
    const before = clock.waiting;
    const running = begin(wait);
    await runFor(clock, 1_000);
    peer.complete(sent(), WELL);
    expect(await runUntil(clock, running)).toMatchObject({ outcome: 'done' });
    await runFor(clock, 100);
    expect(clock.waiting).toBe(before);
  });
});

describe('recall', () => {
  const recalled = async (phase: number, fields: readonly Ref1Field[] = []): Promise<EffectResult | undefined> => {
    const { device, clock, remembers } = await bench();
    remembers(phase, fields);
    return runUntil(
      clock,
      recallRef1Effect(device, ID, (memory) => (memory.command === MOTION ? judge : undefined)),
    );
  };

  it('gives the end that the device remembers', async () => {
    expect(await recalled(2, WELL)).toMatchObject({ outcome: 'done' });
    expect(await recalled(2, FAILED)).toMatchObject({ outcome: 'notDone', fault: { code: 'mediaJam' } });
  });

  it('cannot tell of what runs, was interrupted, or is not known to be remembered', async () => {
    expect(await recalled(1)).toBeUndefined();
    expect(await recalled(3)).toBeUndefined();
    expect(await recalled(0)).toBeUndefined();
    expect(await recalled(0, [[0x08, fromHex(HIGHER)]])).toBeUndefined();
    expect(await recalled(0, [[0x08, fromHex(LOWER)]])).toMatchObject({ outcome: 'notDone' });
  });

  it('cannot tell when nobody answers', async () => {
    const { device, clock, peer } = await bench();
    peer.isMute = true;
    expect(
      await runUntil(
        clock,
        recallRef1Effect(device, ID, () => judge),
      ),
    ).toBeUndefined();
    peer.unplug();
    expect(
      await runUntil(
        clock,
        recallRef1Effect(device, ID, () => judge),
      ),
    ).toBeUndefined();
  });
});
