import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { CHROMIUM_POLICY_FILE, chromiumPolicy } from './chromium-policy.table.ts';

/** Tries what the policy is about, tells its server, then tries to leave. */
const page = (foreign: string): string => `<!doctype html><script>
const state = async (name) => (await navigator.permissions.query({ name })).state;
const media = (wish) => navigator.mediaDevices.getUserMedia(wish).then(() => 'given', (error) => error.name);
(async () => {
  const seen = { camera: await media({ video: true }), sound: await media({ audio: true }),
    place: await state('geolocation'), notes: await state('notifications'), clipboard: await state('clipboard-read'),
    window: String(open('/second')) };
  await fetch('/seen?' + encodeURIComponent(JSON.stringify(seen)));
  const frame = document.createElement('iframe');
  frame.src = '${foreign}';
  document.documentElement.append(frame);
  setTimeout(() => fetch('/still-here'), 2000);
})();
</script>`;

/** The policy belongs to the machine, and other browsers run on it: it is laid over Chromium's folder for one process
 *  alone, in a mount namespace of its own. */
const WITH_POLICY = `set -e
mount -t tmpfs tmpfs /etc/chromium
mkdir -p /etc/chromium/policies/managed
cp "$1" ${CHROMIUM_POLICY_FILE}
shift
exec /usr/bin/chromium "$@"`;

const ended: (() => void)[] = [];
afterEach(() => {
  for (const end of ended.splice(0).toReversed()) end();
});

async function serve(answer: (url: string) => string): Promise<string> {
  const server: Server = createServer((request, response) => {
    response.setHeader('content-type', 'text/html').end(answer(decodeURIComponent(request.url ?? '')));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  ended.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

function start(url: string, isManaged: boolean): ChildProcess {
  const folder = mkdtempSync(join(tmpdir(), 'yimen-policy-'));
  const file = join(folder, 'policy.json');
  writeFileSync(file, JSON.stringify(chromiumPolicy(url)));
  const args = [
    ...['--headless=new', '--no-sandbox', '--disable-gpu', '--no-first-run', '--use-fake-device-for-media-stream'],
    ...[`--user-data-dir=${join(folder, 'profile')}`, url],
  ];
  // Root may mount as it is; anybody else in a user namespace of their own.
  const apart = process.getuid?.() === 0 ? '--mount' : '--user --map-root-user --mount';
  const browser = isManaged
    ? spawn('unshare', [...apart.split(' '), 'sh', '-c', WITH_POLICY, 'sh', file, ...args], { stdio: 'ignore' })
    : spawn('/usr/bin/chromium', args, { stdio: 'ignore' });
  ended.push(() => {
    browser.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  });
  return browser;
}

/** What the page saw, and whether it got away. */
async function visit(isManaged: boolean): Promise<{ seen: unknown; hasLeft: boolean }> {
  let tell: (hasLeft: boolean) => void = () => undefined;
  const over = new Promise<boolean>((resolve) => {
    tell = resolve;
  });
  const foreign = await serve(() => {
    tell(true);
    return '';
  });
  let seen: unknown = null;
  const own = await serve((url) => {
    if (url.startsWith('/seen?')) seen = JSON.parse(url.slice('/seen?'.length));
    if (url === '/still-here') tell(false);
    return url === '/' ? page(foreign) : '';
  });
  const browser = start(own, isManaged);
  const gone = new Promise<never>((_resolve, reject) => {
    browser.once('exit', (code) => {
      reject(new Error(`the browser ended with ${code ?? 'a signal'}: may this user make a mount namespace?`));
    });
  });
  const hasLeft = await Promise.race([over, gone]);
  gone.catch(() => undefined);
  return { seen, hasLeft };
}

describe('Debian’s Chromium under the kiosk’s policy', () => {
  it('stays on our origin and gives the camera, without sound, to it alone', async () => {
    expect(await visit(true)).toEqual({
      hasLeft: false,
      seen: {
        camera: 'given',
        sound: 'NotAllowedError',
        place: 'denied',
        notes: 'denied',
        clipboard: 'denied',
        window: 'null',
      },
    });
  }, 60_000);

  it('without it leaves, and asks', async () => {
    const { hasLeft, seen } = await visit(false);
    expect(hasLeft).toBe(true);
    expect(seen).toMatchObject({ camera: 'NotAllowedError', place: 'prompt', notes: 'prompt', clipboard: 'prompt' });
  }, 60_000);
});
