import type { SimulatorContext } from '../../testing/simulated-device.ts';
import { ReceiveBuffer } from './simulator-buffer.ts';
import type { OwnFault } from './simulator-faults.table.ts';
import { LineBuffer } from './simulator-line.ts';
import type { Order, PrinterIdentity } from './simulator-orders.ts';
import { PAPER, type PaperPath } from './simulator-paper.ts';
import { SymbolStore } from './simulator-qr.ts';
import type { RealtimeRequest } from './simulator-realtime.ts';
import { isPrinted } from './simulator-slip.ts';
import { automaticStatus, isOffline, isWorthTelling, paperBits, realtimeStatus } from './simulator-status.ts';
import type { PrinterCondition } from './simulator-status.ts';

/** Paper speed and the blade's stroke, of a printer of this class. */
const PACE = { mmPerSecond: 150, cutMs: 300 } as const;
/** Printed lines after which a fault "in the middle" strikes. */
const MIDDLE_LINES = 3;

export interface MachineParts {
  readonly context: SimulatorContext;
  readonly paper: PaperPath;
  readonly identity: () => PrinterIdentity;
  /** Faults that are on; those that happen once are taken out by the machine. */
  readonly faults: Set<OwnFault>;
  readonly say: (bytes: Uint8Array) => void;
  readonly onChange: () => void;
}

/** Head, paper and blade, and the order in which the printer executes: real-time requests at once, everything else
 *  from the receive buffer, one motion after the other, and nothing while it is off-line. */
export class PrinterMachine {
  readonly mistakes = { unknownCommands: 0, refusedCommands: 0 };
  readonly buffer: ReceiveBuffer;
  readonly #parts: MachineParts;
  readonly #line = new LineBuffer();
  readonly #symbols = new SymbolStore();
  #isCoverOpen = false;
  #isCoverError = false;
  #isCutterJammed = false;
  /** The cut that the blade did not make. */
  #owesCut = false;
  #isMoving = false;
  /** Counts power-ons: a motion does not outlive the power. */
  #life = 0;
  #watched = 0;
  #told: Uint8Array;

