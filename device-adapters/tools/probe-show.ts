import type { FingerImage, Identity, ScannedCode, Signature } from '@yimen/contracts/device';

/** What of a read is printed. `fields` are a person's or a document's; they are masked unless asked for otherwise, the
 *  rest never needs to be. */
export type ShownRead = Readonly<Record<string, unknown>> & { readonly fields: unknown };

/** A read without its personal values: each becomes its length, enough to see that a read works.
 *  @param open names of fields that may be read by anyone */
export function maskedRead(shown: ShownRead, open: readonly string[]): ShownRead {
  const entries = Object.entries((shown.fields ?? {}) as Record<string, unknown>);
  const fields = entries.map(([name, value]) => [name, open.includes(name) ? value : maskedValue(value)]);
  return { ...shown, fields: Object.fromEntries(fields) as unknown };
}

/** An ID card: the fields, and of picture and fingerprint only how much there is. */
export function showIdentity(value: unknown): ShownRead {
  const { kind, fields, photo, fingerprint } = value as Identity;
  return {
    kind,
    fields,
    photo: photo === null ? null : { bytes: base64Bytes(photo.wlt), format: 'wlt' },
    fingerprint: fingerprint === null ? null : { bytes: base64Bytes(fingerprint) },
  };
}

/** A fingerprint: how good it is; of the image only how much there is. */
export function showFingerImage(value: unknown): ShownRead {
  const { image, ...about } = value as FingerImage;
  return { fields: { ...about, image: { bytes: base64Bytes(image) } } };
}

/** A signature: the size of the pad, and of the ink only how much there is. */
export function showSignature(value: unknown): ShownRead {
  const { widthMm, heightMm, strokes } = value as Signature;
  return { fields: { widthMm, heightMm, strokes: strokes.length, points: strokes.flat().length } };
}

/** A scanned code: how many bytes it has is said in any case. Everything is printed as JSON, which escapes all controls but
 *  DEL and those above 7F: an escape sequence in a code must not reach the technician's terminal (F45). */
export function showCode(value: unknown): ShownRead {
  const { bytes, text, symbology } = value as ScannedCode;
  const safe = text === null ? null : text.replace(/[\u007f-\u009f]/gu, '\uFFFD');
  return { length: base64Bytes(bytes), fields: { bytes, text: safe, symbology } };
}

function maskedValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(maskedValue);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, maskedValue(inner)]));
  return typeof value === 'string' ? `*** (${value.length})` : value;
}

function base64Bytes(text: string): number {
  return Buffer.byteLength(text, 'base64');
}
