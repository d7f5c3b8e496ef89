import { once } from 'node:events';
import { expect, it } from 'vitest';
import { newOp, permit, withDeviceHost } from '../with-device-host.ts';

it('host killed in motion: the caller learns unknown; the next host knows of it and moves nothing', () =>
  withDeviceHost(async (rig) => {
    const host = await rig.start();
    const core = await rig.core();
    const lease = await rig.claim(core);
    rig.path.put(permit);
    rig.path.move('readPosition');
    const op = newOp(60_000);
    const ejecting = core.effect(lease, op, 'ejectCard', {});
    await rig.until(() => rig.path.place === 'gate');
    host.kill('SIGKILL');
    expect(await ejecting).toMatchObject({ ok: true, value: { outcome: 'unknown', operationId: op.operationId } });
    await core.closed;
    expect(await core.status('card-unit', 0)).toMatchObject({ device: 'offline', source: 'stale' });
    expect(await core.effect(lease, newOp(), 'ejectCard', {})).toMatchObject({ ok: false, error: { code: 'offline' } });

    await rig.start();
    const again = await rig.core();
    expect(again.hostEpoch).not.toBe(core.hostEpoch);
    expect(await again.getOperation('card-unit', op.operationId)).toMatchObject({
      ok: true,
      value: { outcome: 'unknown', evidence: [{ kind: 'position', detail: 'now media:entering' }] },
    });
    expect(await again.effect(lease, op, 'ejectCard', {})).toMatchObject({ ok: false, error: { code: 'leaseEnded' } });
    const fresh = await rig.claim(again);
    expect(await again.effect(fresh, op, 'ejectCard', {})).toMatchObject({
      ok: true,
      value: { outcome: 'unknown', duplicate: true },
    });
    expect(rig.path.place).toBe('gate');
  }));

it('an isolated driver killed: unknown, stale, back by itself; the host stays, and takes its child along when it goes', () =>
  withDeviceHost(async (rig) => {
    const host = await rig.start({ isolate: true });
    const core = await rig.core();
    const children = (): number[] => rig.logLines('child started').map((line) => line['child'] as number);
    const lease = await rig.claim(core);
    const states: string[] = [];
    core.onStatus((_, { device, source }) => states.push(`${device} ${source}`));
    rig.path.put(permit);
    rig.path.move('readPosition');
    const ejecting = core.effect(lease, newOp(60_000), 'ejectCard', {});
    await rig.until(() => rig.path.place === 'gate');
    process.kill(children()[0] ?? 0, 'SIGKILL');
    expect(await ejecting).toMatchObject({ ok: true, value: { outcome: 'unknown', fault: { code: 'offline' } } });
    expect(states).toContain('offline stale');
    await rig.until(async () => (await core.status('card-unit', 0)).device === 'online');
    expect(children()).toHaveLength(2);
    expect(host.exitCode).toBeNull();
    rig.path.take();
    rig.path.put(permit);
    expect(await core.effect(lease, newOp(), 'acceptCard', {})).toMatchObject({ ok: true, value: { outcome: 'done' } });
    host.kill('SIGKILL');
    await rig.until(() => !isAlive(children()[1] ?? 0));
  }));

it('an isolated driver is told when its caller is gone', () =>
  withDeviceHost(async (rig) => {
    await rig.start({ isolate: true });
    const core = await rig.core();
    const lease = await rig.claim(core);
    const op = newOp(60_000);
    const accepting = core.effect(lease, op, 'acceptCard', {});
    await rig.until(() => rig.unit.state()['entry'] === 'on');
    await core.release(lease);
    expect(await accepting).toMatchObject({ ok: true, value: { outcome: 'notDone', fault: { code: 'canceled' } } });
    expect(rig.logLines(op.operationId).map((line) => [line['room'], line['msg']])).toEqual([
      ['device-host', 'effect begins'],
      ['device-host/card-unit', 'driver begins'],
      ['device-host', 'effect ended'],
    ]);
  }));

it.each(['SIGTERM', 'stdin'] as const)('the host ends by %s in time, and says that its leases ended', (how) =>
  withDeviceHost(async (rig) => {
    const host = await rig.start({ isolate: true });
    const core = await rig.core();
    const ended: string[] = [];
    core.onLeaseEnded(({ why }) => ended.push(why));
    await rig.claim(core);
    const [child = 0] = rig.logLines('child started').map((line) => line['child'] as number);
    const began = performance.now();
    const exited = once(host, 'exit');
    if (how === 'stdin') host.stdin?.end();
    else host.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
    expect(performance.now() - began).toBeLessThan(3_000);
    await core.closed;
    expect(ended).toEqual(['hostStopping']);
    await rig.until(() => !isAlive(child));
  }),
);

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
