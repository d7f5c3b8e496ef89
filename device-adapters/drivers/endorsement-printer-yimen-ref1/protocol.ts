import { createHash } from 'node:crypto';
import { err, ok, toHex, type Result } from '@yimen/contracts/base';
import type { EndorsementLine } from '@yimen/contracts/device';
import { ref1Value, textField, textFields, type Ref1Field, type Ref1Fields } from '../../driver-kit/ref1-fields.ts';
import { ENDORSEMENT_PRINTER_LIMITS } from './limits.table.ts';

/** Commands of this kind.
 *  @source README.md, "This kind" */
export const COMMAND = { takeCard: 0x10, erase: 0x11, print: 0x12, readBack: 0x13, handBack: 0x14 } as const;

/** Fields of this kind. */
export const TAG = {
  panelLine: 0x40,
  mrz: 0x41,
  recognisedLine: 0x42,
  panelDigest: 0x43,
  position: 0x44,
  askedDigest: 0x46,
} as const;

/** What the scanner saw on the card's back. */
export interface RawReadBack {
  /** The 30 characters of the machine-readable line; `null` when they could not be read. */
  readonly mrz: string | null;
  /** From top to bottom; empty on an empty panel. */
  readonly panel: readonly string[];
  /** 64 hexadecimal digits, as the device computed it; `undefined` when it gave none. */
  readonly panelDigest: string | undefined;
}

const PRINTABLE = /^[\x20-\x7e]+$/;
const MRZ_CHARACTERS = 30;
const DIGEST_BYTES = 32;

/** An endorsement as its panel line: `HKG G 1 2026-11-26 2027-02-26 E123456`. */
export function panelLineOf(line: EndorsementLine): string {
  return [line.destination, line.kind, line.countCode, line.issued, line.validUntil, line.serial].join(' ');
}

/** Field 40, once for each line.
 *  @returns the error says which line does not fit: edition 1 prints ASCII only, at most 8 lines of 80 bytes. */
export function encodePanel(lines: readonly string[]): Result<readonly Ref1Field[], string> {
  const { panelLines, panelLineBytes } = ENDORSEMENT_PRINTER_LIMITS;
  if (lines.length === 0 || lines.length > panelLines) return err(`${lines.length} panel lines`);
  const unfit = lines.findIndex((line) => !PRINTABLE.test(line) || line.length > panelLineBytes);
  if (unfit >= 0) return err(`panel line ${unfit + 1} cannot be printed`);
  return ok(lines.map((line): Ref1Field => [TAG.panelLine, ref1Value.text(line)]));
}

/** Field 43: SHA-256 over the lines, each followed by 0A, as 64 lower-case hexadecimal digits. */
export function panelDigestOf(lines: readonly string[]): string {
  const hash = createHash('sha256');
  for (const line of lines) hash.update(`${line}\n`);
  return hash.digest('hex');
}

/** Fields 41–43 of a read-back. */
export function decodeReadBack(fields: Ref1Fields): RawReadBack {
  const mrz = textField(fields, TAG.mrz);
  return {
    mrz: mrz?.length === MRZ_CHARACTERS && PRINTABLE.test(mrz) ? mrz : null,
    panel: textFields(fields, TAG.recognisedLine),
    panelDigest: digestField(fields, TAG.panelDigest),
  };
}

/** A digest field as hexadecimal; `undefined` when absent or of another length. */
export function digestField(fields: Ref1Fields, tag: number): string | undefined {
  const value = fields.get(tag)?.[0];
  return value?.length === DIGEST_BYTES ? toHex(value) : undefined;
}
