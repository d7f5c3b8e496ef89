import { concatBytes, type Clock } from '@yimen/contracts/base';
import { ManualClock } from '@yimen/contracts/testing';
import { seededRandom } from '../../testing/contract-bench.ts';
import { runFor } from '../../testing/run-until.ts';
import { memoryChannelPair } from '../../transport/memory-channel.ts';
import type { ByteChannel } from '../../transport/byte-channel.ts';
import { createSimulatedPrintServer, type SimulatedPrintServerOptions } from './simulator.ts';

/** Operations as RFC 8011 numbers them. */
export const ASK = {
  print: 0x02,
  validate: 0x04,
  cancel: 0x08,
  job: 0x09,
  jobs: 0x0a,
  printer: 0x0b,
  pause: 0x10,
  resume: 0x11,
  purge: 0x12,
} as const;

/** A value to send: number → integer, true/false → boolean, text → by `KINDS`, else keyword. Lists are sets. */
export type Said = number | boolean | string | readonly string[];
const KINDS: Readonly<Record<string, number>> = {
  'attributes-charset': 0x47,
  'attributes-natural-language': 0x48,
  'printer-uri': 0x45,
  'job-uri': 0x45,
  'job-name': 0x42,
  'requesting-user-name': 0x42,
  'document-format': 0x49,
};

export const HEAD = { 'attributes-charset': 'utf-8', 'attributes-natural-language': 'en' } as const;
export const QUEUE = { ...HEAD, 'printer-uri': 'ipp://localhost/ipp/print' } as const;
const TICKET = { copies: 1, sides: 'one-sided', 'print-color-mode': 'monochrome' } as const;

/** A synthetic PDF of so many pages. */
export function pdfOf(pages: number): Uint8Array {
  const one = (i: number): string => `${i + 3} 0 obj\n<< /Type /Page /Parent 2 0 R >>\nendobj\n`;
  const all = Array.from({ length: pages }, (_, i) => one(i)).join('');
  return Buffer.from(`%PDF-1.4\n2 0 obj\n<< /Type /Pages /Count ${pages} >>\nendobj\n${all}%%EOF\n`);
}

/** A request: version, operation, id, groups in the order given. */
export function requestBytes(
  operation: number,
  groups: readonly (readonly [tag: number, attributes: Readonly<Record<string, Said>>])[],
  document: Uint8Array = new Uint8Array(0),
  { version = [1, 1], id = 7 }: { version?: readonly number[]; id?: number } = {},
): Uint8Array {
  const head = Uint8Array.of(...version, operation >> 8, operation & 0xff, 0, 0, 0, id);
  const parts = groups.flatMap(([tag, attributes]) => [
    Uint8Array.of(tag),
    ...Object.entries(attributes).flatMap(([name, said]) => valuesOf(name, said)),
  ]);
  return concatBytes(head, ...parts, Uint8Array.of(3), document);
}

function valuesOf(name: string, said: Said): Uint8Array[] {
  const all: readonly (number | boolean | string)[] = Array.isArray(said) ? said : [said as string];
  return all.map((one, i) => {
    const [tag, value] = wire(name, one);
    const letters = Buffer.from(i === 0 ? name : '');
    const short = (length: number): number[] => [length >> 8, length & 0xff];
    return Uint8Array.of(tag, ...short(letters.length), ...letters, ...short(value.length), ...value);
  });
}

function wire(name: string, said: number | boolean | string): [tag: number, value: Uint8Array] {
  if (typeof said === 'boolean') return [0x22, Uint8Array.of(said ? 1 : 0)];
  if (typeof said === 'string') return [KINDS[name] ?? 0x44, Buffer.from(said)];
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(said);
  return [0x21, bytes];
}

/** An answer taken apart: status, and the groups behind the operation's, as words and numbers. */
export interface HeardAnswer {
  readonly http: number;
  readonly status: number;
  readonly version: string;
  readonly id: number;
  readonly groups: readonly { readonly tag: number; readonly values: Readonly<Record<string, readonly unknown[]>> }[];
}

/** Reads the bytes of an answer; numbers, flags and words as such, everything else as hexadecimal. */
export function heard(http: number, bytes: Uint8Array): HeardAnswer {
  const data = Buffer.from(bytes);
  const groups: { tag: number; values: Record<string, unknown[]> }[] = [];
  let [at, name] = [8, ''];
  while (at < data.length && data[at] !== 3) {
    const tag = data[at] ?? 0;
    at += 1;
    if (tag < 0x10) {
      groups.push({ tag, values: {} });
      continue;
    }
    const nameLength = data.readUInt16BE(at);
    if (nameLength > 0) name = data.toString('utf8', at + 2, at + 2 + nameLength);
    at += 2 + nameLength;
    const length = data.readUInt16BE(at);
    const value = data.subarray(at + 2, at + 2 + length);
    at += 2 + length;
    const values = groups.at(-1)?.values ?? {};
    (values[name] ??= []).push(meaning(tag, value));
  }
  if (data.length === 0) return { http, status: -1, version: '', id: 0, groups };
  const version = `${data[0]}.${data[1]}`;
  return { http, status: data.readUInt16BE(2), version, id: data.readUInt32BE(4), groups: groups.slice(1) };
}

