import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { err, ok, type Result } from '@yimen/contracts/base';
import type { ProfileName } from '../profiles.ts';
import type { KeyFault } from './seal.ts';

export type { KeyFault };

/** How hard a key is to take away (密钥等级): it cannot leave its chip; its file opens with a secret kept elsewhere; its
 *  file is only not readable to others. */
export type KeyLevel = 'tpm' | 'sealed' | 'file';

export interface PublicKeyInfo {
  /** DER. */
  readonly spki: Buffer;
  /** SHA-256 of it, base64url: how the allow-list names a key. */
  readonly spkiHash: string;
}

/** What a TLS client or server is given for its key. */
export interface TlsMaterial {
  /** PEM: the key, or what stands for it and only works where the key lies. */
  readonly keyPem: string;
  /** OpenSSL configuration that the process has to be started with (`--openssl-config`); `null` = none. */
  readonly opensslConfig: string | null;
}

/** Where private keys lie. Each has a name (`[a-z0-9-]`, at most 40); all are on P-256. Implementations: `file`, sealed
 *  or not; `tpm`; `pkcs11`. Each passes `testing/key-store-contract.ts`.
 *  @fault KEY_NAME · KEY_MISSING · KEY_UNREADABLE damaged, another seal, readable to others · KEY_STORE_AWAY folder, TPM
 *  or token does not answer */
export interface KeyStore {
  readonly level: KeyLevel;
  /** A fresh key under this name. @fault KEY_EXISTS one has it already: keys are never replaced, only left */
  generate(name: string): Promise<Result<PublicKeyInfo, KeyFault>>;
  publicKey(name: string): Promise<Result<PublicKeyInfo, KeyFault>>;
  /** ECDSA over SHA-256, DER. */
  sign(name: string, data: Uint8Array): Promise<Result<Buffer, KeyFault>>;
  /** A request for a certificate of `profile` (PKCS#10, PEM). */
  csr(name: string, profile: ProfileName, commonName: string): Promise<Result<string, KeyFault>>;
  /** @fault KEY_NOT_FOR_TLS Node cannot do TLS with a key that lies there */
  tlsMaterial(name: string): Promise<Result<TlsMaterial, KeyFault>>;
}

const NAME = /^[a-z0-9-]{1,40}$/u;

/** The name, when it is one: it becomes a part of paths and labels. */
export function keyName(name: string): Result<string, KeyFault> {
  return NAME.test(name)
    ? ok(name)
    : err({ code: 'KEY_NAME', message: 'a key is named by a-z, 0-9 and -, at most 40' });
}

export function keyFault(code: KeyFault['code'], message: string): { readonly ok: false; readonly error: KeyFault } {
  return err({ code, message });
}

/** @param key a key object, or DER of its public half */
export function publicKeyInfo(key: KeyObject | Uint8Array): PublicKeyInfo {
  const spki =
    key instanceof Uint8Array
      ? Buffer.from(key)
      : (key.type === 'public' ? key : createPublicKey(key)).export({ type: 'spki', format: 'der' });
  return { spki, spkiHash: createHash('sha256').update(spki).digest('base64url') };
}
