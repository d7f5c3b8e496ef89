import { createPrivateKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ok, type Result } from '@yimen/contracts/base';
import { makeCsr } from '../csr.ts';
import {
  keyFault,
  keyName,
  publicKeyInfo,
  type KeyFault,
  type KeyStore,
  type PublicKeyInfo,
  type TlsMaterial,
} from './key-store-port.ts';
import { seal, unseal } from './seal.ts';
import { writeWhole } from './write-whole.ts';

const MODE = 0o600;
const FOR_OTHERS = 0o077;
/** A PKCS#8 key has a quarter of this. */
const FILE_BYTES = 4_000;

export interface FileKeyStoreOptions {
  /** A folder that exists; whoever owns it may take the keys away. */
  readonly dir: string;
  /** 32 bytes (`readSealKey`); `null` = the files are only closed to others. */
  readonly sealKey: Uint8Array | null;
}

/** Keys as files, mode 0600, whole or not at all; sealed with AES-256-GCM where there is a sealing key. A key that is
 *  found in the clear where it should be sealed, or readable to others, is not used. */
export function createFileKeyStore(options: FileKeyStoreOptions): KeyStore {
  return new FileKeyStore(options);
}

class FileKeyStore implements KeyStore {
  readonly level: 'sealed' | 'file';
  readonly #dir: string;
  readonly #sealKey: Uint8Array | null;

  constructor({ dir, sealKey }: FileKeyStoreOptions) {
    this.#dir = dir;
    this.#sealKey = sealKey;
    this.level = sealKey === null ? 'file' : 'sealed';
  }

  async generate(name: string): Promise<Result<PublicKeyInfo, KeyFault>> {
    const path = this.#pathOf(name);
    if (!path.ok) return path;
    if (existsSync(path.value)) return keyFault('KEY_EXISTS', `there is a key named ${name} already`);
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const pem = Buffer.from(privateKey.export({ type: 'pkcs8', format: 'pem' }));
    try {
      writeWhole(path.value, this.#sealKey === null ? pem : seal(this.#sealKey, pem, aboutOf(name)), MODE);
    } catch (error) {
      return keyFault('KEY_STORE_AWAY', `the key cannot be kept: ${reasonOf(error)}`);
    } finally {
      pem.fill(0);
    }
    return ok(publicKeyInfo(privateKey));
  }

  async publicKey(name: string): Promise<Result<PublicKeyInfo, KeyFault>> {
    const key = this.#read(name);
    return key.ok ? ok(publicKeyInfo(key.value)) : key;
  }

  async sign(name: string, data: Uint8Array): Promise<Result<Buffer, KeyFault>> {
    const key = this.#read(name);
    return key.ok ? ok(sign('sha256', data, key.value)) : key;
  }

  async csr(...[name, profile, commonName]: Parameters<KeyStore['csr']>): Promise<Result<string, KeyFault>> {
    const key = await this.publicKey(name);
    return key.ok ? makeCsr(profile, commonName, key.value.spki, (data) => this.sign(name, data)) : key;
  }

  async tlsMaterial(name: string): Promise<Result<TlsMaterial, KeyFault>> {
    const key = this.#read(name);
    if (!key.ok) return key;
    return ok({ keyPem: key.value.export({ type: 'pkcs8', format: 'pem' }).toString(), opensslConfig: null });
  }

  #pathOf(name: string): Result<string, KeyFault> {
    const known = keyName(name);
    // Another ending, so that a key in the clear is never taken for a sealed one.
    return known.ok ? ok(join(this.#dir, `${name}.key.${this.#sealKey === null ? 'pem' : 'sealed'}`)) : known;
  }

  #read(name: string): Result<KeyObject, KeyFault> {
    const path = this.#pathOf(name);
    if (!path.ok) return path;
    let bytes: Buffer;
    try {
      const file = lstatSync(path.value);
      if (!file.isFile() || (file.mode & FOR_OTHERS) !== 0 || file.size > FILE_BYTES)
        return keyFault('KEY_UNREADABLE', `${path.value} is not a file of its owner alone (mode 0600)`);
      bytes = readFileSync(path.value);
    } catch (error) {
      if (existsSync(this.#dir) && (error as NodeJS.ErrnoException).code === 'ENOENT')
        return keyFault('KEY_MISSING', `there is no key named ${name}`);
      return keyFault('KEY_STORE_AWAY', `the keys cannot be read: ${reasonOf(error)}`);
    }
    const pem = this.#sealKey === null ? ok(bytes) : unseal(this.#sealKey, bytes, aboutOf(name));
    if (!pem.ok) return pem;
    try {
      return ok(createPrivateKey(pem.value));
    } catch {
      return keyFault('KEY_UNREADABLE', `${path.value} holds no key`);
    } finally {
      pem.value.fill(0);
    }
  }
}

/** A sealed file under another name does not open: keys cannot be swapped. */
function aboutOf(name: string): string {
  return `yimen-key-1|${name}`;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
