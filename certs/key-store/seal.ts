import { argon2Sync, createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { err, ok, type Result } from '@yimen/contracts/base';

/** Why a key could not be had, in the words of the error table. */
export interface KeyFault {
  readonly code: 'KEY_MISSING' | 'KEY_EXISTS' | 'KEY_UNREADABLE' | 'KEY_STORE_AWAY' | 'KEY_NOT_FOR_TLS' | 'KEY_NAME';
  readonly message: string;
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const SALT_BYTES = 16;
/** AES-256. */
export const SEAL_KEY_BYTES = 32;
/** Argon2id as the trust design has it for passwords (§7.1). */
const ARGON2 = { parallelism: 1, tagLength: SEAL_KEY_BYTES, memory: 64 * 1024, passes: 3 } as const;

/** Encrypts with AES-256-GCM under a random nonce: nonce | tag | ciphertext.
 *  @param about what this is and whose; it does not open as anything else */
export function seal(key: Uint8Array, plain: Uint8Array, about: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(about));
  const body = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), body]);
}

/** @fault KEY_UNREADABLE another key, another `about`, or a changed byte: GCM does not tell which */
export function unseal(key: Uint8Array, sealed: Uint8Array, about: string): Result<Buffer, KeyFault> {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
      .setAAD(Buffer.from(about))
      .setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    return ok(Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]));
  } catch {
    return err({ code: 'KEY_UNREADABLE', message: `${about}: the seal does not open` });
  }
}

/** As `seal`, under a passphrase: salt | sealed. */
export function sealByPassphrase(passphrase: string, plain: Uint8Array, about: string): Buffer {
  const salt = randomBytes(SALT_BYTES);
  return Buffer.concat([salt, seal(keyOf(passphrase, salt), plain, about)]);
}

/** @fault KEY_UNREADABLE a wrong passphrase, or not what was sealed */
export function unsealByPassphrase(passphrase: string, sealed: Uint8Array, about: string): Result<Buffer, KeyFault> {
  return unseal(keyOf(passphrase, sealed.subarray(0, SALT_BYTES)), sealed.subarray(SALT_BYTES), about);
}

function keyOf(passphrase: string, salt: Uint8Array): Buffer {
  // A torn file has a short salt, which the function throws at; padded, it is a key that opens nothing.
  const nonce = Buffer.concat([salt, Buffer.alloc(SALT_BYTES)]).subarray(0, SALT_BYTES);
  return argon2Sync('argon2id', { message: Buffer.from(passphrase, 'utf8'), nonce, ...ARGON2 });
}
