import { createHash } from 'node:crypto';
import type { Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { afterEach, describe, expect, it } from 'vitest';
import { ContractBench } from '../../testing/contract-bench.ts';
import { runFor } from '../../testing/run-until.ts';
import type { SimulatorContext } from '../../testing/simulated-device.ts';
import { createSaneScanner } from './driver.ts';
import { createSimulatedScanner } from './simulator.ts';
import type { ScanValue } from './testing/scripted-bench.ts';

type Lease = Awaited<ReturnType<ContractBench['claim']>>;

const benches: ContractBench[] = [];
afterEach(async () => {
  for (const bench of benches.splice(0)) await bench.end();
});

function newBench(hasSensors = true, expectSerial?: string): ContractBench {
  const options = {
    createDriver: createSaneScanner,
    createSimulator: (context: SimulatorContext) => createSimulatedScanner(context, { hasSensors }),
  };
  const bench = new ContractBench(options, expectSerial);
  benches.push(bench);
  return bench;
}

const WISH = { source: 'feeder', pages: 3, dpi: 150, mode: 'grey' };

async function begin(
  bench: ContractBench,
  lease: Lease,
  more: object = {},
  deadlineMs = 60_000,
): Promise<Result<ScanValue, Fault>> {
  return (await bench.slot.read(lease, deadlineMs, 'scan', { ...WISH, ...more })) as Result<ScanValue, Fault>;
}

function scan(
  bench: ContractBench,
  lease: Lease,
  more?: object,
  deadlineMs?: number,
): Promise<Result<ScanValue, Fault>> {
  return bench.run(begin(bench, lease, more, deadlineMs));
}

async function pageOf(bench: ContractBench, lease: Lease, scanId: string, page: number): Promise<Buffer> {
  let bytes = Buffer.alloc(0);
  for (let end = false; !end;) {
    const given = await bench.run(bench.slot.read(lease, 1_000, 'readPage', { scanId, page, offset: bytes.length }));
    if (!given.ok) throw new Error(given.error.message);
    const piece = given.value as { piece: string; end: boolean };
    bytes = Buffer.concat([bytes, Buffer.from(piece.piece, 'base64')]);
    end = piece.end;
  }
  return bytes;
}

const failed = (code: string): object => ({ ok: false, error: { code } });

describe('a simulated scanner', () => {
  it.each([
    ['feeder', 'form-3-pages', { pages: 3 }],
    ['feeder', 'form-a4', { pages: 1, dpi: 300, mode: 'grey' }],
    ['glass', 'id-copy', { source: 'glass', pages: 1, dpi: 200, mode: 'colour' }],
  ])('%s: %s comes whole, page by page, and nothing of it stays', async (_, thing, wish) => {
    const bench = newBench();
    const lease = await bench.claim();
    expect(bench.device.put(thing).ok).toBe(true);
    const scanned = await scan(bench, lease, wish);
    if (!scanned.ok) throw new Error(scanned.error.message);
    expect(scanned.value.pages).toHaveLength(wish.pages);
    expect(bench.device.state()).toMatchObject({ scanner: 'resting', kept: 0 });
    for (const [page, { sha256, bytes }] of scanned.value.pages.entries()) {
      const png = await pageOf(bench, lease, scanned.value.scanId, page);
      expect([createHash('sha256').update(png).digest('hex'), png.length]).toEqual([sha256, bytes]);
    }
    const again = await bench.run(
      bench.slot.read(lease, 1_000, 'readPage', { scanId: scanned.value.scanId, page: 0, offset: 0 }),
    );
    expect(again).toMatchObject(failed('softwareError'));
  });

  it('with and without sensors it says what it can', async () => {
    const bench = newBench();
    expect(await bench.status()).toMatchObject({ device: 'online', media: 'notPresent' });
    bench.device.put('form-a4');
    expect(await bench.status()).toMatchObject({ media: 'present' });
    bench.device.fault('cover-open');
    expect(await bench.status()).toMatchObject({
      device: 'hardwareError',
      fault: { code: 'coverOpen' },
      action: 'clear',
    });
    bench.device.clear();
    expect(await bench.status()).toMatchObject({ device: 'online' });
    expect((await newBench(false).status()).media).toBeUndefined();
  });

  it('more pages than were asked for stay in the feeder', async () => {
    const bench = newBench();
    bench.device.put('form-3-pages');
    expect(await scan(bench, await bench.claim(), { pages: 2 })).toMatchObject({ ok: true });
    expect(bench.device.state()['inFeeder']).toHaveLength(1);
  });

  // F48 and its kin: a set is whole, or it is not there.
  it.each([
    ['F48', 'doubleDetect', 'online'],
    ['jammed', 'jamming', 'hardwareError'],
    ['cover-open', 'coverOpen', 'hardwareError'],
    ['no-docs', 'noMedia', 'online'],
    ['double-unseen', 'noMedia', 'online'],
    ['io-error', 'hardwareError', 'online'],
    ['busy', 'deviceBusy', 'deviceBusy'],
    ['access-denied', 'configuration', 'hardwareError'],
    ['hardware-broken', 'hardwareError', 'hardwareError'],
    ['stop-pressed', 'canceled', 'online'],
    ['scanner-off', 'offline', 'noDevice'],
    ['short-png', 'hardwareError', 'online'],
    ['zero-file', 'hardwareError', 'online'],
    ['wrong-size', 'hardwareError', 'online'],
    ['too-much', 'hardwareError', 'online'],
    ['hang', 'timeOut', 'online'],
    ['hang-at-open', 'timeOut', 'offline'],
    ['no-scanimage', 'offline', 'offline'],
    ['silent', 'timeOut', 'offline'],
  ])('%s: %s, nothing is kept, and mended the whole set comes', async (fault, code, device) => {
    const bench = newBench();
    const lease = await bench.claim();
    await bench.status();
    bench.device.put('form-3-pages');
    expect(bench.device.fault(fault).ok).toBe(true);
    expect(await scan(bench, lease)).toMatchObject(failed(code));
    expect(await bench.status()).toMatchObject({ device });
    expect(bench.device.state()).toMatchObject({ kept: 0 });
    bench.device.clear();
    bench.device.take();
    bench.device.put('form-3-pages');
    const scanned = await scan(bench, lease);
    expect(scanned).toMatchObject({ ok: true });
    expect(await bench.status()).toMatchObject({ device: 'online' });
  });

  it('a jam without sensors stands until a reset', async () => {
    const bench = newBench(false);
    const lease = await bench.claim();
    bench.device.put('form-3-pages');
    bench.device.fault('jammed');
    expect(await scan(bench, lease)).toMatchObject(failed('jamming'));
    bench.device.clear();
    expect(await bench.status()).toMatchObject({ device: 'hardwareError', media: 'jammed', source: 'inferred' });
    expect(await bench.run(bench.slot.reset(lease, bench.op(), 'exit'))).toMatchObject({ value: { outcome: 'done' } });
    expect(await bench.status()).toMatchObject({ device: 'online' });
  });

  it('F22: somebody else’s scanner gets no page', async () => {
    const bench = newBench(true, '000048');
    const lease = await bench.claim();
    bench.device.put('form-3-pages');
    bench.device.fault('F22');
    expect(await scan(bench, lease)).toMatchObject(failed('configuration'));
    expect(bench.device.state()).toMatchObject({ scanned: 0 });
    expect(await bench.status()).toMatchObject({ device: 'hardwareError', fault: { code: 'configuration' } });
    bench.device.clear();
    expect(await bench.run(bench.slot.describe())).toMatchObject({ value: { serial: '000048' } });
    expect(await scan(bench, lease)).toMatchObject({ ok: true });
  });

  it.each(['cancel', 'the end of its lease', 'a reset'])('%s ends a scan in the middle', async (by) => {
    const bench = newBench();
    const lease = await bench.claim();
    await bench.status();
    bench.device.put('form-3-pages');
    const running = begin(bench, lease);
    while (bench.device.state()['scanner'] !== 'scanning') await runFor(bench.clock, 20);
    const ending =
      by === 'cancel'
        ? bench.slot.read(lease, 5_000, 'cancel', {})
        : by === 'a reset'
          ? bench.slot.reset(lease, bench.op(), 'exit')
          : bench.slot.release(lease);
    expect(await bench.run(running)).toMatchObject(failed('canceled'));
    await bench.run(Promise.resolve<unknown>(ending));
    expect(bench.device.state()).toMatchObject({ scanner: 'resting', kept: 0 });
    expect(await bench.status()).toMatchObject({ device: 'online' });
  });

  // R13: faults of the line at every moment of a scan.
  it('unplugged at many moments: told within its time, nothing kept, and it comes back', async () => {
    for (let atMs = 0; atMs <= 7_000; atMs += 500) {
      const bench = newBench();
      const lease = await bench.claim();
      await bench.status();
      bench.device.put('form-3-pages');
      const running = begin(bench, lease);
      await runFor(bench.clock, atMs);
      bench.device.unplug();
      const result = await bench.run(running);
      if (!result.ok) expect(['offline', 'timeOut'], `at ${atMs} ms`).toContain(result.error.code);
      bench.device.plug();
      expect(await bench.status()).toMatchObject({ device: 'online', source: 'reported' });
    }
  });

  it.each(['half-frame', 'duplicate', 'late-answer', 'wrong-checksum', 'garbage', 'flood', 'slow-bytes'])(
    'line fault %s: a whole set or none, within its time',
    async (fault) => {
      const bench = newBench();
      const lease = await bench.claim();
      await bench.status();
      bench.device.put('form-3-pages');
      bench.device.fault(fault);
      const began = bench.clock.monoMs();
      const result = await scan(bench, lease, {}, 20_000);
      expect(bench.clock.monoMs() - began).toBeLessThanOrEqual(22_500);
      if (result.ok) {
        expect(result.value.pages).toHaveLength(3);
        for (const page of [0, 1, 2]) await pageOf(bench, lease, result.value.scanId, page);
      } else expect(result.error.code).toMatch(/^(?:offline|timeOut|hardwareError|noMedia)$/);
      bench.device.clear();
      bench.device.take();
      bench.device.put('form-3-pages');
      expect(await scan(bench, lease)).toMatchObject({ ok: true });
    },
  );
});
