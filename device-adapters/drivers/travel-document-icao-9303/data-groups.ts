import { err, ok, type Result } from '@yimen/contracts/base';
import { findTlv } from '../../framing/tlv.ts';
import { readMrz, type MachineReadableZone, type MrzFault } from './mrz.ts';
import { chipLimits } from './limits.table.ts';

/** A file does not say what its standard says it must; `message` names the part, never a value. */
export interface FileFault {
  readonly code: 'FILE_MALFORMED' | MrzFault['code'];
  readonly message: string;
}

const LIMITS = { valueBytes: chipLimits.fileBytes, objects: chipLimits.objectsPerList };

/** Tags of the data groups that the document offers.
 *  EF.COM: 60 { 5F01 version, 5F36 Unicode version, 5C tags }.
 *  @source ICAO 9303-10 §4.6.2 */
export function readCom(file: Uint8Array): Result<readonly number[], FileFault> {
  const tags = findTlv(file, [0x60, 0x5c], LIMITS);
  return tags.ok && tags.value !== undefined ? ok([...tags.value]) : malformed('EF.COM');
}

/** The machine-readable zone in DG1: 61 { 5F1F zone }.
 *  @source ICAO 9303-10 §4.7.1 */
export function readDg1(file: Uint8Array): Result<MachineReadableZone, FileFault> {
  const zone = findTlv(file, [0x61, 0x5f1f], LIMITS);
  return zone.ok && zone.value !== undefined
    ? readMrz(String.fromCharCode(...zone.value.subarray(0, 91)))
    : malformed('DG1');
}

/** The first facial image in DG2, as stored: 75 { 7F61 { 02 count, 7F60 { A1 header, 5F2E or 7F2E record } … } }.
 *  @source ICAO 9303-10 §4.7.2; the record is ISO/IEC 19794-5:2005 §5 */
export function readDg2(file: Uint8Array): Result<Uint8Array, FileFault> {
  const template = findTlv(file, [0x75, 0x7f61, 0x7f60], LIMITS);
  if (!template.ok || template.value === undefined) return malformed('DG2 template');
  for (const tag of [0x5f2e, 0x7f2e]) {
    const record = findTlv(template.value, [tag], LIMITS);
    if (!record.ok) return malformed('DG2 template');
    if (record.value !== undefined) return faceOfRecord(record.value);
  }
  return malformed('DG2 record');
}

/** What DG11 says of the holder. */
export interface HolderDetails {
  /** As stored, parts separated as on the chip; often in the holder's own script. */
  readonly fullName: string | null;
  readonly personalNumber: string | null;
}

/** Name and personal number in DG11: 6B { 5C tags, 5F0E full name, …, 5F10 personal number }, UTF-8. What it does not
 *  hold is `null`; a text that is no UTF-8, or longer than the port allows, is malformed.
 *  @source ICAO 9303-10 §4.7.11 */
export function readDg11(file: Uint8Array): Result<HolderDetails, FileFault> {
  const details = findTlv(file, [0x6b], LIMITS);
  if (!details.ok || details.value === undefined) return malformed('DG11');
  const fullName = textOf(details.value, 0x5f0e, chipLimits.fullNameCharacters);
  const personalNumber = textOf(details.value, 0x5f10, chipLimits.personalNumberCharacters);
  return fullName === undefined || personalNumber === undefined
    ? malformed('DG11 text')
    : ok({ fullName, personalNumber });
}

function textOf(details: Uint8Array, tag: number, longest: number): string | null | undefined {
  const value = findTlv(details, [tag], LIMITS);
  if (!value.ok) return undefined;
  if (value.value === undefined) return null;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(value.value);
    return text.length <= longest ? text : undefined;
  } catch {
    return undefined;
  }
}

/** Number of endorsements: 53 { `YM1` count }; ours, assumed (README.md). `undefined` when it reads otherwise. */
export function readEndorsements(file: Uint8Array): number | undefined {
  const value = findTlv(file, [0x53], LIMITS);
  if (!value.ok || value.value?.length !== 4) return undefined;
  return String.fromCharCode(...value.value.subarray(0, 3)) === 'YM1' ? value.value[3] : undefined;
}

const RECORD_HEAD = 14;
const FACE_HEAD = 20;
const FEATURE_POINT = 8;
const IMAGE_HEAD = 12;

/** Facial record: `FAC␀` `010␀` length(4) faces(2) | face: length(4) points(2) … 20 in all | points × 8 | image
 *  information 12 | image. All numbers big-endian. */
function faceOfRecord(record: Uint8Array): Result<Uint8Array, FileFault> {
  if (record.length < RECORD_HEAD + FACE_HEAD + IMAGE_HEAD) return malformed('facial record');
  const view = new DataView(record.buffer, record.byteOffset, record.byteLength);
  const isFacial = view.getUint32(0) === 0x46414300 && view.getUint32(4) === 0x30313000;
  if (!isFacial || view.getUint32(8) !== record.length || view.getUint16(12) < 1)
    return malformed('facial record header');
  const end = RECORD_HEAD + view.getUint32(RECORD_HEAD);
  const start = RECORD_HEAD + FACE_HEAD + view.getUint16(RECORD_HEAD + 4) * FEATURE_POINT + IMAGE_HEAD;
  if (end > record.length || start >= end) return malformed('facial record lengths');
  const image = record.subarray(start, end);
  return isImage(image) ? ok(image) : malformed('image format');
}

/** JPEG (FF D8 FF), JP2 (signature box), JPEG 2000 codestream (FF 4F FF 51). */
function isImage(image: Uint8Array): boolean {
  const starts = [
    [0xff, 0xd8, 0xff],
    [0, 0, 0, 0x0c, 0x6a, 0x50, 0x20, 0x20],
    [0xff, 0x4f, 0xff, 0x51],
  ];
  return starts.some((start) => start.every((byte, at) => image[at] === byte));
}

function malformed(part: string): { readonly ok: false; readonly error: FileFault } {
  return err({ code: 'FILE_MALFORMED', message: `${part} does not follow ICAO 9303-10` });
}
