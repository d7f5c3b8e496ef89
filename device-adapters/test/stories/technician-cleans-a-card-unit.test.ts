import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { permit, withDeviceHost, type DeviceHostRig } from '../with-device-host.ts';

const DRIVER = 'card-unit-creator-crt591';
/** Five times to the gate and back, and out. */
const CLEANING_MOTIONS = 11;
/** To the gate, back, and out. */
const TEST_MOTIONS = 3;

interface Ran {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

function run(tool: 'probe' | 'record' | 'replay', args: readonly string[]): Promise<Ran> {
  const entry = fileURLToPath(new URL(`../../tools/${tool}.mjs`, import.meta.url));
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [entry, ...args], (_, out, err) =>
      resolve({ status: child.exitCode ?? -1, out, err }),
    );
  });
}

/** A hand that puts the card in and takes it when it comes back for the last time. */
async function byHand(rig: DeviceHostRig, motions: number): Promise<void> {
  rig.path.put(permit);
  await rig.until(() => rig.unit.state()['motions'] === motions && rig.path.place === 'gate');
  rig.unit.take();
}

it('cleans with a card that has no chip, and says each step', () =>
  withDeviceHost(async (rig) => {
    rig.unit.fault('F07');
    const [ran] = await Promise.all([run('probe', [DRIVER, '--at', rig.at, 'clean']), byHand(rig, CLEANING_MOTIONS)]);
    expect(ran.status, ran.err).toBe(0);
    expect(ran.err).toContain('12/12  gives it back: take it');
    expect(ran.out).toContain('clean: done');
    expect(rig.unit.state()).toMatchObject({ place: 'outside', binCount: 0, entry: 'off' });
  }));

it('tests with a card that has one; the recording plays without the unit', () =>
  withDeviceHost(async (rig) => {
    const file = join(rig.dir, 'test-card.hex');
    const [recorded] = await Promise.all([
      run('record', [DRIVER, '--at', rig.at, file, 'test-card', 'units', '--json']),
      byHand(rig, TEST_MOTIONS),
    ]);
    expect(recorded.status, recorded.err).toBe(0);
    expect(JSON.parse(recorded.out)).toMatchObject({
      isMasked: false,
      calls: [
        { action: 'test-card', outcome: 'done', position: { position: 'none' } },
        { action: 'units', outcome: 'done', fields: { exchange: 'inactive' } },
      ],
    });
    const replayed = await run('replay', [DRIVER, file, '--json']);
    expect(JSON.parse(replayed.out)).toMatchObject({
      outcome: 'done',
      sameBytes: (JSON.parse(recorded.out) as { sent: number }).sent,
    });
  }));

it('a card that is not there: what was not done is the last line', () =>
  withDeviceHost(async (rig) => {
    rig.unit.fault('F04');
    const ran = await run('probe', [DRIVER, '--at', rig.at, 'test-card', '--json']);
    expect(ran.status).toBe(1);
    expect(JSON.parse(ran.out)).toMatchObject({
      outcome: 'notDone',
      fault: { code: 'retainBinFull' },
      stoppedAt: 'put the test card in',
      position: { position: 'none' },
    });
  }));
