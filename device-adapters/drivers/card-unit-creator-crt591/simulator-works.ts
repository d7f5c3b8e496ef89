import type { CardPath } from '../../testing/card-path.ts';
import type { RetainBin } from './simulator-bin.ts';
import type { Carriage } from './simulator-carriage.ts';
import type { Entry } from './simulator-entry.ts';
import { CHIP_CODES, ERROR } from './simulator-errors.table.ts';
import type { OwnFault } from './simulator-faults.table.ts';
import { ascii, type Answer, type Command } from './simulator-frames.ts';

/** Codes with which a firmware that does not know 30 37 refuses it. */
export type InitRefusal = '00' | '01' | '03' | '04';

export interface WorksParts {
  readonly path: CardPath;
  readonly faults: ReadonlySet<OwnFault>;
  readonly entry: Entry;
  readonly carriage: Carriage;
  readonly bin: RetainBin;
  readonly serial: string;
  readonly refusesCountingInit: InitRefusal | undefined;
  readonly hasShutterSensor: boolean;
}

/** PM of 30: what happens to a card, and whether the bin's counter works. */
const INITS: ReadonlyMap<number, { readonly move?: number; readonly isCounting: boolean }> = new Map([
  [0x30, { move: 0x30, isCounting: false }],
  [0x31, { move: 0x33, isCounting: false }],
  [0x33, { isCounting: false }],
  [0x34, { move: 0x30, isCounting: true }],
  [0x35, { move: 0x33, isCounting: true }],
  [0x37, { isCounting: true }],
]);
/** Which of S1…S10 see a card, by its place *(assumed)*. */
const SENSORS: Readonly<Record<string, readonly number[]>> = { gate: [1, 2], readPosition: [3, 4, 5], jammed: [2, 3] };
const THREE_DIGITS = /^\d{3}$/;

/** What the unit does on a command, without wire and time. */
export class Crt591Works {
  readonly #parts: WorksParts;
  #isInitialised = false;
  #inits = 0;

  constructor(parts: WorksParts) {
    this.#parts = parts;
  }

  get inits(): number {
    return this.#inits;
  }

  powerLost(): void {
    this.#isInitialised = false;
    this.#parts.carriage.isCounting = false;
  }

  act({ cm, pm, data }: Command): Answer {
    if (!this.#isInitialised && cm !== 0x30) return { error: ERROR.notInitialised };
    switch (cm) {
      case 0x30:
        return this.#initialise(pm);
      case 0x31:
        return this.#tellStatus(pm);
      case 0x32:
        return this.#parts.carriage.move(pm);
      case 0x33:
        return this.#setEntry(pm);
      case 0x50:
        return { data: ascii(this.#isSeenByCoil() ? '30' : '00') };
      case 0x60:
        return this.#chip();
      case 0xa2:
        return { data: [this.#serial().length, ...ascii(this.#serial())] };
      case 0xa4:
        return { data: ascii('CRT-591-M001 V2.1') };
      case 0xa5:
        return this.#counter(pm, data);
      default:
        return { error: ERROR.undefinedCommand };
    }
  }

  #serial(): string {
    return this.#parts.faults.has('F22') ? 'CRT591-999999' : this.#parts.serial;
  }

  #initialise(pm: number): Answer {
    const { carriage, entry, path, refusesCountingInit } = this.#parts;
    const init = INITS.get(pm);
    if (init === undefined) return { error: ERROR.parameter };
    if (init.isCounting && refusesCountingInit !== undefined) return { error: refusesCountingInit };
    this.#isInitialised = true;
    this.#inits += 1;
    carriage.isCounting = init.isCounting;
    entry.set(false);
    if (path.place === 'jammed') return { error: ERROR.jam };
    entry.forgive();
    return init.move !== undefined && carriage.hasCard ? carriage.move(init.move) : {};
  }

  #tellStatus(pm: number): Answer {
    const { entry, path } = this.#parts;
    if (pm === 0x31) return { data: this.#sensors() };
    if (pm !== 0x30) return { error: ERROR.parameter };
    if (path.place === 'jammed') return { error: ERROR.jam };
    return entry.error === undefined ? {} : { error: entry.error };
  }

  #sensors(): number[] {
    const { entry, path, hasShutterSensor } = this.#parts;
    const covered = SENSORS[path.place] ?? [];
    const cards = Array.from({ length: 10 }, (_, i) => (covered.includes(i + 1) ? 0x31 : 0x30));
    return hasShutterSensor ? [...cards, entry.isShutterOpen ? 0x31 : 0x30] : cards;
  }

  #setEntry(pm: number): Answer {
    if (pm !== 0x30 && pm !== 0x31) return { error: ERROR.parameter };
    this.#parts.entry.set(pm === 0x30);
    return {};
  }

  /** Reads the counter, or writes it: three digits. */
  #counter(pm: number, data: readonly number[]): Answer {
    const { bin } = this.#parts;
    if (pm === 0x30) return { data: ascii(String(bin.counter).padStart(3, '0')) };
    if (pm !== 0x31) return { error: ERROR.parameter };
    const digits = String.fromCharCode(...data);
    if (!THREE_DIGITS.test(digits)) return { error: ERROR.data };
    bin.setCounter(Number(digits));
    return {};
  }

  #chip(): Answer {
    const code = CHIP_CODES.find((candidate) => this.#parts.faults.has(`error-${candidate}`));
    if (code !== undefined) return { error: code };
    const isThere = this.#isSeenByCoil() && this.#parts.path.card?.chip === 'ok';
    return isThere ? { data: ascii('30') } : { error: ERROR.chip };
  }

  #isSeenByCoil(): boolean {
    const { entry, faults, path } = this.#parts;
    return path.place === 'readPosition' && !entry.isReversed && !faults.has('F07');
  }
}
