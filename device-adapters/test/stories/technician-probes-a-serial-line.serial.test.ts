import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { withDeviceHost } from '../with-device-host.ts';
import { openLine, withSerialPair } from '../with-serial-pair.ts';

const DRIVER = 'card-unit-creator-crt591';

function run(tool: 'probe' | 'record' | 'replay', args: readonly string[]): Promise<{ status: number; json: object }> {
  const entry = fileURLToPath(new URL(`../../tools/${tool}.mjs`, import.meta.url));
  return new Promise((resolve, reject) => {
    const child = execFile(process.execPath, [entry, ...args, '--json'], (_, out, err) => {
      if (out === '') reject(new Error(err));
      else resolve({ status: child.exitCode ?? -1, json: JSON.parse(out) as object });
    });
  });
}

it('looks at a unit at a serial port, records it, and plays the recording', () =>
  withSerialPair((pair) =>
    withDeviceHost(async (rig) => {
      rig.unit.attach(await openLine(pair.device));
      const at = ['--at', pair.at];
      expect(await run('probe', [DRIVER, ...at, 'identify'])).toMatchObject({
        status: 0,
        json: { outcome: 'done', description: { serial: 'CRT591-000417', at: pair.at } },
      });
      const file = join(rig.dir, 'serial.hex');
      expect(await run('record', [DRIVER, ...at, file, 'status', 'selftest'])).toMatchObject({ status: 0 });
      expect(await run('replay', [DRIVER, file])).toMatchObject({ status: 0, json: { outcome: 'done' } });
    }),
  ));

it('a port that another program holds: deviceBusy, with its number', () =>
  withSerialPair(async (pair) => {
    const owner = await openLine(pair.host);
    expect(await run('probe', [DRIVER, '--at', pair.at, 'status'])).toMatchObject({
      status: 1,
      json: {
        outcome: 'notDone',
        fault: { code: 'deviceBusy', message: expect.stringContaining(`process ${process.pid}`) as string },
      },
    });
    await owner.close();
  }));

it('reaches a unit through a program’s input and output', () =>
  withDeviceHost(async (rig) => {
    const bridge = `exec:socat STDIO ${rig.at}`;
    expect(await run('probe', [DRIVER, '--at', bridge, 'identify'])).toMatchObject({
      status: 0,
      json: { description: { serial: 'CRT591-000417', at: bridge } },
    });
  }));
