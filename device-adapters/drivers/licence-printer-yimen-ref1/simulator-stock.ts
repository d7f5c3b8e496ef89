import { err, ok, type Result } from '@yimen/contracts/base';
import { z } from 'zod';
import type { CountedUnit } from '../../testing/ref1-device/counted-units.ts';
import type { Units } from '../../testing/ref1-device/units.ts';
import { blankSerials, FIRST_BLANKS, FORMS, PACK_BLANKS, UNIT, UNIT_ROWS, type Form } from './simulator-stock.table.ts';

const STACKS: readonly number[] = [UNIT.driving, UNIT.vehicle];
/** Two double feeds in so many draws put a stack out of use (README.md, result 2D). */
const WATCHED_FEEDS = 10;
const MOST_DOUBLE_FEEDS = 2;

const serials = z.array(z.string().max(24)).max(200);
export const stockSchema = z.strictObject({
  /** Numbers of the next blanks that the depot sends, driving then vehicle. */
  next: z.tuple([z.int().min(1), z.int().min(1)]),
  /** The last draws from each stack: whether two came at once. */
  feeds: z.tuple([z.array(z.boolean()).max(WATCHED_FEEDS), z.array(z.boolean()).max(WATCHED_FEEDS)]),
  /** Blanks that staff took out of each stack for as long as the fault lasts. */
  shelved: z.tuple([serials, serials]),
});

/** What staff do with blanks, ribbon and bins, and how well the feeders work. */
export class Stock {
  readonly #units: Units;
  #state: z.infer<typeof stockSchema>;

  constructor(units: Units) {
    this.#units = units;
    const next = FIRST_BLANKS + 1;
    this.#state = { next: [next, next], feeds: [[], []], shelved: [[], []] };
    for (const form of [1, 2] as const) units.set(FORMS[form].unit, FIRST_BLANKS, blankSerials(form, 1, FIRST_BLANKS));
    this.newRibbon();
  }

  /** A pack of new blanks, while the units are open. */
  bring(form: Form): Result<void, string> {
    const { unit, name } = FORMS[form];
    if (!this.#units.isExchange) return err('the stacks are locked: staff open them first');
    if (this.#units.room(unit) < PACK_BLANKS) return err(`the stack of ${name} blanks has no room for a pack`);
    const first = this.#state.next[form - 1] ?? 1;
    this.#state.next[form - 1] = first + PACK_BLANKS;
    this.#units.lay(unit, blankSerials(form, first, PACK_BLANKS));
    return ok(undefined);
  }

  newRibbon(): void {
    this.#units.set(UNIT.ribbon, UNIT_ROWS.find(({ id }) => id === UNIT.ribbon)?.capacity ?? 0);
  }

  /** Staff empty both stacks … */
  takeOut(): void {
    for (const [i, id] of STACKS.entries()) this.#state.shelved[i]?.push(...this.#units.empty(id));
  }

  /** … and put the blanks back: the same ones. */
  putBack(): void {
    for (const [i, id] of STACKS.entries()) {
      const blanks = this.#state.shelved[i]?.splice(0) ?? [];
      this.#units.lay(id, blanks.filter((serial) => !this.#units.holds(serial)).slice(0, this.#units.room(id)));
    }
  }

  /** A blank was drawn; two double feeds in ten put the stack out of use. */
  fed(unit: number, isDouble: boolean): void {
    const i = STACKS.indexOf(unit);
    const feeds = [...(this.#state.feeds[i] ?? []), isDouble].slice(-WATCHED_FEEDS);
    this.#state.feeds[i] = feeds;
    if (feeds.filter(Boolean).length >= MOST_DOUBLE_FEEDS) this.#units.fail(unit);
  }

  /** Whether staff can have counted so: known units, within their capacity, as many serials as pieces in a stack, and no
   *  serial in two places. */
  canSet(counted: readonly CountedUnit[]): boolean {
    const isFit = counted.every(({ id, count, serials: named }) => {
      const row = UNIT_ROWS.find((candidate) => candidate.id === id);
      if (row === undefined || count < 0 || count > row.capacity) return false;
      return named.length === count || (named.length === 0 && !STACKS.includes(id));
    });
    if (!isFit) return false;
    const others = UNIT_ROWS.filter(({ id }) => counted.every((unit) => unit.id !== id));
    const all = [
      ...counted.flatMap(({ id, count, serials: named }) => (named.length > 0 ? named : this.#kept(id, count))),
      ...others.flatMap(({ id }) => this.#units.serials(id)),
      ...this.#units.inside,
    ];
    return new Set(all).size === all.length;
  }

  set(counted: readonly CountedUnit[]): void {
    for (const { id, count, serials: named } of counted) {
      this.#units.set(id, count, named.length > 0 ? named : this.#kept(id, count));
      const i = STACKS.indexOf(id);
      if (i >= 0) this.#state.feeds[i] = [];
    }
  }

  save(): z.infer<typeof stockSchema> {
    return structuredClone(this.#state);
  }

  restore(saved: z.infer<typeof stockSchema>): void {
    this.#state = structuredClone(saved);
  }

  /** What stays of pieces that staff only counted. */
  #kept(id: number, count: number): readonly string[] {
    return this.#units.serials(id).slice(0, count);
  }
}
