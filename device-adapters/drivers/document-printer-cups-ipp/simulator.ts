import { err, ok, type CancelTimer, type Result } from '@yimen/contracts/base';
import { z } from 'zod';
import type { DeviceMemory, SimulatedDevice, SimulatorContext } from '../../testing/simulated-device.ts';
import { SimulatedWire, WIRE_FAULTS, type WireFault } from '../../testing/simulated-wire.ts';
import type { ByteChannel } from '../../transport/byte-channel.ts';
import { answerTo } from './simulator-answers.ts';
import { CarrierEar, carriedAnswer } from './simulator-carrier.ts';
import { OPERATIONS, PRINTER } from './simulator-codes.table.ts';
import { PrintEngine } from './simulator-engine.ts';
import { OWN_FAULTS, PRINT_FAULTS, type OwnFault } from './simulator-faults.table.ts';
import { readRequest } from './simulator-ipp.ts';
import { JobQueue, jobWord, queueSchema, sheetsOf } from './simulator-jobs.ts';
import { PAPER, paperSchema, PaperWorks, sheetText, TONER } from './simulator-paper.ts';

export interface SimulatedPrintServerOptions {
  readonly serial?: string;
  /** `printer`: speaks IPP itself, counts sheets as they come out. `cups`: a queue before it, with CUPS' habits. */
  readonly server?: 'printer' | 'cups';
}

/** What HTTP says: an IPP message, or something else. */
export interface HttpReply {
  readonly status: number;
  readonly type: string;
  readonly body: Uint8Array;
}

/** The simulated print server. Its memory is its jobs, its paper and toner, and the sheets that lie in its output tray. */
export interface SimulatedPrintServer extends SimulatedDevice, DeviceMemory {
  readonly context: SimulatorContext;
  /** One POST; `undefined` is an answer that gets lost. */
  post(body: Uint8Array): HttpReply | undefined;
  readonly isPlugged: boolean;
  readonly wireFaults: ReadonlySet<WireFault>;
}

const SOMEBODY_ELSE = 'YMA4-999999';
const IPP = 'application/ipp';
/** Things that a hand can bring. */
const HANDS: ReadonlyMap<string, (works: PaperWorks) => void> = new Map([
  ['paper-a4', (works) => works.fill()],
  ['toner-cartridge', (works) => works.renewToner()],
]);
const JOBS_SHOWN = 8;
/** Over HTTP nobody stays connected: whoever has asked this long ago at most is there. */
const THERE_MS = 10_000;

const savedSchema = z.strictObject({ upS: z.int().min(0), queue: queueSchema, paper: paperSchema });

/** The print server's side, written from RFC 8010 and RFC 8011; shares no code with the driver. */
class PrintServerSimulator implements SimulatedPrintServer {
  readonly id = 'document-printer-cups-ipp';
  readonly kind = 'document-printer';
  readonly faults = PRINT_FAULTS;
  readonly context: SimulatorContext;
  readonly #serial: string;
  readonly #isCups: boolean;
  readonly #wire: SimulatedWire;
  readonly #ear: CarrierEar;
  readonly #works = new PaperWorks();
  readonly #queue = new JobQueue();
  readonly #engine: PrintEngine;
  readonly #on = new Set<OwnFault>();
  readonly #listeners = new Set<() => void>();
  /** Until it is over, somebody is there who asks over HTTP. */
  #there: CancelTimer | undefined;

