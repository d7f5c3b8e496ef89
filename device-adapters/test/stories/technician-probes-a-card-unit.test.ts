import { execFile } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { permit, withDeviceHost } from '../with-device-host.ts';

const PROBE = fileURLToPath(new URL('../../tools/probe.mjs', import.meta.url));
const DRIVER = 'card-unit-creator-crt591';
/** Answers of one whole inspection and a first look after it: two writes each. */
const FIRST_LOOK = 16;

interface Ran {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the probe; Ctrl-C comes when `interrupt` resolves. */
function probe(args: readonly string[], interrupt?: Promise<void>): Promise<Ran> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [PROBE, ...args], (_, out, err) =>
      resolve({ status: child.exitCode ?? -1, out, err }),
    );
    void interrupt?.then(() => child.kill('SIGINT'));
  });
}

it('identifies, looks, tests, takes a card in and drops it', () =>
  withDeviceHost(async (rig) => {
    const at = ['--at', rig.at];
    const identified = await probe([DRIVER, ...at, 'identify', '--json']);
    expect(identified.status).toBe(0);
    expect(JSON.parse(identified.out)).toMatchObject({
      driver: DRIVER,
      outcome: 'done',
      description: { serial: 'CRT591-000417' },
    });
    expect(JSON.parse((await probe([DRIVER, ...at, 'status', '--json'])).out)).toMatchObject({
      status: { device: 'online', media: 'notPresent' },
    });
    expect(await probe([DRIVER, ...at, 'selftest'])).toMatchObject({
      status: 0,
      out: expect.stringContaining('selftest: done') as string,
    });
    rig.path.put(permit);
    expect(await probe([DRIVER, ...at, 'accept'])).toMatchObject({ status: 0 });
    const refused = await probe([DRIVER, ...at, 'accept', '--json']);
    expect(refused.status).toBe(1);
    expect(JSON.parse(refused.out)).toMatchObject({
      outcome: 'notDone',
      fault: { code: 'deviceNotReady', action: 'reset' },
    });
    const captured = await probe([DRIVER, ...at, 'capture', '--json']);
    expect(JSON.parse(captured.out)).toMatchObject({
      outcome: 'done',
      evidence: [{ kind: 'countDelta' }, { kind: 'position' }],
    });
    expect(rig.path.bin).toHaveLength(1);
  }));

it('nothing there: the reason is the last line, status 1', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  const ran = await probe([DRIVER, '--at', `tcp:127.0.0.1:${port}`, 'status']);
  expect(ran.status).toBe(1);
  expect(ran.err.trim().split('\n').at(-1)).toMatch(/^offline: tcp: ECONNREFUSED/);
});

it('Ctrl-C ends a wait for a card within three seconds and closes the entry', () =>
  withDeviceHost(async (rig) => {
    const waiting = rig.until(() => rig.unit.state()['entry'] === 'on');
    const running = probe([DRIVER, '--at', rig.at, 'accept', '--json'], waiting);
    await waiting;
    const began = performance.now();
    const ran = await running;
    expect(performance.now() - began).toBeLessThan(3_000);
    expect(ran.status).toBe(1);
    expect(JSON.parse(ran.out)).toMatchObject({ outcome: 'notDone', fault: { code: 'canceled' } });
    expect(rig.unit.state()).toMatchObject({ entry: 'off' });
  }));

it('watch tells changes until Ctrl-C, and with --json gives one document', () =>
  withDeviceHost(async (rig) => {
    for (const json of [[], ['--json']]) {
      // The card is put in when the unit was surely looked at, and Ctrl-C comes when it was looked at again.
      const seen = rig
        .until(() => rig.unit.state()['connected'] === true && rig.looks() >= FIRST_LOOK)
        .then(() => rig.path.put(permit))
        .then(() => rig.lookedAgain());
      const ran = await probe([DRIVER, '--at', rig.at, 'watch', ...json], seen);
      expect(ran.status).toBe(0);
      if (json.length === 0) expect(ran.out).toContain('media=entering');
      else
        expect((JSON.parse(ran.out) as { changes: { media?: string }[] }).changes.at(-1)).toMatchObject({
          media: 'entering',
        });
      rig.path.take();
    }
  }));

it('wrong use: one sentence and status 2', async () => {
  const ran = await probe([DRIVER, 'status']);
  expect(ran).toEqual({
    status: 2,
    out: '',
    err: expect.stringMatching(/^probe: expected --at tcp:HOST:PORT, serial:.*\n$/),
  });
});

it('a unit that the terminal holds is left to it, and says who has it since when', () =>
  withDeviceHost(async (rig) => {
    const host = await rig.start();
    await rig.core();
    const asked = await probe([DRIVER, '--at', rig.at, 'status', '--json']);
    expect(asked.status).toBe(1);
    expect(JSON.parse(asked.out)).toMatchObject({
      outcome: 'notDone',
      fault: {
        code: 'deviceBusy',
        message: expect.stringMatching(
          new RegExp(`the terminal has it as card-unit since 20.*\\(device host, process ${host.pid}\\)`),
        ) as string,
      },
    });
    // Its line was not taken away: the host goes on.
    await rig.lookedAgain();
    host.kill('SIGTERM');
    await once(host, 'exit');
    expect((await probe([DRIVER, '--at', rig.at, 'status'])).status).toBe(0);
  }));
