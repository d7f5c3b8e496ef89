import { err, ok, type Result } from '@yimen/contracts/base';
import type { Description, DeviceStatus, Fault, Op } from '@yimen/contracts/device';
import { CommandQueue } from '../../driver-kit/command-queue.ts';
import { unsupportedFault } from '../../driver-kit/device-faults.ts';
import type { CreateDriver, Driver, DriverContext, EffectResult } from '../../driver-kit/driver.ts';
import { DocumentDesk, type Piece } from './document-desk.ts';
import { IPP_LIMITS } from './limits.table.ts';
import { printDocument, type Until } from './print.ts';
import { PrintServer } from './server.ts';
import { plainReason } from './status.ts';
import { hasEnded, stateOf, verdictOf } from './verdict.ts';
import { purge, resetQueue, selfTest } from './verbs.ts';

const ID = 'document-printer-cups-ipp';
const DEFAULT_URI = 'ipp://localhost/ipp/print';
const NEVER = new AbortController().signal;

interface PrintArgs {
  readonly documentId: string;
  readonly sha256: string;
  readonly pages: number;
  readonly sides: 'one' | 'two';
  readonly colour: 'mono' | 'colour';
}

/** Options: `purgeAtStart` (true), `exitSensor` (false), `uri` (README.md). */
class IppDriver implements Driver {
  readonly id = ID;
  readonly kind = 'document-printer';
  readonly #server: PrintServer;
  readonly #desk = new DocumentDesk();
  readonly #at: string;
  readonly #hasExitSensor: boolean;
  /** One public call at a time; reads go between, as exchanges do. */
  readonly #calls = new CommandQueue();
  #isRunning = false;

  constructor(context: DriverContext) {
    this.#at = context.at;
    this.#hasExitSensor = context.options['exitSensor'] === true;
    this.#server = new PrintServer({
      ...context,
      driver: ID,
      uri: uriOf(context),
      purgesAtStart: context.options['purgeAtStart'] !== false,
    });
  }

  describe(): Promise<Result<Description, Fault>> {
    return this.#calls.run(async () => {
      const ready = await this.#server.ready();
      if (!ready.ok) return ready;
      return ok({
        driver: this.id,
        kind: this.kind,
        ...this.#server.identity,
        at: this.#at,
        mediaAtPowerOff: 'stay',
        evidence: this.#hasExitSensor ? ['presented'] : [],
      });
    });
  }

  async status(maxAgeMs: number): Promise<DeviceStatus> {
    const { watcher } = this.#server;
    const isDue = (): boolean => maxAgeMs === 0 || watcher.ageMs() > maxAgeMs;
    // While a job is followed its verb looks often enough. What came of a look, the watcher knows.
    if (!this.#isRunning && isDue())
      void (await this.#calls.run<unknown>(async () => (isDue() ? this.#server.ready() : ok(undefined))));
    return watcher.current;
  }

  onStatus(fn: (changed: Partial<DeviceStatus>) => void): () => void {
    return this.#server.watcher.onStatus(fn);
  }

  /** The tray is open: all destinations are one. */
  reset(op: Op, _to: 'exit' | 'retain' | 'stay'): Promise<EffectResult> {
    return this.#effect(op, NEVER, () => resetQueue(this.#server));
  }

  selfTest(op: Op): Promise<EffectResult> {
    return this.#effect(op, NEVER, () => selfTest(this.#server, op.operationId));
  }

  async perform(verb: string, op: Op, args: unknown, signal: AbortSignal): Promise<EffectResult> {
    switch (verb) {
      case 'printDocument':
        return this.#effect(op, signal, (until) => this.#print(op, args as PrintArgs, until));
      case 'purge':
        return this.#effect(op, signal, () => {
          this.#desk.forget();
          return purge(this.#server);
        });
      default:
        return notDone(unsupportedFault(verb));
    }
  }

  async read(verb: string, _deadlineMs: number, args: unknown, signal: AbortSignal): Promise<Result<unknown, Fault>> {
    switch (verb) {
      case 'loadDocument':
        return this.#desk.load(args as Piece, signal);
      case 'jobState':
        return this.#jobState((args as { operationId: string }).operationId);
      default:
        return err(unsupportedFault(verb));
    }
  }

  /** The server remembers jobs by their names. How many sheets it was to be, it does not: `done` cannot be told. */
  async recall(operationId: string): Promise<EffectResult | undefined> {
    const job = await this.#server.jobOf(operationId);
    if (!job.ok || job.value === undefined || !hasEnded(job.value)) return undefined;
    return verdictOf(job.value, {
      hasExitSensor: this.#hasExitSensor,
      sheets: undefined,
      wasAtPrinter: false,
      fault: undefined,
      nowMs: this.#server.clock.wallMs(),
    });
  }

  close(): Promise<void> {
    this.#desk.forget();
    return this.#server.link.close();
  }

  async #print(op: Op, args: PrintArgs, until: Until): Promise<EffectResult> {
    const document = this.#desk.lend(args.documentId, args.sha256);
    if (!document.ok) return notDone(document.error);
    const { pages, sides, colour } = args;
    const order = { operationId: op.operationId, pages, sides, colour, document: document.value };
    let isUsed = false;
    try {
      return await printDocument(this.#server, until, { ...order, hasExitSensor: this.#hasExitSensor }, () => {
        isUsed = true;
      });
    } finally {
      this.#desk.giveBack(isUsed);
    }
  }

  async #jobState(operationId: string): Promise<Result<unknown, Fault>> {
    const job = await this.#server.jobOf(operationId);
    if (!job.ok) return job;
    if (job.value === undefined) return ok({ state: 'unknown', reasons: [], sheets: null });
    const reasons = job.value.reasons.slice(0, 32).map(plainReason);
    return ok({ state: stateOf(job.value), reasons, sheets: job.value.sheets });
  }

  async #effect(op: Op, signal: AbortSignal, run: (until: Until) => Promise<EffectResult>): Promise<EffectResult> {
    // Half the time at least, also of a caller with little of it.
    const workMs = Math.max(op.deadlineMs - IPP_LIMITS.settleMs, op.deadlineMs / 2);
    const deadlineAt = this.#server.clock.monoMs() + workMs;
    const result = await this.#calls.run(async () => {
      this.#isRunning = true;
      try {
        return ok(await run({ deadlineAt, signal }));
      } finally {
        this.#isRunning = false;
      }
    });
    return result.ok ? result.value : notDone(result.error);
  }
}

function uriOf({ at, options }: DriverContext): string {
  const { uri } = options;
  if (typeof uri === 'string' && uri !== '') return uri;
  return at.startsWith('ipp://') ? at : DEFAULT_URI;
}

function notDone(fault: Fault): EffectResult {
  return { outcome: 'notDone', evidence: [], fault };
}

/** A printer behind an IPP server on whatever channel the host hands in. */
export const createCupsIpp: CreateDriver = (context) => new IppDriver(context);
