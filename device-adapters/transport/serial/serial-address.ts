import { err, ok, type Result } from '@yimen/contracts/base';

/** A serial port and how its line is set. */
export interface SerialAddress {
  /** Absolute; best a stable name (`/dev/serial/by-path/…`): `/dev/ttyUSB0` is whoever came first. */
  readonly path: string;
  /** Bits per second, 50–4,000,000. */
  readonly baud: number;
  readonly dataBits: 5 | 6 | 7 | 8;
  readonly parity: 'none' | 'even' | 'odd';
  readonly stopBits: 1 | 2;
}

const SERIAL_FORM = 'serial:/dev/PATH@BAUD[,8N1]';

const FORM = /^serial:(\/[^\s@]{1,180})@(\d{2,7})(?:,([5-8])([NEO])([12]))?$/;
const PARITIES = { N: 'none', E: 'even', O: 'odd' } as const;
const LOWEST_BAUD = 50;
const HIGHEST_BAUD = 4_000_000;

/** Reads `serial:/dev/ttyUSB0@115200` or `serial:/dev/ttyS1@9600,8E1`; without the last part 8N1.
 *  @returns the error is the sentence that says what was expected. */
export function parseSerialAddress(text: string): Result<SerialAddress, string> {
  const [, path, digits, dataBits = '8', parity = 'N', stopBits = '1'] = FORM.exec(text) ?? [];
  const baud = Number(digits);
  if (path === undefined) return err(`expected ${SERIAL_FORM}, not "${text.slice(0, 60)}"`);
  if (baud < LOWEST_BAUD || baud > HIGHEST_BAUD)
    return err(`expected ${LOWEST_BAUD} to ${HIGHEST_BAUD} bits per second, not ${baud}`);
  return ok({
    path,
    baud,
    dataBits: Number(dataBits) as SerialAddress['dataBits'],
    parity: PARITIES[parity as keyof typeof PARITIES],
    stopBits: stopBits === '2' ? 2 : 1,
  });
}

/** Milliseconds that so many bytes take on this line: start bit, data, parity, stop. */
export function lineMs(address: SerialAddress, bytes: number): number {
  const bits = 1 + address.dataBits + (address.parity === 'none' ? 0 : 1) + address.stopBits;
  return Math.ceil((bytes * bits * 1_000) / address.baud);
}
