import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as tlsConnect, type ConnectionOptions } from 'node:tls';
import { createHash } from 'node:crypto';
import { createDevelopmentTrust, type DevelopmentTrust } from '@yimen/certs/testing';
import { err, ok, type Result } from '@yimen/contracts/base';
import { downTopic, partitionOf, SERVER_STATE_TOPIC, upTopic, type UpLeaf } from '@yimen/contracts/fleet';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { BrokerPort, PeerIdentity, Refusal, UpMessage } from '../broker-port.ts';

const A = 'SD-DALIANG-01';
const B = 'SD-RONGGUI-01';
const EXPIRED = 'SD-LECONG-01';
const BANNED = 'SD-JUNAN-01';
/** Everything here happens on one machine; what takes longer than this hangs. */
const PATIENCE_MS = 5_000;
const DAY_MS = 86_400_000;

/** What a broker under test is made of: PEM texts and the allow-list. */
export interface BrokerSetup {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  readonly isAllowed: (peer: PeerIdentity) => Promise<boolean>;
}

const sha256Hex = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');
const up = (tid: string, leaf: UpLeaf): string => upTopic(partitionOf(tid, sha256Hex), tid, leaf);
const ownDown = downTopic(partitionOf(A, sha256Hex), A, 'ev-ack');
const downRoot = ownDown.slice(0, -'ev-ack'.length);
const lost = (linkSession: number): string => JSON.stringify({ v: 1, kind: 'lost', linkSession });

