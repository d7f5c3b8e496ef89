import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createDevelopmentTrust } from '@yimen/certs/testing';
import { ok } from '@yimen/contracts/base';
import { downTopic, partitionOf, upTopic } from '@yimen/contracts/fleet';
import fc from 'fast-check';
import { generate } from 'mqtt-packet';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../store/index.ts';
import { RawClient } from '../testing/raw-client.ts';
import { createEndpointBroker } from './endpoint-broker.ts';
import { EndpointLink, type LinkHost } from './endpoint-link.ts';

/** Half before a link stands, half on one that does, a tenth of them over TLS; a campaign takes more. */
const INPUTS = Number(process.env['YIMEN_MALFORMED'] ?? 5_000);
const AT_ONCE = 16;
const GROWTH_BYTES = 24 * 1024 * 1024;

const A = 'SD-DALIANG-01';
const B = 'SD-RONGGUI-01';
const partition = (tid: string): string =>
  partitionOf(tid, (text) => createHash('sha256').update(text, 'utf8').digest('hex'));
const EVENTS = upTopic(partition(A), A, 'ev');
const CONNECT = generate({ cmd: 'connect', clientId: A, clean: true, keepalive: 60, protocolVersion: 4 });
const VALID: readonly Buffer[] = [
  CONNECT,
  generate({ cmd: 'publish', topic: EVENTS, qos: 1, messageId: 7, payload: '{"v":1}', dup: false, retain: false }),
  generate({ cmd: 'publish', topic: upTopic(partition(A), A, 'hb'), qos: 0, payload: '{}', dup: false, retain: false }),
  generate({
    cmd: 'subscribe',
    messageId: 3,
    subscriptions: [{ topic: downTopic(partition(A), A, 'ev-ack'), qos: 1 }],
  }),
  generate({ cmd: 'unsubscribe', messageId: 4, unsubscriptions: ['a/b'] }),
  generate({ cmd: 'puback', messageId: 1 }),
  generate({ cmd: 'pingreq' }),
  generate({ cmd: 'disconnect' }),
];

/** A packet that was bent: bytes changed, put in, taken out, cut off, and something random behind it. */
const bent = fc
  .record({
    packet: fc.constantFrom(...VALID),
    changes: fc.array(
      fc.record({ how: fc.constantFrom('set', 'insert', 'remove', 'cut'), at: fc.nat(), byte: fc.nat(255) }),
      { minLength: 1, maxLength: 4 },
    ),
    rest: fc.uint8Array({ maxLength: 40 }),
  })
  .map(({ packet, changes, rest }) => {
    let bytes = [...packet];
    for (const { how, at, byte } of changes) {
      const place = bytes.length === 0 ? 0 : at % bytes.length;
      if (how === 'set') bytes[place] = byte;
      else if (how === 'insert') bytes.splice(place, 0, byte);
      else if (how === 'remove') bytes.splice(place, 1);
      else bytes = bytes.slice(0, place);
    }
    return Buffer.from([...bytes, ...rest]);
  });

/** What is attacked, and what came of it. */
interface Target {
  readonly dial: (tid: string) => Promise<RawClient>;
  /** `{tid} {topic}` of everything that was let through. */
  readonly topics: Set<string>;
  /** Links that stand. */
  readonly standing: () => number;
  readonly close: () => Promise<void>;
}

