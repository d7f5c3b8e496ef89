import { concatBytes, err, ok, type Result } from '@yimen/contracts/base';

/** A short command APDU (ISO/IEC 7816-4 §5.1): header, up to 255 bytes of data, expected length 1–256. */
export interface CommandApdu {
  readonly cla: number;
  readonly ins: number;
  readonly p1: number;
  readonly p2: number;
  readonly data?: Uint8Array | undefined;
  /** Le: how many bytes may come back; 256 is written as 00. */
  readonly le?: number | undefined;
}

/** An answer: data and status word SW1SW2. */
export interface ResponseApdu {
  readonly data: Uint8Array;
  readonly statusWord: number;
}

/** File identifiers of the travel-document application (ICAO 9303-10 §4.6), and one of ours. */
export const FILE = {
  com: 0x011e,
  dg1: 0x0101,
  dg2: 0x0102,
  /** Endorsement counter. No public description of the permit's own files exists: this one is offered by the
   *  simulated permit alone (assumed, README.md). */
  endorsements: 0x0f01,
} as const;

/** Tags of the data groups as EF.COM lists them (ICAO 9303-10 §4.6.2, table 31). */
export const GROUP_TAG = { dg1: 0x61, dg2: 0x75 } as const;

const APPLICATION = Uint8Array.of(0xa0, 0x00, 0x00, 0x02, 0x47, 0x10, 0x01);

/** SELECT the travel-document application by its name, without an answer to open. */
export function selectApplication(): CommandApdu {
  return { cla: 0x00, ins: 0xa4, p1: 0x04, p2: 0x0c, data: APPLICATION };
}

/** SELECT an elementary file under the application by its identifier. */
export function selectFile(identifier: number): CommandApdu {
  return { cla: 0x00, ins: 0xa4, p1: 0x02, p2: 0x0c, data: Uint8Array.of(identifier >> 8, identifier & 0xff) };
}

/** READ BINARY of the selected file. P1 bit 8 stays 0 (P1P2 is the offset), so `offset` reaches 32,767. */
export function readBinary(offset: number, le: number): CommandApdu {
  return { cla: 0x00, ins: 0xb0, p1: (offset >> 8) & 0x7f, p2: offset & 0xff, le };
}

/** GET CHALLENGE: 8 random bytes of the chip (ICAO 9303-11 §4.3.4.1). */
export function getChallenge(): CommandApdu {
  return { cla: 0x00, ins: 0x84, p1: 0x00, p2: 0x00, le: 8 };
}

/** EXTERNAL AUTHENTICATE with the 40 bytes of Basic Access Control (ICAO 9303-11 §4.3.4.2). */
export function externalAuthenticate(data: Uint8Array): CommandApdu {
  return { cla: 0x00, ins: 0x82, p1: 0x00, p2: 0x00, data, le: 40 };
}

/** Bytes of a command: header | Lc | data | Le. */
export function encodeCommand(command: CommandApdu): Uint8Array<ArrayBuffer> {
  const { cla, ins, p1, p2, data, le } = command;
  const body =
    data === undefined || data.length === 0 ? new Uint8Array(0) : concatBytes(Uint8Array.of(data.length), data);
  const tail = le === undefined ? new Uint8Array(0) : Uint8Array.of(le % 256);
  return concatBytes(Uint8Array.of(cla, ins, p1, p2), body, tail);
}

/** Splits an answer; fewer than two bytes hold no status word. */
export function decodeResponse(bytes: Uint8Array): Result<ResponseApdu, 'short'> {
  const [sw1, sw2] = bytes.subarray(-2);
  if (sw1 === undefined || sw2 === undefined) return err('short');
  return ok({ data: bytes.subarray(0, -2), statusWord: sw1 * 256 + sw2 });
}

/** Who the reader says it is. */
export interface ReaderIdentity {
  readonly model: string;
  readonly serial: string;
  readonly firmware: string | null;
}

/** Reads the answer to the identity question: ASCII `model;serial;firmware`, each at most 60 characters. A reader that
 *  answers nothing keeps its identity to itself. */
export function decodeIdentity(bytes: Uint8Array): ReaderIdentity {
  const text = String.fromCharCode(...bytes.subarray(0, 200)).replace(/[^ -~]/gu, '?');
  const [model = '', serial = '', firmware = ''] = text.split(';').map((part) => part.slice(0, 60));
  return { model: model || 'not reported', serial: serial || 'not reported', firmware: firmware || null };
}
