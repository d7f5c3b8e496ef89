import { numberField, ref1Value, textField, type Ref1Field, type Ref1Fields } from '../../driver-kit/ref1-fields.ts';

/** Commands of this kind; 15–18 are `ref1-units.ts`'. Command 11 (look) has no verb in the port.
 *  @source README.md, "This kind" */
export const COMMAND = { inventory: 0x10, present: 0x12, retract: 0x13, readBack: 0x14 } as const;

/** Fields of this kind; 48–4A are `ref1-units.ts`'. */
export const TAG = {
  page: 0x40,
  pages: 0x41,
  place: 0x42,
  unreadable: 0x43,
  serial: 0x44,
  atMost: 0x45,
  readSerial: 0x46,
  position: 0x47,
  askedSerial: 0x4c,
} as const;

/** Results 20 and up that the driver asks for by name; the whole table is in `status.ts`. */
export const RESULT = { verifyMismatch: 0x27 } as const;

export interface RawPlace {
  readonly place: number;
  /** As it was read; empty when it could not be. */
  readonly serial: string;
}

/** One page of the inventory. */
export interface RawPage {
  readonly pages: number;
  readonly places: readonly RawPlace[];
  /** Places, on all pages, that hold what cannot be read. */
  readonly unreadable: number;
}

const SERIAL = /^[A-Z0-9]{4,24}$/;
const PLACE_BYTES = 2;

/** Field 40 of a question for a page. */
export function encodePage(page: number): readonly Ref1Field[] {
  return [[TAG.page, ref1Value.u16(page)]];
}

/** Field 44 of a present. */
export function encodeSerial(serial: string): readonly Ref1Field[] {
  return [[TAG.serial, ref1Value.text(serial)]];
}

/** Fields 41–43 of a page; `undefined` when one of them is missing or a place has no number. */
export function decodePage(fields: Ref1Fields): RawPage | undefined {
  const pages = numberField(fields, TAG.pages);
  const unreadable = numberField(fields, TAG.unreadable);
  const places = fields.get(TAG.place) ?? [];
  if (pages === undefined || pages === 0 || unreadable === undefined) return undefined;
  if (places.some((value) => value.length < PLACE_BYTES)) return undefined;
  return { pages, unreadable, places: places.map(placeOf) };
}

/** Field 46: what was read at the exit; `''` when something lies there that cannot be read, `undefined` when nothing
 *  does. */
export function decodeReadSerial(fields: Ref1Fields): string | undefined {
  if (!fields.has(TAG.readSerial)) return undefined;
  const serial = textField(fields, TAG.readSerial) ?? '';
  return SERIAL.test(serial) ? serial : '';
}

/** Field 4C: what the device was asked to present; `undefined` when it does not say, or says what cannot be asked. */
export function decodeAskedSerial(fields: Ref1Fields): string | undefined {
  const serial = textField(fields, TAG.askedSerial) ?? '';
  return SERIAL.test(serial) ? serial : undefined;
}

/** A document whose serial number can be asked for. */
export function isSerial(text: string): boolean {
  return SERIAL.test(text);
}

function placeOf(value: Uint8Array): RawPlace {
  const place = ((value[0] ?? 0) << 8) | (value[1] ?? 0);
  return { place, serial: new TextDecoder().decode(value.subarray(PLACE_BYTES)) };
}
