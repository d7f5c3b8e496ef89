import { rowsOf, type CabinetModel, type RowOf } from './cabinet-model.ts';
import { CABINET_LIMITS } from './limits.table.ts';
import type { Image } from './read-plan.ts';

const CONTACTS = ['doorContact', 'lockContact', 'tamperContact', 'keySwitch', 'callButton', 'upsContact'] as const;
type ContactRow = RowOf<(typeof CONTACTS)[number] | 'tamperLatch'>;
type ValueRow = RowOf<'temperature' | 'upsValue'>;

/** What a cabinet's inputs say. `undefined`: not known. */
export interface CabinetSeen {
  /** True: it is what the kind's row says (closed, locked, quiet, pressed, mains there). */
  contact(kind: (typeof CONTACTS)[number], name: string): boolean | undefined;
  /** Scaled: degrees, percent, minutes. */
  value(kind: ValueRow['kind'], name: string): number | undefined;
  tamper(name: string): 'ok' | 'latched' | 'unknown';
  temperature(name: string): TemperatureWord;
}

type TemperatureWord = 'normal' | 'low' | 'high' | 'unknown';

/** One contact, debounced. */
class Contact {
  readonly row: ContactRow;
  #last: boolean | undefined;
  #equal = 0;
  #unsteady = 0;
  value: boolean | undefined;

  constructor(row: ContactRow) {
    this.row = row;
  }

  take(read: boolean | undefined): void {
    this.#equal = read !== undefined && read === this.#last ? this.#equal + 1 : 1;
    this.#last = read;
    if (read === undefined) this.value = undefined;
    else if (this.#equal >= CABINET_LIMITS.equalReads) {
      this.value = read;
      this.#unsteady = 0;
    } else {
      this.#unsteady += 1;
      if (this.#unsteady >= CABINET_LIMITS.unsteadyReads) this.value = undefined;
    }
  }
}

/** The inputs of one cabinet over time: debounced contacts, values as they come, tampering that stays. */
export class Inputs implements CabinetSeen {
  readonly #unit: number;
  readonly #contacts: readonly Contact[];
  readonly #latches: readonly RowOf<'tamperLatch'>[];
  readonly #values: readonly ValueRow[];
  readonly #scaled = new Map<string, number>();
  readonly #temperatures = new Map<string, TemperatureWord>();
  /** Latches that could be read; what the board says of each. */
  readonly #boardLatches = new Map<string, boolean>();
  /** Outlives the line, until a technician's reset. */
  readonly #latched = new Set<string>();

  /** @param unit of rows that name none */
  constructor(model: CabinetModel, unit: number) {
    this.#unit = unit;
    this.#contacts = rowsOf(model, ...CONTACTS).map((row) => new Contact(row));
    this.#latches = rowsOf(model, 'tamperLatch');
    this.#values = rowsOf(model, 'temperature', 'upsValue');
  }

  /** One read of contacts and latches. */
  takeContacts(image: Image): void {
    for (const contact of this.#contacts) {
      contact.take(this.#read(contact.row, image));
      if (contact.row.kind === 'tamperContact' && contact.value === false) this.#latched.add(contact.row.name);
    }
    for (const latch of this.#latches) {
      const read = this.#read(latch, image);
      if (read === undefined) this.#boardLatches.delete(latch.name);
      else this.#boardLatches.set(latch.name, read);
      if (read === true) this.#latched.add(latch.name);
    }
  }

  takeValues(image: Image): void {
    for (const row of this.#values) {
      const raw = image.at(row, this.#unit);
      const key = `${row.kind} ${row.name}`;
      const value = raw === undefined || row.unknown.includes(raw) ? undefined : scaledOf(row, raw);
      if (value === undefined) this.#scaled.delete(key);
      else this.#scaled.set(key, value);
      if (row.kind === 'temperature') this.#judge(row, value);
    }
  }

  /** Nothing can be read any more: nothing is known but that somebody tampered. */
  forget(): void {
    for (const contact of this.#contacts) contact.take(undefined);
    this.#boardLatches.clear();
    this.#scaled.clear();
    this.#temperatures.clear();
  }

  /** After the board was told to clear: what it does not hold any more, and whose contact is good, is forgiven. */
  forgive(names: readonly string[]): void {
    for (const name of names) {
      const hasContact = this.#contacts.some(({ row }) => row.kind === 'tamperContact' && row.name === name);
      const isGood = !hasContact || this.contact('tamperContact', name) === true;
      if (isGood && !this.#isHeld(name)) this.#latched.delete(name);
    }
  }

  contact(kind: (typeof CONTACTS)[number], name: string): boolean | undefined {
    return this.#contacts.find(({ row }) => row.kind === kind && row.name === name)?.value;
  }

  value(kind: ValueRow['kind'], name: string): number | undefined {
    return this.#scaled.get(`${kind} ${name}`);
  }

  tamper(name: string): 'ok' | 'latched' | 'unknown' {
    if (this.#latched.has(name)) return 'latched';
    const contact = this.#contacts.find(({ row }) => row.kind === 'tamperContact' && row.name === name);
    const isGood = contact === undefined || contact.value === true;
    return isGood && !this.#isHeld(name) ? 'ok' : 'unknown';
  }

  temperature(name: string): TemperatureWord {
    return this.#temperatures.get(name) ?? 'unknown';
  }

  /** The board holds a latch of this name, or does not say. */
  #isHeld(name: string): boolean {
    return this.#latches.some((latch) => latch.name === name) && this.#boardLatches.get(name) !== false;
  }

  /** With hysteresis: a word does not change to and fro at the edge. */
  #judge(row: RowOf<'temperature'>, degrees: number | undefined): void {
    const before = this.temperature(row.name);
    const { hysteresisC } = CABINET_LIMITS;
    const low = row.lowC + (before === 'low' ? hysteresisC : 0);
    const high = row.highC - (before === 'high' ? hysteresisC : 0);
    if (degrees === undefined) this.#temperatures.delete(row.name);
    else this.#temperatures.set(row.name, degrees < low ? 'low' : degrees > high ? 'high' : 'normal');
  }

  #read(row: ContactRow, image: Image): boolean | undefined {
    const bit = image.at(row, this.#unit);
    return bit === undefined ? undefined : (bit === 1) === (row.polarity === 'normal');
  }
}

function scaledOf(row: ValueRow, raw: number): number {
  const signed = row.kind === 'temperature' && raw >= 0x8000 ? raw - 0x1_0000 : raw;
  // 245 × 0.1 is not 24.5 in binary.
  return Math.round(signed * row.scale * 1_000) / 1_000;
}
