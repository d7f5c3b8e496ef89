import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { createCamera } from '../drivers/camera-v4l2-any/driver.ts';
import { systemClock } from '../host/system-clock.ts';
import { openerOf, parseWhere } from '../registry/discover.ts';
import { startBench } from './bench.ts';

const KIND = 'camera';
const random = (n: number): Uint8Array => new Uint8Array(randomBytes(n));
const ends: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

/** The bench, and the driver as the registry would make it for it: the carrier's bytes over TCP. */
async function start() {
  const started = await startBench({ httpPort: 0, speed: 'fast', clock: systemClock, random });
  if (!started.ok) throw new Error(started.error.message);
  const bench = started.value;
  ends.push(() => bench.close());
  const at = `tcp:127.0.0.1:${bench.devices[KIND] ?? 0}`;
  const where = parseWhere(at);
  if (!where.ok) throw new Error(where.error.message);
  const driver = createCamera({
    open: openerOf(where.value, systemClock),
    clock: systemClock,
    random,
    log: { debug: () => undefined },
    at,
    options: {},
  });
  ends.push(() => driver.close());
  const post = async (verb: string, body: object = {}) => {
    const url = `http://127.0.0.1:${bench.httpPort}/devices/${KIND}/${verb}`;
    return (await fetch(url, { method: 'POST', body: JSON.stringify(body) })).status;
  };
  return { bench, driver, post, state: () => bench.world.view().devices[KIND]?.state };
}

describe('the camera at the bench', () => {
  it('is looked at by its driver over TCP; another program that has it open is told until it lets go', async () => {
    const { driver, post, state } = await start();
    expect(await driver.describe()).toMatchObject({ ok: true, value: { serial: 'C270-000042' } });
    expect(await driver.status(0)).toMatchObject({ device: 'online' });
    expect(await post('fault', { fault: 'F40' })).toBe(200);
    expect(state()).toMatchObject({ holders: ['cheese'], faults: ['F40'] });
    expect(await driver.status(0)).toMatchObject({ device: 'deviceBusy', fault: { code: 'deviceBusy' } });
    expect(await post('clear')).toBe(200);
    expect(state()).toMatchObject({ holders: [], faults: [] });
    expect(await driver.status(0)).toMatchObject({ device: 'online' });
  });

  it('nothing goes into it and nothing comes out', async () => {
    const { post } = await start();
    expect(await post('put', { thing: 'permit-li-na' })).toBe(409);
    expect(await post('take')).toBe(409);
  });
});
