import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Result } from '@yimen/contracts/base';
import type { Fault, TravelDocument } from '@yimen/contracts/device';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Driver } from '../../driver-kit/driver.ts';
import { createIcao9303 } from '../../drivers/travel-document-icao-9303/driver.ts';
import { createSimulatedChip } from '../../drivers/travel-document-icao-9303/simulator.ts';
import { systemClock as clock } from '../../host/system-clock.ts';
import { CardPath } from '../../testing/card-path.ts';
import type { SimulatedDevice } from '../../testing/simulated-device.ts';
import { faceOf, permitOf } from '../../testing/things.ts';
import type { ByteChannel } from '../../transport/byte-channel.ts';
import { openPcsc } from '../../transport/pcsc-channel.ts';
import { PCSC_BINDINGS } from '../../transport/pcsc/pcsc-address.ts';
import { BUILD_MS, buildPcsclite, until, VIRTUAL_READER, VirtualReader } from '../with-virtual-reader.ts';

const DRIVER = 'travel-document-icao-9303';
const LI_NA = { documentNumber: 'C50000011', birth: '900412', expiry: '350610' };
const NEVER = new AbortController().signal;
/** In the middle of a read: after access, before the face is whole. */
const MIDDLE = 12;

beforeAll(buildPcsclite, BUILD_MS);

interface Scene {
  readonly rig: VirtualReader;
  readonly chip: SimulatedDevice;
  readonly driver: Driver;
  /** Puts the chip into the reader; closing what comes back takes it out. */
  insert(): Promise<ByteChannel>;
  read(deadlineMs?: number): Promise<Result<TravelDocument, Fault>>;
  /** Resolves when the chip has answered so many commands from now. */
  commands(count: number): Promise<void>;
}

async function withScene(
  binding: (typeof PCSC_BINDINGS)[number],
  story: (scene: Scene) => Promise<void>,
  isSlow = false,
): Promise<void> {
  const rig = await VirtualReader.prepare(isSlow);
  const random = (n: number): Uint8Array => new Uint8Array(randomBytes(n));
  const path = new CardPath();
  path.put(permitOf('permit-li-na'));
  path.move('readPosition');
  const chip = createSimulatedChip({ clock, random, speed: 'fast' }, path);
  const driver = createIcao9303({
    open: openPcsc({ reader: VIRTUAL_READER, binding }, { clock }),
    clock,
    random,
    log: { debug: () => undefined },
    at: `pcsc:${VIRTUAL_READER}@${binding}`,
    options: {},
  });
  const read = (deadlineMs = 30_000): Promise<Result<TravelDocument, Fault>> =>
    driver.read('readDocument', deadlineMs, { access: LI_NA }, NEVER) as Promise<Result<TravelDocument, Fault>>;
  const count = (): number => Number(chip.state()['commands']);
  try {
    await rig.start();
    await story({
      rig,
      chip,
      driver,
      read,
      insert: async () => {
        const wire = await rig.insertDevice(chip);
        await until(async () => (await driver.status(0)).media === 'present');
        return wire;
      },
      commands: async (more) => {
        const goal = count() + more;
        await until(() => count() >= goal);
      },
    });
  } finally {
    await driver.close();
    await rig.close();
  }
}

describe.each(PCSC_BINDINGS)('a document is read over PC/SC by %s', (binding) => {
  it('whole, with its face, and the reader says who it is', () =>
    withScene(binding, async ({ driver, insert, read }) => {
      expect(await driver.describe()).toMatchObject({
        ok: true,
        value: { model: 'Virtual PCD', serial: 'not reported', at: `pcsc:${VIRTUAL_READER}@${binding}` },
      });
      expect(await driver.status(0)).toMatchObject({ device: 'online', media: 'notPresent' });
      const wire = await insert();
      const document = await read();
      expect(document).toMatchObject({
        ok: true,
        value: {
          documentNumber: 'C50000011',
          name: 'LI<<NA',
          faceImage: Buffer.from(faceOf('permit-li-na')).toString('base64'),
        },
      });
      expect(await driver.read('release', 1_000, {}, NEVER)).toMatchObject({ ok: true });
      // The field is off, the card lies there: both are told.
      expect(await driver.status(0)).toMatchObject({ device: 'online', media: 'present' });
      await wire.close();
      await until(async () => (await driver.status(0)).media === 'notPresent');
    }));

  it('not when the card is pulled in the middle; and whole when it is laid back', () =>
    withScene(binding, async ({ driver, insert, read, commands }) => {
      const wire = await insert();
      const reading = read();
      await commands(MIDDLE);
      await wire.close();
      expect(await reading).toMatchObject({ ok: false, error: { code: 'noMedia' } });
      expect(await driver.status(0)).toMatchObject({ device: 'online', media: 'notPresent' });
      await insert();
      expect((await read()).ok).toBe(true);
    }));

  it('not when pcscd dies in the middle; the driver says what to do, and reads when it is back', () =>
    withScene(binding, async ({ rig, driver, insert, read, commands }) => {
      await insert();
      const reading = read();
      await commands(MIDDLE);
      const began = performance.now();
      await rig.kill();
      expect(await reading).toMatchObject({ ok: false, error: { code: 'offline' } });
      expect(performance.now() - began).toBeLessThan(2_000);
      expect(await driver.status(0)).toMatchObject({
        device: 'offline',
        fault: { code: 'offline', message: expect.stringContaining('systemctl start pcscd') as string },
      });
      await rig.start();
      await insert();
      expect((await read()).ok).toBe(true);
    }));

  it('not when the chip falls silent: its time is over, never a hang; and whole when it is laid on anew', () =>
    withScene(binding, async ({ chip, insert, read, commands }) => {
      const wire = await insert();
      const reading = read(2_000);
      await commands(MIDDLE);
      chip.fault('F12');
      const began = performance.now();
      expect(await reading).toMatchObject({ ok: false, error: { code: 'timeOut' } });
      expect(performance.now() - began).toBeLessThan(4_000);
      chip.clear();
      await wire.close();
      await insert();
      expect((await read()).ok).toBe(true);
    }));
});

