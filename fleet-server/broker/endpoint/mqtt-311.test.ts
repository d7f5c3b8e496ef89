import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDevelopmentTrust } from '@yimen/certs/testing';
import { ok, type Result } from '@yimen/contracts/base';
import { downTopic, partitionOf, SERVER_STATE_TOPIC, upTopic, type UpLeaf } from '@yimen/contracts/fleet';
import { ManualClock } from '@yimen/contracts/testing';
import { generate } from 'mqtt-packet';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { BrokerPort, Refusal, UpMessage } from '../broker-port.ts';
import { RawClient } from '../testing/raw-client.ts';
import { createEndpointBroker } from './endpoint-broker.ts';

const A = 'SD-DALIANG-01';
const B = 'SD-RONGGUI-01';
const partition = (tid: string): string =>
  partitionOf(tid, (text) => createHash('sha256').update(text, 'utf8').digest('hex'));
const up = (tid: string, leaf: UpLeaf): string => upTopic(partition(tid), tid, leaf);
const ACKS = downTopic(partition(A), A, 'ev-ack');
const hex = (digits: string): Buffer => Buffer.from(digits.replaceAll(' ', ''), 'hex');
const text = (value: string): Buffer => {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.of(bytes.length >> 8, bytes.length & 0xff), bytes]);
};

interface Connect {
  readonly protocol?: string;
  readonly level?: number;
  readonly flags?: number;
  readonly keepalive?: number;
  readonly clientId?: string;
  readonly more?: readonly Buffer[];
}

/** CONNECT by hand, so that it can be wrong (MQTT 3.1.1 §3.1). */
function connect({
  protocol = 'MQTT',
  level = 4,
  flags = 2,
  keepalive = 60,
  clientId = A,
  more = [],
}: Connect = {}): Buffer {
  const head = Buffer.of(level, flags, keepalive >> 8, keepalive & 0xff);
  const body = Buffer.concat([text(protocol), head, text(clientId), ...more]);
  return Buffer.concat([Buffer.of(0x10, body.length), body]);
}

const publish = (id: number, payload = 'x', more: { qos?: 0 | 1; dup?: boolean; topic?: string } = {}): Buffer =>
  generate({
    cmd: 'publish',
    topic: up(A, 'ev'),
    qos: 1,
    dup: false,
    retain: false,
    payload,
    messageId: id,
    ...more,
  });
const subscribe = (id: number, topic: string, qos: 0 | 1 | 2 = 1): Buffer =>
  generate({ cmd: 'subscribe', messageId: id, subscriptions: [{ topic, qos }] });
const PING = hex('c000');
const CONNACK = '20020000';
const PONG = 'd000';
const LOST = Buffer.from('{"v":1,"kind":"lost","linkSession":1}');
const WILL = { flags: 0x2e, more: [text(up(A, 'life')), Buffer.concat([Buffer.of(0, LOST.length), LOST])] };

let dir = '';
let tls: { ca: string; server: { cert: string; key: string }; of: (tid: string) => { cert: string; key: string } };
let clock: ManualClock;
let broker: BrokerPort;
let port = 0;
let received: UpMessage[] = [];
let refusals: Refusal[] = [];
let answer: (message: UpMessage) => Promise<Result<void, { code: string; message: string }>>;
const open: RawClient[] = [];

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'yimen-mqtt-'));
  const made = await createDevelopmentTrust(dir, { terminals: [A, B], serverNames: ['127.0.0.1'] });
  if (!made.ok) throw new Error(made.error.message);
  const read = (path: string): string => readFileSync(path, 'utf8');
  const { ca, server } = made.value;
  tls = {
    ca: read(ca),
    server: { cert: read(server.cert), key: read(server.key) },
    of: (tid) => ({
      cert: read(join(dir, 'terminals', `${tid}.crt.pem`)),
      key: read(join(dir, 'terminals', `${tid}.key.pem`)),
    }),
  };
});
afterAll(() => {
  rmSync(dir, { recursive: true });
});

beforeEach(async () => {
  received = [];
  refusals = [];
  answer = () => Promise.resolve(ok(undefined));
  clock = new ManualClock(Date.now());
  broker = await createEndpointBroker({
    ...tls.server,
    ca: tls.ca,
    host: '127.0.0.1',
    port: 0,
    terminals: 20_000,
    clock,
    isAllowed: () => Promise.resolve(true),
  });
  broker.onPublish((_from, message) => {
    received.push(message);
    return answer(message);
  });
  broker.onRefusal((refusal) => refusals.push(refusal));
  const started = await broker.start();
  if (!started.ok) throw new Error(started.error.message);
  ({ port } = started.value);
});
afterEach(async () => {
  for (const client of open.splice(0)) client.close();
  await broker.stop();
});

async function dial(tid = A): Promise<RawClient> {
  const client = await RawClient.open({ port, ca: tls.ca, ...tls.of(tid) });
  open.push(client);
  return client;
}

