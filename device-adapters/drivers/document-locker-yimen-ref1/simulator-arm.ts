import { z } from 'zod';
import type { Completion, DeviceEvidence } from '../../testing/ref1-device/effect-memory.ts';
import { text, type DeviceField } from '../../testing/ref1-device/fields.ts';
import { RESULT } from '../../testing/ref1-device/model.ts';
import type { Motion } from '../../testing/ref1-device/motion.ts';
import type { Units } from '../../testing/ref1-device/units.ts';
import type { PlacedDocument, Places } from './simulator-places.ts';
import { ACCESS, EVIDENCE, LOCKER_RESULT, LOCKER_TIMES } from './simulator-results.table.ts';
import { UNIT } from './simulator-stock.table.ts';

/** Of the time of a motion: the document leaves its place; where power and transport fail. */
const AT = { leave: 0.3, power: 0.4, jam: 0.45 } as const;

const serial = z.string().max(24);
export const armSchema = z.strictObject({
  /** Documents that are under way: one, or two that stick together. */
  carried: z.array(serial).max(2),
  place: z.enum(['works', 'exit']),
  isJammed: z.boolean(),
  isStopped: z.boolean(),
  handedOut: z.int().min(0),
});

/** What the arm needs of the device around it. */
interface Surroundings {
  readonly faults: Set<string>;
  powerDip(): void;
}

/** The arm that fetches documents, the reader at the exit, and the two bins. */
export class LockerArm {
  carried: readonly string[] = [];
  place: 'works' | 'exit' = 'works';
  isJammed = false;
  /** Another document was fetched: nothing more is handed out until a technician resets it. */
  isStopped = false;
  handedOut = 0;
  /** Whether the motion under way has changed anything yet. */
  hasTouched = false;
  readonly #units: Units;
  readonly #places: Places;
  readonly #around: Surroundings;

  constructor(units: Units, places: Places, around: Surroundings) {
    this.#units = units;
    this.#places = places;
    this.#around = around;
  }

  /** What lies at the exit. */
  get atExit(): string | undefined {
    return this.place === 'exit' ? this.carried[0] : undefined;
  }

  /** What the reader sees of what is carried: two labels at once are none. */
  get read(): string {
    const [first = ''] = this.carried;
    return this.carried.length === 1 ? this.#places.read(first) : '';
  }

  /** @param arrived what follows once the right document lies at the open exit. */
  fetching(asked: string, from: PlacedDocument, arrived: () => Completion | undefined): Motion {
    const moments = [
      { at: AT.leave, run: () => this.#leave(from) },
      { at: AT.power, run: () => (this.#around.faults.delete('F11') ? this.#around.powerDip() : undefined) },
      { at: AT.jam, run: () => this.#jamWhenDue() },
    ].map(({ at, run }) => ({ at, run: () => run() ?? undefined }));
    const end = (): Completion | undefined => {
      if (this.read !== asked) return this.#reject(asked);
      this.place = 'exit';
      return arrived();
    };
    return { name: 'fetch', ms: LOCKER_TIMES.fetch, moments, end };
  }

  retracting(): Motion {
    const leave = (): undefined => {
      this.hasTouched = true;
      this.place = 'works';
    };
    const moments = [
      { at: AT.leave, run: leave },
      { at: AT.jam, run: () => this.#jamWhenDue() },
    ];
    return { name: 'retract', ms: LOCKER_TIMES.retract, moments, end: () => this.#retain() };
  }

  /** @param destination 2 retain, 3 stay. */
  resetting(destination: number): Motion {
    const end = (): Completion => {
      if (this.isJammed) return { result: LOCKER_RESULT.jam, motion: 0 };
      this.isStopped = false;
      if (this.carried.length > 0 && destination === 2) return this.#retain();
      const position = this.carried.length === 0 ? 'none' : this.place;
      return done([{ kind: EVIDENCE.position, access: ACCESS.none, detail: position }]);
    };
    return { name: 'reset', ms: LOCKER_TIMES.reset, end };
  }

  /** Staff free what is stuck and lay it into the reject bin. */
  free(): void {
    if (this.isJammed) this.#drop(UNIT.reject);
    this.isJammed = false;
    this.isStopped = false;
  }

  /** A hand takes what is at the exit. */
  take(): string | undefined {
    const taken = this.atExit;
    if (taken === undefined) return undefined;
    this.#units.take(taken);
    this.carried = [];
    this.place = 'works';
    this.handedOut += 1;
    return taken;
  }

  /** Field 46. */
  readField(): DeviceField {
    return text(0x46, this.read);
  }

  save(): z.infer<typeof armSchema> {
    const { place, isJammed, isStopped, handedOut } = this;
    return { carried: [...this.carried], place, isJammed, isStopped, handedOut };
  }

  restore(saved: z.infer<typeof armSchema>): void {
    Object.assign(this, saved);
  }

  #leave(asked: PlacedDocument): undefined {
    const neighbour = this.#places.neighbour(asked);
    const first = this.#around.faults.has('F18') ? (neighbour ?? asked) : asked;
    const isDouble = this.#around.faults.has('F35') && first === asked && neighbour !== undefined;
    const fetched = isDouble ? [asked, neighbour] : [first];
    for (const document of fetched) this.#places.fetch(document);
    this.hasTouched = true;
    this.carried = fetched.map((document) => document.serial);
    this.place = 'works';
  }

  #jamWhenDue(): Completion | undefined {
    if (!this.#around.faults.has('F27')) return undefined;
    this.isJammed = true;
    return { result: LOCKER_RESULT.jam, motion: 1 };
  }

  /** Not the one that was asked for, or nobody can say: never presented. */
  #reject(asked: string): Completion {
    const fields = [this.readField(), text(0x4c, asked)];
    const count = this.#drop(UNIT.reject);
    this.isStopped = true;
    const evidence = [delta(`reject +${count}`)];
    return { result: LOCKER_RESULT.mismatch, motion: 1, evidence, fields };
  }

  #retain(): Completion {
    if (this.#units.room(UNIT.retract) < this.carried.length || !this.#units.takes(UNIT.retract))
      return { result: LOCKER_RESULT.binFull, motion: 0 };
    const detail = this.read;
    const count = this.#drop(UNIT.retract);
    this.hasTouched = true;
    return done([{ kind: EVIDENCE.retracted, access: ACCESS.none, detail }, delta(`retract +${count}`)]);
  }

  #drop(bin: number): number {
    const count = this.carried.length;
    for (const dropped of this.carried) this.#units.drop(dropped, bin);
    this.carried = [];
    this.place = 'works';
    return count;
  }
}

function delta(detail: string): DeviceEvidence {
  return { kind: EVIDENCE.countDelta, access: ACCESS.none, detail };
}

function done(evidence: readonly DeviceEvidence[]): Completion {
  return { result: RESULT.well, motion: 1, evidence };
}
