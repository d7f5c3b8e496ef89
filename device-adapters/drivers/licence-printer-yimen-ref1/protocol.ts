import { createHash } from 'node:crypto';
import { err, ok, toHex, type Result } from '@yimen/contracts/base';
import { ref1Value, textField, textFields, type Ref1Field, type Ref1Fields } from '../../driver-kit/ref1-fields.ts';
import { LICENCE_PRINTER_LIMITS } from './limits.table.ts';

/** Commands of this kind; 15–18 are `ref1-units.ts`'.
 *  @source README.md, "This kind" */
export const COMMAND = { make: 0x10, verify: 0x11, present: 0x12, retract: 0x13, acceptOld: 0x14 } as const;

/** Fields of this kind; 48–4B are `ref1-units.ts`'. */
export const TAG = {
  form: 0x40,
  blankSerial: 0x41,
  formField: 0x42,
  spoiledSerial: 0x43,
  printDigest: 0x45,
  atMost: 0x46,
  position: 0x47,
  askedDigest: 0x4c,
} as const;

/** What is printed on one blank. */
export interface Licence {
  readonly form: 'driving' | 'vehicle';
  readonly blankSerial: string;
  /** Text by the name of its field on the form. */
  readonly fields: Readonly<Record<string, string>>;
}

/** What the camera saw at the verify position. */
export interface RawVerify {
  /** `null` when it could not be read. */
  readonly blankSerial: string | null;
  /** 64 hexadecimal digits; `undefined` when the device gave none. */
  readonly digest: string | undefined;
}

const FORMS = { driving: 1, vehicle: 2 } as const;
const SERIAL = /^[A-Z0-9]{4,24}$/;
const DIGEST_BYTES = 32;

/** Fields 40, 41 and 42 of a make.
 *  @returns the error names the field that the device could not print as it was asked: more than 24 of them, more than
 *  200 bytes of text, characters that no camera can read back. */
export function encodeLicence({ form, blankSerial, fields }: Licence): Result<readonly Ref1Field[], string> {
  const { formFields } = LICENCE_PRINTER_LIMITS;
  const entries = Object.entries(fields);
  const [surplus] = entries.slice(formFields);
  if (surplus !== undefined) return err(`field ${surplus[0]} is one too many: a licence has at most ${formFields}`);
  if (entries.length === 0) return err('a licence without a field');
  const encoded: Ref1Field[] = [];
  for (const [name, text] of entries) {
    const unfit = unfitText(text);
    if (unfit !== undefined) return err(`field ${name} ${unfit}`);
    encoded.push([TAG.formField, Uint8Array.of(name.length, ...ref1Value.text(name), ...ref1Value.text(text))]);
  }
  return ok([[TAG.form, ref1Value.u8(FORMS[form])], [TAG.blankSerial, ref1Value.text(blankSerial)], ...encoded]);
}

/** Field 45: SHA-256 over `form 1F blank serial 0A` and, in order of names by bytes, `name 1F text 0A`; as 64 lower-case
 *  hexadecimal digits. */
export function licenceDigestOf({ form, blankSerial, fields }: Licence): string {
  const hash = createHash('sha256').update(`${FORMS[form]}\x1f${blankSerial}\n`);
  // Names are ASCII: the order of their characters is that of their bytes.
  for (const name of Object.keys(fields).toSorted()) hash.update(`${name}\x1f${fields[name] ?? ''}\n`);
  return hash.digest('hex');
}

/** Field 43: serial numbers of the blanks that this make brought into the reject bin, its own first. */
export function decodeSpoiled(fields: Ref1Fields): readonly string[] {
  return textFields(fields, TAG.spoiledSerial).filter((serial) => SERIAL.test(serial));
}

/** Fields 41 and 45 of a look at the verify position. */
export function decodeVerify(fields: Ref1Fields): RawVerify {
  const serial = textField(fields, TAG.blankSerial) ?? '';
  return { blankSerial: SERIAL.test(serial) ? serial : null, digest: decodeDigest(fields) };
}

/** Field 45 as hexadecimal; `undefined` when absent or of another length. */
export function decodeDigest(fields: Ref1Fields): string | undefined {
  return digestOf(fields, TAG.printDigest);
}

/** Field 4C: the digest of what the device was asked to make; `undefined` when absent or of another length. */
export function decodeAskedDigest(fields: Ref1Fields): string | undefined {
  return digestOf(fields, TAG.askedDigest);
}

function digestOf(fields: Ref1Fields, tag: number): string | undefined {
  const value = fields.get(tag)?.[0];
  return value?.length === DIGEST_BYTES ? toHex(value) : undefined;
}

function unfitText(text: string): string | undefined {
  const { textBytes } = LICENCE_PRINTER_LIMITS;
  // Both would be printed as something else; 1F and 0A would even move the borders within the digest.
  if (!text.isWellFormed() || CONTROL.test(text)) return 'holds a character that cannot be printed';
  return ref1Value.text(text).length > textBytes ? `is longer than ${textBytes} bytes` : undefined;
}
const CONTROL = /\p{Cc}/u;
