import { createHash } from 'node:crypto';
import { canonicalJson, fromBase64Url, type CanonicalValue } from '@yimen/contracts/base';
import { ledgerGenesisText } from '@yimen/contracts/fleet';

type Event = Record<string, unknown>;

/** Writes a terminal's ledger as the wire contract wants it, for tests: numbers, chain, batches. Independent of the code
 *  that reads it. */
export class LedgerMaker {
  readonly tid: string;
  readonly epoch: number;
  readonly events: Event[] = [];
  readonly #hashes: string[];
  boot = 'boot-0001';
  mono = 1_000;
  wall = 1_795_371_000_000;

  constructor(tid: string, epoch = 1) {
    this.tid = tid;
    this.epoch = epoch;
    this.#hashes = [createHash('sha256').update(ledgerGenesisText(tid, epoch)).digest('base64url')];
  }

  /** h(seq). */
  hash(seq: number): string {
    const hash = this.#hashes[seq];
    if (hash === undefined) throw new RangeError(`no event ${seq}`);
    return hash;
  }

  /** Appends an event, a second after the last one. @returns its number. */
  add(kind: string, fields: Event): number {
    this.mono += 1_000;
    this.wall += 1_000;
    const seq = this.events.length + 1;
    const event = { seq, j: seq * 3, kind, boot: this.boot, mono: this.mono, wall: this.wall, ...fields };
    this.events.push(event);
    const hash = createHash('sha256').update(fromBase64Url(this.hash(seq - 1)));
    this.#hashes.push(hash.update(canonicalJson(event as CanonicalValue), 'utf8').digest('base64url'));
    return seq;
  }

  /** A service that went well (or as `fields` say). */
  addService(fields: Event = {}): number {
    return this.add('service-result', {
      sessionId: 'session-0001',
      service: 'exit.endorse',
      release: 17,
      outcome: 'done',
      reason: null,
      stop: null,
      amountFen: 1500,
      chargedFen: 1500,
      refundedFen: 0,
      produced: 1,
      handedOver: 1,
      steps: [{ step: 'pay', outcome: 'done', ms: 21_400 }],
      receiptId: 'R7K2-9QXM',
      incident: null,
      ...fields,
    });
  }

  /** The `up/ev` payload of `from…to`, sent now; `change` alters the finished payload. */
  batch(from: number, to: number, change: (payload: Record<string, unknown>) => void = () => undefined): string {
    const payload = {
      v: 1,
      linkSession: 1,
      t: { boot: this.boot, mono: this.mono + 500, wall: this.wall + 500, srv: null },
      epoch: this.epoch,
      from,
      events: this.events.slice(from - 1, to).map((event) => ({ ...event })),
      chain: { prev: this.hash(from - 1), head: this.hash(to) },
    };
    change(payload);
    return JSON.stringify(payload);
  }
}
