import { concatBytes, err, ok, type Result } from '@yimen/contracts/base';

/** A command APDU (ISO/IEC 7816-4 §5.1): header, data, expected length. Short (data up to 255, `le` up to 256) unless one
 *  of both is longer. */
export interface CommandApdu {
  readonly cla: number;
  readonly ins: number;
  readonly p1: number;
  readonly p2: number;
  readonly data?: Uint8Array | undefined;
  /** Le: how many bytes may come back, 1–65,536; the largest of each form is written as zero. */
  readonly le?: number | undefined;
}

/** An answer: data and status word SW1SW2. */
export interface ResponseApdu {
  readonly data: Uint8Array;
  readonly statusWord: number;
}

/** File identifiers of the travel-document application (ICAO 9303-10 §4.6; 010D is DG13, not the security object), of
 *  EF.CardAccess in the master file (9303-10 §3.11.3), and one of ours. */
export const FILE = {
  cardAccess: 0x011c,
  com: 0x011e,
  sod: 0x011d,
  /** Endorsement counter. No public description of the permit's own files exists: this one is offered by the
   *  simulated permit alone (assumed, README.md). */
  endorsements: 0x0f01,
} as const;

/** A data group: its number in the security object, its tag in EF.COM, its file. */
export interface DataGroup {
  readonly number: number;
  readonly tag: number;
  readonly file: number;
}

/** The groups that this driver reads (ICAO 9303-10 §4.6.2, table 31). */
export const GROUP = {
  dg1: { number: 1, tag: 0x61, file: 0x0101 },
  dg2: { number: 2, tag: 0x75, file: 0x0102 },
  dg11: { number: 11, tag: 0x6b, file: 0x010b },
  dg14: { number: 14, tag: 0x6e, file: 0x010e },
  dg15: { number: 15, tag: 0x6f, file: 0x010f },
} as const satisfies Record<string, DataGroup>;

const APPLICATION = Uint8Array.of(0xa0, 0x00, 0x00, 0x02, 0x47, 0x10, 0x01);

/** SELECT the master file. */
export function selectMasterFile(): CommandApdu {
  return { cla: 0x00, ins: 0xa4, p1: 0x00, p2: 0x0c, data: Uint8Array.of(0x3f, 0x00) };
}

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

/** MSE:Set AT for PACE: protocol, password (1 MRZ, 2 CAN), and the domain parameters where the chip offers several.
 *  @param protocol contents of the object identifier
 *  @source ICAO 9303-11 §4.4.4.1 */
export function setPace(protocol: Uint8Array, password: 1 | 2, parameterId: number | undefined): CommandApdu {
  const parameter = parameterId === undefined ? new Uint8Array(0) : encodeTlv(0x84, Uint8Array.of(parameterId));
  const data = concatBytes(encodeTlv(0x80, protocol), encodeTlv(0x83, Uint8Array.of(password)), parameter);
  return { cla: 0x00, ins: 0x22, p1: 0xc1, p2: 0xa4, data };
}

/** MSE:Set AT for chip authentication with AES. `keyId` as DG14 gives it, where it holds several keys.
 *  @source ICAO 9303-11 §6.2.4.2 */
export function setChipAuthentication(protocol: Uint8Array, keyId: Uint8Array | undefined): CommandApdu {
  const data = concatBytes(encodeTlv(0x80, protocol), keyReference(keyId));
  return { cla: 0x00, ins: 0x22, p1: 0x41, p2: 0xa4, data };
}

/** MSE:Set KAT: chip authentication with 3DES, in one command.
 *  @source ICAO 9303-11 §6.2.4.1 */
export function setKeyAgreement(publicKey: Uint8Array, keyId: Uint8Array | undefined): CommandApdu {
  const data = concatBytes(encodeTlv(0x91, publicKey), keyReference(keyId));
  return { cla: 0x00, ins: 0x22, p1: 0x41, p2: 0xa6, data };
}

function keyReference(keyId: Uint8Array | undefined): Uint8Array {
  return keyId === undefined ? new Uint8Array(0) : encodeTlv(0x84, keyId);
}

/** GENERAL AUTHENTICATE: one step of PACE or chip authentication. `object` is one data object, or nothing to ask for
 *  the nonce; class 10 says that more commands of the chain follow.
 *  @source ICAO 9303-11 §4.4.4.2, §6.2.4.2 */
export function generalAuthenticate(object: Uint8Array, isLast: boolean): CommandApdu {
  return { cla: isLast ? 0x00 : 0x10, ins: 0x86, p1: 0x00, p2: 0x00, data: encodeTlv(0x7c, object), le: 256 };
}

/** INTERNAL AUTHENTICATE: the chip signs 8 random bytes (ICAO 9303-11 §6.1.3).
 *  @param le bytes of the signature at most; above 256 only a chip with extended length can give it */
export function internalAuthenticate(challenge: Uint8Array, le: number): CommandApdu {
  return { cla: 0x00, ins: 0x88, p1: 0x00, p2: 0x00, data: challenge, le };
}

/** Bytes of a command: header | Lc | data | Le, in the short form where it fits. */
export function encodeCommand(command: CommandApdu): Uint8Array<ArrayBuffer> {
  const { cla, ins, p1, p2, data = new Uint8Array(0), le } = command;
  const header = Uint8Array.of(cla, ins, p1, p2);
  const isLong = data.length > 255 || (le ?? 0) > 256;
  return isLong ? concatBytes(header, longBody(data, le)) : concatBytes(header, shortBody(data, le));
}

function shortBody(data: Uint8Array, le: number | undefined): Uint8Array {
  const body = data.length === 0 ? new Uint8Array(0) : concatBytes(Uint8Array.of(data.length), data);
  return le === undefined ? body : concatBytes(body, Uint8Array.of(le % 256));
}

/** 00 | Lc (2) | data | Le (2); without data 00 | Le (2). */
function longBody(data: Uint8Array, le: number | undefined): Uint8Array {
  const body = data.length === 0 ? new Uint8Array(0) : concatBytes(twoBytes(data.length), data);
  return concatBytes(Uint8Array.of(0), body, le === undefined ? new Uint8Array(0) : twoBytes(le));
}

function twoBytes(value: number): Uint8Array {
  return Uint8Array.of((value >> 8) & 0xff, value & 0xff);
}

/** One data object: tag of one or two bytes, definite length, value (ISO/IEC 7816-4 §5.2.2).
 *  @throws RangeError over 65,535 bytes: no caller can mean that. */
export function encodeTlv(tag: number, value: Uint8Array): Uint8Array<ArrayBuffer> {
  if (value.length > 0xffff) throw new RangeError(`object of ${value.length} bytes`);
  const tagBytes = tag > 0xff ? twoBytes(tag) : Uint8Array.of(tag);
  return concatBytes(tagBytes, lengthBytes(value.length), value);
}

function lengthBytes(length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(length);
  return length < 0x100 ? Uint8Array.of(0x81, length) : concatBytes(Uint8Array.of(0x82), twoBytes(length));
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
