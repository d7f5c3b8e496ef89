import type { ReadFunction } from './protocol.ts';
import { CABINET_LIMITS } from './limits.table.ts';

/** Where a row of the model stands. */
export interface Place {
  readonly unit?: number | undefined;
  readonly function: ReadFunction;
  readonly address: number;
  readonly bit?: number | undefined;
  /** Registers from `address` on; one without it. */
  readonly registers?: number;
}

/** What one request reads. */
export interface Block {
  readonly unit: number;
  readonly function: ReadFunction;
  readonly address: number;
  readonly count: number;
}

/** As few requests as read all these places: neighbours together, up to `gap` unused addresses between them. */
export function blocksOf(places: readonly Place[], unit: number, gap: number): readonly Block[] {
  const spans = places
    .map((place) => ({
      unit: place.unit ?? unit,
      function: place.function,
      address: place.address,
      count: place.registers ?? 1,
    }))
    .sort((a, b) => a.unit - b.unit || a.function - b.function || a.address - b.address);
  const blocks: Block[] = [];
  for (const span of spans) {
    const last = blocks.at(-1);
    const joined = last === undefined ? undefined : joinedWith(last, span, gap);
    if (joined === undefined) blocks.push(span);
    else blocks[blocks.length - 1] = joined;
  }
  return blocks;
}

/** What the last reads gave, by place. What could not be read is not there. */
export class Image {
  readonly #words = new Map<string, number>();

  /** @param values of the block in order; `undefined`: it could not be read */
  put(block: Block, values: readonly number[] | undefined): void {
    for (let at = 0; at < block.count; at += 1) {
      const key = keyOf(block.unit, block.function, block.address + at);
      const value = values?.[at];
      if (value === undefined) this.#words.delete(key);
      else this.#words.set(key, value);
    }
  }

  /** The word or bit that stands there. */
  at(place: Place, unit: number): number | undefined {
    const read = this.#words.get(keyOf(place.unit ?? unit, place.function, place.address));
    return read === undefined || place.bit === undefined ? read : (read >> place.bit) & 1;
  }
}

function joinedWith(last: Block, next: Block, gap: number): Block | undefined {
  if (last.unit !== next.unit || last.function !== next.function) return undefined;
  const end = Math.max(last.address + last.count, next.address + next.count);
  const isNear = next.address <= last.address + last.count + gap;
  return isNear && end - last.address <= CABINET_LIMITS.blockAddresses
    ? { ...last, count: end - last.address }
    : undefined;
}

function keyOf(unit: number, fn: number, address: number): string {
  return `${unit}/${fn}/${address}`;
}
