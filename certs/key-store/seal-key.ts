import { readFileSync, realpathSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ok, type Result } from '@yimen/contracts/base';
import { keyFault, type KeyFault } from './key-store-port.ts';
import { SEAL_KEY_BYTES } from './seal.ts';

/** Where the sealing key comes from: a systemd credential (`LoadCredentialEncrypted=`, which systemd seals to the TPM or
 *  the machine), or a file that does not lie with the data it opens. */
export type SealKeySource = { readonly credential: string; readonly directory: string } | { readonly file: string };

/** Reads the 32 bytes, raw or as base64.
 *  @param dataDir the folder that the key opens: a copy of it must not bring its own key along
 *  @fault KEY_STORE_AWAY absent; KEY_UNREADABLE not 32 bytes, or it lies inside `dataDir` */
export function readSealKey(source: SealKeySource, dataDir: string): Result<Buffer, KeyFault> {
  const path = 'file' in source ? source.file : join(source.directory, source.credential);
  let bytes: Buffer;
  try {
    const inside = relative(realpathSync(dataDir), realpathSync(path));
    if (!inside.startsWith('..'))
      return keyFault('KEY_UNREADABLE', `the sealing key lies in the folder it seals: ${path}`);
    bytes = readFileSync(path);
  } catch {
    return keyFault('KEY_STORE_AWAY', `there is no sealing key: ${path}`);
  }
  if (bytes.length === SEAL_KEY_BYTES) return ok(bytes);
  const text = bytes.toString('latin1').trim();
  const decoded = Buffer.from(text, 'base64');
  return decoded.length === SEAL_KEY_BYTES && decoded.toString('base64') === text
    ? ok(decoded)
    : keyFault('KEY_UNREADABLE', `a sealing key is ${SEAL_KEY_BYTES} bytes, raw or as base64: ${path}`);
}
