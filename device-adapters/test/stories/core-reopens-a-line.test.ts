import { ok } from '@yimen/contracts/base';
import { expect, it, vi } from 'vitest';
import { newOp, permit, sessionHello, withDeviceHost } from '../with-device-host.ts';

it('core has a line made anew: the device is back at once, its lease holds, a session may not ask for it', () =>
  withDeviceHost(async (rig) => {
    const connected = vi.spyOn(rig.unit, 'attach');
    await rig.start();
    const core = await rig.core();
    const lease = await rig.claim(core);
    rig.path.put(permit);
    expect(await core.effect(lease, newOp(), 'acceptCard', {})).toMatchObject({ ok: true, value: { outcome: 'done' } });
    const before = connected.mock.calls.length;

    expect(await core.reopen('card-unit')).toEqual(ok(undefined));
    expect(connected.mock.calls.length).toBe(before + 1);
    await rig.until(async () => (await core.status('card-unit', 0)).device === 'online');
    expect(rig.path.place).toBe('readPosition');
    expect(await core.effect(lease, newOp(), 'captureCard', {})).toMatchObject({
      ok: true,
      value: { outcome: 'done' },
    });

    const hello = sessionHello('session-reopen-1');
    await core.admit(hello.sessionId, hello.key);
    const session = await rig.connect(hello);
    expect(await session.reopen('card-unit')).toMatchObject({ ok: false, error: { code: 'noLease' } });
    expect(await core.reopen('no-such-device')).toMatchObject({ ok: false, error: { code: 'configuration' } });
  }));

it('a line is not made anew while a card moves on it', () =>
  withDeviceHost(async (rig) => {
    await rig.start();
    const core = await rig.core();
    const lease = await rig.claim(core);
    rig.path.put(permit);
    rig.path.move('readPosition');
    const ejecting = core.effect(lease, newOp(20_000), 'ejectCard', {});
    await rig.until(() => rig.path.place === 'gate');
    expect(await core.reopen('card-unit')).toMatchObject({ ok: false, error: { code: 'deviceBusy' } });
    rig.path.take();
    expect(await ejecting).toMatchObject({ ok: true, value: { outcome: 'done' } });
  }));
