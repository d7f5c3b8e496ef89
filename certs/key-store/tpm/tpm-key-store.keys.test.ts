import { execFile } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keyStoreContract } from '../../testing/key-store-contract.ts';
import type { TestTree } from '../../testing/test-tree.ts';
import { startTlsPeer } from '../../testing/tls-peer.ts';
import { startTpmBench, type TpmBench } from '../../testing/tpm-bench.ts';
import type { TlsMaterial } from '../key-store-port.ts';
import { createTpmKeyStore } from './tpm-key-store.ts';

let bench: TpmBench;
beforeAll(async () => {
  bench = await startTpmBench();
});
afterAll(() => bench.stop());

/** A Node as core would be: started with the configuration, its key a blob. TLS 1.3, three connections one after the
 *  other, because contexts of a TPM run out. */
const CLIENT = `
const { connect } = require('node:tls');
const { readFileSync } = require('node:fs');
const [port, dir] = process.argv.slice(2);
const text = (name) => readFileSync(dir + '/' + name, 'utf8');
const once = () => new Promise((resolve, reject) => {
  const socket = connect({ port: Number(port), host: '127.0.0.1', servername: 'localhost', minVersion: 'TLSv1.3', ca: text('ca.pem'), cert: text('cert.pem'), key: text('key.pem') });
  let heard = '';
  socket.on('data', (chunk) => (heard += chunk));
  socket.once('error', reject);
  socket.once('close', () => resolve(heard));
});
(async () => { let heard; for (let i = 0; i < 3; i += 1) heard = await once(); process.stdout.write(heard); })();
`;

async function handshake(tree: TestTree, cert: string, { keyPem, opensslConfig }: TlsMaterial): Promise<string> {
  const dir = mkdtempSync(join(tmpdir(), 'yimen-tpm-tls-'));
  await using peer = await startTlsPeer(tree);
  const files = {
    'ca.pem': tree.bundle,
    'cert.pem': cert,
    'key.pem': keyPem,
    'openssl.cnf': opensslConfig ?? '',
    'client.cjs': CLIENT,
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
  const args = [`--openssl-config=${join(dir, 'openssl.cnf')}`, join(dir, 'client.cjs'), String(peer.port), dir];
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    env: { ...process.env, ...bench.env },
    timeout: 20_000,
  });
  rmSync(dir, { recursive: true });
  expect(peer.serials.length).toBe(3);
  return stdout;
}

keyStoreContract('TPM (swtpm)', {
  level: 'tpm',
  open: async (dir) => createTpmKeyStore({ dir, env: bench.env }),
  away: async (dir) => createTpmKeyStore({ dir, env: { ...bench.env, DBUS_SYSTEM_BUS_ADDRESS: 'unix:path=/nowhere' } }),
  handshake,
});

describe('a key in a TPM', () => {
  it('is of no use in another TPM, nor to a Node without the provider', async () => {
    const [here, there] = [mkdtempSync(join(tmpdir(), 'yimen-tpm-a-')), mkdtempSync(join(tmpdir(), 'yimen-tpm-b-'))];
    const own = createTpmKeyStore({ dir: here, env: bench.env });
    expect((await own.generate('mine')).ok).toBe(true);
    copyFileSync(join(here, 'mine.key.tpm'), join(there, 'mine.key.tpm'));
    const material = await own.tlsMaterial('mine');
    expect(() => createPrivateKey(material.ok ? material.value.keyPem : '')).toThrow();
    const second = await startTpmBench();
    try {
      const stolen = createTpmKeyStore({ dir: there, env: second.env });
      expect((await stolen.generate('own')).ok).toBe(true);
      expect((await stolen.sign('own', Buffer.of(1))).ok).toBe(true);
      expect(await stolen.sign('mine', Buffer.of(1))).toMatchObject({ ok: false, error: { code: 'KEY_STORE_AWAY' } });
      expect((await own.sign('mine', Buffer.of(1))).ok).toBe(true);
    } finally {
      await second.stop();
      for (const dir of [here, there]) rmSync(dir, { recursive: true });
    }
  });
});
