import { err, ok, type Clock, type Result } from '@yimen/contracts/base';
import { DOORS, type Door, type Doors } from './simulator-doors.ts';
import type { CabinetFault } from './simulator-faults.table.ts';
import type { KeyPosition } from './simulator-map.ts';
import { TAMPERS, type TamperLatch } from './simulator-tamper.ts';
import type { SimulatedUps } from './simulator-ups.ts';

/** How long a finger stays on the call button. */
const PRESS_MS = 1_000;

/** The fault that is over when this door is shut. */
const FORCED: Readonly<Record<Door, CabinetFault>> = {
  front: 'F59',
  back: 'door-back-open',
  service: 'door-service-open',
};

interface Reach {
  readonly clock: Clock;
  readonly doors: Doors;
  readonly tamper: TamperLatch;
  readonly ups: SimulatedUps;
  readonly faults: Set<CabinetFault>;
  readonly changed: () => void;
}

/** What a person at the cabinet does, and what comes from outside: force, heat, the mains. */
export class CabinetHands {
  key: KeyPosition = 'run';
  isPressed = false;
  readonly #reach: Reach;
  readonly #acts: ReadonlyMap<string, () => Result<void, string>>;

  constructor(reach: Reach) {
    this.#reach = reach;
    const { tamper } = reach;
    this.#acts = new Map<string, () => Result<void, string>>([
      ...DOORS.map((door) => [`door-${door}-open`, () => this.#openDoor(door)] as const),
      ...DOORS.map((door) => [`door-${door}-closed`, () => this.#done(() => this.#shut(door))] as const),
      ...(['run', 'maintenance', 'supervisor'] as const).map(
        (key) => [`key-${key}`, () => this.#done(() => (this.key = key))] as const,
      ),
      ['call-button', () => this.#done(() => this.#press())],
      ['lid-open', () => this.#done(() => this.befall('tamper-lid'))],
      ['lid-closed', () => this.#done(() => this.#end(['tamper-lid'], () => tamper.calm('lid')))],
      ['mains-off', () => this.#done(() => this.befall('F56'))],
      ['mains-on', () => this.#done(() => this.#end(['F56', 'ups-low'], () => reach.ups.set(true)))],
      ['tamper-reset', () => this.#resetTamper()],
    ]);
  }

  /** @returns why it cannot be done now */
  act(name: string): Result<void, string> {
    const act = this.#acts.get(name);
    return act === undefined ? err(`nobody can do ${name} here`) : act();
  }

  /** What a fault does to the cabinet at once. */
  befall(fault: CabinetFault): void {
    const { doors, tamper, ups, faults } = this.#reach;
    faults.add(fault);
    const forced = DOORS.find((door) => FORCED[door] === fault);
    if (forced !== undefined) doors.move(forced, true);
    if (fault === 'F60') tamper.blow();
    if (fault === 'tamper-lid') tamper.trip('lid');
    if (fault === 'tamper-heat') tamper.trip('heat');
    if (fault === 'F56') ups.set(false);
    if (fault === 'ups-low') ups.set(false, 15);
    if (fault === 'ups-recovering') ups.set(true, 40);
  }

  /** Staff set it right: doors that were forced are shut, lid on, mains there, battery full. Latches stay. */
  setRight(): void {
    const { doors, tamper, ups, faults } = this.#reach;
    for (const door of DOORS) if (faults.has(FORCED[door])) doors.move(door, false);
    for (const name of TAMPERS) tamper.calm(name);
    faults.clear();
    ups.set(true, 100);
    doors.settle();
  }

  #openDoor(door: Door): Result<void, string> {
    const { doors } = this.#reach;
    if (doors.isThrown(door)) return err(`the ${door} door is locked`);
    doors.move(door, true);
    return ok(undefined);
  }

  #shut(door: Door): void {
    this.#end([FORCED[door]], () => this.#reach.doors.move(door, false));
  }

  #press(): void {
    this.isPressed = true;
    this.#reach.clock.after(PRESS_MS, () => {
      this.isPressed = false;
      this.#reach.changed();
    });
  }

  /** The button on the board: everything whose contact is good. */
  #resetTamper(): Result<void, string> {
    const { tamper } = this.#reach;
    tamper.end(0b111);
    const left = TAMPERS.filter((name) => tamper.isLatched(name));
    return left.length === 0 ? ok(undefined) : err(`not good yet: ${left.join(', ')}`);
  }

  #end(faults: readonly CabinetFault[], act: () => void): void {
    for (const fault of faults) this.#reach.faults.delete(fault);
    act();
  }

  #done(act: () => void): Result<void, string> {
    act();
    return ok(undefined);
  }
}
