import {
  createCipheriv,
  createDecipheriv,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
} from 'node:crypto';
import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import { sealedSchema, type Sealed } from '@yimen/contracts/device';

const KEY_BYTES = 32;
const TAG_BYTES = 16;
/** Each key seals one message. */
const NONCE = new Uint8Array(12);
/** A message between processes is bounded already; what is inside must not become more than some pictures. */
const OPEN_BYTES = 16 * 1024 * 1024;

/** What a session seals for the process of one driver, and how it opens the answer. */
export interface SealedCall {
  readonly sealed: Sealed;
  /** @returns `undefined` when it was not sealed by whoever could open the question */
  open(answer: unknown): { readonly value: unknown } | undefined;
}

/** A driver's process: opens what was sealed for it. Its key dies with it. */
export interface Opener {
  /** Told to whoever wants to seal something for it. */
  readonly publicKey: string;
  /** @returns `undefined` when it was sealed for somebody else, or is not whole */
  open(sealed: Sealed): { readonly value: unknown; readonly seal: (answer: unknown) => Sealed } | undefined;
}

/** Between a session and the process of a driver stands the device host, which outlives citizens: what passes through it is
 *  sealed for the two ends (X25519, HKDF-SHA-256, AES-256-GCM), and both keys are gone when both processes are. */
export function createOpener(): Opener {
  const own = generateKeyPairSync('x25519');
  return {
    publicKey: rawKey(own.publicKey).toString('base64'),
    open: ({ sealed }) => {
      const bytes = Buffer.from(sealed, 'base64');
      if (bytes.length < KEY_BYTES + TAG_BYTES) return undefined;
      const theirs = bytes.subarray(0, KEY_BYTES);
      const keyOf = keysBetween(own.privateKey, theirs, theirs);
      const opened = keyOf && decrypt(keyOf('question'), bytes.subarray(KEY_BYTES));
      return opened && { ...opened, seal: (answer) => wrapped(encrypt(keyOf('answer'), answer)) };
    },
  };
}

/** Seals a question for the process with this public key.
 *  @returns `undefined` when that is no key */
export function sealFor(publicKey: string, question: unknown): SealedCall | undefined {
  const theirs = Buffer.from(publicKey, 'base64');
  if (theirs.length !== KEY_BYTES) return undefined;
  const own = generateKeyPairSync('x25519');
  const mine = rawKey(own.publicKey);
  const keyOf = keysBetween(own.privateKey, theirs, mine);
  if (keyOf === undefined) return undefined;
  return {
    sealed: wrapped(Buffer.concat([mine, encrypt(keyOf('question'), question)])),
    open: (answer) => {
      const parsed = sealedSchema.safeParse(answer);
      return parsed.success ? decrypt(keyOf('answer'), Buffer.from(parsed.data.sealed, 'base64')) : undefined;
    },
  };
}

/** @returns whether these arguments are sealed */
export function isSealed(args: unknown): args is Sealed {
  return sealedSchema.safeParse(args).success;
}

/** @returns `undefined` for a key with which no secret can be shared (RFC 7748 §6.1: all bits of the result are zero) */
function keysBetween(
  own: KeyObject,
  theirs: Uint8Array,
  salt: Uint8Array,
): ((purpose: 'question' | 'answer') => Uint8Array) | undefined {
  const shared = sharedSecret(own, theirs);
  if (shared === undefined) return undefined;
  return (purpose) => new Uint8Array(hkdfSync('sha256', shared, salt, `yimen device ${purpose}`, KEY_BYTES));
}

function sharedSecret(own: KeyObject, theirs: Uint8Array): Uint8Array | undefined {
  try {
    const x = Buffer.from(theirs).toString('base64url');
    const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'X25519', x }, format: 'jwk' });
    return diffieHellman({ privateKey: own, publicKey });
  } catch {
    return undefined;
  }
}

function encrypt(key: Uint8Array, value: unknown): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, NONCE);
  // Pictures are base64 already: without this a third more would have to pass.
  const text = deflateRawSync(JSON.stringify({ value }), { strategy: constants.Z_HUFFMAN_ONLY });
  const body = Buffer.concat([cipher.update(text), cipher.final()]);
  return Buffer.concat([cipher.getAuthTag(), body]);
}

function decrypt(key: Uint8Array, bytes: Uint8Array): { readonly value: unknown } | undefined {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, NONCE, { authTagLength: TAG_BYTES });
    decipher.setAuthTag(bytes.subarray(0, TAG_BYTES));
    const body = Buffer.concat([decipher.update(bytes.subarray(TAG_BYTES)), decipher.final()]);
    const text = inflateRawSync(body, { maxOutputLength: OPEN_BYTES }).toString();
    // Arguments that are not there stay so.
    return { value: (JSON.parse(text) as { readonly value?: unknown }).value };
  } catch {
    return undefined;
  }
}

function rawKey(key: KeyObject): Buffer {
  return Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url');
}

function wrapped(bytes: Buffer): Sealed {
  return { sealed: bytes.toString('base64') };
}
