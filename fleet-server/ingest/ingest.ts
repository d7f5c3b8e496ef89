import { createHash } from 'node:crypto';
import { ok, type Clock, type Result } from '@yimen/contracts/base';
import {
  decodePayload,
  downTopic,
  FLEET_LIMITS,
  heartbeatSchema,
  lifeSchema,
  partitionOf,
  SERVER_STATE_TOPIC,
  type EvAck,
  type ServerState,
  type UpLeaf,
} from '@yimen/contracts/fleet';
import type { GroupDone, GroupItem, HeardBeat, LifeChange, Store, StoreFault } from '../store/index.ts';
import { decodeBatch } from './decode-batch.ts';
import { GroupQueue } from './group-queue.ts';
import type { IngestBroker } from './ingest-broker.ts';
import { INGEST_LIMITS } from './limits.table.ts';

export interface IngestOptions {
  readonly store: Pick<Store, 'ingest'>;
  readonly broker: IngestBroker;
  readonly clock: Clock;
  /** Rises by one at each restore; kept outside the database. */
  readonly serverEpoch: number;
  /** How many terminals there are; spreads their first reconnect. */
  readonly terminals: number;
}

/** What went by since the start. */
export interface IngestCounters {
  batches: number;
  /** Events stored for the first time, and those that were there already. */
  inserted: number;
  repeated: number;
  /** Payloads that could not be read. */
  broken: number;
  beats: number;
  beatsInvalid: number;
  /** Beats that were not written because the writer had no time. */
  beatsShed: number;
  /** Groups that could not be committed; their links were closed without PUBACK. */
  failed: number;
}

export interface Ingest {
  /** Marks all links down, tells terminals that the server is here. Before the broker listens. */
  start(): Promise<Result<void, StoreFault>>;
  /** Tells terminals that the server goes, commits what waits. After the broker has stopped. */
  stop(): Promise<void>;
  counters(): Readonly<IngestCounters>;
  /** How much terminals were asked to slow down (fleet contract §2.3): their beats come later then. */
  slowdown(): 0 | 1 | 2 | 3;
}

/** Accepts each event once: decode, commit in groups, then acknowledge (fleet design §4). Sets the broker's handlers. */
export function createIngest(options: IngestOptions): Ingest {
  return new IngestRoom(options);
}