  constructor(context: SimulatorContext, options: SimulatedPrintServerOptions) {
    const onChange = (): void => this.#tell();
    this.context = context;
    this.#serial = options.serial ?? 'YMA4-000088';
    this.#isCups = options.server === 'cups';
    this.#ear = new CarrierEar(({ number, body }) => this.#hear(number, body));
    this.#wire = new SimulatedWire(context, (chunk) => this.#ear.push(chunk), onChange);
    this.#engine = new PrintEngine({
      context,
      works: this.#works,
      queue: this.#queue,
      faults: this.#on,
      isCups: this.#isCups,
      onChange,
    });
  }

  get isPlugged(): boolean {
    return this.#wire.isPlugged;
  }

  get wireFaults(): ReadonlySet<WireFault> {
    return this.#wire.faults;
  }

  attach(channel: ByteChannel): void {
    this.#ear.reset();
    this.#wire.attach(channel);
  }

  post(body: Uint8Array): HttpReply | undefined {
    this.#isThere();
    return this.#reply(body);
  }

  /** Paper goes into the tray, a cartridge into the machine. */
  put(thing: string): Result<void, string> {
    const bring = HANDS.get(thing);
    if (bring === undefined) return err(`an A4 printer takes no ${thing}`);
    bring(this.#works);
    for (const mended of thing === 'paper-a4' ? (['F24', 'tray-out'] as const) : (['F37', 'toner-out'] as const))
      this.#on.delete(mended);
    this.#engine.run();
    return ok(undefined);
  }

  take(): Result<{ thing: string }, string> {
    if (this.#on.has('F32')) return err('nobody takes the sheets');
    if (!this.#works.take()) return err('no sheet lies in the output tray');
    this.#engine.run();
    return ok({ thing: 'printed-sheets' });
  }

  fault(name: string): Result<void, string> {
    const own = OWN_FAULTS.find((fault) => fault === name);
    const wire = WIRE_FAULTS.find((fault) => fault === name);
    if (own !== undefined) this.#switchOn(own);
    else if (wire !== undefined) this.#wire.faults.add(wire);
    else return err(`no such fault: ${name}`);
    this.#engine.run();
    return ok(undefined);
  }

  /** Hall staff put it in order; a job that waited for that goes on, somebody else's is thrown away. */
  clear(): void {
    this.#on.clear();
    this.#wire.faults.clear();
    const { sheets, black, colour, out } = this.#works.now;
    this.#works.change({ isTrayIn: true, isCoverOpen: false, isJammed: false });
    if (sheets === 0) this.#works.fill();
    if (Math.min(black, colour) <= TONER.lowAt) this.#works.renewToner();
    if (out.length >= PAPER.output) this.#works.take();
    for (const job of this.#foreign()) this.#engine.cancel(job);
    this.#engine.run();
  }

  unplug(): void {
    this.#wire.unplug();
  }

  plug(): void {
    this.#wire.plug();
  }

  state(): Readonly<Record<string, unknown>> {
    const { sheets, black, colour, isTrayIn, isCoverOpen, isJammed, out, printed } = this.#works.now;
    const isWaiting = this.#foreign().length > 0;
    return {
      printer: Object.keys(PRINTER)[this.#engine.state - PRINTER.idle] ?? '',
      reasons: this.#engine.reasons,
      message: this.#engine.message,
      jobs: this.#queue.all.slice(-JOBS_SHOWN).map((job) => ({
        id: job.id,
        name: job.name,
        state: jobWord(job),
        reason: job.reason,
        sheets: `${job.sheetsDone}/${sheetsOf(job)}`,
      })),
      waiting: this.#queue.waiting.length,
      paper: this.#paper(),
      sheets,
      toner: { black: Math.ceil(black), colour: Math.ceil(colour) },
      tray: isTrayIn ? 'in' : 'pulled',
      cover: isCoverOpen ? 'open' : 'closed',
      media: isJammed ? 'jammed' : 'notPresent',
      out: out.map(sheetText),
      sheetsOut: out,
      printed,
      faults: [...this.#on, ...(isWaiting ? ['F36'] : []), ...this.#wire.faults],
      plugged: this.#wire.isPlugged,
      connected: this.#wire.isConnected || this.#there !== undefined,
    };
  }

  onChange(fn: () => void): () => void {
    this.#listeners.add(fn);
    return () => this.#listeners.delete(fn);
  }

  save(): z.infer<typeof savedSchema> {
    return { upS: this.#engine.upS, queue: this.#queue.save(), paper: this.#works.now };
  }

  /** As after a power cut: what was printing lies in the queue, for whatever wakes it. */
  restore(kept: unknown): void {
    const saved = savedSchema.safeParse(kept);
    if (!saved.success) return;
    this.#engine.comeBack(saved.data.upS);
    this.#queue.restore(saved.data.queue);
    this.#works.change(saved.data.paper);
    this.#tell();
  }

  #reply(body: Uint8Array): HttpReply | undefined {
    const html = (status: number): HttpReply => ({
      status,
      type: 'text/html',
      body: new TextEncoder().encode('<!doctype html><title>A4</title>'),
    });
    if (this.#on.has('web-page')) return html(200);
    const request = readRequest(body);
    if (request === undefined) return html(400);
    const answer = answerTo(request, {
      engine: this.#engine,
      queue: this.#queue,
      works: this.#works,
      serial: this.#on.has('F22') ? SOMEBODY_ELSE : this.#serial,
      isAccepting: !this.#on.has('not-accepting'),
      isCups: this.#isCups,
      faults: this.#on,
    });
    if (request.operation === OPERATIONS.printJob && this.#on.delete('answer-lost')) return undefined;
    return { status: 200, type: IPP, body: answer };
  }

  #hear(number: number, body: Uint8Array): void {
    const reply = this.#reply(body);
    if (reply === undefined) return;
    const isIpp = reply.status === 200 && reply.type === IPP;
    this.#wire.send(carriedAnswer(number, reply.status, isIpp ? reply.body : new Uint8Array(0)));
  }

  #isThere(): void {
    const isNew = this.#there === undefined;
    this.#there?.();
    this.#there = this.context.clock.after(THERE_MS, () => {
      this.#there = undefined;
      this.#tell();
    });
    if (isNew) this.#tell();
  }

  #switchOn(fault: OwnFault): void {
    if (fault === 'dead-backend') this.#engine.freeze();
    // A job is a job: it is there until it has ended.
    if (fault === 'F36') return void this.#queue.add(FOREIGN, this.#engine.upS, true);
    if (fault === 'F24') this.#works.change({ sheets: 0 });
    if (fault === 'F37') this.#works.change({ black: 2 * TONER.perSheet });
    if (fault === 'toner-out') this.#works.change({ black: 0 });
    if (fault === 'cover-open') this.#works.change({ isCoverOpen: true });
    if (fault === 'tray-out') this.#works.change({ isTrayIn: false });
    this.#on.add(fault);
    if (fault === 'forgets') this.#queue.forgetEnded();
  }

  #foreign() {
    return this.#queue.waiting.filter(({ user }) => user === FOREIGN.user);
  }

  #paper(): 'ok' | 'low' | 'out' {
    const { sheets, isTrayIn } = this.#works.now;
    if (!isTrayIn || sheets === 0) return 'out';
    return sheets <= PAPER.lowAt ? 'low' : 'ok';
  }

  #tell(): void {
    for (const fn of [...this.#listeners]) fn();
  }
}

const FOREIGN = {
  name: 'somebody else’s document',
  user: 'somebody',
  pages: 1,
  copies: 1,
  isTwoSided: false,
  isColour: false,
} as const;

/** The simulated print server with its A4 printer. */
export function createSimulatedPrintServer(
  context: SimulatorContext,
  options: SimulatedPrintServerOptions = {},
): SimulatedPrintServer {
  return new PrintServerSimulator(context, options);
}
