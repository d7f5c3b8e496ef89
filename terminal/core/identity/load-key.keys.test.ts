import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createTpmKeyStore, issueCertificate, readCsr } from '@yimen/certs';
import { createTestTree, startTlsPeer, startTpmBench } from '@yimen/certs/testing';
import { expect, it } from 'vitest';

const TID = 'SD-DALIANG-01';
/** As core does: read the key, ask for what TLS needs, connect. */
const CORE = `
const { connect } = await import('node:tls');
const { loadKey, tlsMaterial } = await import(process.argv[2]);
const [, , , dir, port] = process.argv;
const loaded = loadKey({ certFile: dir + '/cert.pem', keyFile: dir + '/core.key.tpm', caFile: dir + '/ca.pem' }, '${TID}');
const tls = loaded.ok ? tlsMaterial(loaded.value) : loaded;
if (!tls.ok) throw new Error(tls.error.message);
const socket = connect({ ...tls.value, port: Number(port), host: '127.0.0.1', servername: 'localhost', minVersion: 'TLSv1.3' });
socket.pipe(process.stdout);
`;

it('core comes in with a key that never was outside a TPM', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'yimen-core-tpm-'));
  const bench = await startTpmBench();
  try {
    const store = createTpmKeyStore({ dir, env: bench.env });
    const made = await store.generate('core');
    const csr = made.ok ? await store.csr('core', 'operational', TID) : made;
    const asked = csr.ok ? await readCsr(csr.value, 'operational') : csr;
    const material = await store.tlsMaterial('core');
    if (!asked.ok || !material.ok) throw new Error('no key');
    const now = Date.now();
    const tree = await createTestTree(now);
    const signer = { certificate: tree.deviceCa.cert, privateKey: tree.deviceCa.keys.privateKey };
    const cert = await issueCertificate({ profile: 'operational', ...asked.value, signer, now });
    const files = { 'cert.pem': cert + tree.deviceCa.cert, 'ca.pem': tree.bundle, 'core.mjs': CORE };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
    writeFileSync(join(dir, 'openssl.cnf'), material.value.opensslConfig ?? '');
    await using peer = await startTlsPeer(tree);
    const loadKey = fileURLToPath(new URL('./load-key.ts', import.meta.url));
    const run = (args: readonly string[]): Promise<{ stdout: string }> =>
      promisify(execFile)(process.execPath, [...args, join(dir, 'core.mjs'), loadKey, dir, String(peer.port)], {
        env: { ...process.env, ...bench.env },
        timeout: 20_000,
      });
    expect((await run([`--openssl-config=${join(dir, 'openssl.cnf')}`])).stdout).toMatch(/^[0-9A-F]{32}$/u);
    // The control: the same files without the TPM's provider.
    await expect(run([])).rejects.toThrow('--openssl-config');
    expect(peer.serials.length).toBe(1);
  } finally {
    await bench.stop();
    rmSync(dir, { recursive: true, force: true });
  }
});