async function linked(more: Connect = {}): Promise<RawClient> {
  const client = await dial(more.clientId ?? A);
  client.send(connect(more));
  expect(await client.bytes(4)).toBe(CONNACK);
  return client;
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 5_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('it did not happen');
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('CONNECT (MQTT 3.1.1 §3.1)', () => {
  it.each<[string, Buffer, string]>([
    ['another protocol', connect({ protocol: 'MQTX' }), ''],
    ['MQTT 3.1', connect({ protocol: 'MQIsdp', level: 3 }), '20020001'],
    ['MQTT 5', connect({ level: 5, more: [] }), '20020001'],
    ['a level that does not exist', connect({ level: 6 }), '20020001'],
    ['its reserved flag set', connect({ flags: 3 }), ''],
    ['a will’s quality without a will', connect({ flags: 0x0a }), ''],
    ['a will’s retain without a will', connect({ flags: 0x22 }), ''],
    ['no client id and a session that outlives the link', connect({ flags: 0, clientId: '' }), '20020002'],
    ['no client id', connect({ clientId: '' }), '20020002'],
    ['another client id', connect({ clientId: B }), '20020002'],
    ['a user name', connect({ flags: 0x82, more: [text('admin')] }), '20020004'],
    ['a session that outlives the link', connect({ flags: 0 }), '20020005'],
    ['a client id that is cut off', hex('10 0c 0004 4d515454 04 02 003c 0010'), ''],
    ['nothing in it', hex('10 00'), ''],
    ['a ping before it', PING, ''],
    ['a subscription before it', subscribe(1, ACKS), ''],
    ['events before it', publish(1), ''],
    ['a type that does not exist', hex('00 00'), ''],
    ['a length that never ends', hex('10 ff ff ff ff 7f'), ''],
  ])('with %s gets what the standard says, and the link is closed', async (_what, bytes, expected) => {
    const client = await dial();
    client.send(bytes);
    expect(await client.end()).toBe(expected);
    expect(received).toEqual([]);
    expect(refusals).toHaveLength(1);
  });

  it('is read byte by byte, and together with what follows it', async () => {
    const slow = await dial();
    for (const byte of connect()) {
      slow.send(Buffer.of(byte));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await slow.bytes(4)).toBe(CONNACK);
    const eager = await dial(B);
    eager.send(connect({ clientId: B }), subscribe(9, SERVER_STATE_TOPIC), PING);
    expect(await eager.bytes(11)).toBe(`${CONNACK}9003000901${PONG}`);
  });

  it('may come once', async () => {
    const client = await linked();
    client.send(connect());
    expect(await client.end()).toBe(CONNACK);
  });

  it('has to come within ten seconds', async () => {
    const silent = await dial();
    let seconds = 0;
    // The broker may hear of the handshake a moment after its client.
    for (; !silent.isClosed && seconds < 30; seconds += 1) {
      await clock.advance(1_000);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(silent.isClosed).toBe(true);
    expect(seconds).toBeGreaterThan(10);
  });
});

describe('a link that stands', () => {
  it.each<[string, Buffer]>([
    ['SUBSCRIBE with wrong flags', hex('80 05 0001 0000 01')],
    ['SUBSCRIBE to nothing', hex('82 02 0001')],
    ['SUBSCRIBE without an identifier', hex('82 05 0000 0000 01')],
    ['SUBSCRIBE at a quality that does not exist', Buffer.concat([hex('82 07 0001'), text('ab'), hex('03')])],
    ['UNSUBSCRIBE from nothing', hex('a2 02 0001')],
    ['PUBLISH without an identifier', publish(1).fill(0, 2 + 2 + up(A, 'ev').length, 2 + 2 + up(A, 'ev').length + 2)],
    ['PUBLISH at a quality that does not exist', hex('36 05 0001 61 0001')],
    ['PUBLISH that is shorter than its topic', hex('32 04 0020 6161')],
    [
      'PUBLISH whose identifier is the next packet’s',
      Buffer.concat([Buffer.of(0x32, 2 + up(A, 'ev').length), text(up(A, 'ev')), PING]),
    ],
    ['PUBREL', hex('62 02 0001')],
    ['CONNACK', hex(CONNACK)],
    ['SUBACK', hex('90 03 0001 01')],
    ['a ping with a body', hex('c0 01 00')],
  ])('is closed by %s', async (_what, bytes) => {
    const client = await linked(WILL);
    client.send(bytes);
    expect(await client.end()).toBe(CONNACK);
    await until(() => received.length === 1);
    expect(received[0]).toMatchObject({ leaf: 'life', will: true });
    expect(refusals).toHaveLength(1);
  });

  it('gets the quality it may have, what it subscribed to, and nothing after it unsubscribed', async () => {
    const client = await linked();
    client.send(subscribe(1, ACKS, 2), subscribe(2, SERVER_STATE_TOPIC, 0));
    await client.bytes(4 + 5 + 5);
    expect(client.hex).toBe(`${CONNACK}90030001019003000200`);
    await broker.publish(ACKS, 'a', { qos: 1, retain: false });
    await broker.publish(SERVER_STATE_TOPIC, 's', { qos: 1, retain: false });
    const first = generate({
      cmd: 'publish',
      topic: ACKS,
      payload: 'a',
      qos: 1,
      messageId: 1,
      dup: false,
      retain: false,
    });
    const state = generate({
      cmd: 'publish',
      topic: SERVER_STATE_TOPIC,
      payload: 's',
      qos: 0,
      dup: false,
      retain: false,
    });
    const before = client.hex;
    expect(await client.bytes(before.length / 2)).toBe(
      `${CONNACK}90030001019003000200${first.toString('hex')}${state.toString('hex')}`,
    );
    client.send(generate({ cmd: 'unsubscribe', messageId: 3, unsubscriptions: [ACKS, 'never/had'] }));
    const until3 = client.hex.length / 2 + 4;
    expect((await client.bytes(until3)).slice(-8)).toBe('b0020003');
    await broker.publish(ACKS, 'b', { qos: 1, retain: false });
    client.send(PING);
    expect((await client.bytes(until3 + 2)).slice(-4)).toBe(PONG);
  });

  it('has its PUBACKs in the order of its messages, whenever each was safe, also for a repeated one', async () => {
    const client = await linked();
    const safe = new Map<string, () => void>();
    answer = ({ payload }) =>
      new Promise((resolve) => {
        safe.set(Buffer.from(payload).toString(), () => resolve(ok(undefined)));
      });
    client.send(publish(7, 'one'), publish(3, 'two'), publish(7, 'three', { dup: true }));
    await until(() => safe.size === 3);
    safe.get('three')?.();
    safe.get('two')?.();
    client.send(PING);
    expect(await client.bytes(6)).toBe(`${CONNACK}${PONG}`);
    safe.get('one')?.();
    expect(await client.bytes(18)).toBe(`${CONNACK}${PONG}400200074002000340020007`);
  });

  it('is not read while sixty-four of its messages are not safe, and loses none', async () => {
    const client = await linked();
    const safe: (() => void)[] = [];
    answer = () => new Promise((resolve) => safe.push(() => resolve(ok(undefined))));
    client.send(...Array.from({ length: 100 }, (_, i) => publish(i + 1)));
    await until(() => safe.length === 64);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(safe).toHaveLength(64);
    for (let i = 0; i < 100; i += 1) {
      await until(() => safe.length > i);
      safe[i]?.();
    }
    expect((await client.bytes(4 + 400)).length).toBe(2 * 404);
  });

  it('takes leave by DISCONNECT: no will, and nothing that comes after it counts', async () => {
    const client = await linked(WILL);
    client.send(hex('e000'), publish(1));
    expect(await client.end()).toBe(CONNACK);
    expect(received).toEqual([]);
    expect(refusals).toEqual([]);
  });

  it('is cut after one and a half times the silence it promised, and not while it pings', async () => {
    const client = await linked({ ...WILL, keepalive: 20 });
    await clock.advance(25_000);
    client.send(PING);
    expect(await client.bytes(6)).toBe(`${CONNACK}${PONG}`);
    await clock.advance(29_000);
    client.send(PING);
    expect(await client.bytes(8)).toBe(`${CONNACK}${PONG}${PONG}`);
    await clock.advance(32_000);
    await client.end();
    await until(() => received.length === 1);
    expect(received[0]?.will).toBe(true);
  });

  it('may send two hundred at once and fifty a second; a neighbour does not notice; a flood ends it', async () => {
    const [client, neighbour] = [await linked(), await linked({ clientId: B })];
    client.send(...Array.from({ length: 300 }, (_, i) => publish(i + 1)));
    await until(() => received.length === 200);
    neighbour.send(publish(1, 'n', { topic: up(B, 'ev') }));
    expect(await neighbour.bytes(8)).toBe(`${CONNACK}40020001`);
    expect(received).toHaveLength(201);
    for (let i = 0; i < 50; i += 1) {
      await clock.advance(20);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(received.length).toBeGreaterThan(201);
    expect(received.length).toBeLessThanOrEqual(251);
    client.send(...Array.from({ length: 3_000 }, (_, i) => publish(i + 1)));
    for (let i = 0; i < 3_000 && refusals.length === 0; i += 1) {
      await clock.advance(20);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await client.end();
    expect(refusals).toMatchObject([{ tid: A, code: 'LINK_REFUSED', detail: 'flood' }]);
  });

  it('is cut when it does not take what is sent to it', async () => {
    const client = await linked();
    client.send(subscribe(1, ACKS, 0));
    await client.bytes(9);
    client.pause();
    const large = 'x'.repeat(64 * 1024);
    for (let i = 0; i < 400 && refusals.length === 0; i += 1)
      await broker.publish(ACKS, large, { qos: 0, retain: false });
    expect(refusals).toMatchObject([{ tid: A, detail: 'does not read' }]);
  });

  it('ends with its certificate', async () => {
    const client = await linked();
    clock.jumpWall(31 * 86_400_000);
    await clock.advance(2_000);
    await client.end();
    expect(refusals).toMatchObject([{ tid: A, code: 'CERT_EXPIRED' }]);
  });
});
