import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { createSimulatedEndorsementPrinter } from '../../drivers/endorsement-printer-yimen-ref1/simulator.ts';
import { systemClock } from '../../host/system-clock.ts';
import { CardPath } from '../../testing/card-path.ts';
import { permitOf } from '../../testing/things.ts';
import { listenTcp } from '../../transport/tcp-listener.ts';
import { permit, withDeviceHost } from '../with-device-host.ts';

const DRIVER = 'card-unit-creator-crt591';

interface Ran {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

function run(tool: 'record' | 'replay', args: readonly string[], env: object = {}): Promise<Ran> {
  const entry = fileURLToPath(new URL(`../../tools/${tool}.mjs`, import.meta.url));
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [entry, ...args], { env: { ...process.env, ...env } }, (_, out, err) =>
      resolve({ status: child.exitCode ?? -1, out, err }),
    );
  });
}

it('records a card unit at work, and the recording plays against the driver without the unit', () =>
  withDeviceHost(async (rig) => {
    const file = join(rig.dir, 'unit.hex');
    rig.path.put(permit);
    const recorded = await run('record', [
      DRIVER,
      '--at',
      rig.at,
      file,
      'identify',
      'accept',
      'capture',
      'selftest',
      '--json',
    ]);
    expect(recorded.status, recorded.err).toBe(0);
    expect(JSON.parse(recorded.out)).toMatchObject({
      driver: DRIVER,
      outcome: 'done',
      isMasked: false,
      calls: ['identify', 'accept', 'capture', 'selftest'].map((action) => ({ action, outcome: 'done' })),
    });
    const text = readFileSync(file, 'utf8');
    expect(text).toMatch(/^> F2 00 /m);
    expect(text).toMatch(/^# @ \d+\.\d opened$/m);
    expect(text).toMatch(/^# @ \d+\.\d closed by the driver$/m);

    const replayed = await run('replay', [DRIVER, file, '--json']);
    expect(JSON.parse(replayed.out)).toMatchObject({
      outcome: 'done',
      sameBytes: (JSON.parse(recorded.out) as { sent: number }).sent,
    });
    expect(replayed.status).toBe(0);
    const again = await run('record', [DRIVER, '--at', rig.at, file]);
    expect(again).toMatchObject({ status: 1, err: `record: cannot make ${file}: it is there already\n` });
  }));

it('a recording of a driver that spoke otherwise: the first differing byte, by line and place', () =>
  withDeviceHost(async (rig) => {
    const file = join(rig.dir, 'unit.hex');
    expect(await run('record', [DRIVER, '--at', rig.at, file])).toMatchObject({ status: 0 });
    const lines = readFileSync(file, 'utf8').split('\n');
    const at = lines.findIndex((line) => line.startsWith('> F2 00 00'));
    writeFileSync(file, lines.with(at, lines[at]?.replace('> F2 00 00', '> F2 00 7F') ?? '').join('\n'));
    const replayed = await run('replay', [DRIVER, file]);
    expect(replayed.status).toBe(1);
    expect(replayed.err.trim()).toMatch(
      new RegExp(`unit\\.hex:${at + 1}: byte 2 \\(\\d+ of all sent\\): 7F was sent, the driver sends 00$`),
    );
    expect(JSON.parse((await run('replay', [DRIVER, file, '--json'])).out)).toMatchObject({
      outcome: 'notDone',
      difference: { line: at + 1, byte: 2, recorded: '7F', sent: '00' },
    });

    // An answer that was another: the driver does not go on as it did then.
    const answer = lines.findIndex((line) => /^< (?:06 )?F2 /.test(line));
    writeFileSync(file, lines.toSpliced(answer, 1).join('\n'));
    expect(await run('replay', [DRIVER, file])).toMatchObject({ status: 1 });
  }));

it('what a masked device says is recorded without the person, and still plays', async () => {
  const path = new CardPath();
  const card = permitOf('permit-li-na');
  card.panel = ['HKG G 1 2025-11-26 2026-02-26 E000001'];
  path.put(card);
  path.move('readPosition');
  const random = (n: number): Uint8Array => new Uint8Array(randomBytes(n));
  const printer = createSimulatedEndorsementPrinter({ clock: systemClock, random, speed: 'fast' }, path);
  const listener = await listenTcp(0, systemClock, (channel) => printer.attach(channel));
  if (!listener.ok) throw new Error(listener.error.message);
  const dir = await mkdtemp(join(tmpdir(), 'yimen-record-'));
  const file = join(dir, 'printer.hex');
  const at = ['--at', `tcp:127.0.0.1:${listener.value.port}`];
  const recorded = await run('record', [printer.id, ...at, file, 'take', 'read', 'erase', 'handback', '--json']);
  expect(recorded.status, recorded.err).toBe(0);
  expect(JSON.parse(recorded.out)).toMatchObject({ isMasked: true, calls: [{}, { outcome: 'done' }, {}, {}] });
  const text = readFileSync(file, 'utf8');
  const wire = Buffer.from(text.replaceAll(/^#.*$|[<>\s]/gm, ''), 'hex').toString('latin1');
  for (const personal of ['E000001', 'HKG G', card.mrz.slice(0, 12)]) expect(wire).not.toContain(personal);
  expect(wire).toContain('YMR1');
  expect(await run('replay', [printer.id, file])).toMatchObject({ status: 0 });
  await listener.value.close();
  await rm(dir, { recursive: true });
});

it('a device that is not there: the attempt is kept, the tool says why', () =>
  withDeviceHost(async (rig) => {
    const file = join(rig.dir, 'none.hex');
    const ran = await run('record', [DRIVER, '--at', 'serial:/dev/no-such-port@9600', file]);
    expect(ran.status).toBe(1);
    expect(ran.err.trim().split('\n').at(-1)).toMatch(/^offline: serial: no port \/dev\/no-such-port; check the cable/);
    expect(readFileSync(file, 'utf8')).toContain('refused serial: no port');
  }));

it('refuses in production, kinds it cannot mask, and wrong use', () =>
  withDeviceHost(async (rig) => {
    const file = join(rig.dir, 'x.hex');
    const production = await run('record', [DRIVER, '--at', rig.at, file], { NODE_ENV: 'production' });
    expect(production).toMatchObject({ status: 1, err: 'record: refused: NODE_ENV is production\n' });
    const printer = await run('record', ['receipt-printer-epson-escpos', '--at', rig.at, file]);
    expect(printer).toMatchObject({ status: 2, err: expect.stringContaining('has no mask') as string });
    expect(await run('record', [])).toMatchObject({ status: 2, err: expect.stringContaining('DRIVER') as string });
    writeFileSync(file, 'no recording\n');
    expect(await run('replay', [DRIVER, file])).toMatchObject({
      status: 2,
      err: expect.stringContaining('not a recording') as string,
    });
    for (const tool of ['record', 'replay'] as const)
      expect(await run(tool, ['--help'])).toMatchObject({
        status: 0,
        out: expect.stringContaining('npm run') as string,
      });
  }));
