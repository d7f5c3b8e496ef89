import { isIP } from 'node:net';
import { readDer, writeDer, type DerElement } from './der.ts';

export const NAME_CONSTRAINTS_OID = '2.5.29.30';

/** GeneralName tags (RFC 5280 §4.2.1.6) in use: dNSName [2], directoryName [4], iPAddress [7]. */
const DNS = 0x82;
const DIRECTORY = 0xa4;
const ADDRESS = 0x87;
const PERMITTED = 0xa0;
const EXCLUDED = 0xa1;
const SEQUENCE = 0x30;

/** Name limits of a CA. `directory`: DER of the Name that subjects must begin with. Addresses as `a.b.c.d/bits`. */
export interface NameLimits {
  readonly directory?: Uint8Array;
  readonly dns?: readonly string[];
  readonly addresses?: readonly string[];
  /** Refuse every dNSName and iPAddress. */
  readonly noHostNames?: boolean;
}

/** Names of one certificate that limits apply to. Addresses are 4 or 16 bytes. */
export interface BoundNames {
  readonly subject: Uint8Array;
  readonly dns: readonly string[];
  readonly addresses: readonly Uint8Array[];
}

/** DER of the NameConstraints extension (RFC 5280 §4.2.1.10). */
export function encodeNameConstraints(limits: NameLimits): Uint8Array<ArrayBuffer> {
  const permitted: Uint8Array[] = [];
  if (limits.directory !== undefined) permitted.push(writeDer(SEQUENCE, writeDer(DIRECTORY, limits.directory)));
  for (const name of limits.dns ?? [])
    permitted.push(writeDer(SEQUENCE, writeDer(DNS, new TextEncoder().encode(name))));
  for (const range of limits.addresses ?? [])
    permitted.push(writeDer(SEQUENCE, writeDer(ADDRESS, addressRange(range))));
  const excluded =
    limits.noHostNames === true ? [new Uint8Array(0)].map((none) => writeDer(SEQUENCE, writeDer(DNS, none))) : [];
  if (limits.noHostNames === true) {
    excluded.push(
      writeDer(SEQUENCE, writeDer(ADDRESS, new Uint8Array(8))),
      writeDer(SEQUENCE, writeDer(ADDRESS, new Uint8Array(32))),
    );
  }
  const parts: Uint8Array[] = [];
  if (permitted.length > 0) parts.push(writeDer(PERMITTED, ...permitted));
  if (excluded.length > 0) parts.push(writeDer(EXCLUDED, ...excluded));
  return writeDer(SEQUENCE, ...parts);
}

/** Whether `names` keep to an encoded NameConstraints. Of each form that is permitted somewhere, each name must fall
 *  into one permitted subtree; no name may fall into an excluded one. Unreadable constraints, or a form that this
 *  function does not know, are kept by nobody. */
export function keepsNameConstraints(extension: Uint8Array, names: BoundNames): boolean {
  const parts = childrenOf(readDer(extension)?.[0]);
  if (parts === undefined) return false;
  const trees: { excluded: boolean; base: DerElement }[] = [];
  for (const part of parts) {
    if (part.tag !== PERMITTED && part.tag !== EXCLUDED) return false;
    for (const tree of childrenOf(part) ?? []) {
      const base = childrenOf(tree)?.[0];
      if (base === undefined || ![DNS, DIRECTORY, ADDRESS].includes(base.tag)) return false;
      trees.push({ excluded: part.tag === EXCLUDED, base });
    }
  }
  const holds = <T>(tag: number, name: T, within: (name: T, base: Uint8Array) => boolean): boolean => {
    const ofForm = trees.filter((tree) => tree.base.tag === tag);
    const permitted = ofForm.filter((tree) => !tree.excluded);
    if (ofForm.some((tree) => tree.excluded && within(name, tree.base.body))) return false;
    return permitted.length === 0 || permitted.some((tree) => within(name, tree.base.body));
  };
  return (
    holds(DIRECTORY, names.subject, isWithinDirectory) &&
    names.dns.every((name) => holds(DNS, name, isWithinDomain)) &&
    names.addresses.every((address) => holds(ADDRESS, address, isWithinRange))
  );
}

function childrenOf(element: DerElement | undefined): DerElement[] | undefined {
  return element === undefined ? undefined : readDer(element.body);
}

/** The subject's first RDNs are those of the base, compared as encoded (both come from the same encoder). */
function isWithinDirectory(subject: Uint8Array, base: Uint8Array): boolean {
  const own = childrenOf(readDer(subject)?.[0]);
  const wanted = childrenOf(readDer(base)?.[0]);
  if (own === undefined || wanted === undefined) return false;
  return wanted.every((rdn, index) => equal(own[index]?.whole, rdn.whole));
}

function isWithinDomain(name: string, base: Uint8Array): boolean {
  const domain = new TextDecoder().decode(base).toLowerCase();
  const host = name.toLowerCase();
  return domain === '' || host === domain || host.endsWith(domain.startsWith('.') ? domain : `.${domain}`);
}

function isWithinRange(address: Uint8Array, base: Uint8Array): boolean {
  if (base.length !== address.length * 2) return false;
  return address.every(
    (byte, i) => (byte & (base[address.length + i] ?? 0)) === ((base[i] ?? 0) & (base[address.length + i] ?? 0)),
  );
}

function equal(a: Uint8Array | undefined, b: Uint8Array): boolean {
  return a !== undefined && a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** `127.0.0.0/8` as address and mask bytes; IPv4 only, which is all a demonstration binds to.
 *  @throws RangeError on anything else. */
function addressRange(range: string): Uint8Array<ArrayBuffer> {
  const [address = '', bits = ''] = range.split('/');
  const length = Number(bits);
  if (isIP(address) !== 4 || !Number.isInteger(length) || length < 0 || length > 32)
    throw new RangeError(`not an IPv4 range: ${range}`);
  const mask = Array.from({ length: 4 }, (_, i) => 256 - 2 ** (8 - Math.min(8, Math.max(0, length - 8 * i))));
  return Uint8Array.of(...address.split('.').map(Number), ...mask);
}
