import { err } from '@yimen/contracts/base';
import type { DeviceStatus } from '@yimen/contracts/device';
import { describe, expect, it } from 'vitest';
import { runFor, runUntil } from '../testing/run-until.ts';
import { Ref1Device } from './ref1-device.ts';
import { ref1Axes } from './ref1-status.ts';
import { ref1Context, ScriptedRef1 } from './testing/scripted-ref1.ts';

function bench(expectSerial?: string) {
  const peer = new ScriptedRef1();
  const context = ref1Context(peer, expectSerial);
  const device = new Ref1Device(context, {
    driver: 'endorsement-printer-yimen-ref1',
    kind: 'endorsement-printer',
    faults: {},
    axes: (raw) => ref1Axes(raw, {}),
  });
  const { clock } = context;
  const states: string[] = [];
  const changes: Partial<DeviceStatus>[] = [];
  device.watcher.onStatus((changed) => {
    changes.push(changed);
    if (changed.device !== undefined) states.push(changed.device);
  });
  return {
    peer,
    device,
    clock,
    states,
    changes,
    run: <T>(promise: Promise<T>): Promise<T> => runUntil(clock, promise),
    look: () => runUntil(clock, device.look()),
    settle: () => runFor(clock, 100),
  };
}

describe('who answers', () => {
  it('is asked first, then how it is; nothing is stale after that', async () => {
    const { device, peer, run, states } = bench('S-1');
    expect(device.watcher.current).toMatchObject({ device: 'starting', source: 'stale' });
    expect(await run(device.ready())).toEqual({ ok: true, value: undefined });
    expect(peer.heard.map((heard) => heard.command)).toEqual([1, 2]);
    expect(states).toEqual(['online']);
    expect(device.watcher.current.source).toBe('reported');
    expect(device).toMatchObject({ isReady: true, bootCount: 3 });
    expect(await run(device.describe())).toEqual({
      ok: true,
      value: {
        driver: 'endorsement-printer-yimen-ref1',
        kind: 'endorsement-printer',
        model: 'Scripted',
        serial: 'S-1',
        firmware: '1.0',
        at: 'memory',
        mediaAtPowerOff: 'stay',
        evidence: ['position', 'readBack'],
      },
    });
    // Ready once is ready: nothing was asked again.
    expect(peer.heard).toHaveLength(2);
  });

  it.each([
    ['another serial', (peer: ScriptedRef1) => (peer.serial = 'S-2')],
    ['another kind', (peer: ScriptedRef1) => (peer.kind = 'payment-terminal')],
    ['another edition', (peer: ScriptedRef1) => (peer.edition = 2)],
  ])('%s is told nothing but this question, and asked again from the cable', async (_, bend) => {
    const { device, peer, run, look } = bench('S-1');
    bend(peer);
    expect(await run(device.ready())).toMatchObject({
      ok: false,
      error: { code: 'configuration', action: 'configuration' },
    });
    expect(device.watcher.current).toMatchObject({ device: 'hardwareError', fault: { code: 'configuration' } });
    expect(await look()).toMatchObject({ ok: false });
    expect(peer.opens).toBe(2);
    expect(new Set(peer.heard.map((heard) => heard.command))).toEqual(new Set([1]));
    Object.assign(peer, { serial: 'S-1', kind: 'endorsement-printer', edition: 1 });
    expect(await look()).toMatchObject({ ok: true });
    expect(device.watcher.current.device).toBe('online');
  });

  it('an answer that names nobody, or none that is whole, is a broken device', async () => {
    const { device, peer, run, look } = bench();
    peer.on.set(0x01, (heard) => peer.answer(heard));
    expect(await run(device.ready())).toMatchObject({ ok: false, error: { code: 'hardwareError' } });
    peer.on.set(0x01, (heard) => peer.answer(heard, peer.identityFields()));
    peer.on.set(0x02, (heard) => peer.answer(heard));
    expect(await look()).toMatchObject({ ok: false, error: { code: 'hardwareError' } });
    expect(device.watcher.current.device).toBe('hardwareError');
    peer.on.set(0x02, (heard) => peer.accept(heard, 4));
    expect(await look()).toMatchObject({ ok: false, error: { code: 'deviceNotReady' } });
    expect(device.watcher.current.device).toBe('starting');
  });
});

