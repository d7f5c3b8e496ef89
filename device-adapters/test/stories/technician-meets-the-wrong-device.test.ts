import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer as createHttp } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '@yimen/contracts/base';
import { afterAll, describe, expect, it } from 'vitest';
import { LIMITS } from '../../limits.table.ts';
import { CATALOGUE } from '../../registry/catalogue.ts';
import { seededRandom } from '../../testing/contract-bench.ts';
import type { SimulatedDevice } from '../../testing/simulated-device.ts';
import { ACTION_MS, LOOK_MS } from '../../tools/run-action.ts';
import { answering, atAnotherSpeed, noise, silence, type LineEnd } from '../bad-lines.ts';
import { probeLine, probeNowhere, probeReally, type Probed } from '../probe-in-process.ts';
import { PROBE_SUBJECTS, simulatedDevices, type ProbeSubject } from '../probe-subjects.table.ts';

const DIR = mkdtempSync(join(tmpdir(), 'yimen-wrong-'));
afterAll(() => rmSync(DIR, { recursive: true, force: true }));

type MakeEnd = (clock: Clock) => LineEnd;
interface BadLine {
  readonly name: string;
  readonly ends: (driver: string) => readonly (readonly [what: string, end: MakeEnd])[];
}

/** One whole and right message of some protocol, and whose own protocol it is. */
const MESSAGES: readonly (readonly [name: string, hex: string, own: RegExp])[] = [
  ['an ACK', '06', /crt591/],
  ['SDT', 'aaaaaa9669000400009094', /sdt/],
  ['GM65', '02000001003331', /gm65/],
  ['ESC/POS', '12', /escpos/],
  ['Modbus', '018402c2c1', /modbus/],
  ['YMR1', '594d523100018100007ade', /ref1/],
  ['HTTP', Buffer.from('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n').toString('hex'), /$^/],
];
/** Speed of the host and of the device. */
const SPEEDS = [
  [9_600, 115_200],
  [115_200, 9_600],
  [9_600, 19_200],
  [19_200, 9_600],
] as const;

const BAD_LINES: readonly BadLine[] = [
  { name: 'silence', ends: () => [['nothing', () => silence()]] },
  {
    name: 'noise without end',
    ends: () => [1, 2, 3].map((seed) => [`seed ${seed}`, (clock) => noise(clock, seed)]),
  },
  {
    name: 'another device',
    ends: (driver) =>
      PROBE_SUBJECTS.filter((other) => other.driver !== driver).map((other) => [
        other.driver,
        (clock) => deviceOf(other.driver, clock),
      ]),
  },
  {
    name: 'another protocol’s answers',
    ends: (driver) =>
      MESSAGES.filter(([, , own]) => !own.test(driver)).map(([name, hex]) => [
        name,
        () => answering(Uint8Array.from(Buffer.from(hex, 'hex'))),
      ]),
  },
  {
    name: 'another speed',
    ends: (driver) =>
      SPEEDS.map(([host, device]) => [
        `${host} asks ${device}`,
        (clock) => atAnotherSpeed(deviceOf(driver, clock), host, device),
      ]),
  },
];

/** What a wrong last byte does not disturb, because nothing in the message is a checksum: the bus below has one (USB), or
 *  the file that is fetched. */
const WITHOUT_CHECKSUM: Readonly<Record<string, readonly string[]>> = {
  'qr-reader-any-hidpos': ['identify', 'status', 'scan'],
  'document-scanner-sane-any': ['identify', 'status'],
  'travel-document-icao-9303': ['identify', 'status'],
};

/** The last line: code, what was wrong, what to look at, who must act. */
const REASON = /^[a-zA-Z]+: \S.+; (check|unplug|take|end|try|npm run probe) .+ \((reset|configuration|suspend)\)$/;

function deviceOf(driver: string, clock: Clock): SimulatedDevice {
  const device = simulatedDevices({ clock, random: seededRandom(3), speed: 'real' }).get(driver);
  if (device === undefined) throw new Error(`no simulator plays ${driver}`);
  return device;
}

function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1) ?? '';
}

function callsOf({ action }: ProbeSubject): readonly (readonly string[])[] {
  return [['identify'], ['status'], action.map((word) => word.replace(/^OUT/, join(DIR, 'out')))];
}

/** Exit 1, within the deadline, one line that says what was wrong and what to look at; and the same for programs. */
function expectRefused(people: Probed, json: Probed, name: string, driver: string, what: string): void {
  const place = `${driver} ${name}: ${what}`;
  const lines = people.err.trimEnd().split('\n');
  expect(lines, place).toHaveLength(2);
  expect(lines[0], place).toMatch(/^\S+ at .+ \(at most \d+ s\) …$/);
  expect(lines[1], place).toMatch(REASON);
  expect(lines[1]?.length, place).toBeLessThan(500);
  expect(lastLine(people.out), place).toMatch(/: notDone \(\d+ ms\)$/);
  expect([people.status, json.status, json.err], place).toEqual([1, 1, '']);
  const said = JSON.parse(json.out) as { fault: { code: string; message: string }; remedy: string; ms: number };
  expect(said, place).toMatchObject({
    driver,
    outcome: 'notDone',
    fault: { code: expect.any(String), message: expect.any(String), action: expect.any(String) },
    remedy: expect.any(String),
  });
  expect(lines[1], place).toContain(`${said.fault.code}: ${said.fault.message}; ${said.remedy} (`);
  for (const ms of [people.ms, json.ms, said.ms])
    expect(ms, place).toBeLessThanOrEqual(name === 'identify' || name === 'status' ? LOOK_MS : ACTION_MS);
}

