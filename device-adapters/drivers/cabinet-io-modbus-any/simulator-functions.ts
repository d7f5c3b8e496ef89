/** What lies behind the addresses. An error is an exception code. */
export interface AddressSpace {
  /** First and last address of each block that can be read, by function. */
  readonly blocks: Readonly<Record<ReadFunction, readonly (readonly [number, number])[]>>;
  bit(code: 1 | 2, address: number): boolean;
  register(code: 3 | 4, address: number): number;
  /** @returns an exception code when it was not done */
  writeCoil(address: number, isOn: boolean): number | undefined;
  /** All or none. @returns an exception code when it was not done */
  writeRegisters(address: number, values: readonly number[]): number | undefined;
}
type ReadFunction = 1 | 2 | 3 | 4;

/** Application Protocol V1.1b3, 7. */
export const EXCEPTION = { function: 1, address: 2, value: 3, failure: 4, busy: 6 } as const;

/** Most in one request (V1.1b3, 6.1 to 6.4, 6.12). */
const MOST = { 1: 2_000, 2: 2_000, 3: 125, 4: 125, written: 123 } as const;
const [ON, OFF] = [0xff00, 0x0000];
const READ_BYTES = 4;
const BEFORE_REGISTERS = 5;

export function isWrite(code: number): boolean {
  return code === 5 || code === 16;
}

export function exceptionOf(code: number, exception: number): Uint8Array {
  return Uint8Array.of(code | 0x80, exception);
}

/** Carries out one request. Checked in the standard's order: function, count or value, addresses, carrying out (V1.1b3,
 *  figures 11 to 15 and 22).
 *  @returns the answer's function code and data */
export function carryOut(code: number, data: Uint8Array, space: AddressSpace): Uint8Array {
  switch (code) {
    case 1:
    case 2:
    case 3:
    case 4:
      return read(code, data, space);
    case 5:
      return writeOne(data, space);
    case 16:
      return writeMany(data, space);
    default:
      return exceptionOf(code, EXCEPTION.function);
  }
}

function read(code: ReadFunction, data: Uint8Array, space: AddressSpace): Uint8Array {
  const [address, count] = [wordAt(data, 0), wordAt(data, 2)];
  if (data.length !== READ_BYTES || count < 1 || count > MOST[code]) return exceptionOf(code, EXCEPTION.value);
  const isWithin = space.blocks[code].some(([first, last]) => address >= first && address + count - 1 <= last);
  if (!isWithin) return exceptionOf(code, EXCEPTION.address);
  const addresses = Array.from({ length: count }, (_, at) => address + at);
  const told =
    code === 1 || code === 2
      ? packed(addresses.map((at) => space.bit(code, at)))
      : addresses.flatMap((at) => wordBytes(space.register(code, at)));
  return Uint8Array.of(code, told.length, ...told);
}

function writeOne(data: Uint8Array, space: AddressSpace): Uint8Array {
  const [address, value] = [wordAt(data, 0), wordAt(data, 2)];
  if (value !== ON && value !== OFF) return exceptionOf(5, EXCEPTION.value);
  const exception = space.writeCoil(address, value === ON);
  return exception === undefined ? Uint8Array.of(5, ...data) : exceptionOf(5, exception);
}

function writeMany(data: Uint8Array, space: AddressSpace): Uint8Array {
  const [address, count, bytes] = [wordAt(data, 0), wordAt(data, 2), data[4] ?? 0];
  const isWhole = bytes === count * 2 && data.length === BEFORE_REGISTERS + bytes;
  if (!isWhole || count < 1 || count > MOST.written) return exceptionOf(16, EXCEPTION.value);
  const values = Array.from({ length: count }, (_, at) => wordAt(data, BEFORE_REGISTERS + at * 2));
  const exception = space.writeRegisters(address, values);
  return exception === undefined ? Uint8Array.of(16, ...data.slice(0, 4)) : exceptionOf(16, exception);
}

/** The lowest address is bit 0 of the first byte; the last byte is filled with zeroes. */
function packed(bits: readonly boolean[]): number[] {
  const bytes = Array.from({ length: Math.ceil(bits.length / 8) }, () => 0);
  bits.forEach((bit, at) => {
    if (bit) bytes[at >> 3] = (bytes[at >> 3] ?? 0) | (1 << (at & 7));
  });
  return bytes;
}

function wordAt(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

function wordBytes(word: number): readonly number[] {
  return [(word >> 8) & 0xff, word & 0xff];
}
