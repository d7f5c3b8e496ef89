import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSimulatedSdtReader } from '../../drivers/id-card-reader-gb-sdt/simulator.ts';
import type { DeviceHostClient } from '../../host/rpc-client.ts';
import { systemClock } from '../../host/system-clock.ts';
import { listenTcp, type TcpListener } from '../../transport/tcp-listener.ts';
import { countInMemory } from '../process-memory.ts';
import { DeviceHostRig } from '../with-device-host.ts';

const random = (n: number): Uint8Array => new Uint8Array(randomBytes(n));
/** Of a reply with text and photo: header and lengths, then 256 bytes of text, then the photo. */
const TEXT_AT = 14;
const PHOTO_AT = TEXT_AT + 256;
const NEEDLE_BYTES = 64;
const READ_MS = 10_000;

let rig: DeviceHostRig;
let listener: TcpListener;
let host: ChildProcess;
let core: DeviceHostClient;
/** The reply with the card, as it went over the line. */
let wire = new Uint8Array();

beforeEach(async () => {
  rig = await DeviceHostRig.open();
  const reader = createSimulatedSdtReader({ clock: systemClock, random, speed: 'fast' });
  reader.put('id-li-na');
  const listening = await listenTcp(0, systemClock, (channel) =>
    reader.attach({
      chunks: channel.chunks,
      closed: channel.closed,
      close: () => channel.close(),
      write: (bytes) => {
        if (bytes.length > wire.length) wire = Uint8Array.from(bytes);
        return channel.write(bytes);
      },
    }),
  );
  if (!listening.ok) throw new Error(listening.error.message);
  listener = listening.value;
  const at = `tcp:127.0.0.1:${listener.port}`;
  host = await rig.start({}, [{ device: 'id-card-reader', driver: 'id-card-reader-gb-sdt', at }]);
  core = await rig.core();
});

afterEach(async () => {
  await rig.close();
  await listener.close();
});

async function readCard(): Promise<unknown> {
  await rig.until(async () => (await core.status('id-card-reader', 0)).device === 'online');
  const lease = await core.claim('id-card-reader', { kind: 'core', id: 'core' }, 2_000);
  if (!lease.ok) throw new Error(lease.error.message);
  const read = await core.read(lease.value, READ_MS, 'readIdentity', { fingerprint: false });
  if (!read.ok) throw new Error(read.error.message);
  return read.value;
}

describe('after a card was handed over', () => {
  it('the host holds neither its text nor its picture as they came over the wire', async () => {
    expect(JSON.stringify(await readCard())).toContain('李娜');
    const pid = host.pid ?? 0;
    for (const at of [TEXT_AT, PHOTO_AT + 100]) {
      const needle = wire.subarray(at, at + NEEDLE_BYTES);
      expect(new Set(needle).size).toBeGreaterThan(4);
      expect(countInMemory(pid, needle)).toBe(0);
    }
  });
});

describe('the scanner', () => {
  it('finds in a running process what was planted there', async () => {
    const planted = randomBytes(NEEDLE_BYTES);
    const code = `const kept = Buffer.from(process.argv[1], 'hex'); console.log(kept.length); setInterval(() => kept, 1000)`;
    const child = spawn(process.execPath, ['-e', code, planted.toString('hex')], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    try {
      if (child.stdout === null) throw new Error('no stdout');
      await once(child.stdout, 'data');
      expect(countInMemory(child.pid ?? 0, planted)).toBeGreaterThan(0);
      expect(countInMemory(child.pid ?? 0, randomBytes(NEEDLE_BYTES))).toBe(0);
    } finally {
      child.kill('SIGKILL');
    }
  });
});
