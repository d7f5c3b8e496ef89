import { createHash, randomBytes } from 'node:crypto';
import { newOperationId } from '@yimen/contracts/base';
import type { DeviceStatus, Op } from '@yimen/contracts/device';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Driver, EffectResult } from '../../driver-kit/driver.ts';
import { createCupsIpp } from './driver.ts';
import { RealCups, systemClock, until } from '../../test/with-real-cups.ts';

const random = (n: number): Uint8Array => new Uint8Array(randomBytes(n));
const PAGE = '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>';
const PDF = Buffer.from(
  `%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\n` +
    `endobj\n3 0 obj\n${PAGE}\nendobj\ntrailer\n<< /Size 4 /Root 1 0 R >>\n%%EOF\n`,
);

let cups: RealCups;
const drivers: Driver[] = [];
beforeAll(async () => {
  cups = await RealCups.start();
}, 60_000);
afterAll(async () => {
  for (const driver of drivers) await driver.close();
  await cups.end();
}, 60_000);

function driverOn(
  what: 'queue' | 'printer' | 'no queue',
  options: Readonly<Record<string, boolean>> = { purgeAtStart: false },
): Driver {
  const log = { debug: () => undefined };
  const driver = createCupsIpp({ open: cups.open(what), clock: systemClock, random, log, at: cups.at(what), options });
  drivers.push(driver);
  return driver;
}

const op = (deadlineMs = 30_000): Op => ({ operationId: newOperationId(Date.now(), random), deadlineMs });

async function print(driver: Driver, of = op(), signal = new AbortController().signal): Promise<EffectResult> {
  const piece = { documentId: 'd', offset: 0, piece: PDF.toString('base64'), last: true };
  expect(await driver.read('loadDocument', 1_000, piece, signal)).toMatchObject({ ok: true });
  const sha256 = createHash('sha256').update(PDF).digest('hex');
  const args = { documentId: 'd', sha256, pages: 1, sides: 'one', colour: 'mono' };
  return driver.perform('printDocument', of, args, signal);
}

const statusOf = (driver: Driver): Promise<DeviceStatus> => driver.status(0);

describe('real CUPS with a printer behind it', () => {
  it('F36: a job that waits at the start is cancelled before the queue is online', async () => {
    await cups.addHeldJob();
    expect(await cups.waiting()).toBe(1);
    expect(await statusOf(driverOn('queue', {}))).toMatchObject({ device: 'online', source: 'reported' });
    expect(await cups.waiting()).toBe(0);
  });

  it.each(['queue', 'printer'] as const)(
    'prints on the %s; completed is not proof; it is found by its name',
    async (what) => {
      const before = (await cups.printed()).length;
      const one = op();
      expect(await print(driverOn(what), one)).toMatchObject({
        outcome: 'unknown',
        fault: { code: 'exitNotSensed' },
        value: { jobState: 'completed' },
      });
      const printed = await cups.printed();
      expect(printed).toHaveLength(before + 1);
      // CUPS' filters write the PDF anew; a printer of its own is given ours.
      if (what === 'printer') expect(printed.at(-1)?.equals(PDF)).toBe(true);
      const state = await driverOn(what).read(
        'jobState',
        3_000,
        { operationId: one.operationId },
        new AbortController().signal,
      );
      expect(state).toMatchObject({ ok: true, value: { state: 'completed' } });
    },
  );

  it('paper goes out: told, cancelled, kept as an old reason by CUPS, doubted after a reset, gone with the next page', async () => {
    const driver = driverOn('queue');
    const before = (await cups.printed()).length;
    await cups.takePaper();
    const lease = new AbortController();
    const running = print(driver, op(), lease.signal);
    await until(async () => driver.status(60_000).then(({ supplies }) => supplies['paper'] === 'out'));
    lease.abort();
    expect(await running).toMatchObject({ outcome: 'unknown', value: { jobState: 'canceled' } });
    await cups.putPaper();
    await until(async () => (await statusOf(driverOn('printer'))).supplies['paper'] === 'full');
    expect(await statusOf(driver)).toMatchObject({ supplies: { paper: 'out' }, fault: { code: 'paperOut' } });
    expect(await driver.reset(op(), 'exit')).toMatchObject({ outcome: 'done' });
    expect(await statusOf(driver)).toMatchObject({ device: 'online', supplies: { paper: 'unknown' } });
    expect(await print(driver)).toMatchObject({ value: { jobState: 'completed' } });
    expect(await statusOf(driver)).toMatchObject({ device: 'online', supplies: { paper: 'full' } });
    expect((await cups.printed()).length).toBeGreaterThan(before);
  });

  it('the printer behind the queue is dead: offline while the job is tried, cancelled, nothing comes later', async () => {
    const driver = driverOn('queue');
    await cups.unplugPrinter();
    const before = (await cups.printed()).length;
    const lease = new AbortController();
    const running = print(driver, op(), lease.signal);
    await until(async () => driver.status(60_000).then(({ device }) => device === 'offline'));
    lease.abort();
    expect(await running).toMatchObject({ value: { jobState: 'canceled' } });
    await cups.plugPrinter();
    expect(await cups.waiting()).toBe(0);
    expect(await statusOf(driver)).toMatchObject({ device: 'online' });
    expect(await print(driver)).toMatchObject({ value: { jobState: 'completed' } });
    expect((await cups.printed()).length).toBe(before + 1);
  });

  it('a queue that staff stopped goes on after a reset', async () => {
    await cups.disable();
    const driver = driverOn('queue');
    expect(await statusOf(driver)).toMatchObject({ device: 'hardwareError', fault: { code: 'deviceNotReady' } });
    expect(await print(driver)).toMatchObject({ outcome: 'notDone' });
    expect(await driver.reset(op(), 'exit')).toMatchObject({ outcome: 'done' });
    expect(await statusOf(driver)).toMatchObject({ device: 'online' });
  });

  it('a queue that is not there', async () => {
    const status = await statusOf(driverOn('no queue'));
    expect(status).toMatchObject({ device: 'offline', fault: { code: 'configuration' } });
    expect(status.fault?.message).toContain('no such queue');
  });
});
