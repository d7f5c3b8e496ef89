import type { CabinetFault } from './simulator-faults.table.ts';
import { EXCEPTION, type AddressSpace } from './simulator-functions.ts';
import { DOORS, type Doors } from './simulator-doors.ts';
import { TAMPERS, type TamperLatch } from './simulator-tamper.ts';
import type { SimulatedUps } from './simulator-ups.ts';

const LIGHTS = ['status', 'cardSlot', 'printer', 'payment'] as const;
const LIGHT_WORDS = ['off', 'on', 'slowFlash', 'quickFlash'] as const;
const SERIAL = 'CAB00017';
const [MARK, VERSION, FIRMWARE] = [0x5943, 0x0001, 0x0102];
const NOT_KNOWN = 0xffff;
const PROBE_BROKEN = 0x8000;
const AT = { lamp: 8, latchClear: 1, firstLight: 16, temperature: 16, charge: 17, minutes: 18 } as const;
const TENTHS = { normal: 245, 'too-hot': 615, 'too-cold': -40 } as const;

/** Where a person turned the key. */
export type KeyPosition = 'run' | 'maintenance' | 'supervisor';

/** What the board is wired to. */
export interface Wiring {
  readonly doors: Doors;
  readonly tamper: TamperLatch;
  readonly ups: SimulatedUps;
  readonly faults: ReadonlySet<CabinetFault>;
  readonly key: () => KeyPosition;
  readonly isPressed: () => boolean;
}

/** The addresses of `yimen-cabinet-1` (README.md), and the outputs that the board keeps. */
export class CabinetMap implements AddressSpace {
  readonly blocks = {
    1: [
      [0, 2],
      [8, 8],
    ],
    2: [[0, 15]],
    3: [
      [0, 1],
      [16, 19],
    ],
    4: [
      [0, 6],
      [16, 18],
    ],
  } as const;
  isLampOn = false;
  /** Writes that were carried out. */
  writes = 0;
  readonly #wiring: Wiring;
  readonly #lights: number[] = LIGHTS.map(() => 0);
  /** A contact that bounces is the other way at each read. */
  #isBounced = false;

  constructor(wiring: Wiring) {
    this.#wiring = wiring;
  }

  get lights(): Readonly<Record<string, string>> {
    const flashing = LIGHTS.map((name, at) => [name, LIGHT_WORDS[this.#lights[at] ?? 0] ?? 'off'] as const);
    return Object.fromEntries([['inside', this.isLampOn ? 'on' : 'off'], ...flashing]);
  }

  get degrees(): number | null {
    return this.#wiring.faults.has('probe-broken') ? null : this.#tenths / 10;
  }

  /** Coils keep their value, lights do not. */
  powerOn(): void {
    this.#lights.fill(0);
  }

  bit(code: 1 | 2, address: number): boolean {
    if (code === 2) {
      // Once in a read, not once for each of its bits.
      if (address === 0) this.#isBounced = !this.#isBounced;
      return this.#inputs()[address] ?? false;
    }
    const door = DOORS[address];
    return door === undefined ? this.isLampOn : this.#wiring.doors.isOrdered(door);
  }

  register(code: 3 | 4, address: number): number {
    return code === 3 ? this.#holding(address) : this.#input(address);
  }

  writeCoil(address: number, isOn: boolean): number | undefined {
    const door = DOORS[address];
    if (door === undefined && address !== AT.lamp) return EXCEPTION.address;
    if (door !== undefined) this.#wiring.doors.order(door, isOn);
    else if (this.#isLightDead) return undefined;
    else this.isLampOn = isOn;
    this.writes += 1;
    return undefined;
  }

  writeRegisters(address: number, values: readonly number[]): number | undefined {
    const last = address + values.length - 1;
    const isClear = address === AT.latchClear && last === AT.latchClear;
    const isLight = address >= AT.firstLight && last < AT.firstLight + LIGHTS.length;
    if (!isClear && !isLight) return EXCEPTION.address;
    if (isLight && values.some((value) => value >= LIGHT_WORDS.length)) return EXCEPTION.value;
    if (isClear) this.#wiring.tamper.end(values[0] ?? 0);
    else if (this.#isLightDead) return undefined;
    else values.forEach((value, at) => (this.#lights[address - AT.firstLight + at] = value));
    this.writes += 1;
    return undefined;
  }

  get #isLightDead(): boolean {
    return this.#wiring.faults.has('light-stuck');
  }

  get #tenths(): number {
    const { faults } = this.#wiring;
    if (faults.has('too-hot')) return TENTHS['too-hot'];
    return faults.has('too-cold') ? TENTHS['too-cold'] : TENTHS.normal;
  }

  /** Discrete inputs 0 to 15. */
  #inputs(): readonly boolean[] {
    const { doors, tamper, ups, faults, key, isPressed } = this.#wiring;
    const isHeard = !faults.has('ups-unheard');
    const closed = DOORS.map((door) => !doors.isOpen(door));
    if (faults.has('bounce')) closed[0] = this.#isBounced;
    const bolts = (['front', 'back'] as const).map((door) => doors.isThrown(door));
    const keys = [key() === 'maintenance', key() === 'supervisor'];
    const power = [ups.hasMains, ups.isLow, ups.isRecovering].map((is) => isHeard && is);
    const quiet = TAMPERS.map((name) => tamper.isGood(name));
    return [...closed, ...bolts, false, ...keys, isPressed(), ...power, isHeard, ...quiet];
  }

  #holding(address: number): number {
    if (address === 0) return this.#wiring.tamper.register;
    return address === AT.latchClear ? 0 : (this.#lights[address - AT.firstLight] ?? 0);
  }

  #input(address: number): number {
    const { ups, faults } = this.#wiring;
    switch (address) {
      case 0:
        return faults.has('wrong-model') ? 0 : MARK;
      case 1:
        return VERSION;
      case 2:
        return FIRMWARE;
      case AT.temperature:
        return faults.has('probe-broken') ? PROBE_BROKEN : this.#tenths & 0xffff;
      case AT.charge:
        return faults.has('ups-unheard') ? NOT_KNOWN : Math.floor(ups.charge);
      case AT.minutes:
        return faults.has('ups-unheard') ? NOT_KNOWN : ups.minutesLeft;
      default:
        return (SERIAL.charCodeAt((address - 3) * 2) << 8) | SERIAL.charCodeAt((address - 3) * 2 + 1);
    }
  }
}
