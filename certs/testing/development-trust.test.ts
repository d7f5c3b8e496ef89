import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { pemBlocks, verifyCertificate } from '../verify.ts';
import { createDevelopmentTrust, type DevelopmentTrust } from './development-trust.ts';

const NOW = Date.UTC(2026, 10, 23);
const DAY = 86_400_000;
const dirs: string[] = [];
afterEach(() => {
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true });
});

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'yimen-trust-'));
  dirs.push(dir);
  return dir;
}

async function make(dir: string, now = NOW, terminals = ['GUEST-01', 'SD-DALIANG-01']): Promise<DevelopmentTrust> {
  const made = await createDevelopmentTrust(dir, { terminals, serverNames: ['localhost', '127.0.0.1'], now });
  if (!made.ok) throw new Error(made.error.message);
  return made.value;
}

const text = (path: string): string => readFileSync(path, 'utf8');

describe('createDevelopmentTrust', () => {
  it('makes a tree both sides believe, with keys only the owner reads', async () => {
    const trust = await make(folder());
    for (const [tid, { cert, key }] of trust.terminals) {
      const believed = verifyCertificate(pemBlocks(text(cert)), text(trust.ca), 'operational', NOW);
      expect(believed.ok && believed.value.commonName).toBe(tid);
      expect(statSync(key).mode & 0o777).toBe(0o600);
    }
    expect(verifyCertificate(pemBlocks(text(trust.server.cert)), text(trust.ca), 'server', NOW).ok).toBe(true);
    expect(statSync(trust.server.key).mode & 0o777).toBe(0o600);
  });

  it('keeps everything when called again, and adds a new terminal alone', async () => {
    const dir = folder();
    const before = await make(dir);
    const files = [
      before.ca,
      before.server.cert,
      before.server.key,
      ...[...before.terminals.values()].flatMap((one) => [one.cert, one.key]),
    ];
    const texts = files.map(text);
    const after = await make(dir, NOW + 5 * DAY, ['GUEST-01', 'SD-DALIANG-01', 'SD-RONGGUI-01']);
    expect(files.map(text)).toEqual(texts);
    expect([...after.terminals.keys()]).toEqual(['GUEST-01', 'SD-DALIANG-01', 'SD-RONGGUI-01']);
  });

  it('makes anew what has under three days left, keeping the root', async () => {
    const dir = folder();
    const before = await make(dir);
    const guest = before.terminals.get('GUEST-01')?.cert ?? '';
    const [root, server, old] = [text(before.ca), text(before.server.cert), text(guest)];
    await make(dir, NOW + 27 * DAY + 120_000);
    expect(text(guest)).not.toBe(old);
    expect(text(before.ca)).toBe(root);
    expect(text(before.server.cert)).toBe(server);
  });

  it('repairs a torn certificate and a key of another pair', async () => {
    const dir = folder();
    const trust = await make(dir);
    const [guest, daliang] = [trust.terminals.get('GUEST-01'), trust.terminals.get('SD-DALIANG-01')];
    if (guest === undefined || daliang === undefined) throw new Error('no terminals');
    writeFileSync(guest.cert, text(guest.cert).slice(0, 200));
    writeFileSync(daliang.key, text(trust.server.key));
    await make(dir);
    for (const one of [guest, daliang])
      expect(verifyCertificate(pemBlocks(text(one.cert)), text(trust.ca), 'operational', NOW).ok).toBe(true);
    expect(text(daliang.key)).not.toBe(text(trust.server.key));
  });

  it('says so when the folder cannot be made', async () => {
    const dir = folder();
    writeFileSync(join(dir, 'file'), '');
    expect(
      await createDevelopmentTrust(join(dir, 'file', 'trust'), { terminals: [], serverNames: ['localhost'] }),
    ).toMatchObject({ ok: false, error: { code: 'DATA_UNREADABLE' } });
  });

  it('is believed by the openssl program too', async () => {
    const dir = folder();
    const trust = await make(dir, Date.now());
    const verify = (...args: string[]): string =>
      execFileSync('openssl', ['verify', '-x509_strict', '-CAfile', trust.ca, ...args], {
        stdio: ['ignore', 'pipe', 'ignore'],
      }).toString();
    const guest = trust.terminals.get('GUEST-01')?.cert ?? '';
    expect(verify('-purpose', 'sslclient', '-untrusted', guest, guest)).toContain('OK');
    expect(
      verify(
        '-purpose',
        'sslserver',
        '-verify_hostname',
        'localhost',
        '-untrusted',
        trust.server.cert,
        trust.server.cert,
      ),
    ).toContain('OK');
    expect(() => verify('-purpose', 'sslserver', '-untrusted', guest, guest)).toThrow();
  });
});