class IngestRoom implements Ingest {
  readonly #options: IngestOptions;
  readonly #clock: Clock;
  readonly #queue: GroupQueue;
  readonly #beats = new Map<string, HeardBeat>();
  readonly #counters: IngestCounters = {
    batches: 0,
    inserted: 0,
    repeated: 0,
    broken: 0,
    beats: 0,
    beatsInvalid: 0,
    beatsShed: 0,
    failed: 0,
  };
  #slowdown: 0 | 1 | 2 | 3 = 0;
  #writingBeats: Promise<void> = Promise.resolve();
  #cancelTick: () => void = () => undefined;

  constructor(options: IngestOptions) {
    this.#options = options;
    this.#clock = options.clock;
    const { store, broker } = options;
    this.#queue = new GroupQueue(
      (items) => store.ingest.commitGroup({ items, at: this.#clock.wallMs() }),
      (done) => this.#acknowledge(done),
    );
    broker.onPublish(({ tid }, { leaf, payload }) => this.#take(tid, leaf, payload));
    broker.onLink(
      ({ tid, up }) => void store.ingest.setLink({ tid, up, at: this.#clock.wallMs() }).catch(() => this.#fail()),
    );
  }

  async start(): Promise<Result<void, StoreFault>> {
    const reset = await this.#options.store.ingest.resetLinks({ at: this.#clock.wallMs() });
    if (!reset.ok) return reset;
    await this.#tellState(true);
    this.#tick();
    return ok(undefined);
  }

  async stop(): Promise<void> {
    this.#cancelTick();
    await this.#tellState(false);
    await this.#queue.drain();
    await this.#writeBeats();
    await this.#writingBeats;
  }

  counters(): Readonly<IngestCounters> {
    return { ...this.#counters };
  }

  slowdown(): 0 | 1 | 2 | 3 {
    return this.#slowdown;
  }

  async #take(tid: string, leaf: UpLeaf, payload: Uint8Array): Promise<Result<void, StoreFault>> {
    const at = this.#clock.wallMs();
    switch (leaf) {
      case 'ev':
        return this.#commit(decodeBatch(tid, payload, at), payload.length);
      case 'life':
        return this.#commit(decodeLife(tid, payload, at), payload.length);
      case 'hb':
        this.#takeBeat(tid, payload, at);
        return ok(undefined);
      case 'twin':
      case 'job':
      case 'cmd':
        // Nothing was desired or ordered yet, so there is nothing these reports could answer.
        return ok(undefined);
    }
  }

  async #commit(item: GroupItem, bytes: number): Promise<Result<void, StoreFault>> {
    if (item.what === 'batch') this.#counters.batches += 1;
    if (item.what === 'broken') this.#counters.broken += 1;
    const done = await this.#queue.add(item, bytes);
    if (!done.ok) this.#fail();
    return done;
  }

  #fail(): void {
    this.#counters.failed += 1;
  }

  #acknowledge(done: GroupDone): void {
    this.#counters.inserted += done.inserted;
    this.#counters.repeated += done.repeated;
    for (const { tid, epoch, upTo, missing, quarantined } of done.acks) {
      const ack: EvAck = { v: 1, epoch, upTo, missing, quarantined, srv: this.#clock.wallMs() };
      void this.#options.broker.publish(downTopic(partitionOf(tid, sha256Hex), tid, 'ev-ack'), JSON.stringify(ack), {
        qos: 1,
        retain: false,
      });
    }
  }

  #takeBeat(tid: string, payload: Uint8Array, at: number): void {
    const decoded =
      payload.length > FLEET_LIMITS.hbBytes
        ? undefined
        : decodePayload(Buffer.from(payload).toString('utf8'), heartbeatSchema);
    if (decoded?.ok !== true) {
      this.#counters.beatsInvalid += 1;
      return;
    }
    this.#counters.beats += 1;
    this.#beats.set(tid, { tid, at, beat: decoded.value });
  }

  #tick(): void {
    this.#cancelTick = this.#clock.after(INGEST_LIMITS.beatsEveryMs, () => {
      void this.#lookAtLoad();
      this.#writingBeats = this.#writingBeats.then(() => this.#writeBeats());
      this.#tick();
    });
  }

  async #writeBeats(): Promise<void> {
    const beats = [...this.#beats.values()];
    if (beats.length === 0) return;
    this.#beats.clear();
    if (this.#slowdown >= 3) {
      this.#counters.beatsShed += beats.length;
      return;
    }
    const written = await this.#options.store.ingest.writeBeats({ beats }).catch(() => undefined);
    if (written?.ok !== true) this.#counters.beatsShed += beats.length;
  }

  async #lookAtLoad(): Promise<void> {
    const { load } = this.#queue;
    const slowdown = load < 0.5 ? 0 : load < 0.75 ? 1 : load < 0.9 ? 2 : 3;
    if (slowdown === this.#slowdown) return;
    this.#slowdown = slowdown;
    await this.#tellState(true);
  }

  async #tellState(online: boolean): Promise<void> {
    const { spreadMinSec, spreadMaxSec, terminalsPerSpreadSec, beatEverySec } = INGEST_LIMITS;
    const spread = Math.ceil(this.#options.terminals / terminalsPerSpreadSec);
    const state: ServerState = {
      v: 1,
      online,
      serverEpoch: this.#options.serverEpoch,
      at: this.#clock.wallMs(),
      hbEverySec: [...beatEverySec],
      reconnectSpreadSec: Math.min(spreadMaxSec, Math.max(spreadMinSec, spread)),
      slowdown: this.#slowdown,
    };
    await this.#options.broker.publish(SERVER_STATE_TOPIC, JSON.stringify(state), { qos: 1, retain: true });
  }
}

/** Reads one `up/life` payload. What does not fit is kept as broken: a birth that cannot be read is worth an alarm. */
function decodeLife(tid: string, payload: Uint8Array, at: number): GroupItem {
  const text = Buffer.from(payload).toString('utf8');
  const broken = (reason: string): GroupItem => ({
    what: 'broken',
    broken: { tid, leaf: 'life', reason, raw: text, at },
  });
  if (payload.length > FLEET_LIMITS.lifeBytes) return broken('payload too large');
  const decoded = decodePayload(text, lifeSchema);
  if (!decoded.ok) return broken(decoded.error.message);
  const life = decoded.value;
  const change: LifeChange =
    life.kind === 'birth'
      ? { kind: 'birth', tid, at, birth: life }
      : { kind: life.kind, tid, at, linkSession: life.linkSession };
  return { what: 'life', life: change };
}

function sha256Hex(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
