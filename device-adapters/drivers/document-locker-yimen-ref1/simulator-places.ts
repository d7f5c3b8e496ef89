import { z } from 'zod';
import { text, u16, type DeviceField } from '../../testing/ref1-device/fields.ts';
import type { Units } from '../../testing/ref1-device/units.ts';
import { UNIT } from './simulator-stock.table.ts';

/** Places that one page of the inventory tells (README.md, command 10). */
const PAGE_PLACES = 200;

const placeSchema = z.strictObject({ place: z.int().min(1), serial: z.string().max(24), read: z.string().max(24) });
export const placesSchema = z.array(placeSchema).max(1_000);
/** One document in its place: what it is, and what was read of it when it was last looked at. */
export type PlacedDocument = z.infer<typeof placeSchema>;

/** The places of the stack, and the reader that looks at labels. */
export class Places {
  readonly #units: Units;
  #placed: readonly PlacedDocument[] = [];
  /** Labels that do not say what the document is. */
  readonly #labels = new Map<string, string>();

  constructor(units: Units) {
    this.#units = units;
  }

  /** In order of places. */
  get placed(): readonly PlacedDocument[] {
    return this.#placed;
  }

  /** What the reader sees on a document; nothing when it cannot read the label. */
  read(serial: string): string {
    return this.#labels.get(serial) ?? serial;
  }

  /** Lays documents into the first free places; each is read there. */
  lay(serials: readonly string[]): void {
    this.#units.lay(UNIT.stack, serials);
    for (const serial of serials) {
      const taken = new Set(this.#placed.map(({ place }) => place));
      let place = 1;
      while (taken.has(place)) place += 1;
      const more = [...this.#placed, { place, serial, read: this.read(serial) }];
      this.#placed = more.toSorted((a, b) => a.place - b.place);
    }
  }

  /** Reads every document in its place again. */
  look(): void {
    this.#placed = this.#placed.map((placed) => ({ ...placed, read: this.read(placed.serial) }));
  }

  /** Where a document lies, as far as the last look tells. */
  find(serial: string): readonly PlacedDocument[] {
    return this.#placed.filter(({ read }) => read === serial);
  }

  /** The one that lies beside it. */
  neighbour({ place }: PlacedDocument): PlacedDocument | undefined {
    return this.#placed.find((other) => other.place > place) ?? this.#placed.findLast((other) => other.place < place);
  }

  /** The arm takes a document out of its place. */
  fetch({ serial }: PlacedDocument): void {
    this.#units.draw(UNIT.stack, serial);
    this.#placed = this.#placed.filter((placed) => placed.serial !== serial);
  }

  /** Staff take all out. */
  empty(): readonly string[] {
    this.#placed = [];
    return this.#units.empty(UNIT.stack);
  }

  /** Staff close the door: what lies there is what counts. */
  count(): void {
    const serials = this.#placed.map(({ serial }) => serial);
    this.#units.set(UNIT.stack, serials.length, serials);
  }

  dirtyFirst(): void {
    const [first] = this.#placed;
    if (first !== undefined) this.#labels.set(first.serial, '');
  }

  /** Somebody labelled two documents alike. */
  twinFirst(): void {
    const [first, second] = this.#placed;
    if (first === undefined || second === undefined) return;
    this.#labels.set(second.serial, this.read(first.serial));
    this.look();
  }

  /** Labels say again what the documents are; true when one did not. */
  mend(): boolean {
    const wasWrong = this.#labels.size > 0;
    this.#labels.clear();
    return wasWrong;
  }

  /** Fields of the inventory: 41, 42 of this page, 43; `undefined` when there is no such page. */
  inventory(page: number): readonly DeviceField[] | undefined {
    const pages = Math.max(1, Math.ceil(this.#placed.length / PAGE_PLACES));
    if (page >= pages) return undefined;
    const shown = this.#placed.slice(page * PAGE_PLACES, (page + 1) * PAGE_PLACES);
    return [
      u16(0x41, pages),
      ...shown.map(({ place, read }) => ({
        tag: 0x42,
        value: Uint8Array.from([...u16(0, place).value, ...text(0, read).value]),
      })),
      u16(0x43, this.#placed.filter(({ read }) => read === '').length),
    ];
  }

  save(): z.infer<typeof placesSchema> {
    return [...this.#placed];
  }

  restore(placed: z.infer<typeof placesSchema>): void {
    this.#placed = placed;
  }
}
