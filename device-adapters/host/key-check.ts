import { createHash, timingSafeEqual } from 'node:crypto';

/** A key as it is kept: its digest, so that the key itself is in no dump of the host. */
export type KeyDigest = Buffer;

export function digestOfKey(key: string): KeyDigest {
  return createHash('sha256').update(key).digest();
}

/** Compares in constant time: how much of a guess was right cannot be measured. */
export function isSameKey(digest: KeyDigest | undefined, key: string): boolean {
  return digest !== undefined && timingSafeEqual(digest, digestOfKey(key));
}
