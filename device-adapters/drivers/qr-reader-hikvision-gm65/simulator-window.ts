import { err, ok, type CancelTimer, type Clock, type Result } from '@yimen/contracts/base';
import { PRINTED_CODES, type PrintedCode } from './simulator-codes.table.ts';
import { REGISTER, type Gm65Registers } from './simulator-registers.ts';

/** Milliseconds: from light to a read code; between two reads of a storm; between two in continuous mode. */
const TIMES = { look: 100, storm: 250, again: 1_000 } as const;

/** What the window needs of the reader around it. */
export interface WindowSurroundings {
  readonly clock: Clock;
  readonly registers: Gm65Registers;
  hasPower(): boolean;
  isStorming(): boolean;
  /** A code was read. */
  scanned(code: PrintedCode): void;
  /** A reading is over. */
  ended(): void;
  changed(): void;
}

/** The light, and the code that a hand holds before it. */
export class ScanWindow {
  scans = 0;
  readonly #around: WindowSurroundings;
  #held: { readonly thing: string; readonly code: PrintedCode; isRead: boolean } | undefined;
  #isReading = false;
  #cancelLook: CancelTimer | undefined;
  #cancelTime: CancelTimer | undefined;
  #cancelStorm: CancelTimer | undefined;

  constructor(around: WindowSurroundings) {
    this.#around = around;
  }

  get holds(): string | null {
    return this.#held?.thing ?? null;
  }

  get isLit(): boolean {
    return this.#around.hasPower() && (this.#isReading || this.#around.registers.mode === 'continuous');
  }

  put(thing: string): Result<void, string> {
    const code = PRINTED_CODES.get(thing);
    if (code === undefined) return err(`no such code: ${thing}`);
    if (this.#held !== undefined) return err(`${this.#held.thing} is held before the window already`);
    this.#held = { thing, code, isRead: false };
    if (this.isLit) this.#lookSoon(TIMES.look);
    else this.act();
    this.#around.changed();
    return ok(undefined);
  }

  take(): Result<{ thing: string }, string> {
    if (this.#held === undefined) return err('nothing is held before the window');
    const { thing } = this.#held;
    this.#held = undefined;
    this.#cancelLook?.();
    this.calm();
    this.#around.changed();
    return ok({ thing });
  }

  /** Light on; a code that lies there is read a moment later. Said again while it is lit, the time begins anew. */
  begin(): void {
    this.#end();
    this.#isReading = true;
    const { clock, registers } = this.#around;
    if (registers.readingMs > 0) this.#cancelTime = clock.after(registers.readingMs, () => this.dark());
    if (this.#held !== undefined) this.#lookSoon(TIMES.look);
    this.#around.changed();
  }

  /** Light off, whatever was being read. */
  dark(): void {
    this.#end();
    this.#around.registers.write(REGISTER.trigger, Uint8Array.of(0));
    this.#around.changed();
  }

  /** In the modes that need no trigger it reads what is there. */
  act(): void {
    if (!this.#around.hasPower() || this.#held === undefined) return;
    const { mode } = this.#around.registers;
    if (mode === 'continuous') this.#lookSoon(TIMES.look);
    if (mode === 'sensor') this.begin();
  }

  /** A storm begins with a code that was read already. */
  storm(): void {
    this.#cancelStorm?.();
    if (!this.#around.isStorming() || this.#held?.isRead !== true) return;
    this.#cancelStorm = this.#around.clock.after(TIMES.storm, () => {
      this.#scan();
      this.storm();
    });
  }

  /** The end of a storm. */
  calm(): void {
    this.#cancelStorm?.();
  }

  #end(): void {
    this.#cancelLook?.();
    this.#cancelTime?.();
    this.#isReading = false;
    this.#around.ended();
  }

  #lookSoon(ms: number): void {
    this.#cancelLook?.();
    this.#cancelLook = this.#around.clock.after(ms, () => {
      this.#scan();
      if (this.#around.registers.mode === 'continuous') this.#lookSoon(TIMES.again);
      else this.dark();
      this.storm();
    });
  }

  #scan(): void {
    if (this.#held === undefined) return;
    this.#held.isRead = true;
    this.scans += 1;
    this.#around.scanned(this.#held.code);
  }
}
