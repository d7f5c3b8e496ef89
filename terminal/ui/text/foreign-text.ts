import { viewSchema, type View } from '@yimen/contracts/ui';

/** Control characters (line breaks apart) and those that turn the reading direction (Unicode TR9): they could make a
 *  card, an office or a package say something other than what is read. */
const HIDDEN = /[\p{Cc}\u061C\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/gu;
const HIDDEN_SHOWN = '□';

/** Text from outside as it may be drawn: hidden characters made visible. */
export function foreignText(text: string): string {
  return text.replace(HIDDEN, (character) => (character === '\n' ? character : HIDDEN_SHOWN));
}

/** A view whose texts may be drawn as text nodes. What becomes a QR code stays as it is: it is never read as text. */
export function withForeignText(view: View): View {
  // One character is put in place of one: a valid view stays one.
  return viewSchema.parse(cleaned(view, ''));
}

function cleaned(value: unknown, key: string): unknown {
  if (typeof value === 'string') return key === 'qrText' ? value : foreignText(value);
  if (Array.isArray(value)) return value.map((item: unknown) => cleaned(item, ''));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]: [string, unknown]) => [name, cleaned(item, name)]),
  );
}
