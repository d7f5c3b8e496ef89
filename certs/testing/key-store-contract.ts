import { createPrivateKey, createPublicKey, verify, X509Certificate } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Result } from '@yimen/contracts/base';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCsr } from '../csr.ts';
import { issueCertificate } from '../issue.ts';
import type { KeyFault, KeyLevel, KeyStore, TlsMaterial } from '../key-store/key-store-port.ts';
import { pemBlocks, verifyCertificate } from '../verify.ts';
import { issuerIn, createTestTree, type TestTree } from './test-tree.ts';

/** A key store under test. */
export interface KeyStoreSetup {
  readonly level: KeyLevel;
  /** Opens the store in this folder, as each start of a program would. */
  readonly open: (dir: string) => Promise<KeyStore>;
  /** A store whose folder, token or TPM is not there. */
  readonly away: (dir: string) => Promise<KeyStore>;
  /** Comes in over TLS with this key; `null` = Node cannot use it so. */
  readonly handshake: ((tree: TestTree, cert: string, key: TlsMaterial) => Promise<string>) | null;
}

const TID = 'SD-DALIANG-01';

function must<T>(result: Result<T, { code: string; message: string }>): T {
  if (!result.ok) throw new Error(`${result.error.message} [${result.error.code}]`);
  return result.value;
}
const codeOf = (result: Result<unknown, KeyFault>): string => (result.ok ? 'ok' : result.error.code);

/** Every implementation of `KeyStore` passes this. */
export function keyStoreContract(what: string, setup: KeyStoreSetup): void {
  describe(`key store: ${what}`, () => {
    let dir = '';
    let store: KeyStore;
    const now = Date.now();
    beforeAll(async () => {
      dir = mkdtempSync(join(tmpdir(), 'yimen-keys-'));
      store = await setup.open(dir);
    });
    afterAll(() => rmSync(dir, { recursive: true, force: true }));

    it('says how hard its keys are to take away', () => expect(store.level).toBe(setup.level));

    it('makes a key once under a name, and each another', async () => {
      const made = must(await store.generate('once'));
      expect(made.spkiHash).toMatch(/^[\w-]{43}$/);
      expect(codeOf(await store.generate('once'))).toBe('KEY_EXISTS');
      expect(must(await store.publicKey('once'))).toEqual(made);
      expect(must(await store.generate('twice')).spkiHash).not.toBe(made.spkiHash);
      const key = createPublicKey({ key: made.spki, format: 'der', type: 'spki' });
      expect(key.asymmetricKeyDetails?.namedCurve).toBe('prime256v1');
    });

    it('signs so that anybody can check it', async () => {
      const { spki } = must(await store.generate('signs'));
      const key = createPublicKey({ key: spki, format: 'der', type: 'spki' });
      for (const data of [Buffer.from('one'), Buffer.alloc(0), Buffer.alloc(100_000, 7)]) {
        const signature = must(await store.sign('signs', data));
        expect(verify('sha256', data, key, signature)).toBe(true);
        expect(verify('sha256', Buffer.concat([data, Buffer.of(1)]), key, signature)).toBe(false);
      }
    });

    it('requests a certificate that is then this key’s', async () => {
      const { spkiHash } = must(await store.generate('requests'));
      const csr = must(await readCsr(must(await store.csr('requests', 'operational', TID)), 'operational'));
      expect(csr.commonName).toBe(TID);
      const tree = await createTestTree(now);
      const { cert, keys } = issuerIn(tree, 'operational');
      const signer = { certificate: cert, privateKey: keys.privateKey };
      const made = await issueCertificate({ profile: 'operational', ...csr, signer, now });
      expect(must(verifyCertificate([made], tree.bundle, 'operational', now)).spkiHash).toBe(spkiHash);
    });

    it('keeps its keys over a start', async () => {
      const made = must(await store.generate('stays'));
      const again = await setup.open(dir);
      expect(must(await again.publicKey('stays'))).toEqual(made);
      const signature = must(await again.sign('stays', Buffer.from('x')));
      const key = createPublicKey({ key: made.spki, format: 'der', type: 'spki' });
      expect(verify('sha256', Buffer.from('x'), key, signature)).toBe(true);
      expect(codeOf(await again.generate('stays'))).toBe('KEY_EXISTS');
    });

    it('names what is missing, and takes no name that leads elsewhere', async () => {
      for (const asked of [store.publicKey('nobody'), store.sign('nobody', Buffer.of(1)), store.tlsMaterial('nobody')])
        expect(['KEY_MISSING', 'KEY_NOT_FOR_TLS']).toContain(codeOf(await asked));
      expect(codeOf(await store.csr('nobody', 'operational', TID))).toBe('KEY_MISSING');
      for (const name of ['', '../x', 'a/b', 'A', 'x'.repeat(41), 'a\0b', '.'])
        for (const asked of [store.generate(name), store.publicKey(name), store.sign(name, Buffer.of(1))])
          expect(codeOf(await asked)).toBe('KEY_NAME');
    });

    it('answers when it is away', async () => {
      const gone = await setup.away(dir);
      expect(codeOf(await gone.generate('gone'))).toBe('KEY_STORE_AWAY');
      expect(codeOf(await gone.publicKey('once'))).toBe('KEY_STORE_AWAY');
      expect(codeOf(await gone.sign('once', Buffer.of(1)))).toBe('KEY_STORE_AWAY');
    });

    it('leaves nothing in its folder that is a key by itself, unless it says so', () => {
      const open = readdirSync(dir, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .filter((entry) => isKey(readFileSync(join(entry.parentPath, entry.name))));
      if (setup.level === 'file') expect(open.length).toBeGreaterThan(0);
      else expect(open).toEqual([]);
    });

    it('does TLS with its key, or says that it cannot', async () => {
      must(await store.generate('tls'));
      const material = await store.tlsMaterial('tls');
      if (setup.handshake === null) {
        expect(codeOf(material)).toBe('KEY_NOT_FOR_TLS');
        return;
      }
      const tree = await createTestTree(now);
      const csr = must(await readCsr(must(await store.csr('tls', 'operational', TID)), 'operational'));
      const { cert, keys } = issuerIn(tree, 'operational');
      const signer = { certificate: cert, privateKey: keys.privateKey };
      const made = await issueCertificate({ profile: 'operational', ...csr, signer, now });
      expect(await setup.handshake(tree, made + cert, must(material))).toBe(
        new X509Certificate(pemBlocks(made)[0] ?? '').serialNumber,
      );
    });
  });
}

function isKey(bytes: Buffer): boolean {
  try {
    createPrivateKey(bytes);
    return true;
  } catch {
    return false;
  }
}
