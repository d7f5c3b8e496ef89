import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { err, ok, type Result } from '@yimen/contracts/base';
import { sealByPassphrase, unsealByPassphrase, type KeyFault } from '../key-store/seal.ts';

/** A holder's key opens a share (ECDH on P-256, which tokens have); a witness's key signs the transcript (Ed25519). */
export type PersonRole = 'holder' | 'witness';

const ABOUT: Readonly<Record<PersonRole, string>> = {
  holder: 'yimen-ceremony-holder-1',
  witness: 'yimen-ceremony-witness-1',
};

/** A person's own key: the private half under a passphrase (Argon2id, AES-256-GCM), base64; the public half PEM. */
export function makePersonKey(
  role: PersonRole,
  passphrase: string,
): { readonly sealed: string; readonly publicPem: string } {
  const { privateKey, publicKey } =
    role === 'holder' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519');
  const der = privateKey.export({ type: 'pkcs8', format: 'der' });
  const sealed = sealByPassphrase(passphrase, der, ABOUT[role]).toString('base64');
  der.fill(0);
  return { sealed: `${sealed}\n`, publicPem: publicKey.export({ type: 'spki', format: 'pem' }).toString() };
}

/** @fault KEY_UNREADABLE a wrong passphrase, another role's key, or no key file */
export function openPersonKey(role: PersonRole, sealed: string, passphrase: string): Result<KeyObject, KeyFault> {
  const der = unsealByPassphrase(passphrase, Buffer.from(sealed, 'base64'), ABOUT[role]);
  if (!der.ok)
    return err({ code: 'KEY_UNREADABLE', message: `the ${role}'s key does not open: wrong passphrase or file` });
  const key = createPrivateKey({ key: der.value, format: 'der', type: 'pkcs8' });
  der.value.fill(0);
  return ok(key);
}

/** @fault KEY_UNREADABLE not the public key of such a person */
export function readPersonPublic(role: PersonRole, pem: string): Result<KeyObject, KeyFault> {
  try {
    const key = createPublicKey(pem);
    const isRight =
      role === 'holder' ? key.asymmetricKeyDetails?.namedCurve === 'prime256v1' : key.asymmetricKeyType === 'ed25519';
    if (isRight && !pem.includes('PRIVATE')) return ok(key);
  } catch {
    // Answered below: it is no key.
  }
  return err({ code: 'KEY_UNREADABLE', message: `it is not the public key of a ${role}` });
}

/** SHA-256 of a public key's SPKI, hexadecimal: what people compare by reading it aloud. */
export function fingerprintOf(key: KeyObject): string {
  const publicKey = key.type === 'public' ? key : createPublicKey(key);
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex');
}