/** Every broker behind `BrokerPort` passes this, with real TLS and real MQTT clients (fleet design §2.1, §3). */
export function brokerContract(name: string, makeBroker: (setup: BrokerSetup) => Promise<BrokerPort>): void {
  describe(`broker contract: ${name}`, () => {
    let dir = '';
    let trust: DevelopmentTrust;
    let broker: BrokerPort;
    let port = 0;
    let received: { from: PeerIdentity; message: UpMessage }[] = [];
    let links: string[] = [];
    let refusals: Refusal[] = [];
    let answer: () => Promise<Result<void, { code: string; message: string }>> = async () => ok(undefined);
    let isAllowed: (peer: PeerIdentity) => Promise<boolean> = async (peer) => peer.tid !== BANNED;
    const open = new Set<MqttClient>();

    const text = (path: string): string => readFileSync(path, 'utf8');

    beforeAll(async () => {
      dir = mkdtempSync(join(tmpdir(), 'yimen-broker-'));
      const names = ['localhost', '127.0.0.1'];
      // The expired terminal is made first, as it was 31 days ago, in the tree that is valid today.
      await createDevelopmentTrust(dir, { terminals: [EXPIRED], serverNames: names, now: Date.now() - 31 * DAY_MS });
      const made = await createDevelopmentTrust(dir, { terminals: [A, B, BANNED], serverNames: names });
      if (!made.ok) throw new Error(made.error.message);
      trust = made.value;
      broker = await makeBroker({
        ca: text(trust.ca),
        cert: text(trust.server.cert),
        key: text(trust.server.key),
        isAllowed: (peer) => isAllowed(peer),
      });
      broker.onPublish(async (from, message) => {
        received.push({ from, message });
        return answer();
      });
      broker.onLink((link) => links.push(`${link.tid} ${link.up ? 'up' : 'down'}`));
      broker.onRefusal((refusal) => refusals.push(refusal));
      const started = await broker.start();
      if (!started.ok) throw new Error(started.error.message);
      port = started.value.port;
    });

    afterEach(async () => {
      answer = async () => ok(undefined);
      isAllowed = async (peer) => peer.tid !== BANNED;
      const tids = [A, B];
      for (const client of open) client.end(true);
      open.clear();
      await Promise.all(tids.map((tid) => broker.kick(tid)));
      received = [];
      links = [];
      refusals = [];
    });

    afterAll(async () => {
      await broker.stop();
      rmSync(dir, { recursive: true });
    });

    const files = (tid: string): { cert: string; key: string } => ({
      cert: text(join(dir, 'terminals', `${tid}.crt.pem`)),
      key: text(join(dir, 'terminals', `${tid}.key.pem`)),
    });

    /** A client that tries once; `connected` false when it was closed instead. */
    async function dial(tid: string, more: IClientOptions = {}): Promise<{ client: MqttClient; connected: boolean }> {
      const client = mqtt.connect(`mqtts://127.0.0.1:${port}`, {
        ca: text(trust.ca),
        ...files(tid),
        clientId: tid,
        clean: true,
        keepalive: 60,
        protocolVersion: 4,
        reconnectPeriod: 0,
        connectTimeout: PATIENCE_MS,
        ...more,
      });
      open.add(client);
      client.on('error', () => undefined);
      const connected = await new Promise<boolean>((resolve) => {
        client.once('connect', () => resolve(true));
        client.once('close', () => resolve(false));
      });
      return { client, connected };
    }

    async function connected(tid: string, more: IClientOptions = {}): Promise<MqttClient> {
      const dialled = await dial(tid, more);
      if (!dialled.connected) throw new Error(`${tid} was not let in: ${JSON.stringify(refusals)}`);
      return dialled.client;
    }

    const closed = (client: MqttClient): Promise<void> =>
      new Promise((resolve) => {
        if (!client.connected) resolve();
        else client.once('close', () => resolve());
      });

    async function until(condition: () => boolean): Promise<void> {
      const deadline = Date.now() + PATIENCE_MS;
      while (!condition()) {
        if (Date.now() > deadline) throw new Error('it did not happen');
        await new Promise((resolve) => setImmediate(resolve));
      }
    }

    describe('who may connect', () => {
      it('lets a terminal in under its own name and says so', async () => {
        await connected(A);
        expect(links).toEqual([`${A} up`]);
      });

      it.each<[string, IClientOptions]>([
        ['another client id', { clientId: B }],
        ['no client id', { clientId: '' }],
        ['a session that outlives the link', { clean: false }],
        ['no keepalive', { keepalive: 0 }],
        ['a keepalive too short', { keepalive: 14 }],
        ['a keepalive too long', { keepalive: 121 }],
        ['a user name', { username: 'admin', password: 'x' }],
        ['MQTT 5', { protocolVersion: 5 }],
        ['MQTT 3.1', { protocolVersion: 3, protocolId: 'MQIsdp' }],
        [
          'a will on another terminal’s topic',
          { will: { topic: up(B, 'life'), payload: lost(1), qos: 1, retain: true } },
        ],
        [
          'a will on another topic of its own',
          { will: { topic: up(A, 'ev'), payload: lost(1), qos: 1, retain: true } },
        ],
        ['a will at QoS 0', { will: { topic: up(A, 'life'), payload: lost(1), qos: 0, retain: true } }],
        ['a will that is not retained', { will: { topic: up(A, 'life'), payload: lost(1), qos: 1, retain: false } }],
        [
          'a will that is no `lost`',
          { will: { topic: up(A, 'life'), payload: '{"v":1,"kind":"birth"}', qos: 1, retain: true } },
        ],
        [
          'a will too large',
          { will: { topic: up(A, 'life'), payload: `${lost(1)}${' '.repeat(600)}`, qos: 1, retain: true } },
        ],
      ])('refuses %s, and the standing link is not touched', async (_what, options) => {
        const standing = await connected(A);
        expect((await dial(A, options)).connected).toBe(false);
        expect(standing.connected).toBe(true);
        expect(links).toEqual([`${A} up`]);
      });

      it('refuses who is not on the allow-list, and everybody while the list cannot be read', async () => {
        expect((await dial(BANNED)).connected).toBe(false);
        isAllowed = () => Promise.reject(new Error('unreadable'));
        expect((await dial(A)).connected).toBe(false);
        expect(links).toEqual([]);
      });

      it('lets nobody stay who was taken off the list while connecting', async () => {
        let looks = 0;
        isAllowed = async () => {
          looks += 1;
          return looks === 1;
        };
        const { client } = await dial(A);
        await closed(client);
        await until(() => links.includes(`${A} down`));
        expect(looks).toBeGreaterThan(1);
      });

      it('refuses certificates that are expired, of another CA, for servers, or missing', async () => {
        expect((await dial(EXPIRED)).connected).toBe(false);
        const elsewhere = mkdtempSync(join(dir, 'other-'));
        const other = await createDevelopmentTrust(elsewhere, { terminals: [A], serverNames: ['localhost'] });
        if (!other.ok) throw new Error(other.error.message);
        const stranger = other.value.terminals.get(A);
        expect((await dial(A, { cert: text(stranger?.cert ?? ''), key: text(stranger?.key ?? '') })).connected).toBe(
          false,
        );
        expect((await dial(A, { cert: text(trust.server.cert), key: text(trust.server.key) })).connected).toBe(false);
        const { cert: _cert, key: _key, ...nothing } = files(A);
        expect(
          (await dial(A, { ...nothing, cert: undefined, key: undefined } as unknown as IClientOptions)).connected,
        ).toBe(false);
        expect(links).toEqual([]);
        expect(refusals.length).toBeGreaterThanOrEqual(4);
      });

      it('speaks TLS 1.3 only and resumes nothing', async () => {
        const base: ConnectionOptions = { host: '127.0.0.1', port, ca: text(trust.ca), ...files(A) };
        const handshake = (
          options: ConnectionOptions,
        ): Promise<{ reused: boolean; protocol: string | null; session: Buffer | undefined } | undefined> =>
          new Promise((resolve) => {
            let session: Buffer | undefined;
            const socket = tlsConnect(options, () => {
              const result = { reused: socket.isSessionReused(), protocol: socket.getProtocol() };
              // Session tickets come after the handshake; whatever came within this time is what there is.
              setTimeout(() => {
                socket.destroy();
                resolve({ ...result, session: session ?? socket.getSession() });
              }, 50);
            });
            socket.on('session', (given) => (session = given));
            socket.on('error', () => resolve(undefined));
          });
        const first = await handshake(base);
        expect(first).toMatchObject({ reused: false, protocol: 'TLSv1.3' });
        const kept = first?.session;
        expect(await handshake(kept === undefined ? base : { ...base, session: kept })).toMatchObject({
          reused: false,
        });
        expect(await handshake({ ...base, maxVersion: 'TLSv1.2' })).toBeUndefined();
      });

      it('holds one link per terminal: the newer one replaces the older', async () => {
        const first = await connected(A, { will: { topic: up(A, 'life'), payload: lost(7), qos: 1, retain: true } });
        const second = await connected(A);
        await closed(first);
        expect(second.connected).toBe(true);
        expect(links).toEqual([`${A} up`, `${A} down`, `${A} up`]);
      });
    });

    describe('publishing', () => {
      it('hands on what is the terminal’s own, with who it was, and acknowledges', async () => {
        const client = await connected(A);
        await client.publishAsync(up(A, 'life'), 'birth', { qos: 1, retain: true });
        await client.publishAsync(up(A, 'ev'), 'events', { qos: 1 });
        await client.publishAsync(up(A, 'hb'), 'beat', { qos: 0 });
        await until(() => received.length === 3);
        expect(
          received.map(({ from, message }) => [
            from.tid,
            message.leaf,
            message.retain,
            message.will,
            Buffer.from(message.payload).toString(),
          ]),
        ).toEqual([
          [A, 'life', true, false, 'birth'],
          [A, 'ev', false, false, 'events'],
          [A, 'hb', false, false, 'beat'],
        ]);
        expect(received[0]?.from.spkiHash).toMatch(/^[\w-]{43}$/);
      });

      it('sends the PUBACK only when the handler has finished', async () => {
        const client = await connected(A);
        let finish: () => void = () => undefined;
        const finished = new Promise<void>((resolve) => (finish = resolve));
        answer = async () => {
          await finished;
          return ok(undefined);
        };
        let acknowledged = false;
        const publishing = client.publishAsync(up(A, 'ev'), 'x', { qos: 1 }).then(() => (acknowledged = true));
        await until(() => received.length === 1);
        await new Promise((resolve) => setTimeout(resolve, 50));
        expect(acknowledged).toBe(false);
        finish();
        await publishing;
      });

      it('closes the link without PUBACK when the handler could not keep the message', async () => {
        const client = await connected(A);
        answer = async () => err({ code: 'DISK_FULL', message: 'full' });
        let acknowledged = false;
        client.publish(up(A, 'ev'), 'x', { qos: 1 }, (error) => (acknowledged = error === undefined || error === null));
        await closed(client);
        expect(acknowledged).toBe(false);
      });

      it.each<[string, string, { qos: 0 | 1 | 2; retain?: boolean }, string]>([
        ['another terminal’s topic', up(B, 'ev'), { qos: 1 }, 'x'],
        ['its own topic under another partition', up(A, 'ev').replace(/p\d\d/u, 'p00'), { qos: 1 }, 'x'],
        ['a down topic', ownDown, { qos: 1 }, 'x'],
        ['the server’s state', SERVER_STATE_TOPIC, { qos: 1, retain: true }, 'x'],
        ['a system topic', '$SYS/broker/load', { qos: 0 }, 'x'],
        ['a leaf that does not exist', `${up(A, 'ev')}x`, { qos: 1 }, 'x'],
        ['an empty level', `${up(A, 'ev')}/`, { qos: 1 }, 'x'],
        ['events at QoS 0', up(A, 'ev'), { qos: 0 }, 'x'],
        ['a beat at QoS 1', up(A, 'hb'), { qos: 1 }, 'x'],
        ['events at QoS 2', up(A, 'ev'), { qos: 2 }, 'x'],
        ['retained events', up(A, 'ev'), { qos: 1, retain: true }, 'x'],
        ['an emptied life topic', up(A, 'life'), { qos: 1, retain: true }, ''],
      ])('closes the link on %s', async (_what, topic, options, payload) => {
        const client = await connected(A);
        client.publish(topic, payload, options, () => undefined);
        await closed(client);
        expect(received).toEqual([]);
        expect(refusals).toContainEqual(expect.objectContaining({ tid: A, code: 'LINK_TOPIC' }));
      });

      it('closes the link on a packet above 256 KiB and takes one just below', async () => {
        const client = await connected(A);
        await client.publishAsync(up(A, 'ev'), Buffer.alloc(250 * 1024), { qos: 1 });
        expect(received[0]?.message.payload.length).toBe(250 * 1024);
        client.publish(up(A, 'ev'), Buffer.alloc(256 * 1024), { qos: 1 }, () => undefined);
        await closed(client);
        expect(received.length).toBe(1);
        expect(refusals).toContainEqual(expect.objectContaining({ tid: A, code: 'LINK_OVERSIZE' }));
      });

      it('publishes the will as `lost` when a link breaks, and not after DISCONNECT', async () => {
        const will = { topic: up(A, 'life'), payload: lost(812), qos: 1 as const, retain: true };
        const polite = await connected(A, { will });
        await polite.endAsync();
        await until(() => links.includes(`${A} down`));
        const broken = await connected(A, { will });
        expect(received).toEqual([]);
        broken.stream.destroy();
        await until(() => received.length === 1);
        expect(received[0]).toMatchObject({ from: { tid: A }, message: { leaf: 'life', retain: true, will: true } });
        expect(Buffer.from(received[0]?.message.payload ?? []).toString()).toBe(lost(812));
      });
    });

    describe('subscribing', () => {
      it('grants a terminal its own down topics and the server’s state', async () => {
        const client = await connected(A);
        const filters = ['ev-ack', 'twin', 'job', 'cmd', '+', '#'].map((leaf) => downRoot + leaf);
        const granted = await client.subscribeAsync([...filters, SERVER_STATE_TOPIC], { qos: 1 });
        expect(granted.map((one) => one.qos)).toEqual([1, 1, 1, 1, 1, 1, 1]);
      });

      it.each([
        '#',
        '+/+/+/+/+',
        'yimen/#',
        'yimen/v1/+/+/dn/ev-ack',
        `$share/g/${ownDown}`,
        '$SYS/#',
        ownDown.replace(A, B),
        up(A, 'ev'),
        `${downRoot}ev-ack/#`,
      ])('answers 0x80 to %s and the link stands', async (filter) => {
        const client = await connected(A);
        const codes = await new Promise<unknown[]>((resolve) => {
          client.on('packetreceive', (packet) => {
            if (packet.cmd === 'suback') resolve([...packet.granted]);
          });
          client.subscribe(filter, { qos: 1 }, () => undefined);
        });
        expect(codes).toEqual([0x80]);
        await broker.publish(ownDown.replace(A, B), 'secret', { qos: 1, retain: false });
        expect(client.connected).toBe(true);
        expect(refusals).toContainEqual(expect.objectContaining({ tid: A, code: 'LINK_TOPIC' }));
      });

      it('closes the link at the tenth refusal', async () => {
        const client = await connected(A);
        for (let i = 0; i < 9; i += 1) client.subscribe(`other/${i}`, { qos: 1 }, () => undefined);
        await until(() => refusals.length === 9);
        expect(client.connected).toBe(true);
        client.subscribe('other/9', { qos: 1 }, () => undefined);
        await closed(client);
      });

      it('delivers to the terminal that is meant, more than fit at once, and to no other', async () => {
        const got = new Map<string, string[]>([
          [A, []],
          [B, []],
        ]);
        for (const tid of [A, B]) {
          const client = await connected(tid);
          client.on('message', (_topic, payload) => got.get(tid)?.push(payload.toString()));
          await client.subscribeAsync(downTopic(partitionOf(tid, sha256Hex), tid, 'ev-ack'), { qos: 1 });
        }
        for (let i = 0; i < 150; i += 1) {
          await broker.publish(ownDown, `a${i}`, { qos: 1, retain: false });
          if (i % 50 === 49) await until(() => got.get(A)?.length === i + 1);
        }
        expect(got.get(A)).toEqual(Array.from({ length: 150 }, (_, i) => `a${i}`));
        expect(got.get(B)).toEqual([]);
      });

      it('keeps a retained state for who comes later', async () => {
        await broker.publish(SERVER_STATE_TOPIC, 'state-1', { qos: 1, retain: true });
        await broker.publish(SERVER_STATE_TOPIC, 'state-2', { qos: 1, retain: true });
        const client = await connected(A);
        const first = new Promise<[string, boolean]>((resolve) =>
          client.once('message', (_topic, payload, packet) => resolve([payload.toString(), packet.retain])),
        );
        await client.subscribeAsync(SERVER_STATE_TOPIC, { qos: 1 });
        expect(await first).toEqual(['state-2', true]);
      });

      it('cuts who does not acknowledge, and tells nothing twice to who returns', async () => {
        const client = await connected(A);
        // Its answer is what the PUBACK waits for.
        client.handleMessage = () => undefined;
        await client.subscribeAsync(ownDown, { qos: 1 });
        for (let i = 0; i < 70; i += 1) await broker.publish(ownDown, `m${i}`, { qos: 1, retain: false });
        await closed(client);
        const again = await connected(A);
        const got: string[] = [];
        again.on('message', (_topic, payload) => got.push(payload.toString()));
        await again.subscribeAsync(ownDown, { qos: 1 });
        await broker.publish(ownDown, 'fresh', { qos: 1, retain: false });
        await until(() => got.length > 0);
        expect(got).toEqual(['fresh']);
      });
    });

    describe('revoking', () => {
      it('cuts the live link of one terminal at once, with its will, and no other', async () => {
        const client = await connected(A, { will: { topic: up(A, 'life'), payload: lost(3), qos: 1, retain: true } });
        const other = await connected(B);
        const began = Date.now();
        await broker.kick(A);
        await closed(client);
        expect(Date.now() - began).toBeLessThan(1_000);
        await until(() => received.length === 1);
        expect(received[0]?.message.will).toBe(true);
        expect(other.connected).toBe(true);
        await broker.kick('SD-NOBODY-01');
      });
    });
  });
}
