import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualClock } from '@yimen/contracts/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { startBench } from './bench.ts';
import { seededRandom } from './contract-bench.ts';
import { CABINET_THINGS } from './cabinet-things.table.ts';

const KIND = 'cabinet-io';
/** Function 05, coil 0 off. */
const UNLOCK_FRONT = '01050000 0000 cdca';
/** Inputs 0 to 15. */
const INPUTS = '01020000 0010 79c6';

const ends: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

async function start(dataDir?: string) {
  const clock = new ManualClock();
  const started = await startBench({ httpPort: 0, speed: 'fast', clock, random: seededRandom(4), dataDir });
  if (!started.ok) throw new Error(started.error.message);
  const bench = started.value;
  ends.push(() => bench.close());
  const post = async (verb: string, body: object = {}) => {
    const url = `http://127.0.0.1:${bench.httpPort}/devices/${KIND}/${verb}`;
    const answer = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
    return { status: answer.status, json: (await answer.json()) as Record<string, unknown> };
  };
  const hand = (thing: string) => post('put', { thing });
  return { bench, clock, post, hand, state: () => bench.world.view().devices[KIND]?.state ?? {} };
}

/** One request over the bench's port, and its answer. */
function ask(port: number, request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(Buffer.from(request.replaceAll(' ', ''), 'hex')));
    socket.once('data', (answer) => {
      resolve(answer.toString('hex'));
      socket.destroy();
    });
    socket.once('error', reject);
  });
}

describe('the cabinet on the bench', () => {
  it('doors, key, lid and mains by hand; a locked door by force only', async () => {
    const { hand, post, state } = await start();
    expect(await hand('door-front-open')).toMatchObject({
      status: 409,
      json: { error: { code: 'not-possible', message: 'the front door is locked' } },
    });
    expect(await post('fault', { fault: 'F59' })).toMatchObject({ status: 200 });
    expect(state()).toMatchObject({ doors: { front: 'open' }, locks: { front: 'locked' } });
    expect(await hand('door-front-closed')).toMatchObject({ status: 200 });
    for (const thing of ['key-supervisor', 'lid-open', 'mains-off', 'call-button'])
      expect(await hand(thing), thing).toMatchObject({ status: 200 });
    expect(state()).toMatchObject({
      doors: { front: 'closed' },
      keySwitch: 'supervisor',
      callButton: 'pressed',
      tamper: { lid: 'latched' },
      ups: { state: 'engaged', mains: false },
      faults: ['tamper-lid', 'F56'],
    });
    expect(await hand('tamper-reset')).toMatchObject({ status: 409 });
    expect(await post('clear')).toMatchObject({ status: 200 });
    expect(await hand('tamper-reset')).toMatchObject({ status: 200 });
    expect(state()).toMatchObject({ tamper: { lid: 'ok' }, ups: { state: 'powering' }, faults: [] });
  });

  it('whatever /things says of it can be done, and nothing else', async () => {
    const { hand } = await start();
    for (const { thing } of CABINET_THINGS) expect([200, 409], thing).toContain((await hand(thing)).status);
    expect(await hand('permit-li-na')).toMatchObject({ status: 409 });
    expect(await hand('door-roof-open')).toMatchObject({ status: 400 });
  });

  it('a host unlocks the front door; then a hand opens it, and the host sees that', async () => {
    const { bench, hand, state } = await start();
    const port = bench.devices[KIND] ?? 0;
    expect(await ask(port, UNLOCK_FRONT)).toBe(UNLOCK_FRONT.replaceAll(' ', ''));
    expect(state()).toMatchObject({ locks: { front: 'unlocked', back: 'locked' } });
    expect(await hand('door-front-open')).toMatchObject({ status: 200 });
    expect((await ask(port, INPUTS)).slice(0, 10)).toBe('010202' + '16f2');
  });

  it('a bench that was killed comes back with doors, key and latch as they were', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'yimen-enclosure-'));
    ends.push(() => rmSync(dataDir, { recursive: true, force: true }));
    const first = await start(dataDir);
    await ask(first.bench.devices[KIND] ?? 0, UNLOCK_FRONT);
    await first.hand('door-front-open');
    await first.hand('key-maintenance');
    await first.post('fault', { fault: 'F60' });
    const second = await start(dataDir);
    expect(second.state()).toMatchObject({
      doors: { front: 'open', back: 'closed' },
      locks: { front: 'unlocked' },
      keySwitch: 'maintenance',
      tamper: { seismic: 'latched' },
      bootCount: 2,
      faults: [],
    });
  });
});
