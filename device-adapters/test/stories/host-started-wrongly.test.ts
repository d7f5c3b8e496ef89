import { once } from 'node:events';
import type { ChildProcess } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { withDeviceHost } from '../with-device-host.ts';

async function ending(host: ChildProcess): Promise<{ status: unknown; said: string }> {
  let said = '';
  host.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const [status] = (await once(host, 'close')) as [unknown];
  return { status, said };
}

it('a second host on the same data is refused with a sentence', () =>
  withDeviceHost(async (rig) => {
    await rig.start();
    const second = await ending(rig.spawn(JSON.stringify(rig.config())));
    expect(second.status).toBe(1);
    expect(second.said).toContain('DATA_IN_USE');
    expect(second.said.trim().split('\n')).toHaveLength(1);
  }));

it('an operation file that is none is refused with a sentence: without it nothing may move', () =>
  withDeviceHost(async (rig) => {
    await writeFile(
      join(rig.dir, 'device-operations.sqlite'),
      'this is not a database, and longer than a header'.repeat(40),
    );
    const host = await ending(rig.spawn(JSON.stringify(rig.config())));
    expect(host.status).toBe(1);
    expect(host.said).toContain('DATA_UNREADABLE');
    expect(host.said.trim().split('\n')).toHaveLength(1);
  }));

const device = { device: 'd', driver: 'card-unit-creator-crt591', at: 'tcp:127.0.0.1:1' };
const config = { socketPath: 'host.sock', dataDir: '.', coreKey: 'core-key-for-this-test', devices: [device] };
it.each([
  ['nothing', undefined, 'expected one JSON argument'],
  ['no JSON', '{', 'not JSON'],
  ['an unknown driver', { ...config, devices: [{ ...device, driver: 'toString' }] }, 'no such driver'],
  ['a wrong place', { ...config, devices: [{ ...device, at: 'usb' }] }, 'tcp:HOST:PORT'],
  ['one device twice', { ...config, devices: [device, device] }, 'twice'],
  ['a word too much', { ...config, verbose: true }, 'configuration'],
])('started with %s: a sentence and status 2', (_, argument, sentence) =>
  withDeviceHost(async (rig) => {
    const text = typeof argument === 'object' ? JSON.stringify(argument) : argument;
    const host = await ending(rig.spawn(text));
    expect(host.status).toBe(2);
    expect(host.said).toContain(sentence);
    expect(host.said.trim().split('\n')).toHaveLength(1);
  }),
);
