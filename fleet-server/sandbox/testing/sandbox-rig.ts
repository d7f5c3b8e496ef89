import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { z } from 'zod';
import { BACK_OFFICE_REQUESTS } from '@yimen/contracts/back-office';
import { ID_CARDS, ManualClock, PEOPLE } from '@yimen/contracts/testing';
import { createSandbox, type Sandbox } from '../sandbox.ts';

export interface Reply {
  readonly status: number;
  readonly json: Record<string, unknown>;
}
export type Answer = Record<string, unknown>;

const START = Date.UTC(2026, 10, 24, 4);
const TERMINAL = 'SD-DALIANG-01';
/** One pixel: a picture is judged by nobody here. */
export const PICTURE = Buffer.from('picture').toString('base64');

/** The whole sandbox on its own port and folder, with a clock that a test moves. */
export class SandboxRig {
  readonly clock = new ManualClock(START);
  readonly #dir = mkdtempSync(join(tmpdir(), 'yimen-sandbox-'));
  #sandbox: Sandbox | undefined;
  #ids = 0;
  url = '';

  get stateFile(): string {
    return join(this.#dir, 'sandbox.sqlite');
  }

  async start(): Promise<void> {
    this.#sandbox = createSandbox({
      dataDir: this.#dir,
      clock: this.clock,
      random: (n) => randomBytes(n),
      publicHolidays: ['2026-11-25'],
    });
    const heard = await this.#sandbox.listen(0);
    if (!heard.ok) throw new Error(heard.error.message);
    this.url = `http://127.0.0.1:${heard.value}`;
  }

  async restart(): Promise<void> {
    await this.#sandbox?.close();
    await this.start();
  }

  async close(): Promise<void> {
    await this.#sandbox?.close();
    rmSync(this.#dir, { recursive: true });
  }

  id(): string {
    return `operation-${(this.#ids += 1)}`;
  }

  async call(method: string, path: string, body?: unknown): Promise<Reply> {
    const init =
      body === undefined
        ? { method }
        : { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const response = await fetch(`${this.url}${path}`, init);
    return { status: response.status, json: (await response.json()) as Record<string, unknown> };
  }

  /** Asks the office that the kind belongs to. */
  ask(kind: string, body: object, { operationId = this.id(), terminalId = TERMINAL } = {}): Promise<Reply> {
    const prefix = kind.slice(0, kind.indexOf('.'));
    const office = prefix === 'exitEntry' ? 'exit-entry' : prefix;
    return this.call('POST', `/offices/${office}/requests`, { operationId, kind, terminalId, body });
  }

  /** @returns the answer of a request that the office carried out
   *  @throws Error with what came instead */
  async done(kind: string, body: object, terminalId = TERMINAL): Promise<Answer> {
    const { json } = await this.ask(kind, body, { terminalId });
    if (json['state'] !== 'settled' || json['outcome'] !== 'done') throw new Error(`${kind}: ${JSON.stringify(json)}`);
    fitsContract(kind, json['answer']);
    return json['answer'] as Answer;
  }

  /** The code with which an office did not carry it out. */
  async fault(kind: string, body: object): Promise<unknown> {
    const { json } = await this.ask(kind, body);
    return (json['fault'] as { code: string } | undefined)?.code;
  }

  begin(office: string, body: object, terminalId = TERMINAL): Promise<Answer> {
    return this.done(`${office}.case.begin`, { ...COMMON, foreignRef: `${this.id()}-ref`, ...body }, terminalId);
  }

  reserve(office: string, receiptNo: unknown, spoiledSerial: string | null = null, at = TERMINAL): Promise<Answer> {
    return this.done(`${office}.case.reserve`, { receiptNo, spoiledSerial }, at);
  }

  confirm(office: string, receiptNo: unknown, over: object = {}): Promise<Answer> {
    return this.done(`${office}.case.confirm`, { ...CONFIRM, receiptNo, ...over });
  }

  cancel(office: string, receiptNo: unknown): Promise<Answer> {
    return this.done(`${office}.case.cancel`, { receiptNo, reason: 'left' });
  }

  find(office: string, by: object): Promise<{ cases: Answer[]; refusals: Answer[] }> {
    const body = { receiptNo: null, idNo: null, permitNo: null, ...by };
    return this.done(`${office}.case.find`, body) as Promise<{ cases: Answer[]; refusals: Answer[] }>;
  }

  async state<T = Record<string, unknown>>(): Promise<T> {
    return (await this.call('GET', '/state')).json as T;
  }

  /** A bill of a case, paid at once when `trace` is given. */
  async bill(receiptNo: unknown, items: readonly object[], trace?: string): Promise<Answer> {
    const foreignRef = `${this.id()}-bill`;
    const made = await this.done('payment.bill.create', { receiptNo, foreignRef, items, maxLifeMs: 600_000 });
    if (trace !== undefined)
      await this.call('POST', '/channel/paid', {
        billRef: made['foreignRef'],
        amountFen: made['amountFen'],
        channel: 'qr',
        trace,
      });
    return made;
  }
}

export const COMMON = { faceScore: null, consentAt: 1, traceNo: 't' } as const;
export const CONFIRM = {
  outcome: 'done',
  evidence: '',
  handedOver: true,
  chipCounter: null,
  imageDigest: null,
  serial: null,
  oldRecovered: null,
  sheets: null,
} as const;

export function idNoOf(thing: string): string {
  const number = ID_CARDS.find((card) => card.thing === thing)?.fields.idNumber;
  if (number === undefined) throw new Error(`no such card: ${thing}`);
  return number;
}

export function permitNoOf(thing: string): string {
  const number = PEOPLE.find((person) => person.thing === thing)?.documentNumber;
  if (number === undefined) throw new Error(`no such permit: ${thing}`);
  return number;
}

export function endorseBody(thing: string, over: object = {}): object {
  const permitNo = permitNoOf(thing);
  const wanted = { destinations: ['HKG'], kind: 'L', countCode: 'once' };
  return { item: 'endorse', permitNo, ...wanted, phone: null, photoDigest: null, ...over };
}

/** Answers are the contract's, but for the reference that only the gateway knows.
 *  @throws ZodError when one is not */
function fitsContract(kind: string, answer: unknown): void {
  const known = BACK_OFFICE_REQUESTS[kind as keyof typeof BACK_OFFICE_REQUESTS];
  if (known === undefined || kind.startsWith('payment.') || /\.(confirm|cancel)$/u.test(kind)) return;
  const schema = known.answer as z.ZodObject;
  ('caseRef' in schema.shape ? schema.omit({ caseRef: true }) : schema).parse(answer);
}