async function expectBadLine(
  subject: ProbeSubject,
  call: readonly string[],
  what: string,
  end: MakeEnd,
): Promise<void> {
  const { driver } = subject;
  const args = [driver, '--at', subject.at.replace('PORT', '7101'), ...call];
  const people = await probeLine(args, end);
  const json = await probeLine([...args, '--json'], end);
  expectRefused(people, json, call[0] ?? '', driver, what);
}

it('every driver of the catalogue is asked', () => {
  expect(PROBE_SUBJECTS.map(({ driver }) => driver).toSorted()).toEqual(Object.keys(CATALOGUE).toSorted());
});

describe.each(PROBE_SUBJECTS)('$driver', (subject) => {
  const { driver } = subject;
  const calls = callsOf(subject);

  it('answers when the line is right', async () => {
    for (const call of [['identify'], ['status']]) {
      const args = [driver, '--at', 'tcp:127.0.0.1:7101', ...call, '--json'];
      const right = await probeLine(args, (clock) => deviceOf(driver, clock));
      expect(right.status, right.out).toBe(0);
      expect(JSON.parse(right.out)).not.toHaveProperty('remedy');
    }
  });

  it.each(BAD_LINES)('$name: refused with its remedy', async ({ ends }) => {
    for (const [what, end] of ends(driver)) for (const call of calls) await expectBadLine(subject, call, what, end);
  });

  it('silence is told as silence, whoever asks for what', async () => {
    for (const call of calls) {
      const args = [driver, '--at', subject.at.replace('PORT', '7101'), ...call, '--json'];
      const said = await probeLine(args, () => silence());
      expect(JSON.parse(said.out), call[0]).toMatchObject({ fault: { code: 'timeOut' } });
    }
  });

  it('a wrong checksum for ever: refused with its remedy', async () => {
    const end: MakeEnd = (clock) => {
      const device = deviceOf(driver, clock);
      if (!device.fault('wrong-checksum').ok) throw new Error('no such fault');
      return device;
    };
    for (const call of calls) {
      if (WITHOUT_CHECKSUM[driver]?.includes(call[0] ?? '') !== true) await expectBadLine(subject, call, 'sum', end);
    }
  });

  it('a carrier that never says anything: the tool ends by itself', async () => {
    for (const name of ['identify', 'status']) {
      const args = [driver, '--at', subject.at.replace('PORT', '7101'), name];
      const [people, json] = [await probeNowhere(args), await probeNowhere([...args, '--json'])];
      // Closing a driver that still waits has its own bound.
      for (const { ms } of [people, json]) expect(ms).toBeLessThanOrEqual(LOOK_MS + LIMITS.driverCloseMs);
      expect(lastLine(people.err)).toMatch(REASON);
      expect(JSON.parse(json.out)).toMatchObject({ outcome: 'notDone', remedy: expect.any(String) });
    }
  });
});

it('nothing is there, on the carrier that each device usually hangs on', { timeout: 60_000 }, async () => {
  const port = await withServer(createServer(), async (free) => free);
  const looks = PROBE_SUBJECTS.map(async ({ driver, at }) => {
    const args = [driver, '--at', at.replace('PORT', String(port)), 'identify'];
    const [people, json] = await Promise.all([probeReally(args), probeReally([...args, '--json'])]);
    // Of two at once a carrier may refuse one; each tells its own reason.
    const said = JSON.parse(json.out) as { fault: { code: string } };
    expect(lastLine(people.err), driver).toMatch(REASON);
    expect([people.status, json.status, said.fault.code !== ''], driver).toEqual([1, 1, true]);
    expect(people.ms, driver).toBeLessThan(LOOK_MS + 1_000);
  });
  await Promise.all(looks);
});

describe('a printer’s address that is no printer’s', () => {
  const at = (port: number): string[] => ['document-printer-cups-ipp', '--at', `ipp://127.0.0.1:${port}/ipp/print`];
  const both = async (port: number): Promise<void> => {
    const args = [...at(port), 'status'];
    const [people, json] = await Promise.all([probeReally(args), probeReally([...args, '--json'])]);
    expectRefused(people, json, 'status', 'document-printer-cups-ipp', String(port));
  };

  it('a web server', () =>
    withServer(
      createHttp((_, answer) => answer.writeHead(404, { 'content-type': 'text/html' }).end('<p>not here</p>')),
      both,
    ));

  it('a device that is silent', () => withServer(createServer(), both));

  it('a device that speaks its own protocol', () =>
    withServer(
      createServer(
        (socket) => void socket.on('error', () => undefined).end(Buffer.from('594d523100018100007ade', 'hex')),
      ),
      both,
    ));
});

/** A server on a free port; it and its connections are gone afterwards. */
async function withServer<T>(server: Server, story: (port: number) => Promise<T>): Promise<T> {
  const open = new Set<{ destroy(): void }>();
  server.on('connection', (socket) => void open.add(socket.on('error', () => undefined)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    return await story((server.address() as AddressInfo).port);
  } finally {
    for (const socket of open) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
}
