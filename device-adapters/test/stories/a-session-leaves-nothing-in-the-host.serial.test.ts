import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import type { Lease } from '@yimen/contracts/device';
import { ID_CARDS } from '@yimen/contracts/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSimulatedSdtReader } from '../../drivers/id-card-reader-gb-sdt/simulator.ts';
import type { DeviceHostClient } from '../../host/rpc-client.ts';
import { systemClock } from '../../host/system-clock.ts';
import { listenTcp, type TcpListener } from '../../transport/tcp-listener.ts';
import { countInMemory } from '../process-memory.ts';
import { DeviceHostRig, newOp, sessionHello } from '../with-device-host.ts';

const random = (n: number): Uint8Array => new Uint8Array(randomBytes(n));
const READER = 'id-card-reader';
const READ_MS = 10_000;
/** Some 100 ms; more where other programs have the machine. Until then nobody else has come (faults.md §7: five seconds). */
const HANDED_OVER_MS = 5_000;

let rig: DeviceHostRig;
let listener: TcpListener;
let host: ChildProcess;
let core: DeviceHostClient;
let reader: ReturnType<typeof createSimulatedSdtReader>;

beforeEach(async () => {
  rig = await DeviceHostRig.open();
  reader = createSimulatedSdtReader({ clock: systemClock, random, speed: 'fast' });
  const listening = await listenTcp(0, systemClock, (channel) => reader.attach(channel));
  if (!listening.ok) throw new Error(listening.error.message);
  listener = listening.value;
  const at = `tcp:127.0.0.1:${listener.port}`;
  host = await rig.start({}, [{ device: READER, driver: 'id-card-reader-gb-sdt', at }]);
  core = await rig.core();
  await rig.until(isOnline);
});

afterEach(async () => {
  await rig.close();
  await listener.close();
});

async function isOnline(): Promise<boolean> {
  return (await core.status(READER, 0)).device === 'online';
}

/** A session that has the reader. */
async function session(id: string): Promise<{ readonly client: DeviceHostClient; readonly lease: Lease }> {
  const hello = sessionHello(id);
  await core.admit(id, hello.key);
  const client = await rig.connect(hello);
  const lease = await core.claim(READER, { kind: 'session', id }, 2_000);
  if (!lease.ok) throw new Error(lease.error.message);
  return { client, lease: lease.value };
}

/** @returns the number on the card, as the session was told it */
async function numberRead({ client, lease }: Awaited<ReturnType<typeof session>>): Promise<string> {
  const read = await client.read(lease, READ_MS, 'readIdentity', { fingerprint: false });
  if (!read.ok) throw new Error(read.error.message);
  const [number = ''] = /\d{17}[\dX]/u.exec(JSON.stringify(read.value)) ?? [];
  return number;
}

function times(pid: number, text: string): number {
  return countInMemory(pid, Buffer.from(text)) + countInMemory(pid, Buffer.from(text, 'utf16le'));
}

/** The processes of drivers, in the order in which they took the devices over. */
function drivers(): readonly number[] {
  return [...rig.logLines('child started'), ...rig.logLines('driver process replaced')].map(
    (line) => line['child'] as number,
  );
}

describe('a session reads a card', () => {
  it('through the host, which never holds it; when it is over the process that did is gone, and the reader never was', async () => {
    const states = new Set<string>();
    core.onStatus((device, status) => device === READER && states.add(`${status.device} ${status.source}`));
    reader.put('id-li-na');
    const one = await session('one');
    const number = await numberRead(one);
    expect(number).toBe(ID_CARDS.find(({ thing }) => thing === 'id-li-na')?.fields.idNumber);
    const [first = 0] = drivers();
    expect(times(first, number)).toBeGreaterThan(0);
    expect(times(host.pid ?? 0, number)).toBe(0);

    // While this process looks through another one, its simulated reader answers nobody.
    await rig.until(isOnline);
    states.clear();

    const endedAt = performance.now();
    await core.dismiss('one');
    await rig.until(() => drivers().length === 2);
    expect(performance.now() - endedAt).toBeLessThan(HANDED_OVER_MS);
    expect(isAlive(first)).toBe(false);
    // The next one is served by the successor, and it takes its place in turn.
    expect(await numberRead(await session('two'))).toBe(number);
    await core.dismiss('two');
    await rig.until(() => drivers().length === 3);
    await rig.until(isOnline);
    expect([...states].filter((state) => /offline|starting|stale/u.test(state))).toEqual([]);
    expect(times(host.pid ?? 0, number)).toBe(0);
  });

  it('and crashes; the card that lies there tells its number to the next process, which goes when the card does', async () => {
    reader.put('id-li-na');
    const one = await session('one');
    await numberRead(one);
    one.client.close();
    await rig.until(() => drivers().length === 2);
    await rig.until(isOnline);
    await core.getOperation(READER, newOp().operationId);
    await core.dismiss('one');
    await rig.until(async () => (await core.status(READER, 0)).media === 'present');
    const before = drivers().length;
    reader.take();
    await rig.until(() => drivers().length > before);
    expect((await core.status(READER, 0)).media).toBe('notPresent');
  });

  it('and its process is killed: the reader is back by itself, and the next session reads with it', async () => {
    reader.put('id-li-na');
    const one = await session('one');
    const number = await numberRead(one);
    process.kill(drivers()[0] ?? 0, 'SIGKILL');
    await rig.until(async () => (await core.status(READER, 0)).device === 'offline');
    await core.dismiss('one');
    await rig.until(isOnline);
    expect(await numberRead(await session('two'))).toBe(number);
    expect(host.exitCode).toBeNull();
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
