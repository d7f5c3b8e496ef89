import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { createSimulatedHidpos } from '../../drivers/qr-reader-any-hidpos/simulator.ts';
import { systemClock } from '../../host/system-clock.ts';
import { listenTcp } from '../../transport/tcp-listener.ts';
import { withDeviceHost } from '../with-device-host.ts';

const PROBE = fileURLToPath(new URL('../../tools/probe.mjs', import.meta.url));
const DRIVER = 'qr-reader-any-hidpos';
const TEXT = 'yimen:R7K2M9QX4T;4406062611050012';

interface Probed {
  readonly status: number;
  readonly out: string;
  readonly json: Record<string, unknown>;
}

function probe(at: string, ...args: string[]): Promise<Probed> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [PROBE, DRIVER, '--at', at, ...args, '--json'], (_, out) =>
      resolve({ status: child.exitCode ?? -1, out, json: JSON.parse(out) as Record<string, unknown> }),
    );
  });
}

it('scans a code behind a bridge: masked, unmasked; a keyboard is refused', async () => {
  const random = (n: number): Uint8Array => new Uint8Array(randomBytes(n));
  const reader = createSimulatedHidpos({ clock: systemClock, random, speed: 'fast' });
  const listening = await listenTcp(0, systemClock, (channel) => reader.attach(channel));
  if (!listening.ok) throw new Error(listening.error.message);
  const at = `tcp:127.0.0.1:${listening.value.port}`;
  /** A person who holds the paper up until it is read, takes it away, and holds it up again. */
  const holding = setInterval(() => {
    reader.take();
    reader.put('qr-receipt');
  }, 300);
  try {
    const masked = await probe(at, 'scan');
    expect(masked).toMatchObject({
      status: 0,
      json: { driver: DRIVER, outcome: 'done', fields: { text: `*** (${TEXT.length})`, symbology: ']Q1' } },
    });
    for (const secret of [TEXT, Buffer.from(TEXT).toString('base64')]) expect(masked.out).not.toContain(secret);
    expect(await probe(at, 'scan', '--unmasked')).toMatchObject({
      status: 0,
      json: { fields: { text: TEXT, bytes: Buffer.from(TEXT).toString('base64') } },
    });
    expect(await probe(at, 'identify')).toMatchObject({
      json: { description: { model: 'Scanner 1900', serial: 'SN-00042', firmware: '1.10' } },
    });
    reader.fault('keyboard');
    expect(await probe(at, 'scan')).toMatchObject({
      status: 1,
      json: { outcome: 'notDone', fault: { code: 'configuration', vendorCode: '0001:0006' } },
    });
  } finally {
    clearInterval(holding);
    await listening.value.close();
  }
});

it('a reader that is not plugged in: said with what to look at, by the real library', async () => {
  expect(await probe('hid:ffff:fffe', 'status')).toMatchObject({
    status: 1,
    json: {
      outcome: 'notDone',
      fault: { code: 'offline', message: expect.stringContaining('hid: no device ffff:fffe') as string },
    },
  });
});

it('in the host it has a process of its own, and its neighbour does not notice that it is missing', () =>
  withDeviceHost(async (rig) => {
    await rig.start({}, [{ device: 'qr-reader', driver: DRIVER, at: 'hid:ffff:fffe' }]);
    const core = await rig.core();
    await rig.until(async () => (await core.status('card-unit', 0)).device === 'online');
    await rig.until(async () => (await core.status('qr-reader', 0)).fault?.message.includes('lsusb') === true);
    expect(await core.status('qr-reader', 0)).toMatchObject({ device: 'offline', fault: { code: 'offline' } });
    expect(rig.logLines('child started').map((line) => line['device'])).toEqual(['qr-reader']);
  }));
