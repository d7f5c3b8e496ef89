import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { AppError, canonicalJson, type CanonicalValue, type RandomBytes } from '@yimen/contracts/base';

/** What the gateway does with its one secret, so that its rows in the fleet database say nothing about people. */
export interface GatewayKeys {
  /** HMAC-SHA-256 of kind and body in canonical JSON (RFC 8785), base64url: the same content gives the same digest, and
   *  without the key nobody can try bodies against it. @throws RangeError on numbers that are no integers. */
  digest(kind: string, body: unknown): string;
  /** A reference of 24 characters for what an operation creates: the same operation always gives the same one. */
  reference(what: 'case' | 'bill', operationId: string): string;
  /** AES-256-GCM of JSON, bound to its operation. */
  seal(operationId: string, value: unknown): string;
  /** @returns undefined when it was sealed with another key, for another operation, or was changed. */
  open(operationId: string, sealed: string): { readonly value: unknown } | undefined;
}

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const REFERENCE_LENGTH = 24;

/** Reads `gateway.key` from `dataDir`, or makes it (mode 0600, synced) at the first start. It belongs into the backup:
 *  without it repeats of old operations are refused and open cases lose their official numbers.
 *  @throws AppError when the file is not a key; a changed key must not pass for a new one. */
export function openGatewayKeys(dataDir: string, random: RandomBytes): GatewayKeys {
  const master = readOrMake(dataDir, random);
  const derive = (purpose: string): Buffer =>
    Buffer.from(hkdfSync('sha256', master, new Uint8Array(), `yimen gateway ${purpose} 1`, KEY_BYTES));
  const digestKey = derive('digest');
  const referenceKey = derive('reference');
  const sealKey = derive('seal');
  return {
    digest: (kind, body) =>
      createHmac('sha256', digestKey)
        .update(canonicalJson({ kind, body: body as CanonicalValue }))
        .digest('base64url'),
    reference: (what, operationId) =>
      createHmac('sha256', referenceKey)
        .update(`${what} ${operationId}`)
        .digest('base64url')
        .slice(0, REFERENCE_LENGTH),
    seal: (operationId, value) => {
      const nonce = random(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', sealKey, nonce).setAAD(Buffer.from(operationId));
      const text = Buffer.concat([cipher.update(JSON.stringify(value), 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, text, cipher.getAuthTag()]).toString('base64url');
    },
    open: (operationId, sealed) => unseal(sealKey, operationId, Buffer.from(sealed, 'base64url')),
  };
}

function unseal(key: Buffer, operationId: string, bytes: Buffer): { value: unknown } | undefined {
  if (bytes.length < NONCE_BYTES + TAG_BYTES) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES))
    .setAAD(Buffer.from(operationId))
    .setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    const text = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
    return { value: JSON.parse(text) as unknown };
  } catch {
    // The authentication tag does not fit (NIST SP 800-38D §7.2): whatever it is, it is not ours.
    return undefined;
  }
}

function readOrMake(dataDir: string, random: RandomBytes): Uint8Array {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const file = join(dataDir, 'gateway.key');
  try {
    const handle = openSync(file, 'wx', 0o600);
    const key = random(KEY_BYTES);
    writeSync(handle, key);
    fsyncSync(handle);
    closeSync(handle);
    return key;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const key = readFileSync(file);
    if (key.length !== KEY_BYTES) throw new AppError('DATA_UNREADABLE', `${file} is not a gateway key`);
    return key;
  }
}
