/** Registers that this reader obeys (README.md, "The line"). */
export const REGISTER = {
  mode: 0x0000,
  trigger: 0x0002,
  readingTime: 0x0006,
  output: 0x000d,
  tail: 0x0060,
  aim: 0x00d0,
} as const;

/** Modes by the lowest two bits of register 0000. */
const MODES = ['button', 'command', 'continuous', 'sensor'] as const;
export type Gm65Mode = (typeof MODES)[number];

/** CR, CR LF, TAB, none: by bits 6–5 of register 0060. */
const TAILS = [[0x0d], [0x0d, 0x0a], [0x09], []] as const;

const REGISTERS = 0x100;
const FIRST_READ_ONLY = 0x00e0;
/** Model, hardware, software 1.00, 2020-10-31. */
const IDENTITY = [0x41, 0x64, 0x64, 0x14, 0x0a, 0x1f] as const;
const OTHER_MODEL = 0x42;

/** What the reader is set to: in force at once, kept over power-off only when it was saved. */
export class Gm65Registers {
  #saved = factory();
  #now = factory();
  saves = 0;

  get mode(): Gm65Mode {
    return MODES[this.#at(REGISTER.mode) & 3] ?? 'button';
  }

  /** Milliseconds of one reading; 0 is without end. */
  get readingMs(): number {
    return this.#at(REGISTER.readingTime) * 100;
  }

  /** Whether codes go to a keyboard and not to this line. */
  get isKeyboard(): boolean {
    return (this.#at(REGISTER.output) & 3) === 1;
  }

  get tail(): readonly number[] {
    const value = this.#at(REGISTER.tail);
    return (value & 1) === 0 ? [] : (TAILS[(value >> 5) & 3] ?? []);
  }

  get hasAim(): boolean {
    return (this.#at(REGISTER.aim) & 0x80) !== 0;
  }

  read(address: number, count: number, isOtherModel: boolean): Uint8Array {
    return Uint8Array.from({ length: count }, (_, i) =>
      address + i === FIRST_READ_ONLY && isOtherModel ? OTHER_MODEL : this.#at(address + i),
    );
  }

  /** What is read only, or is not there, stays as it is. */
  write(address: number, data: Uint8Array): void {
    data.forEach((value, i) => {
      const at = address + i;
      if (at < REGISTERS && !(at >= FIRST_READ_ONLY && at < FIRST_READ_ONLY + IDENTITY.length)) this.#now[at] = value;
    });
  }

  save(): void {
    this.saves += 1;
    this.#saved = Uint8Array.from(this.#now);
    this.#saved[REGISTER.trigger] = 0;
  }

  powerOn(): void {
    this.#now = Uint8Array.from(this.#saved);
  }

  #at(address: number): number {
    return this.#now[address] ?? 0;
  }
}

function factory(): Uint8Array {
  const registers = new Uint8Array(REGISTERS);
  registers[REGISTER.mode] = 0xd6;
  registers[REGISTER.readingTime] = 0x32;
  registers.set(IDENTITY, FIRST_READ_ONLY);
  return registers;
}
