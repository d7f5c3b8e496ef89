import type { CardPath, SimulatedPermit } from '../../testing/card-path.ts';
import { ERROR } from './simulator-errors.table.ts';
import type { OwnFault } from './simulator-faults.table.ts';

/** From the gate's grab to the read position, as a citizen sees it. */
const DRAW_MS = 900;

export interface EntryParts {
  readonly path: CardPath;
  readonly faults: ReadonlySet<OwnFault>;
  readonly isReversed: (card: SimulatedPermit) => boolean;
  readonly after: (ms: number, fn: () => void) => void;
  readonly tell: () => void;
}

/** The throat of the unit: entry on or off, the shutter, and the motor that draws a card in from the gate. */
export class Entry {
  readonly #parts: EntryParts;
  #isOn = false;
  #isShutterOpen = false;
  #isDrawing = false;
  #met: SimulatedPermit | undefined;
  #isReversed = false;
  /** A short or long card that the unit would not draw in. */
  #error: string | undefined;

  constructor(parts: EntryParts) {
    this.#parts = parts;
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  get isShutterOpen(): boolean {
    return this.#isShutterOpen;
  }

  get error(): string | undefined {
    return this.#error;
  }

  /** Whether the card that came from outside lies the wrong way round. */
  get isReversed(): boolean {
    return this.#isReversed;
  }

  /** The card path is another than a moment ago. */
  pathChanged(): void {
    // A short or long card is the citizen's to take back; then the error is gone with it.
    if (this.#parts.path.place === 'outside') this.#error = undefined;
    this.#meet();
    this.#tryToDraw();
  }

  set(isOn: boolean): void {
    this.#isOn = isOn;
    const { faults } = this.#parts;
    if (!faults.has('F06') && !faults.has('shutter-open')) this.#isShutterOpen = isOn;
    this.#tryToDraw();
  }

  /** Power is gone: nothing is drawn any more; the shutter stands where it stood. */
  powerLost(): void {
    this.#isOn = false;
    this.#isDrawing = false;
    this.#error = undefined;
  }

  forgive(): void {
    this.#error = undefined;
  }

  setShutter(isOpen: boolean): void {
    this.#isShutterOpen = isOpen;
  }

  /** A card that was outside a moment ago lies as the hand has put it in. */
  #meet(): void {
    const { card, place } = this.#parts.path;
    if (card !== undefined && this.#met === undefined)
      this.#isReversed = place === 'gate' && this.#parts.isReversed(card);
    this.#met = card;
  }

  /** A card at the gate of an open entry is drawn in. */
  #tryToDraw(): void {
    const { path, after, faults } = this.#parts;
    const isWaiting = this.#isOn && this.#isShutterOpen && path.place === 'gate' && !faults.has('F21');
    if (!isWaiting || this.#isDrawing) return;
    this.#isDrawing = true;
    after(DRAW_MS, () => {
      this.#isDrawing = false;
      if (path.place === 'gate') this.#draw();
    });
  }

  #draw(): void {
    const { path, faults, tell } = this.#parts;
    const isShort = faults.has('F07-short') || faults.has('error-14');
    if (isShort || faults.has('F07-long') || faults.has('error-13')) {
      this.#error = isShort ? ERROR.short : ERROR.long;
      this.set(false);
    } else if (faults.has('F01') || faults.has('error-10')) {
      path.jam();
    } else {
      path.move('readPosition');
    }
    tell();
  }
}
