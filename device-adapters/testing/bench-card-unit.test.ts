import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromHex } from '@yimen/contracts/base';
import { ManualClock } from '@yimen/contracts/testing';
import { afterEach, expect, it } from 'vitest';
import { frameOf } from '../drivers/card-unit-creator-crt591/testing/simulator-world.ts';
import { startBench } from './bench.ts';
import { connectTo } from './bench-test-host.ts';
import { seededRandom } from './contract-bench.ts';

const KIND = 'card-unit';
const ends: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

function tempDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'yimen-bench-'));
  ends.push(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

async function start(dataDir?: string) {
  const started = await startBench({
    httpPort: 0,
    speed: 'fast',
    clock: new ManualClock(),
    random: seededRandom(2),
    dataDir,
  });
  if (!started.ok) throw new Error(started.error.message);
  const bench = started.value;
  ends.push(() => bench.close());
  const state = () => bench.world.view().devices[KIND]?.state ?? {};
  const line = await connectTo(bench.devices[KIND] ?? 0);
  ends.push(() => line.close());
  /** Motions, each sent when the one before it was taken. */
  const move = async (...pms: string[]): Promise<void> => {
    for (const pm of pms) {
      const before = Number(state()['motions']);
      await line.write(fromHex(frameOf(`32${pm}`)));
      await line.until(() => Promise.resolve(Number(state()['motions']) === before + 1));
    }
  };
  const init = async (): Promise<void> => {
    const before = Number(state()['inits']);
    await line.write(fromHex(frameOf('3037')));
    await line.until(() => Promise.resolve(Number(state()['inits']) === before + 1));
  };
  return { bench, state, move, init };
}

it('staff add new cards; a citizen takes one; the page shows where it went', async () => {
  const { bench, state, move, init } = await start();
  expect(bench.world.put(KIND, 'card-pack')).toMatchObject({ ok: true });
  expect(state()).toMatchObject({ units: { cards: { count: 60, initial: 60 } } });
  await init();
  await move('31', '30');
  expect(bench.world.view().card).toMatchObject({ thing: 'C20260001', place: 'gate' });
  expect(bench.world.take(KIND)).toEqual({ ok: true, value: { thing: 'C20260001' } });
  expect(state()).toMatchObject({
    units: { cards: { count: 59, taken: 1 } },
    lastCards: [{ card: 'C20260001', went: 'taken' }],
  });
  expect(bench.world.put('licence-printer', 'card-pack')).toMatchObject({ ok: false });
  const script = await fetch(`http://127.0.0.1:${bench.httpPort}/card-stock.js`);
  expect(script.status).toBe(200);
  expect(script.headers.get('content-type')).toMatch(/^text\/javascript/);
});

it('the bin is emptied by clear; its counter is not', async () => {
  const { bench, state, move, init } = await start();
  await init();
  await move('31', '33');
  expect(bench.world.view().bin).toEqual(['C20260001']);
  bench.world.clear(KIND);
  expect([bench.world.view().bin, state()]).toMatchObject([[], { binCount: 1, units: { bin: { count: 0 } } }]);
});

it('a bench that was killed comes back with stack, bin and the new card inside', async () => {
  const dataDir = tempDir();
  const first = await start(dataDir);
  await first.init();
  await first.move('31', '33', '31', '30', '32');
  const before = first.state();
  expect(before).toMatchObject({ place: 'readPosition', card: 'C20260002', binCount: 1 });
  await first.bench.close();
  const second = await start(dataDir);
  const { units, lastCards, binCount } = before;
  expect(second.state()).toMatchObject({ place: 'readPosition', card: 'C20260002', units, lastCards, binCount });
  expect(second.bench.world.view().bin).toEqual(['C20260001']);
  await second.init();
  await second.move('33');
  expect(second.state()).toMatchObject({ binCount: 2, units: { cards: { retained: 1, rejected: 1, inside: 0 } } });
  expect(second.bench.world.view().bin).toEqual(['C20260001', 'C20260002']);
});

it('a card that the unit did not drop itself is counted when the bench comes back', async () => {
  const dataDir = tempDir();
  const first = await start(dataDir);
  await first.init();
  first.bench.world.put(KIND, 'permit-li-na');
  first.bench.world.path.move('bin');
  await first.bench.close();
  const second = await start(dataDir);
  expect(second.state()).toMatchObject({ binCount: 1, units: { bin: { count: 1 } } });
});
