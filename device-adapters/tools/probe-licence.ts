import { err, ok, type Result } from '@yimen/contracts/base';
import { documentSerialSchema, licencePrinterPort } from '@yimen/contracts/device';

type Texts = Readonly<Record<string, string>>;

/** `--form`, `--serial` and the lines of `--field` as the arguments of `make`.
 *  @returns the error is a sentence for whoever typed it. */
export function licenceArgs(texts: Texts): Result<unknown, string> {
  const { form, field } = texts;
  if (form !== 'driving' && form !== 'vehicle') return err('--form: expected driving or vehicle');
  const serial = serialArgs(texts);
  if (!serial.ok) return serial;
  const fields = new Map<string, string>();
  for (const line of (field ?? '').split('\n')) {
    const at = line.indexOf('=');
    if (at < 1) return err('--field: expected NAME=TEXT, once for each field');
    if (fields.has(line.slice(0, at))) return err(`--field: ${line.slice(0, at)} is given twice`);
    fields.set(line.slice(0, at), line.slice(at + 1));
  }
  const args = { form, blankSerial: serial.value.serial, fields: Object.fromEntries(fields) };
  const checked = licencePrinterPort.verbs.make.args.safeParse(args);
  return checked.success
    ? ok(checked.data)
    : err('--field: a name is letters and digits, a text at most 200 characters');
}

/** `--serial` as the arguments of the locker's `present`. */
export function serialArgs(texts: Texts): Result<{ readonly serial: string }, string> {
  const serial = documentSerialSchema.safeParse(texts['serial']);
  return serial.success ? ok({ serial: serial.data }) : err('--serial: expected 4 to 24 of A–Z and 0–9');
}
