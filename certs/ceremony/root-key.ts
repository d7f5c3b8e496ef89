import { createECDH, webcrypto, type ECDH } from 'node:crypto';
import { writeDer } from '../der.ts';

/** P-384. */
const SCALAR_BYTES = 48;
const CURVE = 'secp384r1';
/** AlgorithmIdentifier: id-ecPublicKey, secp384r1 (RFC 5480 §2.1.1). */
const ALGORITHM = writeDer(
  0x30,
  Uint8Array.of(0x06, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01),
  Uint8Array.of(0x06, 5, 0x2b, 0x81, 0x04, 0x00, 0x22),
);

/** The root's key while it is whole: bytes that can be overwritten, and keys of the crypto library that cannot be taken
 *  out of it. */
export interface RootKey {
  /** The private scalar; `wipe()` overwrites it. */
  readonly scalar: Uint8Array;
  readonly privateKey: webcrypto.CryptoKey;
  readonly publicKey: webcrypto.CryptoKey;
  /** DER of the public key. */
  readonly spki: Buffer;
  wipe(): void;
}

/** A fresh root key, in memory. */
export function makeRootKey(): Promise<RootKey> {
  const ecdh = createECDH(CURVE);
  ecdh.generateKeys();
  return rootKeyOf(ecdh);
}

/** The root key with this scalar; `undefined` when there is none. */
export function rootKeyFrom(scalar: Uint8Array): Promise<RootKey> | undefined {
  if (scalar.length !== SCALAR_BYTES) return undefined;
  const ecdh = createECDH(CURVE);
  try {
    ecdh.setPrivateKey(scalar);
  } catch {
    // Zero, or above the order of the curve: shares that do not belong together can give that.
    return undefined;
  }
  return rootKeyOf(ecdh);
}

async function rootKeyOf(ecdh: ECDH): Promise<RootKey> {
  const bare = ecdh.getPrivateKey();
  // The library leaves out leading zeros.
  const scalar = new Uint8Array(SCALAR_BYTES);
  scalar.set(bare, SCALAR_BYTES - bare.length);
  bare.fill(0);
  const point = ecdh.getPublicKey();
  const spki = Buffer.from(writeDer(0x30, ALGORITHM, writeDer(0x03, Uint8Array.of(0), point)));
  const pkcs8 = writeDer(
    0x30,
    Uint8Array.of(0x02, 1, 0),
    ALGORITHM,
    // ECPrivateKey (RFC 5915 §3).
    writeDer(0x04, writeDer(0x30, Uint8Array.of(0x02, 1, 1), writeDer(0x04, scalar))),
  );
  const algorithm = { name: 'ECDSA', namedCurve: 'P-384' };
  const privateKey = await webcrypto.subtle.importKey('pkcs8', pkcs8, algorithm, false, ['sign']);
  const publicKey = await webcrypto.subtle.importKey('spki', new Uint8Array(spki), algorithm, true, ['verify']);
  pkcs8.fill(0);
  return { scalar, privateKey, publicKey, spki, wipe: () => void scalar.fill(0) };
}
