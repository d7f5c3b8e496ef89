/** A value that may be signed or hashed: no floats, no `undefined`, no exotic objects. */
export type CanonicalValue =
  | null
  | boolean
  | number
  | string
  | readonly CanonicalValue[]
  | { readonly [key: string]: CanonicalValue | undefined };

/** RFC 8785 (JSON Canonicalization Scheme) text of a value whose numbers are all integers.
 *  Keys are sorted by UTF-16 code units (§3.2.3); strings are escaped as `JSON.stringify` does (§3.2.2.2);
 *  members that are `undefined` are left out, as in JSON.
 *  @throws RangeError on a fraction, an unsafe integer, a lone surrogate, or something JSON does not have. */
export function canonicalJson(value: CanonicalValue): string {
  // What was written in this form, as a ledger's events are, is written again by the engine itself, ten times as fast.
  return isInOrder(value) ? JSON.stringify(value) : sorted(value);
}

/** Whether `JSON.stringify` gives the canonical form: members in order, and nothing that it would write otherwise. */
function isInOrder(value: CanonicalValue | undefined): boolean {
  if (typeof value === 'string') return value.isWellFormed();
  if (typeof value === 'number') return Number.isSafeInteger(value);
  if (typeof value === 'boolean' || value === null) return true;
  if (typeof value !== 'object') return false;
  if (isList(value)) return value.every(isInOrder);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  let last: string | undefined;
  for (const key of Object.keys(value)) {
    if ((last !== undefined && last >= key) || !key.isWellFormed() || !isInOrder(value[key])) return false;
    last = key;
  }
  return true;
}

function sorted(value: CanonicalValue): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new RangeError(`not a safe integer: ${value}`);
    return Object.is(value, -0) ? '0' : String(value);
  }
  if (typeof value === 'string') {
    if (!value.isWellFormed()) throw new RangeError('text with a lone surrogate');
    return JSON.stringify(value);
  }
  if (isList(value)) return `[${value.map(sorted).join(',')}]`;
  if (typeof value !== 'object') throw new RangeError(`not JSON: ${typeof value}`);
  const parts: string[] = [];
  for (const key of Object.keys(value).toSorted(byCodeUnit)) {
    const member = value[key];
    if (member !== undefined) parts.push(`${sorted(key)}:${sorted(member)}`);
  }
  return `{${parts.join(',')}}`;
}

function isList(value: unknown): value is readonly CanonicalValue[] {
  return Array.isArray(value);
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