/** Links alone, without what a handshake costs: many inputs. */
async function links(): Promise<Target> {
  const topics = new Set<string>();
  const alive = new Set<EndpointLink>();
  const host: LinkHost = {
    clock: systemClock(),
    admit: (link) => Promise.resolve(alive.has(link)),
    take: ({ peer }, { topic }) => {
      topics.add(`${peer.tid} ${topic}`);
      return Promise.resolve(ok(undefined));
    },
    retained: () => [],
    refuse: () => undefined,
    ended: (link) => alive.delete(link),
  };
  const names: string[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    const tid = names.shift() ?? A;
    alive.add(
      new EndpointLink(
        socket,
        { tid, address: '', serial: '', spkiHash: '', commonName: tid, notAfterMs: 0, facts: {} },
        host,
      ),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    topics,
    standing: () => alive.size,
    dial: (tid) =>
      new Promise((resolve) => {
        if (tid !== A) names.push(tid);
        const socket = connect(port, '127.0.0.1', () => resolve(new RawClient(socket)));
      }),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** The whole broker, over TLS. */
async function broker(): Promise<Target> {
  const dir = mkdtempSync(join(tmpdir(), 'yimen-bent-'));
  const made = await createDevelopmentTrust(dir, { terminals: [A, B], serverNames: ['127.0.0.1'] });
  if (!made.ok) throw new Error(made.error.message);
  const read = (path: string): string => readFileSync(path, 'utf8');
  const { ca, server } = made.value;
  const port = await createEndpointBroker({
    ca: read(ca),
    cert: read(server.cert),
    key: read(server.key),
    host: '127.0.0.1',
    port: 0,
    // As many handshakes a second as this test can make.
    terminals: 10_000_000,
    clock: systemClock(),
    isAllowed: () => Promise.resolve(true),
  });
  const topics = new Set<string>();
  let standing = 0;
  port.onPublish((from, { topic }) => {
    topics.add(`${from.tid} ${topic}`);
    return Promise.resolve(ok(undefined));
  });
  port.onLink(({ up }) => (standing += up ? 1 : -1));
  const started = await port.start();
  if (!started.ok) throw new Error(started.error.message);
  return {
    topics,
    standing: () => standing,
    dial: (tid) =>
      RawClient.open({
        port: started.value.port,
        ca: read(ca),
        cert: read(join(dir, 'terminals', `${tid}.crt.pem`)),
        key: read(join(dir, 'terminals', `${tid}.key.pem`)),
      }),
    close: async () => {
      await port.stop();
      rmSync(dir, { recursive: true });
    },
  };
}

/** Sends one input on a link of its own; `first` is what goes before it. */
async function attack(target: Target, input: Buffer, first: Buffer): Promise<void> {
  const client = await target.dial(A);
  client.send(first, input);
  // An answer, an end, or, for a packet that is not whole yet, silence.
  const silence = new Promise((go) => setTimeout(go, 2));
  await Promise.race([client.end(), client.bytes(first.length === 0 ? 2 : 6), silence]).catch(() => undefined);
  client.close();
}

async function attackAll(target: Target, inputs: readonly Buffer[], first: Buffer): Promise<void> {
  const waiting = [...inputs];
  const worker = async (): Promise<void> => {
    for (let input = waiting.pop(); input !== undefined; input = waiting.pop()) await attack(target, input, first);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** What this thread still needs: garbage is collected first, or a busy machine would be taken for a leak. */
function held(): number {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

describe('packets that are none', () => {
  it.each([
    ['a link', 'before it stands', links, Buffer.alloc(0), 0.45],
    ['a link', 'when it stands', links, CONNECT, 0.45],
    ['the broker', 'before a link stands', broker, Buffer.alloc(0), 0.05],
    ['the broker', 'on a link that stands', broker, CONNECT, 0.05],
  ] as const)('end %s %s, and touch nothing else', { timeout: 120_000 }, async (_what, _when, make, first, share) => {
    const target = await make();
    const neighbour = await target.dial(B);
    neighbour.send(generate({ cmd: 'connect', clientId: B, clean: true, keepalive: 120, protocolVersion: 4 }));
    await neighbour.bytes(4);
    const before = held();
    const inputs = fc.sample(bent, { numRuns: Math.ceil(INPUTS * share), seed: first.length });
    await attackAll(target, inputs, first);
    const topic = upTopic(partition(B), B, 'ev');
    const rest = { qos: 1, messageId: 9, payload: '{"v":1}', dup: false, retain: false } as const;
    neighbour.send(generate({ cmd: 'publish', topic, ...rest }));
    expect(await neighbour.bytes(8)).toBe('2002000040020009');
    neighbour.close();
    expect(held() - before).toBeLessThan(GROWTH_BYTES);
    // Whatever was let through was the sender's own.
    for (const each of target.topics)
      expect(each).toMatch(/^(\S+) yimen\/v1\/p\d\d\/\1\/up\/(?:ev|hb|life|twin|job|cmd)$/u);
    const deadline = Date.now() + 5_000;
    while (target.standing() > 0 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(target.standing()).toBe(0);
    await target.close();
  });
});
