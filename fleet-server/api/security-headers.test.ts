import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tokenOf, withApi } from '../test/with-api.ts';

let dashboardDir = '';

beforeAll(async () => {
  dashboardDir = await mkdtemp(join(tmpdir(), 'yimen-page-'));
  await mkdir(join(dashboardDir, 'assets'));
  await writeFile(
    join(dashboardDir, 'index.html'),
    '<!doctype html><meta property="csp-nonce" nonce="__CSP_NONCE__"><link nonce="__CSP_NONCE__">',
  );
  await writeFile(join(dashboardDir, 'assets', 'page-1a2b3c.js'), 'export {};');
});
afterAll(() => rm(dashboardDir, { recursive: true, force: true }));

const host = { host: 'localhost' };
const viewer = { ...host, authorization: `Bearer ${tokenOf('viewer')}` };

describe('headers of every answer', () => {
  it.each([
    ['an answer', '/api/towns', viewer],
    ['a refusal', '/api/towns', host],
    ['a page', '/terminals/DALIANG-01', host],
    ['a file of the page', '/assets/page-1a2b3c.js', host],
    ['a missing route', '/api/none', host],
    ['an address that cannot be decoded', '/terminals/%E0%A4%A', host],
    ['a foreign host', '/api/health', { host: 'evil.example' }],
  ])('%s', async (_name, url, headers) => {
    await withApi(
      async ({ api }) => {
        const reply = await api.app.inject({ url, headers });
        const policy = String(reply.headers['content-security-policy']);
        for (const part of [
          "default-src 'none'",
          "script-src 'self';",
          "connect-src 'self'",
          "base-uri 'none'",
          "frame-ancestors 'none'",
          "form-action 'self'",
          "require-trusted-types-for 'script'",
          'trusted-types default',
          'report-to csp',
        ]) {
          expect(policy).toContain(part);
        }
        expect(policy).not.toMatch(/unsafe|\*/);
        expect(reply.headers).toMatchObject({
          'cross-origin-opener-policy': 'same-origin',
          'cross-origin-resource-policy': 'same-origin',
          'x-content-type-options': 'nosniff',
          'referrer-policy': 'no-referrer',
          'reporting-endpoints': 'csp="/api/csp-report"',
        });
      },
      { dashboardDir },
    );
  });

  it('gives each page its own nonce, in the header and in the page', async () => {
    await withApi(
      async ({ api }) => {
        const nonces = await Promise.all(
          ['/', '/alarms'].map(async (url) => {
            const reply = await api.app.inject({ url, headers: host });
            expect(reply.headers['cache-control']).toBe('no-store');
            const nonce = /'nonce-([^']+)'/.exec(String(reply.headers['content-security-policy']))?.[1] ?? '';
            expect(Buffer.from(nonce, 'base64')).toHaveLength(16);
            expect(reply.body.split(nonce)).toHaveLength(3);
            expect(reply.body).not.toContain('__CSP_NONCE__');
            return nonce;
          }),
        );
        expect(nonces[0]).not.toBe(nonces[1]);
      },
      { dashboardDir },
    );
  });

  it('keeps answers out of caches and lets hashed files stay', async () => {
    await withApi(
      async ({ api }) => {
        expect((await api.app.inject({ url: '/api/towns', headers: viewer })).headers['cache-control']).toBe(
          'no-store',
        );
        const file = await api.app.inject({ url: '/assets/page-1a2b3c.js', headers: host });
        expect(file.headers['cache-control']).toBe('public, max-age=31536000, immutable');
        expect((await api.app.inject({ url: '/assets/../index.html', headers: host })).body).not.toContain(
          '__CSP_NONCE__',
        );
      },
      { dashboardDir },
    );
  });

  it('says that the page is not there yet, and shows it once it is', async () => {
    const late = join(dashboardDir, 'late');
    await withApi(
      async ({ api }) => {
        const early = await api.app.inject({ url: '/', headers: host });
        expect([early.statusCode, early.json().error.code, early.headers['retry-after']]).toEqual([
          503,
          'SERVER_BUSY',
          '2',
        ]);
        await mkdir(join(late, 'assets'), { recursive: true });
        await writeFile(join(late, 'index.html'), '<p>__CSP_NONCE__</p>');
        await writeFile(join(late, 'assets', 'late-4d5e6f.js'), 'export {};');
        expect((await api.app.inject({ url: '/', headers: host })).statusCode).toBe(200);
        expect((await api.app.inject({ url: '/assets/late-4d5e6f.js', headers: host })).statusCode).toBe(200);
      },
      { dashboardDir: late },
    );
  });
});
