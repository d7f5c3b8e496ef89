/** Functions that are used (Application Protocol V1.1b3, 6). */
const FUNCTIONS = {
  readCoils: 0x01,
  readInputs: 0x02,
  readHolding: 0x03,
  readInputRegisters: 0x04,
  writeCoil: 0x05,
  writeRegisters: 0x10,
} as const;

export type ReadFunction = 1 | 2 | 3 | 4;

/** Exception codes (Application Protocol V1.1b3, 7) that say "not now". */
export const EXCEPTIONS = { acknowledge: 0x05, busy: 0x06 } as const;

/** What a unit said to one request. */
export type RawAnswer<T> =
  | { readonly is: 'value'; readonly value: T }
  | { readonly is: 'exception'; readonly code: number };

/** One request, and how its own answer is told from every other. */
export interface RawRequest<T> {
  /** For logs and faults: `read 02 0000 16`. */
  readonly name: string;
  readonly pdu: Uint8Array;
  /** Bytes of the whole answer frame: how long the line takes. */
  readonly answerBytes: number;
  /** `undefined`: this is the answer to something else. */
  readonly take: (pdu: Uint8Array) => RawAnswer<T> | undefined;
}

const EXCEPTION_BIT = 0x80;
const COIL_ON = 0xff00;
/** unit, function, bytes, CRC around the data of an answer */
const AROUND_DATA = 5;
const ECHO_BYTES = 8;

/** Reads `count` bits or registers from `address` on.
 *  @param count bits 1 to 2000, registers 1 to 125
 *  @returns one number each, in order: bits 0 or 1, registers 0 to 65535
 *  @source Application Protocol V1.1b3, 6.1 to 6.4 */
export function readRequest(fn: ReadFunction, address: number, count: number): RawRequest<readonly number[]> {
  const isBits = fn === FUNCTIONS.readCoils || fn === FUNCTIONS.readInputs;
  const dataBytes = isBits ? Math.ceil(count / 8) : count * 2;
  return {
    name: `read ${hexOf(fn, 2)} ${hexOf(address, 4)} ${count}`,
    pdu: Uint8Array.of(fn, ...word(address), ...word(count)),
    answerBytes: AROUND_DATA + dataBytes,
    take: (pdu) => {
      if (pdu[0] !== fn || pdu[1] !== dataBytes || pdu.length !== 2 + dataBytes) return exceptionOf(fn, pdu);
      const data = pdu.subarray(2);
      const value = Array.from({ length: count }, (_, at) =>
        isBits ? ((data[at >> 3] ?? 0) >> (at & 7)) & 1 : wordAt(data, at * 2),
      );
      return { is: 'value', value };
    },
  };
}

/** Switches one coil; the answer repeats the request.
 *  @source Application Protocol V1.1b3, 6.5 */
export function writeCoilRequest(address: number, isOn: boolean): RawRequest<void> {
  const pdu = Uint8Array.of(FUNCTIONS.writeCoil, ...word(address), ...word(isOn ? COIL_ON : 0));
  return writeRequest(`write 05 ${hexOf(address, 4)} ${isOn ? 1 : 0}`, pdu, pdu);
}

/** Writes one register by function 16; the answer repeats address and count.
 *  @param value 0 to 65535
 *  @source Application Protocol V1.1b3, 6.12 */
export function writeRegisterRequest(address: number, value: number): RawRequest<void> {
  const head = [FUNCTIONS.writeRegisters, ...word(address), ...word(1)];
  const pdu = Uint8Array.of(...head, 2, ...word(value));
  return writeRequest(`write 10 ${hexOf(address, 4)} ${hexOf(value, 4)}`, pdu, Uint8Array.from(head));
}

/** As manuals print it. */
export function hexOf(value: number, digits: number): string {
  return value.toString(16).toUpperCase().padStart(digits, '0');
}

function writeRequest(name: string, pdu: Uint8Array, echo: Uint8Array): RawRequest<void> {
  return {
    name,
    pdu,
    answerBytes: ECHO_BYTES,
    take: (answer) => {
      const isEcho = answer.length === echo.length && echo.every((byte, at) => byte === answer[at]);
      return isEcho ? { is: 'value', value: undefined } : exceptionOf(pdu[0] ?? 0, answer);
    },
  };
}

function exceptionOf(fn: number, pdu: Uint8Array): { readonly is: 'exception'; readonly code: number } | undefined {
  const [given, code] = pdu;
  return given === (fn | EXCEPTION_BIT) && code !== undefined && pdu.length === 2
    ? { is: 'exception', code }
    : undefined;
}

function word(value: number): readonly [number, number] {
  return [value >> 8, value & 0xff];
}

function wordAt(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}
