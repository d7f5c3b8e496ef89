import { err, ok, type Result } from '@yimen/contracts/base';
import type { Identity, IdCardKind } from '@yimen/contracts/device';
import { LAYOUT_MARK_AT, TEXT_LAYOUTS, type IdFieldName } from './text-layouts.table.ts';

/** Why a card's text cannot be read. `character`: as it is when it can be shown, else `U+0000`. */
export type TextFault =
  | { readonly code: 'TEXT_LAYOUT_UNKNOWN'; readonly character: string }
  | { readonly code: 'TEXT_NOT_UTF16'; readonly field: string };

const KINDS = Object.keys(TEXT_LAYOUTS) as readonly IdCardKind[];
const MARK_BYTES = 2;

/** Reads the 256 bytes of a card's text: which kind it is, and the kind's fields. Never "probably citizen".
 *  @fault TEXT_LAYOUT_UNKNOWN the mark is none of the four; TEXT_NOT_UTF16 a field holds half a character. */
export function readTextFields(text: Uint8Array): Result<Pick<Identity, 'kind' | 'fields'>, TextFault> {
  const mark = String.fromCharCode((text[LAYOUT_MARK_AT] ?? 0) + ((text[LAYOUT_MARK_AT + 1] ?? 0) << 8));
  const kind = text.length < LAYOUT_MARK_AT + MARK_BYTES ? undefined : KINDS.find((k) => TEXT_LAYOUTS[k].mark === mark);
  if (kind === undefined) return err({ code: 'TEXT_LAYOUT_UNKNOWN', character: shown(mark) });
  const fields: Partial<Record<IdFieldName, string>> = {};
  for (const [name, pieces] of Object.entries(TEXT_LAYOUTS[kind].fields) as [IdFieldName, [number, number][]][]) {
    const value = decodeCardText(...pieces.map(([offset, length]) => text.subarray(offset, offset + length)));
    if (value === undefined) return err({ code: 'TEXT_NOT_UTF16', field: name });
    fields[name] = value;
  }
  return ok({ kind, fields });
}

/** UTF-16LE, the pieces joined, without trailing spaces. `undefined` when that is no well-formed text: an odd number of
 *  bytes, or half of a character beyond U+FFFF. */
export function decodeCardText(...pieces: readonly Uint8Array[]): string | undefined {
  let text = '';
  for (const piece of pieces) {
    if (piece.length % 2 !== 0) return undefined;
    for (let at = 0; at < piece.length; at += 2)
      text += String.fromCharCode((piece[at] ?? 0) + ((piece[at + 1] ?? 0) << 8));
  }
  return text.isWellFormed() ? text.replace(/ +$/, '') : undefined;
}

function shown(character: string): string {
  if (/^[\p{L}\p{N}\p{P}\p{S}]$/u.test(character)) return character;
  return `U+${character.charCodeAt(0).toString(16).padStart(4, '0').toUpperCase()}`;
}
