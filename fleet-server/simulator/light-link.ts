import { createHash } from 'node:crypto';
import {
  decodePayload,
  downTopic,
  evAckSchema,
  FLEET_LIMITS,
  FLEET_TIMES,
  partitionOf,
  SERVER_STATE_TOPIC,
  serverStateSchema,
  upTopic,
  type EvAck,
  type ServerState,
  type UpLeaf,
} from '@yimen/contracts/fleet';
import mqtt, { type MqttClient } from 'mqtt';
import type { LightLedger } from './light-ledger.ts';
import { LIGHT_LIMITS } from './limits.table.ts';

export interface LinkOptions {
  readonly tid: string;
  readonly epoch: number;
  readonly mqttUrl: string;
  /** PEM texts. */
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  readonly ledger: LightLedger;
  /** `t` of the wire: boot, monotonic and wall time. */
  readonly time: () => { boot: string; mono: number; wall: number };
  /** What a birth says of the terminal, beside link and time. */
  readonly birth: () => Readonly<Record<string, unknown>>;
  /** What a heartbeat says of it. */
  readonly beat: () => Readonly<Record<string, unknown>>;
  /** Beats faster than the server asks, for tests and soak. */
  readonly beatMs: readonly [number, number] | null;
  readonly say: (line: string) => void;
}