function meaning(tag: number, value: Buffer): unknown {
  if (tag === 0x21 || tag === 0x23) return value.readInt32BE();
  if (tag === 0x22) return value[0] === 1;
  if (tag === 0x13) return null;
  return tag >= 0x40 ? value.toString('utf8') : value.toString('hex');
}

/** The machine's own clock: foreign programs and sockets run by it. */
export const realClock: Clock = {
  wallMs: () => Date.now(),
  monoMs: () => performance.now(),
  after: (ms, fn) => {
    const timer = setTimeout(fn, ms);
    return () => clearTimeout(timer);
  },
};

/** A print server and a host that speaks the carrier to it. */
export class PrintHost {
  readonly clock = new ManualClock();
  readonly server;
  readonly heard: Uint8Array[] = [];
  channel: ByteChannel;
  #number = 0;

  constructor(options: SimulatedPrintServerOptions = {}, speed: 'real' | 'fast' = 'real') {
    this.server = createSimulatedPrintServer({ clock: this.clock, random: seededRandom(1), speed }, options);
    this.channel = this.plugIn();
  }

  plugIn(): ByteChannel {
    const [host, device] = memoryChannelPair();
    this.server.attach(device);
    void this.#listen(host);
    this.channel = host;
    return host;
  }

  get state() {
    return this.server.state() as {
      readonly printer: string;
      readonly reasons: readonly string[];
      readonly message: string;
      readonly jobs: readonly { id: number; name: string; state: string; reason: string; sheets: string }[];
      readonly waiting: number;
      readonly paper: string;
      readonly sheets: number;
      readonly toner: { black: number; colour: number };
      readonly out: readonly string[];
      readonly printed: number;
      readonly faults: readonly string[];
      readonly connected: boolean;
    };
  }

  wait(ms: number): Promise<void> {
    return runFor(this.clock, ms, 100);
  }

  /** Says the bytes of one request and waits for what comes at once; `undefined` is nothing. */
  async say(request: Uint8Array, pieceBytes = 16_384): Promise<HeardAnswer | undefined> {
    this.#number += 1;
    const head = Buffer.from('59490000000000000000', 'hex');
    head.writeUInt16BE(this.#number, 2);
    head.writeUInt32BE(request.length, 6);
    const message = concatBytes(head, request);
    const before = this.heard.length;
    for (let at = 0; at < message.length; at += pieceBytes) {
      await this.channel.write(message.subarray(at, at + pieceBytes));
      await this.clock.advance(0);
    }
    const answer = this.heard.slice(before).find((bytes) => Buffer.from(bytes).readUInt16BE(2) === this.#number);
    return answer && heard(Buffer.from(answer).readUInt16BE(4), answer.subarray(10));
  }

  async ask(
    operation: number,
    more: Readonly<Record<string, Said>> = {},
    ticket?: Readonly<Record<string, Said>>,
    document?: Uint8Array,
  ): Promise<HeardAnswer> {
    const groups: [number, Readonly<Record<string, Said>>][] = [[1, { ...QUEUE, ...more }]];
    if (ticket !== undefined) groups.push([2, ticket]);
    const answer = await this.say(requestBytes(operation, groups, document));
    if (answer === undefined) throw new Error('no answer');
    return answer;
  }

  /** Sends a document. @returns its job id */
  async print(pages = 1, ticket: Readonly<Record<string, Said>> = {}): Promise<number> {
    const { groups } = await this.ask(ASK.print, { 'job-name': 'ours' }, { ...TICKET, ...ticket }, pdfOf(pages));
    return Number(groups[0]?.values['job-id']?.[0]);
  }

  /** Everything that is told of one job. */
  async job(id: number): Promise<Readonly<Record<string, readonly unknown[]>>> {
    return (await this.ask(ASK.job, { 'job-id': id })).groups[0]?.values ?? {};
  }

  /** Everything that is told of the printer. */
  async printer(): Promise<Readonly<Record<string, readonly unknown[]>>> {
    return (await this.ask(ASK.printer)).groups[0]?.values ?? {};
  }

  async #listen(channel: ByteChannel): Promise<void> {
    for await (const chunk of channel.chunks) this.heard.push(chunk);
  }
}
