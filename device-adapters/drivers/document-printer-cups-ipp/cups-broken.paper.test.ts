import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer as createWebServer } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { newOperationId } from '@yimen/contracts/base';
import type { Op } from '@yimen/contracts/device';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Driver, EffectResult } from '../../driver-kit/driver.ts';
import { seededRandom } from '../../testing/contract-bench.ts';
import { openAt, RealCups, systemClock, until } from '../../test/with-real-cups.ts';
import { createCupsIpp } from './driver.ts';
import { createSimulatedPrintServer } from './simulator.ts';
import { servePrintServer } from './simulator-http.ts';
import { pdfOf } from './simulator-test-host.ts';

const random = (n: number): Uint8Array => new Uint8Array(randomBytes(n));
const op = (deadlineMs = 30_000): Op => ({ operationId: newOperationId(Date.now(), random), deadlineMs });
const ends: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

function driverAt(at: string, options: Readonly<Record<string, boolean>> = {}): Driver {
  const log = { debug: () => undefined };
  const driver = createCupsIpp({ open: openAt(at), clock: systemClock, random, log, at, options });
  ends.push(() => driver.close());
  return driver;
}

/** A real PDF, with its table of objects, as CUPS' filters want one. */
function realPdf(pages: number): Uint8Array {
  const kids = Array.from({ length: pages }, (_, i) => `${i + 3} 0 R`).join(' ');
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Kids [${kids}] /Count ${pages} >>`,
    ...Array.from({ length: pages }, () => '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>'),
  ];
  let text = '%PDF-1.4\n';
  const places = objects.map((object, i) => {
    const at = text.length;
    text += `${i + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(at).padStart(10, '0')} 00000 n \n`;
  });
  const size = objects.length + 1;
  const table = `xref\n0 ${size}\n0000000000 65535 f \n${places.join('')}`;
  return Buffer.from(`${text}${table}trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${text.length}\n%%EOF\n`);
}

async function print(driver: Driver, of: Op, pages = 1): Promise<EffectResult> {
  const document = realPdf(pages);
  const { signal } = new AbortController();
  const piece = { documentId: 'd', offset: 0, piece: Buffer.from(document).toString('base64'), last: true };
  expect(await driver.read('loadDocument', 1_000, piece, signal)).toMatchObject({ ok: true });
  const sha256 = createHash('sha256').update(document).digest('hex');
  return driver.perform('printDocument', of, { documentId: 'd', sha256, pages, sides: 'one', colour: 'mono' }, signal);
}

describe('real CUPS that breaks', () => {
  let cups: RealCups;
  beforeAll(async () => {
    cups = await RealCups.start();
  }, 60_000);
  afterAll(() => cups.end(), 60_000);

  it('F36: a job that outlives the server is cancelled before the queue is online', async () => {
    await cups.addHeldJob();
    await cups.killServer();
    await cups.startServer();
    expect(await cups.waiting()).toBe(1);
    expect(await driverAt(cups.at('queue')).status(0)).toMatchObject({ device: 'online' });
    expect(await cups.waiting()).toBe(0);
  });

  it('a job that does not end is cancelled before its deadline; nothing is left in the queue', async () => {
    await cups.unplugPrinter();
    const before = (await cups.printed()).length;
    const driver = driverAt(cups.at('queue'));
    const began = Date.now();
    const ended = await print(driver, op(10_000));
    expect(Date.now() - began).toBeLessThan(10_000);
    expect(ended.outcome).not.toBe('done');
    expect(ended).toMatchObject({ value: { jobState: 'canceled' } });
    expect(await cups.waiting()).toBe(0);
    await cups.plugPrinter();
    expect(await print(driver, op())).toMatchObject({ value: { jobState: 'completed' } });
    expect((await cups.printed()).length).toBe(before + 1);
  });

  it('the server is killed in the middle: unknown within the deadline, offline, then back with an empty queue', async () => {
    await cups.unplugPrinter();
    const before = (await cups.printed()).length;
    const driver = driverAt(cups.at('queue'));
    const began = Date.now();
    const running = print(driver, op(14_000));
    await until(async () => (await cups.waiting()) === 1);
    await cups.killServer();
    expect(await running).toMatchObject({ outcome: 'unknown' });
    expect(Date.now() - began).toBeLessThan(14_000);
    expect(await driver.status(0)).toMatchObject({ device: 'offline', source: 'stale' });
    await cups.startServer();
    await cups.plugPrinter();
    await until(async () => (await driver.status(0)).device === 'online');
    expect(await cups.waiting()).toBe(0);
    expect(await print(driver, op())).toMatchObject({ value: { jobState: 'completed' } });
    // Only the page of the last order: the one whose server was killed is not printed for somebody else.
    expect((await cups.printed()).length).toBe(before + 1);
  });

  it('CUPS takes the simulated printer for a printer, and prints three pages on it', async () => {
    const simulated = createSimulatedPrintServer({ clock: systemClock, random: seededRandom(1), speed: 'fast' });
    const listening = await servePrintServer(simulated, 0);
    if (!listening.ok) throw new Error(listening.error.message);
    ends.push(() => listening.value.close());
    await cups.addQueue('simulated', `ipp://127.0.0.1:${listening.value.port}/ipp/print`);
    const queue = cups.at('queue').replace('/kiosk', '/simulated');
    expect(await print(driverAt(queue), op(), 3)).toMatchObject({
      outcome: 'unknown',
      value: { jobState: 'completed' },
    });
    expect(simulated.state()).toMatchObject({ printed: 3 });
    simulated.fault('F24');
    const driver = driverAt(queue);
    const running = print(driver, op(20_000));
    await until(async () => (await driver.status(60_000)).supplies['paper'] === 'out');
    simulated.put('paper-a4');
    expect(await running).toMatchObject({ value: { jobState: 'completed' } });
    expect(simulated.state()).toMatchObject({ printed: 4, waiting: 0 });
  });
});