/** The MQTT side of a light terminal, written from the wire contract alone (fleet contract §2). */
export class LightLink {
  readonly #options: LinkOptions;
  readonly #partition: string;
  #client: MqttClient | undefined;
  #linkSession = 0;
  #beatNumber = 0;
  #server: ServerState | undefined;
  #timers = new Map<'reconnect' | 'beat' | 'again' | 'linger', NodeJS.Timeout>();
  #failures = 0;
  #stopped = false;
  /** Everything up to here is committed; undefined until the first acknowledgement of this link. */
  #confirmed: number | undefined;
  #sent = 0;
  #missing: [number, number][] = [];
  /** Last number of each batch that waits for its acknowledgement. */
  #inFlight: number[] = [];
  #againMs: number = FLEET_TIMES.ackAgainMs;
  #onLinked: () => void = () => undefined;
  /** Resolves at the first acknowledgement. */
  readonly linked: Promise<void> = new Promise((resolve) => (this.#onLinked = resolve));

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#partition = partitionOf(options.tid, (text) => createHash('sha256').update(text, 'utf8').digest('hex'));
  }

  /** Connects, and again whenever the link is lost, until `stop`. */
  start(): void {
    this.#connect();
  }

  /** New events were written: they are sent after the linger. */
  wake(): void {
    if (!this.#timers.has('linger')) this.#later('linger', LIGHT_LIMITS.lingerMs, () => this.#pump());
  }

  /** Tells at once how the terminal is. */
  beatNow(): void {
    if (this.#confirmed !== undefined) this.#beat();
  }

  /** Says goodbye and ends the link. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    const client = this.#client;
    if (client?.connected !== true) {
      client?.end(true);
      return;
    }
    const left = this.#publish('life', {
      v: 1,
      kind: 'leaving',
      linkSession: this.#linkSession,
      t: this.#time(),
      reason: 'shutdown',
    })
      .then(() => client.endAsync())
      // The server may go at the same moment: then there is nobody to say goodbye to.
      .catch(() => undefined);
    await Promise.race([left, new Promise((resolve) => setTimeout(resolve, LIGHT_LIMITS.leaveMs))]);
    client.end(true);
  }

  #connect(): void {
    const { tid, mqttUrl, ca, cert, key, ledger } = this.#options;
    // The counter is on disk before CONNECT, so that no two connections have the same number (§2.3).
    this.#linkSession = ledger.nextLinkSession();
    this.#beatNumber = 0;
    this.#confirmed = undefined;
    this.#inFlight = [];
    this.#missing = [];
    const will = {
      topic: upTopic(this.#partition, tid, 'life'),
      payload: JSON.stringify({ v: 1, kind: 'lost', linkSession: this.#linkSession }),
      qos: 1 as const,
      retain: true,
    };
    const client = mqtt.connect(mqttUrl, {
      ca,
      cert,
      key,
      clientId: tid,
      clean: true,
      protocolVersion: 4,
      keepalive: LIGHT_LIMITS.keepaliveSec,
      reconnectPeriod: 0,
      connectTimeout: LIGHT_LIMITS.connectMs,
      will,
    });
    this.#client = client;
    client.on('error', (error) => this.#options.say(`${tid}: ${error.message}`));
    client.on('connect', () => void this.#begin(client));
    client.on('message', (topic, payload) => this.#hear(topic, payload.toString('utf8')));
    client.once('close', () => this.#lost(client));
  }

  /** CONNECT, SUBSCRIBE, SUBACK, birth, then the rest (§2.5 rule 1). */
  async #begin(client: MqttClient): Promise<void> {
    const { tid, epoch, birth } = this.#options;
    try {
      const own = (['ev-ack', 'twin', 'job', 'cmd'] as const).map((leaf) => downTopic(this.#partition, tid, leaf));
      await client.subscribeAsync([...own, SERVER_STATE_TOPIC], { qos: 1 });
      await this.#publish('life', {
        v: 1,
        kind: 'birth',
        linkSession: this.#linkSession,
        epoch,
        t: this.#time(),
        ...birth(),
        twinVer: 0,
        lastCounter: 0,
      });
      this.#failures = 0;
      this.#beat();
    } catch (error) {
      this.#options.say(`${tid}: ${error instanceof Error ? error.message : String(error)}`);
      client.end(true);
    }
  }

  #lost(client: MqttClient): void {
    client.end(true);
    for (const name of ['beat', 'again', 'linger'] as const) this.#cancel(name);
    this.#confirmed = undefined;
    if (this.#stopped) return;
    // The first return is spread as the server asked, later ones with full jitter, doubling (§2.5 rule 8).
    const first = this.#server === undefined ? LIGHT_LIMITS.reconnectFirstMs : this.#server.reconnectSpreadSec * 1_000;
    const most = Math.min(FLEET_TIMES.reconnectMaxMs, first * 2 ** this.#failures);
    this.#failures += 1;
    this.#later('reconnect', Math.random() * most, () => this.#connect());
  }

  #hear(topic: string, text: string): void {
    if (topic === SERVER_STATE_TOPIC) {
      const state = decodePayload(text, serverStateSchema);
      if (state.ok) this.#server = state.value;
      return;
    }
    if (!topic.endsWith('/ev-ack')) return;
    const ack = decodePayload(text, evAckSchema);
    if (ack.ok && ack.value.epoch === this.#options.epoch) this.#acknowledged(ack.value);
  }

  #acknowledged(ack: EvAck): void {
    const { ledger } = this.#options;
    const first = this.#confirmed === undefined;
    if (ack.upTo > ledger.last) {
      this.#options.say(
        `${this.#options.tid}: the server has ${ack.upTo} events, this ledger ${ledger.last}; it needs a new epoch`,
      );
      return;
    }
    // The first acknowledgement of a link sets the cursor, forward or back; later ones only forward (§2.5 rule 2).
    this.#confirmed = first ? ack.upTo : Math.max(this.#confirmed ?? 0, ack.upTo);
    const confirmed = this.#confirmed;
    this.#sent = first ? confirmed : Math.max(this.#sent, confirmed);
    this.#inFlight = this.#inFlight.filter((to) => to > confirmed);
    this.#missing = [...ack.missing];
    this.#againMs = FLEET_TIMES.ackAgainMs;
    this.#cancel('again');
    if (this.#inFlight.length > 0) this.#waitForAck();
    if (ack.missing.length === 0) ledger.confirmed(confirmed, Date.now() - LIGHT_LIMITS.keepMs);
    this.#onLinked();
    this.#pump();
  }

  #pump(): void {
    this.#cancel('linger');
    while (this.#confirmed !== undefined && this.#inFlight.length < FLEET_TIMES.batchesInFlight) {
      const hole = this.#missing.shift();
      const from = hole?.[0] ?? this.#sent + 1;
      if (from > this.#options.ledger.last) return;
      const limit = hole === undefined ? FLEET_LIMITS.evEvents : Math.min(FLEET_LIMITS.evEvents, hole[1] - hole[0] + 1);
      const batch = this.#options.ledger.batch(from, limit, LIGHT_LIMITS.batchBytes);
      const last = batch?.events.at(-1);
      if (batch === undefined || last === undefined) {
        this.#options.say(`${this.#options.tid}: event ${from} is not kept any more`);
        return;
      }
      if (hole !== undefined && last.seq < hole[1]) this.#missing.unshift([last.seq + 1, hole[1]]);
      if (hole === undefined) this.#sent = last.seq;
      this.#inFlight.push(last.seq);
      this.#send(from, batch);
      this.#waitForAck();
    }
  }

  #send(from: number, batch: { events: { body: string }[]; prev: string; head: string }): void {
    const { epoch } = this.#options;
    const head = JSON.stringify({
      v: 1,
      linkSession: this.#linkSession,
      t: this.#time(),
      epoch,
      from,
      chain: { prev: batch.prev, head: batch.head },
    });
    // The events go out as the bytes they were hashed as.
    const text = `${head.slice(0, -1)},"events":[${batch.events.map((event) => event.body).join(',')}]}`;
    this.#publish('ev', text).catch(() => undefined);
  }

  /** Without an acknowledgement everything unconfirmed is sent again, ever more patiently (§2.5 rule 2). */
  #waitForAck(): void {
    if (this.#timers.has('again')) return;
    this.#later('again', this.#againMs, () => {
      this.#againMs = Math.min(FLEET_TIMES.ackAgainMaxMs, this.#againMs * 2);
      this.#inFlight = [];
      this.#sent = this.#confirmed ?? this.#sent;
      this.#pump();
    });
  }

  #beat(): void {
    this.#cancel('beat');
    const slowdown = this.#server?.slowdown ?? 0;
    if (slowdown < 3) {
      this.#beatNumber += 1;
      this.#publish('hb', {
        v: 1,
        linkSession: this.#linkSession,
        n: this.#beatNumber,
        t: this.#time(),
        ...this.#options.beat(),
        outbox: this.#outbox(),
      }).catch(() => undefined);
    }
    const [least, most] = this.#options.beatMs ?? (this.#server?.hbEverySec ?? [30, 60]).map((sec) => sec * 1_000);
    const wait = (least ?? 30_000) + Math.random() * ((most ?? 60_000) - (least ?? 30_000));
    this.#later('beat', wait * 2 ** Math.min(slowdown, 2), () => this.#beat());
  }

  #outbox(): { rows: number; oldestMs: number } {
    const rows = this.#options.ledger.last - (this.#confirmed ?? this.#options.ledger.last);
    return { rows, oldestMs: 0 };
  }

  #time(): { boot: string; mono: number; wall: number; srv: number | null } {
    return { ...this.#options.time(), srv: this.#server?.at ?? null };
  }

  async #publish(leaf: UpLeaf, payload: object | string): Promise<void> {
    const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
    await this.#client?.publishAsync(upTopic(this.#partition, this.#options.tid, leaf), text, {
      qos: leaf === 'hb' ? 0 : 1,
      retain: leaf === 'life',
    });
  }

  #later(name: 'reconnect' | 'beat' | 'again' | 'linger', ms: number, fn: () => void): void {
    this.#cancel(name);
    const timer = setTimeout(() => {
      this.#timers.delete(name);
      fn();
    }, ms);
    this.#timers.set(name, timer);
  }

  #cancel(name: 'reconnect' | 'beat' | 'again' | 'linger'): void {
    clearTimeout(this.#timers.get(name));
    this.#timers.delete(name);
  }
}
