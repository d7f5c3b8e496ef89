import { describe, expect, it } from 'vitest';
import { runFor, runUntil } from '../testing/run-until.ts';
import { deviceFault } from './device-faults.ts';
import { Ref1Device } from './ref1-device.ts';
import { numberField } from './ref1-fields.ts';
import { ref1Axes } from './ref1-status.ts';
import { askRef1Waiting } from './ref1-wait.ts';
import { ref1Context, ScriptedRef1, type Heard } from './testing/scripted-ref1.ts';

const CAPTURE = 0x10;
const STOP = 0x06;
const NOBODY = deviceFault('noMedia', 'nobody came', 'suspend');
/** The person's own cancel key. */
const FAULTS = { 0x21: ['canceled', 'key', 'suspend'] } as const;

async function bench() {
  const peer = new ScriptedRef1();
  const context = ref1Context(peer);
  const device = new Ref1Device(context, {
    driver: 'endorsement-printer-yimen-ref1',
    kind: 'endorsement-printer',
    faults: FAULTS,
    axes: (raw) => ref1Axes(raw, FAULTS),
  });
  await runUntil(context.clock, device.ready());
  const { clock } = context;
  const abort = new AbortController();
  peer.on.set(CAPTURE, (heard) => peer.accept(heard));
  // As a sound device: the wait ends first, then the stop.
  peer.on.set(STOP, (heard) => {
    peer.accept(heard);
    peer.complete(captureOf(peer), [[0x02, Uint8Array.of(5)]]);
    peer.complete(heard);
  });
  return {
    peer,
    device,
    clock,
    abort,
    wait: (deadlineMs = 20_000, keptMs = 3_000) =>
      askRef1Waiting(device, {
        command: CAPTURE,
        fields: [[0x40, Uint8Array.of(7)]],
        deadlineMs,
        keptMs,
        signal: abort.signal,
        tooLate: NOBODY,
      }),
  };
}

function captureOf(peer: ScriptedRef1): Heard {
  const heard = peer.heard.findLast(({ command }) => command === CAPTURE);
  if (heard === undefined) throw new Error('nothing waits');
  return heard;
}

describe('a read that waits', () => {
  it('says which wait it is and how long: the deadline less what is kept, in whole seconds', async () => {
    const { peer, wait, clock } = await bench();
    const waiting = wait(20_900, 3_000);
    await runFor(clock, 8_000);
    peer.complete(captureOf(peer), [[0x41, Uint8Array.of(1)]]);
    expect(await runUntil(clock, waiting)).toMatchObject({ ok: true, value: { result: 0 } });
    const { fields } = captureOf(peer);
    expect([0x35, 0x36, 0x40].map((tag) => numberField(fields, tag))).toEqual([1, 14, 7]);
    expect(fields.has(0x01)).toBe(false);
    expect(peer.times(STOP)).toBe(0);
  });

  it('waits no longer than can be said, and not at all with less than a second', async () => {
    const { peer, wait, clock } = await bench();
    expect(await runUntil(clock, wait(6_999))).toMatchObject({ ok: false, error: { code: 'timeOut' } });
    expect(peer.times(CAPTURE)).toBe(0);
    void wait(3_600_000);
    await runFor(clock, 100);
    expect(numberField(captureOf(peer).fields, 0x36)).toBe(300);
  });

  it.each([
    [0x20, 'hardwareError'],
    [0x21, 'canceled'],
    [6, 'hardwareError'],
  ])('ends as the device says: %i is %s', async (result, code) => {
    const { peer, wait, clock } = await bench();
    const waiting = wait();
    await runFor(clock, 500);
    peer.complete(captureOf(peer), [[0x02, Uint8Array.of(result)]]);
    expect(await runUntil(clock, waiting)).toMatchObject({ ok: false, error: { code } });
    expect(peer.times(STOP)).toBe(0);
  });

  it('is refused as any other', async () => {
    const { peer, wait, clock } = await bench();
    peer.on.set(CAPTURE, (heard) => peer.accept(heard, 3));
    expect(await runUntil(clock, wait())).toMatchObject({ ok: false, error: { code: 'deviceBusy' } });
  });

  it('ended by another one: its caller ended it', async () => {
    const { peer, wait, clock } = await bench();
    const waiting = wait();
    await runFor(clock, 500);
    peer.complete(captureOf(peer), [[0x02, Uint8Array.of(5)]]);
    expect(await runUntil(clock, waiting)).toMatchObject({
      ok: false,
      error: { code: 'canceled', action: 'suspend' },
    });
  });
});

