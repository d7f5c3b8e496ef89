import { ok } from '@yimen/contracts/base';
import {
  decodeIpp,
  encodeIpp,
  IPP_GROUP,
  IPP_TAG,
  type IppAttribute,
  type IppBody,
  type IppGroup,
  type IppValue,
} from '../../../framing/ipp-attributes.ts';
import { createIppMessageCutter, encodeIppMessage } from '../../../framing/ipp-message.ts';
import type { ByteChannel, OpenChannel } from '../../../transport/byte-channel.ts';
import { memoryChannelPair } from '../../../transport/memory-channel.ts';
import { OPERATION, type Operation } from '../protocol.ts';

/** One request as the peer heard it. */
export interface Heard {
  readonly operation: Operation;
  readonly body: IppBody;
}

/** What is answered: an IPP status with groups, an HTTP status, bytes, or nothing at all. */
export type Reply =
  | { readonly status: number; readonly groups?: readonly IppGroup[]; readonly thenHangsUp?: boolean }
  | { readonly http: number }
  | { readonly bytes: Uint8Array }
  | 'silence'
  | 'hangUp';

export interface ScriptedJob {
  id: number;
  name: string;
  state: number;
  reasons: string[];
  sheets: number | undefined;
  begun: boolean | undefined;
}

const GONE = { status: 0x0406 } as const;
const ENDED = 7;

/** A peer whose every answer a test can write by hand. What a test does not write, it answers like a print server that
 *  takes everything and never prints by itself. */
export class ScriptedServer {
  readonly heard: Heard[] = [];
  readonly on = new Map<Operation, (heard: Heard) => Reply | undefined>();
  readonly jobs: ScriptedJob[] = [];
  printer: Record<string, IppValue | readonly IppValue[]> = {
    'printer-state': number(IPP_TAG.enum, 3),
    'printer-state-reasons': keyword('none'),
    'printer-is-accepting-jobs': { kind: 'boolean', tag: IPP_TAG.boolean, value: true },
    'printer-make-and-model': { kind: 'text', tag: IPP_TAG.text, value: 'Yimen A4' },
    'printer-uuid': { kind: 'text', tag: IPP_TAG.uri, value: 'urn:uuid:A4-000417' },
  };
  isPlugged = true;
  /** Channels that were made. */
  opens = 0;
  #channel: ByteChannel | undefined;

  readonly open: OpenChannel = async () => {
    if (!this.isPlugged) return { ok: false, error: { code: 'offline', message: 'refused', action: 'reset' } };
    this.opens += 1;
    const [host, end] = memoryChannelPair();
    this.#channel = end;
    void this.#serve(end);
    return ok(host);
  };

  /** How often it was asked. */
  times(operation: Operation): number {
    return this.heard.filter((one) => one.operation === operation).length;
  }

  /** Answers with these groups' names and values, or its own way when `reply` gives `undefined`. */
  answer(operation: Operation, reply: (heard: Heard) => Reply | undefined): void {
    this.on.set(operation, reply);
  }

  async unplug(): Promise<void> {
    this.isPlugged = false;
    await this.#channel?.close();
  }

  add(more: Partial<ScriptedJob> = {}): ScriptedJob {
    const id = this.jobs.length + 1;
    const job = { id, name: `job ${id}`, state: 3, reasons: ['none'], sheets: 0, begun: false, ...more };
    this.jobs.push(job);
    return job;
  }

  async #serve(channel: ByteChannel): Promise<void> {
    const cutter = createIppMessageCutter(2 ** 24 + 2 ** 16);
    for await (const chunk of channel.chunks) {
      for (const cut of cutter.push(chunk)) if (cut.kind === 'frame') await this.#hear(channel, cut.frame);
    }
  }

  async #hear(channel: ByteChannel, { number, payload }: { number: number; payload: Uint8Array }): Promise<void> {
    const body = decodeIpp(payload);
    const operation = (Object.keys(OPERATION) as Operation[]).find((one) => OPERATION[one] === body?.code);
    if (body === undefined || operation === undefined) throw new Error('the driver sent something else');
    const heard = { operation, body };
    this.heard.push(heard);
    const reply = this.on.get(operation)?.(heard) ?? this.#usual(heard);
    if (reply === 'silence') return;
    if (reply === 'hangUp') return channel.close();
    const empty = new Uint8Array(0);
    const status = 'http' in reply ? reply.http : 200;
    const said =
      'status' in reply ? encodeIpp({ ...body, code: reply.status, groups: reply.groups ?? [], data: empty }) : empty;
    // A write to a host that hung up goes nowhere, as on any line.
    void (await channel.write(encodeIppMessage({ number, status, payload: 'bytes' in reply ? reply.bytes : said })));
    if ('status' in reply && reply.thenHangsUp === true) await channel.close();
  }

  #usual(heard: Heard): Reply {
    const job = this.jobs.find(({ id }) => id === numberOf(heard, 'job-id'));
    switch (heard.operation) {
      case 'getPrinterAttributes':
        return { status: 0, groups: [group(IPP_GROUP.printer, this.printer)] };
      case 'getJobs': {
        const isEnded = textOf(heard, 'which-jobs') === 'completed';
        return { status: 0, groups: this.jobs.filter(({ state }) => state >= ENDED === isEnded).map(jobGroup) };
      }
      case 'getJobAttributes':
        return job === undefined ? GONE : { status: 0, groups: [jobGroup(job)] };
      case 'cancelJob':
        if (job === undefined) return GONE;
        if (job.state >= ENDED) return { status: 0x0404 };
        job.state = ENDED;
        return { status: 0 };
      case 'printJob':
        return { status: 0, groups: [jobGroup(this.add({ name: textOf(heard, 'job-name') ?? '' }))] };
      case 'purgeJobs':
        this.jobs.length = 0;
        return { status: 0 };
      case 'validateJob':
      case 'resumePrinter':
        return { status: 0 };
    }
  }
}

export function number(tag: number, value: number): IppValue {
  return { kind: 'number', tag, value };
}

export function keyword(value: string): IppValue {
  return { kind: 'text', tag: IPP_TAG.keyword, value };
}

function group(tag: number, attributes: Record<string, IppValue | readonly IppValue[]>): IppGroup {
  return {
    tag,
    attributes: Object.entries(attributes).map(([name, values]): IppAttribute => ({
      name,
      values: 'kind' in values ? [values] : values,
    })),
  };
}

function jobGroup(job: ScriptedJob): IppGroup {
  const begun: IppValue = job.begun === true ? number(IPP_TAG.integer, 5) : { kind: 'none', tag: IPP_TAG.noValue };
  return group(IPP_GROUP.job, {
    'job-id': number(IPP_TAG.integer, job.id),
    'job-name': { kind: 'text', tag: IPP_TAG.name, value: job.name },
    'job-state': number(IPP_TAG.enum, job.state),
    'job-state-reasons': job.reasons.map(keyword),
    ...(job.sheets !== undefined && { 'job-media-sheets-completed': number(IPP_TAG.integer, job.sheets) }),
    ...(job.begun !== undefined && { 'time-at-processing': begun }),
  });
}

function valueOf({ body }: Heard, name: string): IppValue | undefined {
  return body.groups.flatMap(({ attributes }) => attributes).find((one) => one.name === name)?.values[0];
}

export function textOf(heard: Heard, name: string): string | undefined {
  const value = valueOf(heard, name);
  return value?.kind === 'text' ? value.value : undefined;
}

function numberOf(heard: Heard, name: string): number | undefined {
  const value = valueOf(heard, name);
  return value?.kind === 'number' ? value.value : undefined;
}
