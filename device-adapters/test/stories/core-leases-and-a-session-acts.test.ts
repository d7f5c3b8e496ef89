import { once } from 'node:events';
import { readFile, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { cardUnitPort } from '@yimen/contracts/device';
import { expect, it } from 'vitest';
import { connectDeviceHost } from '../../host/rpc-client.ts';
import { systemClock } from '../../host/system-clock.ts';
import { newOp, permit, sessionHello, withDeviceHost } from '../with-device-host.ts';

const SESSION = 'session-0001';

it('core leases, the session acts; the record is durable and can be followed in the log', () =>
  withDeviceHost(async (rig) => {
    await rig.start();
    const core = await rig.core();
    expect(await core.admit(SESSION, sessionHello(SESSION).key)).toMatchObject({ ok: true });
    const session = await rig.connect(sessionHello(SESSION));
    expect(session.hostEpoch).toBe(core.hostEpoch);
    const lease = await rig.claim(core, { kind: 'session', id: SESSION });
    const port = session.port(cardUnitPort, lease);
    rig.path.put(permit);
    const op = newOp();
    expect(await port.acceptCard(lease, op, {})).toMatchObject({
      ok: true,
      value: { outcome: 'done', verb: 'acceptCard' },
    });
    expect(await port.position(lease, 1_000, {})).toEqual({
      ok: true,
      value: { position: 'readPosition', binCount: 0 },
    });
    expect(await port.acceptCard(lease, op, {})).toMatchObject({
      ok: true,
      value: { outcome: 'done', duplicate: true },
    });
    expect(await port.getOperation(op.operationId)).toMatchObject({ outcome: 'done' });
    expect(await core.getOperation('card-unit', op.operationId)).toMatchObject({
      ok: true,
      value: { outcome: 'done' },
    });
    expect(await core.list()).toMatchObject({
      ok: true,
      value: {
        devices: [
          {
            device: 'card-unit',
            kind: 'card-unit',
            status: { media: 'present' },
            description: { serial: 'CRT591-000417' },
          },
        ],
      },
    });
    expect(rig.logLines(op.operationId)).toMatchObject([
      { msg: 'effect begins', trace: SESSION, verb: 'acceptCard' },
      { msg: 'effect ended', trace: SESSION, outcome: 'done' },
    ]);
    expect((await stat(rig.socketPath)).mode & 0o777).toBe(0o600);
  }));

it('a session moves only what it was leased; core does not act on a session’s lease', () =>
  withDeviceHost(async (rig) => {
    await rig.start();
    const core = await rig.core();
    await core.admit(SESSION, sessionHello(SESSION).key);
    await core.admit('session-0002', sessionHello('session-0002').key);
    const other = await rig.connect(sessionHello('session-0002'));
    const lease = await rig.claim(core, { kind: 'session', id: SESSION });
    const refused = { ok: false, error: { code: 'noLease' } };
    expect(await other.effect(lease, newOp(), 'captureCard', {})).toMatchObject(refused);
    expect(await other.read(lease, 500, 'position', {})).toMatchObject(refused);
    expect(await other.release(lease)).toMatchObject(refused);
    expect(await other.claim('card-unit', { kind: 'session', id: 'session-0002' }, 0)).toMatchObject(refused);
    expect(await other.admit('session-0003', 'some-key')).toMatchObject(refused);
    expect(await other.dismiss(SESSION)).toMatchObject(refused);
    expect(await core.effect(lease, newOp(), 'captureCard', {})).toMatchObject(refused);
    expect(await core.claim('card-unit', { kind: 'core', id: 'core' }, 0)).toMatchObject({
      ok: false,
      error: { code: 'deviceBusy', message: expect.stringContaining(`session ${SESSION}`) as string },
    });
  }));

it('wrong key, forgotten key, no hello: nobody gets in, and those who are in stay', () =>
  withDeviceHost(async (rig) => {
    await rig.start();
    const core = await rig.connect();
    const attempt = (hello: Parameters<typeof rig.connect>[0] & object) =>
      connectDeviceHost({ socketPath: rig.socketPath, hello, clock: systemClock });
    const refused = { ok: false, error: { code: 'securityFail' } };
    expect(await attempt({ ...rig.coreHello, key: 'guess' })).toMatchObject(refused);
    expect(await attempt(sessionHello(SESSION))).toMatchObject(refused);
    await core.admit(SESSION, sessionHello(SESSION).key);
    const session = await rig.connect(sessionHello(SESSION));
    await core.dismiss(SESSION);
    await session.closed;
    expect(await attempt(sessionHello(SESSION))).toMatchObject(refused);
    const stranger = connect(rig.socketPath);
    stranger.write('GET / HTTP/1.1\r\n\r\n');
    await once(stranger, 'close');
    expect(await core.list()).toMatchObject({ ok: true });
  }));

it('a session’s lease ends with its connection; the next owner gets the device when the motion has ended', () =>
  withDeviceHost(async (rig) => {
    await rig.start();
    const core = await rig.core();
    const ended: unknown[] = [];
    core.onLeaseEnded((event) => ended.push(event));
    await core.admit(SESSION, sessionHello(SESSION).key);
    const session = await rig.connect(sessionHello(SESSION));
    const lease = await rig.claim(core, { kind: 'session', id: SESSION });
    const waiting = core.claim('card-unit', { kind: 'core', id: 'core' }, 5_000);
    const op = newOp(60_000);
    const accepting = session.effect(lease, op, 'acceptCard', {});
    await rig.until(() => rig.unit.state()['entry'] === 'on');
    session.close();
    expect(await waiting).toMatchObject({ ok: true, value: { owner: { kind: 'core' } } });
    expect(rig.unit.state()).toMatchObject({ entry: 'off' });
    expect(await accepting).toMatchObject({ ok: true, value: { outcome: 'unknown' } });
    const kept = await core.getOperation('card-unit', op.operationId);
    expect(kept).toMatchObject({ value: { outcome: 'notDone', fault: { code: 'canceled' } } });
    expect(ended).toMatchObject([{ device: 'card-unit', leaseId: lease.leaseId, why: 'ownerGone' }]);
  }));

it('core sees a cable pulled and put back', () =>
  withDeviceHost(async (rig) => {
    await rig.start();
    const core = await rig.core();
    const states: string[] = [];
    core.onStatus((_, { device, source }) => {
      if (states.at(-1) !== `${device} ${source}`) states.push(`${device} ${source}`);
    });
    rig.unit.unplug();
    await rig.until(() => states.at(-1) === 'offline stale');
    rig.unit.plug();
    await rig.until(() => states.at(-1) === 'online reported');
    expect(states).toEqual(['offline stale', 'starting stale', 'online reported']);
  }));

it('the operation file holds ids, verbs, moments and outcomes, and nothing of the card', () =>
  withDeviceHost(async (rig) => {
    const host = await rig.start();
    const core = await rig.core();
    rig.path.put(permit);
    await core.effect(await rig.claim(core), newOp(), 'acceptCard', {});
    host.kill('SIGTERM');
    await once(host, 'exit');
    const bytes = await readFile(join(rig.dir, 'device-operations.sqlite'), 'latin1');
    expect(bytes).toContain('acceptCard');
    expect(bytes).not.toContain(permit.documentNumber);
    expect(bytes).not.toContain(permit.mrzName);
  }));