it('with 50 ms for each command a document is still read within the deadline', () =>
  withScene(
    'pcsc-mini',
    async ({ insert, read }) => {
      await insert();
      const began = performance.now();
      expect((await read()).ok).toBe(true);
      process.stdout.write(`a whole document without quickack: ${(performance.now() - began).toFixed(0)} ms\n`);
    },
    true,
  ));

describe('without pcscd', () => {
  it.each(PCSC_BINDINGS)('by %s: offline with a remedy, at once, every time', async (binding) => {
    await withScene(binding, async ({ rig, driver, read }) => {
      await rig.kill();
      for (let round = 0; round < 3; round += 1) {
        expect(await driver.status(0)).toMatchObject({
          device: 'offline',
          fault: { message: 'pcsc: pcscd is not running: systemctl start pcscd' },
        });
      }
      expect(await read(2_000)).toMatchObject({ ok: false, error: { code: 'offline' } });
    });
  });

  it('pcsclite that is not built is a fault of configuration that says how to build it', async () => {
    const rig = await VirtualReader.prepare();
    const built = process.env['NODE_BINDINGS_COMPILED_DIR'];
    try {
      await rig.start();
      process.env['NODE_BINDINGS_COMPILED_DIR'] = 'nowhere';
      expect(await openPcsc({ reader: VIRTUAL_READER, binding: 'pcsclite' }, { clock })(5_000)).toMatchObject({
        ok: false,
        error: { code: 'configuration', message: expect.stringContaining('npm rebuild pcsclite') as string },
      });
    } finally {
      process.env['NODE_BINDINGS_COMPILED_DIR'] = built;
      await rig.close();
    }
  });
});

describe('a technician', () => {
  const run = (tool: 'probe' | 'record', ...args: string[]): Promise<{ status: number; out: string }> =>
    new Promise((resolve) => {
      const entry = fileURLToPath(new URL(`../../tools/${tool}.mjs`, import.meta.url));
      const child = execFile(process.execPath, [entry, ...args], (_, out) =>
        resolve({ status: child.exitCode ?? -1, out }),
      );
    });
  const { mrz } = permitOf('permit-li-na');

  it('finds the reader, reads its chip, and records it without a personal byte', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'yimen-record-'));
    try {
      await withScene('pcsc-mini', async ({ insert, driver }) => {
        await insert();
        await driver.close();
        const listed = await run('probe', '--json');
        expect(JSON.parse(listed.out)).toMatchObject({
          drivers: expect.arrayContaining([expect.objectContaining({ driver: DRIVER })]) as unknown,
          pluggedIn: expect.arrayContaining([
            { where: `pcsc:${VIRTUAL_READER}`, says: 'card reader, a chip in it' },
            { where: 'pcsc:Virtual PCD 00 01', says: 'card reader, no chip' },
          ]) as unknown,
        });
        expect((await run('probe')).out).toContain(`Plugged in here`);
        const at = ['--at', `pcsc:${VIRTUAL_READER}`];
        for (const where of [at, ['--at', `pcsc:${VIRTUAL_READER}@pcsclite`]]) {
          const read = await run('probe', DRIVER, ...where, 'read', '--mrz', mrz, '--json');
          expect(JSON.parse(read.out), read.out).toMatchObject({ driver: DRIVER, outcome: 'done' });
          expect(read.status).toBe(0);
          expect(read.out).not.toContain('C50000011');
        }

        const file = join(dir, 'chip.hex');
        expect(await run('record', DRIVER, ...at, file, 'read', '--mrz', mrz, '--json')).toMatchObject({ status: 0 });
        const text = readFileSync(file, 'utf8');
        // SELECT of the application as it went out, and an answer as it came.
        expect(text).toMatch(/^> 00 0C 00 A4 04 0C 07 /m);
        expect(text).toMatch(/^< 00 02 90 00/m);
        expect(text.replaceAll(' ', '')).not.toContain(Buffer.from('C50000011').toString('hex').toUpperCase());
      });
    } finally {
      await rm(dir, { recursive: true });
    }
  });
});
