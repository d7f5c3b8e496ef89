import { err, ok, type Result } from '@yimen/contracts/base';
import { qrReaderPort, type Description, type DeviceStatus, type Fault, type Op } from '@yimen/contracts/device';
import type { CodeDesk } from './code-desk.ts';
import type { CommandQueue } from './command-queue.ts';
import { unsupportedFault } from './device-faults.ts';
import type { Driver, DriverContext, EffectResult } from './driver.ts';
import type { StatusWatcher } from './status-watcher.ts';

/** When a call must have ended: monotonic milliseconds. */
export interface ScanUntil {
  readonly endMs: number;
}

/** A code reader as its own protocol has it. */
export interface ScanReader {
  readonly watcher: StatusWatcher;
  readonly turns: CommandQueue;
  readonly desk: Pick<CodeDesk, 'next'>;
  /** Who answered at the last inspection; `undefined` before the first. */
  readonly who: Pick<Description, 'model' | 'serial' | 'firmware'> | undefined;
  ready(until: ScanUntil): Promise<Result<unknown, Fault>>;
  inspect(until: ScanUntil): Promise<Result<unknown, Fault>>;
  look(until: ScanUntil): Promise<Result<void, Fault>>;
  test(until: ScanUntil): Promise<Result<unknown, Fault>>;
  light(windowMs: number, until: ScanUntil, signal: AbortSignal): Promise<Result<void, Fault>>;
  dark(until: ScanUntil): Promise<Result<void, Fault>>;
  close(): Promise<void>;
}

export interface ScanDriverParts {
  readonly id: string;
  readonly context: DriverContext;
  readonly reader: ScanReader;
  /** A look ends by then. */
  readonly lookMs: number;
  /** Set when the options are wrong, with the status to show: then nothing goes to the reader. */
  readonly wrong: { readonly fault: Fault; readonly status: Parameters<StatusWatcher['report']>[0] } | undefined;
}

/** The driver of a QR and barcode reader around its protocol. Every verb is a read; nothing moves. */
export class ScanDriver implements Driver {
  readonly id: string;
  readonly kind = 'qr-reader';
  readonly #parts: ScanDriverParts;

  constructor(parts: ScanDriverParts) {
    this.id = parts.id;
    this.#parts = parts;
  }

  describe(): Promise<Result<Description, Fault>> {
    const { context, lookMs, reader } = this.#parts;
    return this.#turn(async () => {
      const ready = await reader.ready(this.#until(lookMs));
      if (!ready.ok) return ready;
      const who = reader.who ?? { model: '', serial: '', firmware: null };
      return ok({
        driver: this.id,
        kind: this.kind,
        ...who,
        at: context.at,
        mediaAtPowerOff: 'none',
        evidence: [],
      });
    });
  }

  async status(maxAgeMs: number): Promise<DeviceStatus> {
    const { lookMs, reader } = this.#parts;
    const { watcher } = reader;
    if (watcher.ageMs() >= maxAgeMs) {
      const looking = this.#turn<unknown>(async () => {
        // Another call may have looked while this one waited its turn.
        if (watcher.ageMs() < maxAgeMs) return ok(undefined);
        return reader.look(this.#until(lookMs));
      });
      // What came of it, the watcher knows.
      void (await looking);
    }
    return watcher.current;
  }

  onStatus(fn: (changed: Partial<DeviceStatus>) => void): () => void {
    return this.#parts.reader.watcher.onStatus(fn);
  }

  /** The reader holds no medium, so every destination is the same. */
  reset(op: Op): Promise<EffectResult> {
    return this.#checked(op, (until) => this.#parts.reader.inspect(until));
  }

  selfTest(op: Op): Promise<EffectResult> {
    return this.#checked(op, (until) => this.#parts.reader.test(until));
  }

  async perform(verb: string): Promise<EffectResult> {
    return { outcome: 'notDone', evidence: [], fault: unsupportedFault(verb) };
  }

  async read(verb: string, deadlineMs: number, args: unknown, signal: AbortSignal): Promise<Result<unknown, Fault>> {
    const { reader } = this.#parts;
    const until = this.#until(deadlineMs);
    switch (verb) {
      case 'start': {
        const { windowMs } = qrReaderPort.verbs.start.args.parse(args);
        return this.#nothing(() => reader.light(windowMs, until, signal));
      }
      case 'waitForCode':
        // Takes no turn: whoever wants it dark must not wait for a code.
        return reader.desk.next(until.endMs, signal);
      case 'stop':
        return this.#nothing(() => reader.dark(until));
      default:
        return err(unsupportedFault(verb));
    }
  }

  close(): Promise<void> {
    return this.#parts.reader.close();
  }

  #until(deadlineMs: number): ScanUntil {
    return { endMs: this.#parts.context.clock.monoMs() + deadlineMs };
  }

  #turn<T>(act: () => Promise<Result<T, Fault>>): Promise<Result<T, Fault>> {
    const { reader, wrong } = this.#parts;
    if (wrong === undefined) return reader.turns.run(act);
    reader.watcher.report(wrong.status);
    return Promise.resolve(err(wrong.fault));
  }

  async #nothing(act: () => Promise<Result<void, Fault>>): Promise<Result<Record<string, never>, Fault>> {
    const done = await this.#turn(act);
    return done.ok ? ok({}) : done;
  }

  /** Nothing here moves: without an answer the reader simply did not do it. */
  async #checked(op: Op, act: (until: ScanUntil) => Promise<Result<unknown, Fault>>): Promise<EffectResult> {
    const { context, reader } = this.#parts;
    const until = this.#until(op.deadlineMs);
    const done = await this.#turn(() => act(until));
    const completedAt = context.clock.wallMs();
    if (!done.ok) return { outcome: 'notDone', completedAt, evidence: [], fault: done.error };
    const { who } = reader;
    return {
      outcome: 'done',
      completedAt,
      evidence: [],
      ...(who && { value: { model: who.model, firmware: who.firmware } }),
    };
  }
}