  constructor(parts: MachineParts) {
    this.#parts = parts;
    const desk = { line: this.#line, symbols: this.#symbols, identity: parts.identity, mistakes: this.mistakes };
    this.buffer = new ReceiveBuffer(desk);
    this.#told = automaticStatus(this.condition);
  }

  get condition(): PrinterCondition {
    const { paper, faults } = this.#parts;
    return {
      paper: paper.level,
      isCoverOpen: this.#isCoverOpen,
      isCoverError: this.#isCoverError,
      isCutterJammed: this.#isCutterJammed,
      isHeadHot: faults.has('F30'),
      isBroken: faults.has('hardware-broken'),
    };
  }

  realtime(request: RealtimeRequest): void {
    switch (request.ask) {
      case 'status':
        this.#parts.say(Uint8Array.of(realtimeStatus(request.n, this.condition)));
        return;
      case 'recover':
        this.#recover(request.n);
        return;
      case 'clear':
        this.buffer.clear();
        this.#endCutterError();
        this.#parts.say(Uint8Array.of(0x37, 0x25, 0));
    }
  }

  /** Executes what waits, as far as the printer can. */
  run(): void {
    while (!this.#isMoving && !isOffline(this.condition) && !this.#parts.faults.has('stuck-busy')) {
      const order = this.#owesCut ? ({ do: 'cut' } as const) : this.buffer.next();
      if (order === undefined) return;
      this.#owesCut = false;
      if (!this.#parts.faults.has('F28')) this.#execute(order);
    }
  }

  openCover(): void {
    this.#isCoverOpen = true;
    this.#isCoverError ||= this.#isMoving;
  }

  jamCutter(): void {
    this.#isCutterJammed = true;
  }

  /** Hall staff: whoever had a hand in the machine tore off what was half printed and loaded a new roll where the old
   *  one was near its end; then the cover is closed and the printer goes on with what it still holds. */
  mend(): void {
    const { paper } = this.#parts;
    if (this.#isCoverOpen || this.#isCutterJammed || paper.level !== 'ok') paper.tearOff();
    if (paper.level !== 'ok') paper.load();
    this.#isCoverOpen = false;
    this.#isCoverError = false;
    this.#isCutterJammed = false;
    this.#owesCut = false;
  }

  /** Power gone and back: paper stays, memory does not. An open cover and a stuck blade stay as well. */
  powerOn(): void {
    this.#life += 1;
    this.#isMoving = false;
    this.#watched = 0;
    this.#isCoverError = false;
    this.#owesCut = false;
    this.#line.initialise();
    this.#symbols.initialise();
    this.buffer.clear();
  }

  /** Automatic status: says what has changed, to whom has asked for it. */
  tellStatus(): void {
    const now = automaticStatus(this.condition);
    const isNews = isWorthTelling(this.#watched, this.#told, now);
    this.#told = now;
    if (isNews) this.#parts.say(now);
  }

  #recover(n: 1 | 2): void {
    // In any other state the request is ignored, also off-line for want of paper.
    if (!this.#isCutterJammed) return;
    if (n === 2) this.buffer.clear();
    this.#endCutterError(n === 1);
  }

  /** The blade moves home; one that is still held keeps the error. */
  #endCutterError(isCutRepeated = false): void {
    const { faults } = this.#parts;
    if (faults.has('F29') || faults.has('cutter-jammed-at-rest')) return;
    this.#owesCut &&= isCutRepeated;
    this.#isCutterJammed = false;
  }

  #execute(order: Order): void {
    switch (order.do) {
      case 'say':
        this.#parts.say(order.bytes);
        return;
      case 'sayPaper':
        this.#parts.say(Uint8Array.of(paperBits(this.condition)));
        return;
      case 'watch':
        this.#watched = order.mask;
        this.#told = automaticStatus(this.condition);
        if ((order.mask & 0x0f) !== 0) this.#parts.say(this.#told);
        return;
      case 'print': {
        // Whole milliseconds, as every real clock tells them.
        const ms = Math.ceil((order.part.dots / PAPER.dotsPerMm / PACE.mmPerSecond) * 1_000);
        this.#move(ms, () => {
          this.#parts.paper.print(order.part, order.continues);
          if (this.#printedLines() >= MIDDLE_LINES) this.#strike();
        });
        return;
      }
      case 'cut':
        this.#move(PACE.cutMs, () => this.#cut());
    }
  }

  #move(ms: number, act: () => void): void {
    const { context, faults, onChange } = this.#parts;
    const life = this.#life;
    const end = (): void => {
      if (life !== this.#life) return;
      this.#isMoving = false;
      if (faults.has('false-ok')) return;
      act();
      onChange();
    };
    if (context.speed === 'fast') {
      end();
      return;
    }
    this.#isMoving = true;
    context.clock.after(ms, () => {
      end();
      this.run();
    });
  }

  #cut(): void {
    const { faults, paper } = this.#parts;
    // A slip too short for a middle is struck at its end.
    if (this.#strike()) {
      this.#owesCut = true;
    } else if (faults.has('F29') || faults.delete('cutter-jam-once')) {
      this.#isCutterJammed = true;
      this.#owesCut = true;
    } else {
      paper.cut();
    }
  }

  #printedLines(): number {
    return this.#parts.paper.strip.filter(isPrinted).length;
  }

  /** The roll ends, the cover opens: once, while a slip is under way. */
  #strike(): boolean {
    const { faults, paper } = this.#parts;
    if (this.#printedLines() === 0) return false;
    const isOut = faults.has('F25') && paper.level !== 'out';
    const isOpened = faults.has('F31') && !this.#isCoverOpen;
    if (isOut) paper.wear(0);
    if (isOpened) {
      this.#isCoverOpen = true;
      this.#isCoverError = true;
    }
    return isOut || isOpened;
  }
}
