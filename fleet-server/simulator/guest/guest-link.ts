import { createHash } from 'node:crypto';
import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import type { GuestLedger, Moment, Run } from './guest-ledger.ts';

export interface GuestOptions {
  readonly url: string;
  /** PEM texts. */
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  readonly tid: string;
  readonly epoch: number;
  readonly ledger: GuestLedger;
  readonly now: () => Moment;
}

/** How telling the ledger ended. */
export type Told =
  | { readonly is: 'acknowledged'; readonly upTo: number; readonly quarantined: readonly (readonly [number, number])[] }
  | { readonly is: 'lost'; readonly why: string };

interface Ack {
  readonly epoch: number;
  readonly upTo: number;
  readonly missing: readonly (readonly [number, number])[];
  readonly quarantined: readonly (readonly [number, number])[];
}

const IN_FLIGHT = 4;
const AGAIN_MS = 15_000;
const AGAIN_MAX_MS = 120_000;

/** One link: connects, tells everything that the ledger holds, leaves when all of it is acknowledged. */
export class GuestLink {
  readonly #options: GuestOptions;
  readonly #linkSession: number;
  readonly #own: string;
  readonly #done: (told: Told) => void;
  /** Everything up to here is committed; unknown before the first acknowledgement of the link. */
  #confirmed: number | undefined;
  #sent = 0;
  #missing: (readonly [number, number])[] = [];
  /** Last numbers of batches without an acknowledgement. */
  #inFlight: number[] = [];
  #againMs = AGAIN_MS;
  #again: NodeJS.Timeout | undefined;
  #serverTime: number | null = null;
  #client: MqttClient | undefined;

  private constructor(options: GuestOptions, done: (told: Told) => void) {
    this.#options = options;
    this.#done = done;
    this.#linkSession = options.ledger.nextLink();
    const { tid } = options;
    const partition = Number.parseInt(createHash('sha256').update(tid).digest('hex').slice(0, 8), 16) % 64;
    this.#own = `yimen/v1/p${String(partition).padStart(2, '0')}/${tid}`;
  }

  static tell(options: GuestOptions): Promise<Told> {
    return new Promise((resolve) => {
      new GuestLink(options, resolve).#open();
    });
  }

  #open(): void {
    const { url, ca, cert, key, tid } = this.#options;
    const lost = { v: 1, kind: 'lost', linkSession: this.#linkSession };
    const options: IClientOptions & { readonly minVersion: 'TLSv1.3' } = {
      ca,
      cert,
      key,
      minVersion: 'TLSv1.3',
      protocolVersion: 4,
      clientId: tid,
      clean: true,
      keepalive: 30,
      // When to come back is for whoever asked to decide.
      reconnectPeriod: 0,
      will: { topic: `${this.#own}/up/life`, payload: Buffer.from(JSON.stringify(lost)), qos: 1, retain: true },
    };
    const client = connect(url, options);
    this.#client = client;
    let why = 'the broker closed the link';
    client.on('error', (error) => {
      why = error.message;
    });
    client.once('close', () => {
      clearTimeout(this.#again);
      client.end(true);
      this.#done({ is: 'lost', why });
    });
    client.on('message', (topic, payload) => this.#hear(topic, payload.toString('utf8')));
    client.once('connect', () => {
      this.#begin(client).catch((error: unknown) => {
        why = error instanceof Error ? error.message : String(error);
        client.end(true);
      });
    });
  }

