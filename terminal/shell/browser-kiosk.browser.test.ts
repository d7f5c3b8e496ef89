import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { BrowserKiosk } from './browser-kiosk.ts';

/** A page that counts its visits in its own storage: what a browser remembers, it tells. */
const PAGE = `<!doctype html><script>
const n = Number(localStorage.getItem('n') ?? '0') + 1; localStorage.setItem('n', String(n)); fetch('/seen?n=' + n);
</script>`;

let kiosk: BrowserKiosk | null = null;
let server: Server | null = null;

afterEach(async () => {
  await kiosk?.close();
  server?.close();
});

describe('the kiosk’s browser', () => {
  it('is replaced whole: the next one remembers nothing and the old profile is gone', async () => {
    const profilesDir = mkdtempSync(join(tmpdir(), 'yimen-kiosk-'));
    const seen: string[] = [];
    let arrived: (() => void) | null = null;
    server = createServer((request, response) => {
      if (request.url?.startsWith('/seen') === true) {
        seen.push(request.url);
        arrived?.();
      }
      response.setHeader('content-type', 'text/html').end(request.url === '/' ? PAGE : '');
    });
    const port = await new Promise<number>((resolve) => {
      server?.listen(0, '127.0.0.1', () => {
        const address = server?.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
    const visit = (): Promise<void> =>
      new Promise((resolve) => {
        arrived = resolve;
      });
    kiosk = new BrowserKiosk({
      browser: '/usr/bin/chromium',
      url: `http://127.0.0.1:${port}/`,
      profilesDir,
      extra: ['--headless=new', '--no-sandbox', '--disable-gpu'],
    });
    const first = visit();
    kiosk.open();
    await first;
    const before = { pid: kiosk.pid, profile: kiosk.profile };
    const second = visit();
    await kiosk.replace();
    await second;
    expect(kiosk.pid).not.toBe(before.pid);
    expect(existsSync(before.profile)).toBe(false);
    expect(seen).toEqual(['/seen?n=1', '/seen?n=1']);
    await kiosk.close();
    expect(readdirSync(profilesDir)).toEqual([]);
    rmSync(profilesDir, { recursive: true });
  }, 60_000);
});