describe('what is no print server', () => {
  async function listen(server: Server): Promise<string> {
    const sockets = new Set<Socket>();
    server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
    });
    ends.push(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return `ipp://127.0.0.1:${(server.address() as AddressInfo).port}/ipp/print`;
  }

  it('a web server: configuration, and nothing is sent but the question', async () => {
    const paths: string[] = [];
    const web = createWebServer((request, answer) => {
      paths.push(`${request.method} ${request.url}`);
      answer.end('<html><body>Welcome to the router</body></html>');
    });
    const driver = driverAt(await listen(web));
    expect(await driver.status(0)).toMatchObject({ device: 'offline', fault: { code: 'configuration' } });
    expect(await print(driver, op())).toMatchObject({ outcome: 'notDone', fault: { code: 'configuration' } });
    expect(new Set(paths)).toEqual(new Set(['POST /ipp/print']));
  });

  it.each([
    ['another protocol', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['noise', '\u0000\u0081\u007f\u00ff'.repeat(200)],
  ])('%s: offline', async (_, words) => {
    const other = createServer((socket) => socket.write(Buffer.from(words, 'latin1')));
    const status = await driverAt(await listen(other)).status(0);
    expect(status).toMatchObject({ device: 'offline' });
  });

  it('silence: offline, and an order ends within its deadline, not done', async () => {
    const driver = driverAt(await listen(createServer(() => undefined)));
    const began = Date.now();
    expect(await driver.status(0)).toMatchObject({ device: 'offline', source: 'stale' });
    expect(await print(driver, op(8_000))).toMatchObject({ outcome: 'notDone' });
    expect(Date.now() - began).toBeLessThan(16_000);
  });

  it('bytes that are IPP in form only: refused, and no job', async () => {
    const answers = createWebServer((request, answer) => {
      request.resume();
      request.once('end', () => {
        answer.writeHead(200, { 'content-type': 'application/ipp' });
        answer.end(pdfOf(1));
      });
    });
    const driver = driverAt(await listen(answers));
    const status = await driver.status(0);
    expect(status.device).not.toBe('online');
    expect(await print(driver, op(8_000))).toMatchObject({ outcome: 'notDone' });
  });
});
