import { createHash, timingSafeEqual } from 'node:crypto';

/** SHA-256 of the parts in order, base64url (43 characters). */
export function sha256Base64Url(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('base64url');
}

/** SHA-256, lower-case hexadecimal. */
export function sha256Hex(part: string | Uint8Array): string {
  return createHash('sha256').update(part).digest('hex');
}

/** Compares two keys in a time that does not depend on where they differ. */
export function sameKey(a: string, b: string): boolean {
  return timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest());
}
