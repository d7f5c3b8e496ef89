import { hash } from 'node:crypto';
import { canonicalJson, type CanonicalValue } from '@yimen/contracts/base';

const HASH_BYTES = 32;

/** h(seq) = SHA-256(h(seq−1) ‖ RFC 8785 text of the event), base64url (fleet contract §2.3). @param previous a wire hash */
export function chainHash(previous: string, text: string): string {
  const bytes = Buffer.allocUnsafe(HASH_BYTES + Buffer.byteLength(text, 'utf8'));
  bytes.write(previous, 0, 'base64url');
  bytes.write(text, HASH_BYTES, 'utf8');
  return hash('sha256', bytes, 'base64url');
}

/** RFC 8785 text of anything that JSON can hold; fractions too, which the contract forbids: an event that breaks the
 *  contract still has its place in the chain. `undefined` for what has no such text (lone surrogates, or nested so
 *  deeply that nothing can walk it). */
export function canonicalText(value: unknown): string | undefined {
  try {
    return canonicalJson(value as CanonicalValue);
  } catch {
    // Not an integer, or nothing at all: the slower way decides.
  }
  try {
    return anyCanonical(value);
  } catch {
    return undefined;
  }
}

function anyCanonical(value: unknown): string {
  // ECMAScript's own number text is RFC 8785 §3.2.2.3.
  if (typeof value === 'number') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(anyCanonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return canonicalJson(value as CanonicalValue);
  const members = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, member]) => `${canonicalJson(key)}:${anyCanonical(member)}`).join(',')}}`;
}
