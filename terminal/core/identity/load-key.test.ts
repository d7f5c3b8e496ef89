import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDevelopmentTrust } from '@yimen/certs/testing';
import { loadKey, tlsMaterial } from './load-key.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yimen-identity-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('the key of a terminal', () => {
  it('is read from files and must be this terminal’s', async () => {
    const trust = await createDevelopmentTrust(folder, { terminals: ['SD-DALIANG-01'], serverNames: ['localhost'] });
    const mine = trust.ok ? trust.value.terminals.get('SD-DALIANG-01') : undefined;
    if (!trust.ok || mine === undefined) throw new Error('no trust');
    const files = { certFile: mine.cert, keyFile: mine.key, caFile: trust.value.ca };
    const loaded = loadKey(files, 'SD-DALIANG-01');
    expect(loaded).toMatchObject({ ok: true, value: { kind: 'file', keyPem: readFileSync(mine.key, 'utf8') } });
    if (loaded.ok) expect(tlsMaterial(loaded.value).ok).toBe(true);
    expect(loadKey(files, 'SD-RONGGUI-01')).toMatchObject({
      ok: false,
      error: { code: 'configuration', message: expect.stringContaining('belongs to SD-DALIANG-01') },
    });
  });

  it('that is missing or no certificate is named', () => {
    const file = join(folder, 'x.pem');
    const files = { certFile: file, keyFile: file, caFile: file };
    expect(loadKey(files, 'SD-DALIANG-01')).toMatchObject({ ok: false, error: { code: 'DATA_UNREADABLE' } });
    writeFileSync(file, 'nothing');
    expect(loadKey(files, 'SD-DALIANG-01')).toMatchObject({ ok: false, error: { code: 'configuration' } });
  });

  it('in a token is refused; in a TPM, where this process cannot ask one', async () => {
    const token = { kind: 'pkcs11', certPem: '', module: '', token: '', label: '', caPem: '' } as const;
    expect(tlsMaterial(token)).toMatchObject({ ok: false, error: { code: 'configuration' } });
    const trust = await createDevelopmentTrust(folder, { terminals: ['SD-DALIANG-01'], serverNames: ['localhost'] });
    const mine = trust.ok ? trust.value.terminals.get('SD-DALIANG-01') : undefined;
    if (!trust.ok || mine === undefined) throw new Error('no trust');
    const blob = '-----BEGIN TSS2 PRIVATE KEY-----\nAAAA\n-----END TSS2 PRIVATE KEY-----\n';
    writeFileSync(mine.key, blob);
    const files = { certFile: mine.cert, keyFile: mine.key, caFile: trust.value.ca };
    const loaded = loadKey(files, 'SD-DALIANG-01');
    expect(loaded).toMatchObject({ ok: true, value: { kind: 'tpm', keyBlobPem: blob } });
    if (!loaded.ok) return;
    expect(tlsMaterial(loaded.value)).toMatchObject({
      ok: false,
      error: { code: 'configuration', message: expect.stringContaining('--openssl-config') },
    });
  });
});
