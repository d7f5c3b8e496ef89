import type { Clock } from '@yimen/contracts/base';

export const DOORS = ['front', 'back', 'service'] as const;
export type Door = (typeof DOORS)[number];

/** A bolt under way. */
const BOLT_MS = 400;

/** Three doors. A lock has an order (its coil), and a bolt that follows it; a person opens and shuts what no bolt holds. */
export class Doors {
  readonly #clock: Clock;
  readonly #boltMs: number;
  readonly #isStuck: () => boolean;
  readonly #changed: () => void;
  readonly #open = new Set<Door>();
  readonly #ordered = new Set<Door>(DOORS);
  readonly #thrown = new Set<Door>(DOORS);

  constructor(clock: Clock, speed: 'real' | 'fast', isStuck: () => boolean, changed: () => void) {
    this.#clock = clock;
    this.#boltMs = speed === 'fast' ? 0 : BOLT_MS;
    this.#isStuck = isStuck;
    this.#changed = changed;
  }

  isOpen(door: Door): boolean {
    return this.#open.has(door);
  }

  isThrown(door: Door): boolean {
    return this.#thrown.has(door);
  }

  /** What its coil says. */
  isOrdered(door: Door): boolean {
    return this.#ordered.has(door);
  }

  move(door: Door, isOpen: boolean): void {
    put(this.#open, door, isOpen);
  }

  order(door: Door, isLocked: boolean): void {
    put(this.#ordered, door, isLocked);
    this.settle();
  }

  /** Bolts go where they were ordered, unless they are stuck. */
  settle(): void {
    if (this.#boltMs === 0) return this.#follow();
    this.#clock.after(this.#boltMs, () => {
      this.#follow();
      this.#changed();
    });
  }

  wordOf(door: Door): 'locked' | 'unlocked' | 'moving' {
    if (this.isThrown(door) !== this.isOrdered(door)) return 'moving';
    return this.isThrown(door) ? 'locked' : 'unlocked';
  }

  save(): { open: Door[]; locked: Door[] } {
    return { open: [...this.#open], locked: [...this.#ordered] };
  }

  restore({ open, locked }: { readonly open: readonly Door[]; readonly locked: readonly Door[] }): void {
    for (const door of DOORS) {
      put(this.#open, door, open.includes(door));
      put(this.#ordered, door, locked.includes(door));
    }
    this.#follow();
  }

  #follow(): void {
    if (this.#isStuck()) return;
    for (const door of DOORS) put(this.#thrown, door, this.#ordered.has(door));
  }
}

function put(set: Set<Door>, door: Door, isIn: boolean): void {
  if (isIn) set.add(door);
  else set.delete(door);
}