describe('silence and loss', () => {
  it('is stale and offline, told once; the device is identified again when it speaks', async () => {
    const { device, peer, look, states, changes } = bench();
    await look();
    peer.isMute = true;
    for (let i = 0; i < 3; i += 1) expect(await look()).toMatchObject({ ok: false, error: { code: 'timeOut' } });
    expect(states).toEqual(['online', 'offline']);
    expect(changes).toHaveLength(2);
    expect(device.watcher.current).toMatchObject({ source: 'stale', fault: { code: 'timeOut' } });
    peer.isMute = false;
    const before = peer.times(1);
    await look();
    expect(peer.times(1)).toBe(before + 1);
    expect(states).toEqual(['online', 'offline', 'starting', 'online']);
  });

  it('silence is told within three seconds', async () => {
    const { clock, peer, look, device } = bench();
    await look();
    peer.isMute = true;
    const before = clock.monoMs();
    await look();
    expect(clock.monoMs() - before).toBeLessThanOrEqual(3_000);
    expect(device.watcher.current.device).toBe('offline');
  });

  it('an unplugged cable is offline at once, and the device is found again', async () => {
    const { peer, look, states, settle } = bench();
    await look();
    peer.unplug();
    await settle();
    expect(states).toEqual(['online', 'offline']);
    expect(await look()).toMatchObject({ ok: false, error: { code: 'offline' } });
    peer.plug();
    await look();
    expect(states).toEqual(['online', 'offline', 'starting', 'online']);
  });

  it('closed for good: no new line', async () => {
    const { device, look, peer } = bench();
    await look();
    await device.close();
    expect(await look()).toMatchObject({ ok: false, error: { code: 'offline' } });
    expect(peer.opens).toBe(1);
  });
});

describe('status changes that come by themselves', () => {
  it('are taken without a question', async () => {
    const { device, peer, look, settle } = bench();
    await look();
    peer.state = 1;
    peer.change();
    await settle();
    expect(device.watcher.current.device).toBe('deviceBusy');
    expect(peer.times(2)).toBe(1);
  });

  it('a gap in their number: the status is asked again', async () => {
    const { device, peer, look, settle } = bench();
    await look();
    peer.change(3);
    await settle();
    expect(peer.times(2)).toBe(2);
    expect(device.counters.missedChanges).toBe(2);
  });

  it('the number wraps without a gap; repeated and overtaken ones are not taken', async () => {
    const { device, peer, look, settle } = bench();
    peer.changeNumber = 0xffff;
    await look();
    peer.state = 1;
    peer.change();
    await settle();
    expect(peer.changeNumber).toBe(0);
    expect(device.watcher.current.device).toBe('deviceBusy');
    peer.state = 0;
    peer.change(0);
    peer.change(-1);
    await settle();
    expect(device.watcher.current.device).toBe('deviceBusy');
    expect(peer.times(2)).toBe(1);
  });

  it('one that cannot be read: the status is asked again', async () => {
    const { peer, look, settle } = bench();
    await look();
    peer.change(1, []);
    await settle();
    expect(peer.times(2)).toBe(2);
  });

  it('before the inspection they are not believed, but it is looked again', async () => {
    const { device, peer, settle, run } = bench();
    peer.on.set(0x02, (heard) => {
      peer.answer(heard, peer.currentStatus());
      if (peer.times(2) > 1) return;
      peer.state = 3;
      peer.change();
    });
    await run(device.ready());
    await settle();
    expect(device.watcher.current.device).toBe('hardwareError');
    expect(peer.times(2)).toBe(2);
  });

  it('an older answer does not undo a change that overtook it', async () => {
    const { peer, look, states } = bench();
    await look();
    peer.on.set(0x02, (heard) => {
      peer.accept(heard);
      const before = peer.currentStatus();
      peer.state = 3;
      peer.change();
      peer.complete(heard, before);
    });
    await look();
    expect(states).toEqual(['online', 'hardwareError']);
  });

  it('a device that changes with every question is not asked for ever', async () => {
    const { peer, look, clock } = bench();
    peer.on.set(0x02, (heard) => {
      peer.answer(heard, peer.currentStatus());
      peer.change(2);
    });
    await look();
    await runFor(clock, 5_000);
    expect(peer.times(2)).toBeLessThanOrEqual(12);
  });

  it('broken, then well: through starting and an inspection', async () => {
    const { peer, look, states, settle } = bench();
    await look();
    peer.state = 3;
    peer.change();
    await settle();
    peer.state = 0;
    peer.change();
    await settle();
    expect(states).toEqual(['online', 'hardwareError', 'starting', 'online']);
    expect(peer.times(1)).toBe(2);
    // The same when only a question finds it well.
    peer.state = 3;
    peer.changeNumber += 1;
    await look();
    peer.state = 0;
    peer.changeNumber += 1;
    await look();
    expect(states.slice(4)).toEqual(['hardwareError', 'starting', 'online']);
  });
});

