import { createHash } from 'node:crypto';
import { isSerial } from '../../testing/ref1-device/counted-units.ts';
import type { DeviceFields } from '../../testing/ref1-device/fields.ts';
import type { Form } from './simulator-stock.table.ts';

const MOST_FIELDS = 24;
const LONGEST_TEXT = 200;

export type FormField = readonly [name: string, text: string];

/** What a make command asks for. */
export interface AskedLicence {
  readonly form: Form;
  readonly serial: string;
  readonly fields: readonly FormField[];
}

/** Fields 40, 41 and 42 of command 10; `undefined` when they do not fit. */
export function askedLicence(fields: DeviceFields): AskedLicence | undefined {
  const form = fields.number(0x40, 1);
  const serial = fields.text(0x41, 24);
  const rows = fields.all(0x42).map(formField);
  if ((form !== 1 && form !== 2) || !isSerial(serial)) return undefined;
  if (rows.length === 0 || rows.length > MOST_FIELDS) return undefined;
  const known = rows.filter((row) => row !== undefined);
  const names = new Set(known.map(([name]) => name));
  return names.size === rows.length ? { form, serial, fields: known } : undefined;
}

/** SHA-256 over one line of form and blank serial, then over every field in order of names (README.md, field 45). */
export function printDigest({ form, serial, fields }: AskedLicence): Uint8Array<ArrayBuffer> {
  const hash = createHash('sha256').update(`${form}\u001f${serial}\n`);
  // Names are ASCII: order by code unit is order by bytes.
  for (const [name, text] of fields.toSorted(([a], [b]) => (a < b ? -1 : 1))) hash.update(`${name}\u001f${text}\n`);
  return Uint8Array.from(hash.digest());
}

/** Another person's text in the same form. */
export function ofAnother(fields: readonly FormField[]): readonly FormField[] {
  return fields.map(([name, text]) => [name, text === '' ? '张三' : Array.from(text).toReversed().join('') + '·']);
}

/** Name length u8, name ASCII, text UTF-8 of at most 200 bytes. */
function formField(value: Uint8Array): FormField | undefined {
  const [length = 0] = value;
  const name = Buffer.from(value.subarray(1, 1 + length)).toString('latin1');
  const text = value.subarray(1 + length);
  if (length === 0 || value.length < 1 + length || text.length > LONGEST_TEXT || !/^[\x21-\x7e]+$/.test(name))
    return undefined;
  try {
    return [name, new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(text)];
  } catch {
    return undefined;
  }
}
