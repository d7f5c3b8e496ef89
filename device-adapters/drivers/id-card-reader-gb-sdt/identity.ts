import { err, ok, type Clock, type Result } from '@yimen/contracts/base';
import type { Fault, Identity } from '@yimen/contracts/device';
import { within } from '../../driver-kit/within.ts';
import { SDT_LIMITS } from './limits.table.ts';
import type { PhotoDecoder } from './photo-decoder.ts';
import { decodeIdentity, type RawCommand } from './protocol.ts';
import { lengthsFault, textFault } from './status.ts';
import { readTextFields } from './text-fields.ts';

/** What a good reply to `sent` says of the holder; whole or nothing. The reply's bytes stay the caller's to overwrite.
 *  @fault invalidMedia: wrong lengths, unknown kind (the character is the vendorCode), damaged text. */
export async function identityOf(
  data: Uint8Array,
  sent: RawCommand,
  decoder: PhotoDecoder,
  clock: Clock,
): Promise<Result<Identity, Fault>> {
  const raw = decodeIdentity(data, sent);
  if (raw === undefined) return err(lengthsFault());
  const read = readTextFields(raw.text);
  if (!read.ok) return err(textFault(read.error));
  const { photo, fingerprint } = raw;
  return ok({
    ...read.value,
    photo: photo === null ? null : { wlt: toBase64(photo), shown: await picture(photo, decoder, clock) },
    fingerprint: fingerprint === null ? null : toBase64(fingerprint),
  });
}

/** The picture to show, or null: no decoder, one that refuses, or one that takes too long. A person is identified by
 *  the text; a photo that cannot be drawn must not stop that. */
async function picture(wlt: Uint8Array, decoder: PhotoDecoder, clock: Clock): Promise<string | null> {
  if (decoder.state === 'not-installed') return null;
  const shown = await within(clock, decoder.decode(wlt), SDT_LIMITS.decodeMs, undefined);
  if (shown?.ok !== true) return null;
  const { value } = shown;
  const text = value.length > SDT_LIMITS.shownBytes ? null : toBase64(value);
  value.fill(0);
  return text;
}

/** Over the bytes themselves: `Buffer.from(bytes)` would leave a copy behind. */
function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