describe('a device that was restarted', () => {
  it('is inspected again, and nobody waits for answers from before', async () => {
    const { device, peer, look, settle, run, states } = bench();
    await look();
    const sent = await run(device.send(0x10, [], 60_000));
    await settle();
    peer.bootCount += 1;
    peer.changeNumber = 0;
    peer.change(0);
    await settle();
    expect(states).toEqual(['online', 'starting', 'online']);
    expect(device.bootCount).toBe(4);
    expect(sent.ok && (await run(sent.value.completed))).toMatchObject({ ok: false, error: { code: 'offline' } });
  });

  it('also when only a question finds it', async () => {
    const { device, peer, look } = bench();
    await look();
    peer.bootCount += 1;
    await look();
    expect(peer.times(1)).toBe(2);
    expect(device.bootCount).toBe(4);
  });
});

describe('questions', () => {
  it('give the end, or the device’s own fault', async () => {
    const { device, peer, look, run } = bench();
    await look();
    peer.on.set(0x13, (heard) => peer.answer(heard, [[0x42, Uint8Array.of(0x41)]]));
    expect(await run(device.ask(0x13))).toMatchObject({ ok: true, value: { result: 0 } });
    peer.on.set(0x13, (heard) => peer.accept(heard, 3));
    expect(await run(device.ask(0x13))).toMatchObject({ ok: false, error: { code: 'deviceBusy' } });
    peer.on.set(0x13, (heard) => peer.answer(heard, [[0x02, Uint8Array.of(6)]]));
    expect(await run(device.ask(0x13))).toMatchObject({ ok: false, error: { code: 'hardwareError' } });
    peer.on.set(0x13, (heard) => peer.answer(heard, [[0x02, new Uint8Array(0)]]));
    expect(await run(device.ask(0x13))).toMatchObject({ ok: false, error: { code: 'hardwareError' } });
    expect(device.watcher.current.device).toBe('online');
  });

  it('cannot be asked where no line can be opened', async () => {
    const peer = new ScriptedRef1();
    const device = new Ref1Device(
      { ...ref1Context(peer), open: async () => err({ code: 'deviceBusy', message: 'port in use', action: 'reset' }) },
      { driver: 'x', kind: 'camera', faults: {}, axes: (raw) => ref1Axes(raw, {}) },
    );
    expect(await device.ready()).toMatchObject({ ok: false, error: { code: 'deviceBusy' } });
    expect(await device.describe()).toMatchObject({ ok: false });
    expect(device.watcher.current).toMatchObject({ device: 'offline', fault: { code: 'deviceBusy' } });
  });
});
