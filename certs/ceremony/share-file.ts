import { diffieHellman, createPublicKey, generateKeyPairSync, hkdfSync, type KeyObject } from 'node:crypto';
import { err, ok, type Result } from '@yimen/contracts/base';
import { seal, SEAL_KEY_BYTES, unseal } from '../key-store/seal.ts';
import { fingerprintOf } from './person-key.ts';

/** Why shares do not give the root key. */
export interface ShareFault {
  readonly code: 'SHARES_REFUSED';
  readonly message: string;
}

/** One holder's share as it lies in a file (JSON). */
export interface ShareFile {
  readonly v: 1;
  /** Which root it is of: SHA-256 of its SPKI, hexadecimal. */
  readonly root: string;
  /** Which holder opens it: the same of the holder's key. */
  readonly holder: string;
  readonly threshold: number;
  readonly holders: number;
  /** PEM of the key made for this share alone. */
  readonly ephemeral: string;
  /** base64 */
  readonly sealed: string;
}

/** A share file has a few hundred characters. */
const SHARE_CHARACTERS = 4_000;

/** Encrypts a share for its holder: ECDH with a key of its own, HKDF-SHA-256, AES-256-GCM bound to root and holder. */
export function closeShare(
  share: Uint8Array,
  holder: KeyObject,
  about: Pick<ShareFile, 'root' | 'threshold' | 'holders'>,
): ShareFile {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const head = { v: 1, ...about, holder: fingerprintOf(holder) } as const;
  const key = sharedKey(privateKey, holder);
  const sealed = seal(key, share, aboutOf(head)).toString('base64');
  key.fill(0);
  return { ...head, ephemeral: publicKey.export({ type: 'spki', format: 'pem' }).toString(), sealed };
}

/** @fault SHARES_REFUSED another holder's share, or one that was changed */
export function openShare(file: ShareFile, holder: KeyObject): Result<Buffer, ShareFault> {
  if (fingerprintOf(holder) !== file.holder) return refused('a share was encrypted for another holder’s key');
  try {
    const key = sharedKey(holder, createPublicKey(file.ephemeral));
    const share = unseal(key, Buffer.from(file.sealed, 'base64'), aboutOf(file));
    key.fill(0);
    if (share.ok) return ok(share.value);
  } catch {
    // A key that is none, or on another curve: answered below.
  }
  return refused('a share was changed since the ceremony');
}

/** @fault SHARES_REFUSED no share file */
export function readShareFile(text: string): Result<ShareFile, ShareFault> {
  if (text.length > SHARE_CHARACTERS) return refused('a share file is too large');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return refused('a share file is not JSON');
  }
  const file = json as Partial<Record<keyof ShareFile, unknown>> | null;
  const isText = (name: keyof ShareFile): boolean => typeof file?.[name] === 'string';
  const isCount = (name: keyof ShareFile): boolean => Number.isSafeInteger(file?.[name]);
  const isShare =
    file?.v === 1 &&
    (['root', 'holder', 'ephemeral', 'sealed'] as const).every(isText) &&
    (['threshold', 'holders'] as const).every(isCount);
  return isShare ? ok(json as ShareFile) : refused('it is no share file');
}

function refused(message: string): { readonly ok: false; readonly error: ShareFault } {
  return err({ code: 'SHARES_REFUSED', message });
}

function aboutOf({ root, holder, threshold, holders }: Omit<ShareFile, 'v' | 'ephemeral' | 'sealed'>): string {
  return `yimen-ceremony-share-1|${root}|${holder}|${threshold}|${holders}`;
}

function sharedKey(privateKey: KeyObject, publicKey: KeyObject): Buffer {
  const secret = diffieHellman({ privateKey, publicKey });
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'yimen-ceremony-share-1', SEAL_KEY_BYTES));
  secret.fill(0);
  return key;
}
