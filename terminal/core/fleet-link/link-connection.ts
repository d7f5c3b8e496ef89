import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import { err, ok, type Clock, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import {
  downTopic,
  FLEET_LIMITS,
  partitionOf,
  SERVER_STATE_TOPIC,
  UP_QOS,
  upTopic,
  type DownLeaf,
  type UpLeaf,
} from '@yimen/contracts/fleet';
import { CORE_LIMITS } from '../limits.table.ts';
import { sha256Hex } from '../platform/digest.ts';
import { faultOf, reasonOf } from '../platform/fault.ts';
import type { TlsMaterial } from '../identity/index.ts';

export interface OpenLinkOptions {
  readonly url: string;
  readonly tls: TlsMaterial;
  readonly tid: string;
  readonly linkSession: number;
  readonly clock: Clock;
  /** `up/life` after SUBACK: the birth, stamped at that moment. */
  readonly birth: () => Readonly<Record<string, unknown>>;
}

export type TakeMessage = (from: DownLeaf | 'state', text: string, isRetained: boolean) => void;

/** One MQTT connection that has said its birth. Single use. */
export interface LinkConnection {
  /** Delivers what came since SUBACK, then everything after it: the server may answer the birth before its PUBACK. */
  receive(take: TakeMessage): void;
  publish(leaf: UpLeaf, payload: string): void;
  /** Says goodbye (`leaving`), then DISCONNECT; the broker then keeps the will to itself. */
  leave(payload: string): Promise<void>;
  /** Resolves once when the link is gone. */
  readonly closed: Promise<string>;
}

const DOWN: readonly DownLeaf[] = ['ev-ack', 'twin', 'job', 'cmd'];
const DOWN_BYTES: Readonly<Record<DownLeaf | 'state', number>> = {
  'ev-ack': FLEET_LIMITS.ackBytes,
  twin: FLEET_LIMITS.twinBytes,
  job: FLEET_LIMITS.jobBytes,
  cmd: FLEET_LIMITS.cmdBytes,
  state: FLEET_LIMITS.stateBytes,
};

/** Opens a link in the contract's order: CONNECT (clean, with the will `lost`), SUBSCRIBE, SUBACK, birth, its PUBACK
 *  (MQTT 3.1.1 over TLS 1.3 with a client certificate).
 *  @fault offline nobody there or the way is cut; LINK_REFUSED the broker refused us or a subscription; timeOut */
export async function openLink(options: OpenLinkOptions): Promise<Result<LinkConnection, Fault>> {
  const partition = partitionOf(options.tid, sha256Hex);
  const client = connect(options.url, clientOptions(options, upTopic(partition, options.tid, 'life')));
  let reason = 'closed by the broker';
  client.on('error', (error) => {
    reason = error.message;
  });
  const closed = new Promise<string>((resolve) => {
    client.once('close', () => {
      // Lets go of every pending publish; this client never connects again.
      client.end(true);
      resolve(reason);
    });
  });
  const mail = mailbox();
  const opened = await inTime(options, client, closed, partition, mail.take);
  if (!opened.ok) {
    client.end(true);
    return opened;
  }
  return ok({
    closed,
    receive: mail.open,
    publish: (leaf, payload) => {
      // Losing one is told by `closed` or by a missing ack; PUBACK means nothing.
      client.publish(
        upTopic(partition, options.tid, leaf),
        payload,
        { qos: UP_QOS[leaf], retain: leaf === 'life' },
        ignore,
      );
    },
    leave: (payload) => leave(client, options, upTopic(partition, options.tid, 'life'), payload),
  });
}

function clientOptions(options: OpenLinkOptions, lifeTopic: string): IClientOptions {
  return {
    ...options.tls,
    minVersion: 'TLSv1.3',
    rejectUnauthorized: true,
    protocolVersion: 4,
    clientId: options.tid,
    clean: true,
    keepalive: CORE_LIMITS.linkKeepaliveSec,
    connectTimeout: CORE_LIMITS.linkConnectMs,
    // When to come back is our decision, with jitter.
    reconnectPeriod: 0,
    resubscribe: false,
    will: {
      topic: lifeTopic,
      payload: Buffer.from(JSON.stringify({ v: 1, kind: 'lost', linkSession: options.linkSession })),
      qos: 1,
      retain: true,
    },
  } as IClientOptions;
}

async function inTime(
  options: OpenLinkOptions,
  client: MqttClient,
  closed: Promise<string>,
  partition: string,
  take: TakeMessage,
): Promise<Result<void, Fault>> {
  const lost = closed.then((why) =>
    err(faultOf(isRefusal(why) ? 'LINK_REFUSED' : 'offline', `the fleet link: ${why}`, 'reset')),
  );
  const late = (ms: number, what: string): Promise<Result<void, Fault>> =>
    new Promise((resolve) => {
      options.clock.after(ms, () => {
        resolve(err(faultOf('timeOut', `the fleet link: ${what}`, 'reset')));
      });
    });
  const connected = new Promise<Result<void, Fault>>((resolve) => {
    client.once('connect', () => {
      resolve(ok(undefined));
    });
  });
  const open = await Promise.race([connected, lost, late(CORE_LIMITS.linkConnectMs, 'no CONNACK in time')]);
  if (!open.ok) return open;
  listen(options, client, partition, take);
  const subscribed = await Promise.race([
    subscribe(options, client, partition),
    lost,
    late(CORE_LIMITS.linkStepMs, 'no SUBACK in time'),
  ]);
  if (!subscribed.ok) return subscribed;
  const born = client
    .publishAsync(upTopic(partition, options.tid, 'life'), JSON.stringify(options.birth()), { qos: 1, retain: true })
    .then((): Result<void, Fault> => ok(undefined), refused);
  return Promise.race([born, lost, late(CORE_LIMITS.linkStepMs, 'no PUBACK for the birth')]);
}

async function subscribe(
  options: OpenLinkOptions,
  client: MqttClient,
  partition: string,
): Promise<Result<void, Fault>> {
  const topics = [...DOWN.map((leaf) => downTopic(partition, options.tid, leaf)), SERVER_STATE_TOPIC];
  try {
    const granted = await client.subscribeAsync(topics, { qos: 1 });
    // 0x80 in SUBACK is a refusal (MQTT 3.1.1 §3.9.3).
    const denied = granted.find((grant) => grant.qos === 128);
    return denied === undefined
      ? ok(undefined)
      : err(faultOf('LINK_REFUSED', `the broker refused ${denied.topic}`, 'configuration'));
  } catch (error) {
    return refused(error);
  }
}

function listen(options: OpenLinkOptions, client: MqttClient, partition: string, take: TakeMessage): void {
  const leaves = new Map<string, DownLeaf | 'state'>(
    DOWN.map((leaf) => [downTopic(partition, options.tid, leaf), leaf]),
  );
  leaves.set(SERVER_STATE_TOPIC, 'state');
  const strict = new TextDecoder('utf-8', { fatal: true });
  client.on('message', (topic, payload, packet) => {
    const leaf = leaves.get(topic);
    if (leaf === undefined || payload.length > DOWN_BYTES[leaf]) return;
    let text: string;
    try {
      text = strict.decode(payload);
    } catch {
      return;
    }
    take(leaf, text, packet.retain);
  });
}

/** Holds messages (≤`linkHeldMessages`) until somebody takes them, in order. */
function mailbox(): { take: TakeMessage; open: (to: TakeMessage) => void } {
  const held: Parameters<TakeMessage>[] = [];
  let taker: TakeMessage | undefined;
  return {
    take: (...message) => {
      if (taker !== undefined) taker(...message);
      else if (held.length < CORE_LIMITS.linkHeldMessages) held.push(message);
    },
    open: (to) => {
      taker = to;
      for (const message of held.splice(0)) to(...message);
    },
  };
}

async function leave(client: MqttClient, options: OpenLinkOptions, lifeTopic: string, payload: string): Promise<void> {
  const enough = new Promise<void>((resolve) => {
    options.clock.after(CORE_LIMITS.linkLeaveMs, resolve);
  });
  const said = client.publishAsync(lifeTopic, payload, { qos: 1, retain: true }).then(ignore, ignore);
  await Promise.race([said, enough]);
  await Promise.race([client.endAsync().then(ignore, ignore), enough]);
  client.end(true);
}

function isRefusal(why: string): boolean {
  return /refused|not authorized|certificate|alert/iu.test(why) && !why.includes('ECONNREFUSED');
}

function refused(error: unknown): Result<void, Fault> {
  return err(faultOf('LINK_REFUSED', `the fleet link: ${reasonOf(error)}`, 'reset'));
}

function ignore(): void {
  // Nothing follows from it.
}
