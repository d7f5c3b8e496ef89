import { createHash } from 'node:crypto';
import {
  DOWN_LEAVES,
  downTopic,
  FLEET_LIMITS,
  lostSchema,
  partitionOf,
  SERVER_STATE_TOPIC,
  UP_LEAVES,
  UP_QOS,
  upTopic,
  decodePayload,
  type UpLeaf,
} from '@yimen/contracts/fleet';
import { BROKER_LIMITS } from './limits.table.ts';

/** What a CONNECT asks for, as far as it is judged. */
export interface ConnectAsked {
  readonly protocolLevel: number;
  readonly clientId: string;
  readonly clean: boolean;
  readonly keepaliveSec: number;
  readonly hasUserNameOrPassword: boolean;
  readonly will: {
    readonly topic: string;
    readonly payload: Uint8Array;
    readonly qos: number;
    readonly retain: boolean;
  } | null;
}

/** What one terminal may do, from its certificate alone; compared by equality, never by pattern (fleet design §3). */
export class TerminalRights {
  readonly #tid: string;
  readonly #up: ReadonlyMap<string, UpLeaf>;
  readonly #filters: ReadonlySet<string>;

  constructor(tid: string) {
    const partition = partitionOf(tid, (text) => createHash('sha256').update(text, 'utf8').digest('hex'));
    const down = downTopic(partition, tid, 'ev-ack').slice(0, -'ev-ack'.length);
    this.#tid = tid;
    this.#up = new Map(UP_LEAVES.map((leaf) => [upTopic(partition, tid, leaf), leaf]));
    this.#filters = new Set([...DOWN_LEAVES.map((leaf) => down + leaf), `${down}+`, `${down}#`, SERVER_STATE_TOPIC]);
  }

  /** Why a CONNECT is refused; `undefined` = it may connect. */
  connectRefusal(asked: ConnectAsked): string | undefined {
    if (asked.protocolLevel !== 4) return `protocol level ${asked.protocolLevel}`;
    if (asked.clientId !== this.#tid) return 'client id is not the certificate’s name';
    if (!asked.clean) return 'a session that outlives the link';
    if (asked.hasUserNameOrPassword) return 'user name or password';
    if (asked.keepaliveSec < BROKER_LIMITS.keepaliveMinSec || asked.keepaliveSec > BROKER_LIMITS.keepaliveMaxSec)
      return `keepalive ${asked.keepaliveSec} s`;
    return asked.will === null ? undefined : this.#willRefusal(asked.will);
  }

  /** The leaf that a PUBLISH of these properties goes to, or why it is refused. */
  publishLeaf(
    topic: string,
    options: { readonly qos: number; readonly retain: boolean; readonly bytes: number },
  ): { readonly leaf: UpLeaf } | { readonly refusal: string } {
    const leaf = this.#up.get(topic);
    if (leaf === undefined) return { refusal: 'topic' };
    if (options.qos !== UP_QOS[leaf]) return { refusal: `quality of service ${options.qos} on ${leaf}` };
    if (options.retain && leaf !== 'life') return { refusal: `retain on ${leaf}` };
    if (options.bytes === 0) return { refusal: 'empty payload' };
    return { leaf };
  }

  /** Whether a topic filter may be subscribed to. */
  maySubscribe(filter: string): boolean {
    return this.#filters.has(filter);
  }

  #willRefusal(will: NonNullable<ConnectAsked['will']>): string | undefined {
    if (this.#up.get(will.topic) !== 'life') return 'will on another topic';
    if (will.qos !== 1 || !will.retain) return 'will without quality of service 1 and retain';
    if (will.payload.length > FLEET_LIMITS.willBytes) return 'will too large';
    return decodePayload(new TextDecoder().decode(will.payload), lostSchema).ok
      ? undefined
      : 'will is no `lost` message';
  }
}