describe('the host ends the wait', () => {
  it('when its caller goes: with the number of this wait', async () => {
    const { peer, wait, clock, abort, device } = await bench();
    await runUntil(clock, endedWait(peer, wait));
    const waiting = wait();
    await runFor(clock, 4_000);
    abort.abort();
    const before = clock.monoMs();
    expect(await runUntil(clock, waiting)).toMatchObject({ ok: false, error: { code: 'canceled' } });
    expect(clock.monoMs() - before).toBeLessThan(200);
    const stop = peer.heard.at(-1);
    expect(stop?.command).toBe(STOP);
    expect(numberField(stop?.fields ?? new Map(), 0x35)).toBe(2);
    expect(stop?.fields.has(0x01)).toBe(false);
    expect(device.watcher.current.device).toBe('online');
  });

  it('what was done in the last moment counts not for a caller that is gone', async () => {
    const { peer, wait, clock, abort } = await bench();
    peer.on.set(STOP, (heard) => {
      peer.accept(heard);
      peer.complete(captureOf(peer));
      peer.complete(heard);
    });
    const waiting = wait();
    await runFor(clock, 1_000);
    abort.abort();
    expect(await runUntil(clock, waiting)).toMatchObject({ ok: false, error: { code: 'canceled' } });
    expect(await runUntil(clock, wait())).toMatchObject({ ok: false, error: { code: 'canceled' } });
    expect(peer.times(CAPTURE)).toBe(1);
  });

  it('when the device does not: nobody came, within the deadline', async () => {
    const { peer, wait, clock } = await bench();
    const before = clock.monoMs();
    expect(await runUntil(clock, wait(10_000))).toEqual({ ok: false, error: NOBODY });
    expect(clock.monoMs() - before).toBeLessThanOrEqual(7_000);
    expect(peer.times(STOP)).toBe(1);
  });

  it.each([
    ['well', [], { ok: true }],
    ['by the person’s own key', [[0x02, Uint8Array.of(0x21)]], { ok: false, error: { vendorCode: '21' } }],
  ] as const)('what ends %s in the last moment counts', async (_, fields, end) => {
    const { peer, wait, clock } = await bench();
    peer.on.set(STOP, (heard) => {
      peer.accept(heard);
      peer.complete(captureOf(peer), fields);
      peer.complete(heard);
    });
    expect(await runUntil(clock, wait(10_000))).toMatchObject(end);
  });

  it('a stop that ends nothing that is heard: nobody came', async () => {
    const { peer, wait, clock } = await bench();
    peer.on.set(STOP, (heard) => peer.answer(heard));
    expect(await runUntil(clock, wait(10_000))).toEqual({ ok: false, error: NOBODY });
  });

  it('a device that has died meanwhile is silent, within the deadline', async () => {
    const { peer, wait, clock, device } = await bench();
    const waiting = wait(10_000);
    await runFor(clock, 1_000);
    peer.isMute = true;
    const before = clock.monoMs();
    expect(await runUntil(clock, waiting)).toMatchObject({ ok: false, error: { code: 'timeOut' } });
    expect(clock.monoMs() - before).toBeLessThanOrEqual(9_000);
    await runFor(clock, 3_000);
    expect(device.watcher.current.device).toBe('offline');
  });

  it('a cable that is pulled, or a device that is restarted, ends it at once', async () => {
    const { peer, wait, clock } = await bench();
    const waiting = wait();
    await runFor(clock, 1_000);
    peer.unplug();
    expect(await runUntil(clock, waiting, 200)).toMatchObject({ ok: false, error: { code: 'offline' } });
    const other = await bench();
    const lost = other.wait();
    await runFor(other.clock, 1_000);
    other.peer.bootCount += 1;
    other.peer.change();
    expect(await runUntil(other.clock, lost, 200)).toMatchObject({ ok: false, error: { code: 'offline' } });
  });
});

/** A wait that is over at once. */
async function endedWait(peer: ScriptedRef1, wait: () => Promise<unknown>): Promise<void> {
  const accept = peer.on.get(CAPTURE);
  peer.on.set(CAPTURE, (heard) => peer.answer(heard));
  await wait();
  if (accept !== undefined) peer.on.set(CAPTURE, accept);
}
