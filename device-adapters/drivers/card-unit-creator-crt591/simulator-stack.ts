import { permitMrzLine } from '@yimen/contracts/testing';
import { z } from 'zod';
import type { CardPath, SimulatedPermit } from '../../testing/card-path.ts';

const SERIAL = /^C2026\d{4}$/;
const FIRST_SERIAL = 20_260_001;
/** How many of the cards that went are remembered by name. */
const LAST_CARDS = 10;

/** What staff put into the stack in one go. */
export const CARD_PACK = { thing: 'card-pack', cards: 20 } as const;

const count = z.int().min(0).max(100_000);
const serial = z.string().regex(SERIAL);
const went = z.enum(['taken', 'retained', 'rejected']);

export const stackSchema = z.strictObject({
  cards: z.array(serial).max(1_000),
  carried: z.array(serial).max(2),
  wasPresented: z.boolean(),
  nextSerial: z.int().min(FIRST_SERIAL).max(20_270_000),
  initial: count,
  taken: count,
  retained: count,
  rejected: count,
  last: z.array(z.strictObject({ card: serial, went })).max(LAST_CARDS),
});
type SavedStack = z.infer<typeof stackSchema>;

/** The stack of new cards, each with a serial number, and where those went that left it: `initial` is always what lies
 *  here + what is inside the unit + taken + retained + rejected. */
export class CardStack {
  readonly #path: CardPath;
  readonly #capacity: number;
  #cards: string[] = [];
  /** Serials of what was fed and is still in the unit: one card, or two that stick together. */
  #carried: readonly string[] = [];
  #wasPresented = false;
  #nextSerial = FIRST_SERIAL;
  #initial = 0;
  readonly #went = { taken: 0, retained: 0, rejected: 0 };
  #last: SavedStack['last'] = [];

  constructor(path: CardPath, capacity: number) {
    this.#path = path;
    this.#capacity = capacity;
  }

  get count(): number {
    return this.#cards.length;
  }

  get carried(): readonly string[] {
    return this.#carried;
  }

  /** Staff lay new cards behind the last one.
   *  @returns how many there was room for. */
  fill(cards: number): number {
    const laid = Math.min(cards, this.#capacity - this.#cards.length);
    for (let i = 0; i < laid; i += 1) this.#cards.push(`C${this.#nextSerial + i}`);
    this.#nextSerial += laid;
    this.#initial += laid;
    return laid;
  }

  /** Pushes the front card, or the two that stick together, into the empty unit. */
  feed(to: 'gate' | 'readPosition', cards: 1 | 2): void {
    const [first] = this.#cards;
    if (first === undefined || this.#path.card !== undefined) return;
    this.#carried = this.#cards.splice(0, cards);
    this.#wasPresented = to === 'gate';
    this.#path.feed(stackCardOf(first), to);
  }

  /** The card path is another than a moment ago: what was fed may have come to the gate, or be gone. */
  pathChanged(): void {
    const [first] = this.#carried;
    if (first === undefined) return;
    if (this.#path.card?.thing === first) {
      this.#wasPresented ||= this.#path.place === 'gate';
      return;
    }
    const fell = this.#path.bin.at(-1)?.thing === first;
    this.#end(fell ? (this.#wasPresented ? 'retained' : 'rejected') : 'taken');
  }

  view(): Readonly<Record<string, unknown>> {
    return {
      type: 'dispense',
      capacity: this.#capacity,
      count: this.count,
      status: 'ok',
      initial: this.#initial,
      inside: this.#carried.length,
      ...this.#went,
    };
  }

  /** The last cards that left the unit, and where to. */
  get last(): SavedStack['last'] {
    return this.#last;
  }

  save(): SavedStack {
    return {
      cards: [...this.#cards],
      carried: [...this.#carried],
      wasPresented: this.#wasPresented,
      nextSerial: this.#nextSerial,
      initial: this.#initial,
      ...this.#went,
      last: [...this.#last],
    };
  }

  restore(saved: SavedStack): void {
    const { taken, retained, rejected } = saved;
    this.#cards = [...saved.cards];
    this.#carried = saved.carried;
    this.#wasPresented = saved.wasPresented;
    this.#nextSerial = saved.nextSerial;
    this.#initial = saved.initial;
    Object.assign(this.#went, { taken, retained, rejected });
    this.#last = saved.last;
  }

  #end(where: z.infer<typeof went>): void {
    this.#went[where] += this.#carried.length;
    this.#last = [...this.#last, ...this.#carried.map((card) => ({ card, went: where }))].slice(-LAST_CARDS);
    this.#carried = [];
  }
}

/** Whether a thing's name is that of a card out of a stack. */
export function isStackCard(thing: string): boolean {
  return SERIAL.test(thing);
}

/** A new card as it lies in the stack: a chip that answers, nobody's name on it. The serial is its number. */
export function stackCardOf(thing: string): SimulatedPermit {
  const holder = { documentNumber: thing, birth: '000101', expiry: '360101' };
  return {
    thing,
    ...holder,
    mrzName: 'NEW<<CARD',
    chineseName: '',
    sex: 'M',
    mrz: permitMrzLine(holder),
    faceImage: Uint8Array.of(0xff, 0xd8, 0xff, 0xd9),
    chip: 'ok',
    endorsementCounter: 0,
    panel: [],
  };
}
