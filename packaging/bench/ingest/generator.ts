import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { downTopic, upTopic } from '@yimen/contracts/fleet';
import { z } from 'zod';
import { partitionOfTid } from './bench-trust.ts';
import { LeanLink } from './lean-link.ts';
import { LoadLedger } from './load-ledger.ts';
import { shareOf } from '../measure.ts';

/** Batches that wait for their acknowledgement (fleet contract §2.5, rule 2). */
const IN_FLIGHT = 4;
const OPENED_PER_SECOND = 80;
const PING_MS = 45_000;
/** So long without any acknowledgement, and the round has failed. */
const SILENT_MS = 30_000;

const configSchema = z.object({ dir: z.string(), tids: z.array(z.string()), ports: z.record(z.string(), z.int()) });
const roundSchema = z.object({
  target: z.string(),
  /** Payloads of each terminal, and events in each. */
  messages: z.int().min(1),
  events: z.int().min(1),
  /** Payloads a second of all terminals together, whatever is answered; absent: as fast as they are acknowledged. */
  perSecond: z.number().optional(),
});
type Round = z.output<typeof roundSchema>;

/** What one round came to. Milliseconds; the times are from the send of a payload to the acknowledgement that covers it. */
export interface RoundDone {
  readonly events: number;
  readonly ms: number;
  readonly p50: number;
  readonly p99: number;
}

/** One terminal on one target. */
class Terminal {
  readonly #ledger: LoadLedger;
  readonly #topic: Buffer;
  readonly tid: string;
  link: LeanLink | undefined;
  packets: Buffer[] = [];
  /** Last number of each packet of the round. */
  ends: number[] = [];
  sentAt: number[] = [];
  next = 0;
  acked = 0;

  constructor(tid: string) {
    this.tid = tid;
    this.#ledger = new LoadLedger(tid, Date.now() - 3_600_000);
    this.#topic = Buffer.from(upTopic(partitionOfTid(tid), tid, 'ev'));
  }

  /** Makes the packets of a round before its clock runs. */
  prepare({ messages, events }: Round): void {
    this.packets = [];
    this.ends = [];
    for (let i = 0; i < messages; i += 1) {
      this.packets.push(publishPacket(this.#topic, (i % 60_000) + 1, this.#ledger.next(events)));
      this.ends.push(this.#ledger.last);
    }
    this.sentAt = [];
    this.next = 0;
    this.acked = 0;
  }

  sendNext(): void {
    const packet = this.packets[this.next];
    if (packet === undefined || this.link === undefined) return;
    this.sentAt[this.next] = performance.now();
    this.next += 1;
    this.link.send(packet);
  }
}

function publishPacket(topic: Buffer, id: number, payload: string): Buffer {
  const body = Buffer.from(payload);
  const length: number[] = [];
  for (let left = 2 + topic.length + 2 + body.length; ; left = Math.floor(left / 128)) {
    length.push(left >= 128 ? (left % 128) | 0x80 : left);
    if (left < 128) break;
  }
  const head = Buffer.from([0x32, ...length, topic.length >> 8, topic.length & 0xff]);
  return Buffer.concat([head, topic, Buffer.from([id >> 8, id & 0xff]), body]);
}

class Load {
  readonly #terminals = new Map<string, Terminal[]>();
  #onAck: (terminal: Terminal, upTo: number) => void = () => undefined;

  async open({ dir, tids, ports }: z.output<typeof configSchema>): Promise<void> {
    const file = (name: string): string => readFileSync(join(dir, name), 'utf8');
    const ca = file('ca.crt.pem');
    for (const [target, port] of Object.entries(ports)) {
      const terminals = tids.map((tid) => new Terminal(tid));
      this.#terminals.set(target, terminals);
      const opening: Promise<void>[] = [];
      for (const terminal of terminals) {
        const { tid } = terminal;
        const tls = { ca, cert: file(`terminals/${tid}.crt.pem`), key: file(`terminals/${tid}.key.pem`) };
        const ackTopic = downTopic(partitionOfTid(tid), tid, 'ev-ack');
        const events = { acknowledged: (upTo: number) => this.#onAck(terminal, upTo), closed: lost };
        opening.push(LeanLink.open({ port, tid, ackTopic, tls }, events).then((link) => void (terminal.link = link)));
        await wait(1_000 / OPENED_PER_SECOND);
      }
      await Promise.all(opening);
    }
    setInterval(() => {
      for (const { link } of [...this.#terminals.values()].flat()) link?.ping();
    }, PING_MS);
  }

  async run(round: Round): Promise<RoundDone> {
    const terminals = this.#terminals.get(round.target) ?? [];
    for (const terminal of terminals) terminal.prepare(round);
    // What the preparation left behind is not collected while the clock runs.
    globalThis.gc?.();
    const times: number[] = [];
    const { promise: over, resolve, reject } = Promise.withResolvers<void>();
    let open = terminals.length;
    let heardAt = performance.now();
    const isPaced = round.perSecond !== undefined;
    this.#onAck = (terminal, upTo) => {
      const now = performance.now();
      heardAt = now;
      while (terminal.acked < terminal.next && (terminal.ends[terminal.acked] ?? Infinity) <= upTo) {
        times.push(now - (terminal.sentAt[terminal.acked] ?? now));
        terminal.acked += 1;
        if (!isPaced) terminal.sendNext();
        if (terminal.acked === terminal.packets.length) open -= 1;
      }
      if (open === 0) resolve();
    };
    const watch = setInterval(() => {
      if (performance.now() - heardAt > SILENT_MS)
        reject(new Error(`${round.target}: ${open} terminals wait for an acknowledgement that does not come`));
    }, 1_000);
    const began = performance.now();
    if (round.perSecond === undefined)
      for (let i = 0; i < IN_FLIGHT; i += 1) for (const terminal of terminals) terminal.sendNext();
    else await pace(terminals, round.messages, round.perSecond);
    await over.finally(() => clearInterval(watch));
    const ms = performance.now() - began;
    return {
      events: terminals.length * round.messages * round.events,
      ms,
      p50: shareOf(times, 0.5),
      p99: shareOf(times, 0.99),
    };
  }
}

/** Sends at a steady rate, one terminal after the other, late ones at once. */
async function pace(terminals: readonly Terminal[], messages: number, perSecond: number): Promise<void> {
  const began = performance.now();
  const all = terminals.length * messages;
  for (let sent = 0; sent < all;) {
    const due = Math.min(all, Math.floor(((performance.now() - began) / 1_000) * perSecond) + 1);
    for (; sent < due; sent += 1) terminals[sent % terminals.length]?.sendNext();
    await wait(1);
  }
}

function lost(tid: string): never {
  throw new Error(`the link of ${tid} was lost`);
}

// As a program: one argument, the configuration; then a round per line on stdin, and a line of figures for each.
const config = configSchema.parse(JSON.parse(process.argv[2] ?? '{}'));
const load = new Load();
await load.open(config);
process.stdout.write('{"ready":true}\n');
for await (const line of createInterface({ input: process.stdin })) {
  const done = await load.run(roundSchema.parse(JSON.parse(line)));
  process.stdout.write(`${JSON.stringify(done)}\n`);
}
process.exit(0);