  async #begin(client: MqttClient): Promise<void> {
    const granted = await client.subscribeAsync([`${this.#own}/dn/+`, 'yimen/v1/srv/state'], { qos: 1 });
    if (granted.some(({ qos }) => qos === 128)) throw new Error('a subscription was refused');
    await this.#publish(
      'life',
      { kind: 'birth', epoch: this.#options.epoch, t: this.#time(), ...WHAT_IT_IS, twinVer: 0, lastCounter: 0 },
      true,
    );
    const { last } = this.#options.ledger;
    await this.#publish('hb', { n: 1, t: this.#time(), ...HOW_IT_IS, outbox: { rows: last, oldestMs: 0 } });
    // The birth is answered with an acknowledgement of what is there already; what is new goes out then.
  }

  #hear(topic: string, text: string): void {
    const message = JSON.parse(text) as Record<string, unknown>;
    if (topic === 'yimen/v1/srv/state') this.#serverTime = Number(message['at']);
    else if (topic.endsWith('/dn/ev-ack')) this.#acknowledged(message as unknown as Ack);
    else if (topic.endsWith('/dn/cmd') || topic.endsWith('/dn/job')) void this.#refuse(topic, message);
  }

  async #refuse(topic: string, { id }: Readonly<Record<string, unknown>>): Promise<void> {
    const leaf = topic.endsWith('cmd') ? 'cmd' : 'job';
    await this.#client?.publishAsync(
      `${this.#own}/up/${leaf}`,
      JSON.stringify({ v: 1, id, state: 'refused', code: 'unsupported' }),
      { qos: 1 },
    );
  }

  #acknowledged({ epoch, upTo, missing, quarantined }: Ack): void {
    const { ledger } = this.#options;
    if (epoch !== this.#options.epoch) return;
    const isFirst = this.#confirmed === undefined;
    const confirmed = isFirst ? upTo : Math.max(this.#confirmed ?? 0, upTo);
    this.#confirmed = confirmed;
    this.#sent = isFirst ? confirmed : Math.max(this.#sent, confirmed);
    this.#missing = [...missing];
    this.#inFlight = this.#inFlight.filter((to) => to > confirmed);
    this.#againMs = AGAIN_MS;
    if (confirmed >= ledger.last && missing.length === 0) void this.#leave(quarantined);
    else this.#pump();
  }

  #pump(): void {
    const { ledger } = this.#options;
    while (this.#inFlight.length < IN_FLIGHT) {
      const hole = this.#missing.shift();
      const from = hole?.[0] ?? this.#sent + 1;
      const to = hole?.[1] ?? ledger.last;
      if (from > to) break;
      const run = ledger.run(from, to);
      const end = run.from + run.texts.length - 1;
      if (hole !== undefined && end < to) this.#missing.unshift([end + 1, to]);
      if (hole === undefined) this.#sent = end;
      this.#inFlight.push(end);
      this.#send(run);
    }
    clearTimeout(this.#again);
    this.#again = setTimeout(() => {
      this.#againMs = Math.min(AGAIN_MAX_MS, this.#againMs * 2);
      this.#inFlight = [];
      this.#sent = this.#confirmed ?? 0;
      this.#pump();
    }, this.#againMs);
  }

  #send({ from, texts, prev, head }: Run): void {
    const { epoch } = this.#options;
    const around = JSON.stringify({
      v: 1,
      linkSession: this.#linkSession,
      t: this.#time(),
      epoch,
      from,
      chain: { prev, head },
    });
    const text = `${around.slice(0, -1)},"events":[${texts.join(',')}]}`;
    // A PUBACK says nothing of storage; a link that breaks is told by its end.
    this.#client?.publish(`${this.#own}/up/ev`, text, { qos: 1 }, () => undefined);
  }

  async #leave(quarantined: Ack['quarantined']): Promise<void> {
    clearTimeout(this.#again);
    await this.#publish('life', { kind: 'leaving', t: this.#time(), reason: 'done' }, true);
    this.#done({ is: 'acknowledged', upTo: this.#confirmed ?? 0, quarantined });
    await this.#client?.endAsync();
  }

  async #publish(leaf: 'life' | 'hb', body: object, retain = false): Promise<void> {
    const text = JSON.stringify({ v: 1, linkSession: this.#linkSession, ...body });
    await this.#client?.publishAsync(`${this.#own}/up/${leaf}`, text, { qos: leaf === 'hb' ? 0 : 1, retain });
  }

  #time(): object {
    return { ...this.#options.now(), srv: this.#serverTime };
  }
}

const WHAT_IT_IS = {
  software: { terminal: 'guest-1', image: 'none', contract: [1] },
  services: [{ id: 'exit.endorse', release: 1 }],
  devices: [{ module: 'cardUnit', driver: 'guest-card', model: 'guest', serial: 'G1', firmware: null }],
};
const HOW_IT_IS = {
  state: 'inService',
  busy: false,
  off: [],
  modules: [{ module: 'cardUnit', state: 'online', fault: null }],
  supplies: [],
  sys: { cpuPct: 1, memFreeMb: 1024, diskFreeMb: 1024, tempC: null },
};
