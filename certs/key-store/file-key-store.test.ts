import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keyStoreContract } from '../testing/key-store-contract.ts';
import type { TestTree } from '../testing/test-tree.ts';
import { startTlsPeer } from '../testing/tls-peer.ts';
import { createFileKeyStore } from './file-key-store.ts';
import type { TlsMaterial } from './key-store-port.ts';
import { readSealKey } from './seal-key.ts';

const SEAL = randomBytes(32);

async function handshake(tree: TestTree, cert: string, { keyPem }: TlsMaterial): Promise<string> {
  await using peer = await startTlsPeer(tree);
  return await new Promise((resolve, reject) => {
    const socket = connect({
      port: peer.port,
      host: '127.0.0.1',
      servername: 'localhost',
      ca: tree.bundle,
      cert,
      key: keyPem,
    });
    let heard = '';
    socket.on('data', (chunk: Buffer) => (heard += chunk.toString()));
    socket.once('error', reject);
    socket.once('close', () => resolve(heard));
  });
}

for (const [what, level, sealKey] of [
  ['files', 'file', null],
  ['sealed files', 'sealed', SEAL],
] as const)
  keyStoreContract(what, {
    level,
    open: async (dir) => createFileKeyStore({ dir, sealKey }),
    away: async (dir) => createFileKeyStore({ dir: join(dir, 'nowhere'), sealKey }),
    handshake,
  });

describe('keys in files', () => {
  let dir = '';
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'yimen-key-files-'));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));
  const sealed = (key = SEAL): ReturnType<typeof createFileKeyStore> => createFileKeyStore({ dir, sealKey: key });
  const codeOf = async (asked: Promise<{ ok: boolean; error?: { code: string } }>): Promise<string> => {
    const { ok, error } = await asked;
    return ok ? 'ok' : (error?.code ?? '');
  };

  it('are their owner’s alone, and are not used otherwise', async () => {
    const store = createFileKeyStore({ dir, sealKey: null });
    await store.generate('mine');
    const file = join(dir, 'mine.key.pem');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    chmodSync(file, 0o640);
    expect(await codeOf(store.sign('mine', Buffer.of(1)))).toBe('KEY_UNREADABLE');
    chmodSync(file, 0o600);
    expect(await codeOf(store.sign('mine', Buffer.of(1)))).toBe('ok');
    symlinkSync(file, join(dir, 'other.key.pem'));
    expect(await codeOf(store.sign('other', Buffer.of(1)))).toBe('KEY_UNREADABLE');
    writeFileSync(file, readFileSync(file).subarray(0, 100));
    expect(await codeOf(store.sign('mine', Buffer.of(1)))).toBe('KEY_UNREADABLE');
  });

  it('left half-written by a cut are no keys, and do not stand in the way', async () => {
    writeFileSync(join(dir, 'cut.key.sealed.new'), 'half');
    expect(await codeOf(sealed().publicKey('cut'))).toBe('KEY_MISSING');
    expect(await codeOf(sealed().generate('cut'))).toBe('ok');
  });

  it('when sealed open with their own sealing key, under their own name, unchanged', async () => {
    await sealed().generate('mine');
    const file = join(dir, 'mine.key.sealed');
    expect(readFileSync(file).includes('PRIVATE')).toBe(false);
    expect(await codeOf(sealed(randomBytes(32)).publicKey('mine'))).toBe('KEY_UNREADABLE');
    copyFileSync(file, join(dir, 'yours.key.sealed'));
    expect(await codeOf(sealed().publicKey('yours'))).toBe('KEY_UNREADABLE');
    const bytes = readFileSync(file);
    for (const at of [0, 12, bytes.length - 1]) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      writeFileSync(file, changed);
      expect(await codeOf(sealed().publicKey('mine'))).toBe('KEY_UNREADABLE');
    }
    writeFileSync(file, bytes);
    expect(await codeOf(sealed().publicKey('mine'))).toBe('ok');
  });

  it('a key in the clear is not taken where keys are sealed', async () => {
    await createFileKeyStore({ dir, sealKey: null }).generate('mine');
    expect(await codeOf(sealed().publicKey('mine'))).toBe('KEY_MISSING');
    copyFileSync(join(dir, 'mine.key.pem'), join(dir, 'mine.key.sealed'));
    expect(await codeOf(sealed().publicKey('mine'))).toBe('KEY_UNREADABLE');
  });

  it('the sealing key is 32 bytes, from a credential or a file, and not beside what it seals', () => {
    const data = join(dir, 'data');
    const credentials = join(dir, 'credentials');
    for (const one of [data, credentials]) mkdirSync(one);
    const put = (path: string, bytes: string | Buffer): string => {
      writeFileSync(path, bytes);
      return path;
    };
    put(join(credentials, 'seal'), SEAL);
    expect(readSealKey({ credential: 'seal', directory: credentials }, data)).toEqual({ ok: true, value: SEAL });
    const text = put(join(dir, 'seal.b64'), `${SEAL.toString('base64')}\n`);
    expect(readSealKey({ file: text }, data)).toEqual({ ok: true, value: SEAL });
    const code = (file: string): string | undefined => {
      const read = readSealKey({ file }, data);
      return read.ok ? undefined : read.error.code;
    };
    expect(code(put(join(data, 'seal'), SEAL))).toBe('KEY_UNREADABLE');
    symlinkSync(join(data, 'seal'), join(dir, 'link'));
    expect(code(join(dir, 'link'))).toBe('KEY_UNREADABLE');
    expect(code(put(join(dir, 'short'), SEAL.subarray(1)))).toBe('KEY_UNREADABLE');
    expect(code(join(dir, 'nothing'))).toBe('KEY_STORE_AWAY');
  });
});
