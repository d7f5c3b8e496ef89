import { err, ok, type Result } from '@yimen/contracts/base';
import type { Description, DeviceStatus, Fault, Op, Slip } from '@yimen/contracts/device';
import { CommandQueue } from '../../driver-kit/command-queue.ts';
import { unsupportedFault } from '../../driver-kit/device-faults.ts';
import type { CreateDriver, Driver, DriverContext, EffectResult } from '../../driver-kit/driver.ts';
import { createGlyphSource } from './glyph-source.ts';
import { layOut, type Paper } from './layout.ts';
import { ESCPOS_LIMITS } from './limits.table.ts';
import { EscposPrinter } from './printer.ts';
import { printSlip, resetPrinter, selfTest, type Until } from './verbs.ts';

const ID = 'receipt-printer-epson-escpos';
const NEVER = new AbortController().signal;

/** Options: `columns`, half-width characters in a line; `fontFile`, for characters that the printer has not; `qr`, `raster`
 *  for printers without GS ( k (README.md, layout). */
class EscposDriver implements Driver {
  readonly id = ID;
  readonly kind = 'receipt-printer';
  readonly #printer: EscposPrinter;
  readonly #at: string;
  readonly #paper: Paper;
  /** One public call at a time: a slip and the questions about it belong together. */
  readonly #calls = new CommandQueue();
  #isPrinting = false;

  constructor(context: DriverContext) {
    this.#at = context.at;
    const { columns, fontFile, qr } = context.options;
    this.#paper = {
      columns: columnsOption(columns),
      glyphs: createGlyphSource(typeof fontFile === 'string' ? fontFile : undefined),
      qr: qr === 'raster' ? 'raster' : 'printer',
    };
    this.#printer = new EscposPrinter({ ...context, driver: ID });
  }

  describe(): Promise<Result<Description, Fault>> {
    return this.#calls.run(async () => {
      const ready = await this.#printer.ready();
      if (!ready.ok) return ready;
      return ok({
        driver: this.id,
        kind: this.kind,
        ...this.#printer.identity,
        at: this.#at,
        mediaAtPowerOff: 'stay',
        evidence: [],
      });
    });
  }

  async status(maxAgeMs: number): Promise<DeviceStatus> {
    const { watcher } = this.#printer;
    // Zero means now, also in the very millisecond in which it was heard.
    const isDue = (): boolean => maxAgeMs === 0 || watcher.ageMs() > maxAgeMs || this.#printer.hasNews;
    // While a slip is printed its verb looks often enough.
    if (!this.#isPrinting && isDue()) {
      // What came of it, the watcher knows.
      const looking = this.#calls.run(async () => {
        const ready = await this.#printer.ready();
        if (ready.ok && isDue()) await this.#printer.look();
        await this.#printer.tidy();
        return ok(undefined);
      });
      void (await looking);
    }
    return watcher.current;
  }

  onStatus(fn: (changed: Partial<DeviceStatus>) => void): () => void {
    return this.#printer.watcher.onStatus(fn);
  }

  /** Without a presenter the paper is always at the exit: all destinations are one. */
  reset(op: Op, _to: 'exit' | 'retain' | 'stay'): Promise<EffectResult> {
    return this.#effect(op, NEVER, (until) => resetPrinter(this.#printer, until));
  }

  selfTest(op: Op): Promise<EffectResult> {
    return this.#effect(op, NEVER, (until) => selfTest(this.#printer, until));
  }

  async perform(verb: string, op: Op, args: unknown, signal: AbortSignal): Promise<EffectResult> {
    if (verb !== 'printReceipt') return { outcome: 'notDone', evidence: [], fault: unsupportedFault(verb) };
    const lines = layOut((args as { slip: Slip }).slip, this.#paper);
    if (!lines.ok) return { outcome: 'notDone', evidence: [], fault: lines.error };
    return this.#effect(op, signal, (until) => printSlip(this.#printer, until, lines.value));
  }

  async read(verb: string, _deadlineMs: number, _args: unknown, _signal: AbortSignal): Promise<Result<unknown, Fault>> {
    return err(unsupportedFault(verb));
  }

  close(): Promise<void> {
    return this.#printer.link.close();
  }

  async #effect(op: Op, signal: AbortSignal, run: (until: Until) => Promise<EffectResult>): Promise<EffectResult> {
    // Half the time at least, also of a caller with little of it.
    const workMs = Math.max(op.deadlineMs - ESCPOS_LIMITS.settleMs, op.deadlineMs / 2);
    const deadlineAt = this.#printer.clock.monoMs() + workMs;
    const result = await this.#calls.run(async () => {
      this.#isPrinting = true;
      try {
        return ok(await run({ deadlineAt, signal }));
      } finally {
        this.#isPrinting = false;
      }
    });
    return result.ok ? result.value : { outcome: 'notDone', evidence: [], fault: result.error };
  }
}

/** A whole number within what paper there is; anything else is the default. */
function columnsOption(option: unknown): number {
  const { columns, columnsLeast, columnsMost } = ESCPOS_LIMITS;
  const isColumns = typeof option === 'number' && Number.isInteger(option);
  return isColumns && option >= columnsLeast && option <= columnsMost ? option : columns;
}

/** An ESC/POS receipt printer on whatever channel the host hands in. */
export const createEpsonEscpos: CreateDriver = (context) => new EscposDriver(context);
