import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../store/system-clock.ts';
import { withApi, type ApiBench } from './with-api.ts';

const CHROMIUM = '/usr/bin/chromium';
const WAIT_MS = 10_000;
const PAGES = [
  '/',
  '/terminals',
  '/terminals?state=unknown',
  '/terminals/RONGGUI-02',
  '/terminals/BEIJIAO-02',
  '/terminals/NOBODY-99',
  '/alarms',
  '/events',
  '/settings',
  '/no-such-page',
];

let dashboardDir = '';
let browser: Browser;
let axe = '';

beforeAll(async () => {
  dashboardDir = await mkdtemp(join(tmpdir(), 'yimen-dashboard-'));
  // The bundler takes the test runner's environment for a development build otherwise.
  process.env['NODE_ENV'] = 'production';
  await build({
    root: join(import.meta.dirname, '..', 'dashboard'),
    logLevel: 'error',
    build: { outDir: dashboardDir, emptyOutDir: true },
  });
  browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] });
  axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
}, 120_000);

afterAll(async () => {
  await browser.close();
  await rm(dashboardDir, { recursive: true, force: true });
});

interface Seen {
  /** Everything the browser blocked, printed as an error, or threw. */
  readonly trouble: string[];
  /** Addresses of all requests, with their headers' referrer. */
  readonly requests: string[];
}

interface Visit {
  readonly bench: ApiBench;
  readonly page: Page;
  readonly context: BrowserContext;
  readonly seen: Seen;
  readonly base: string;
  open(path: string): Promise<void>;
}

/** Runs `test` in a fresh browser profile against the real server over the fake fleet, signed in by a one-time link. */
async function visit(
  options: { lang: string; width: number; signIn?: boolean },
  test: (visit: Visit) => Promise<void>,
): Promise<void> {
  await withApi(
    async (bench) => {
      const listening = await bench.api.listen({ host: 'localhost', port: 0 });
      if (!listening.ok) throw new Error(listening.error.message);
      const base = `http://localhost:${listening.value.port}`;
      const context = await browser.newContext({
        viewport: { width: options.width, height: 844 },
        locale: options.lang,
        timezoneId: 'America/New_York',
      });
      context.setDefaultTimeout(WAIT_MS);
      const page = await context.newPage();
      const seen = watch(page);
      await context.addInitScript({
        content:
          "addEventListener('securitypolicyviolation', (e) => console.error('VIOLATION ' + e.violatedDirective + ' ' + e.sourceFile));",
      });
      const open = async (path: string): Promise<void> => {
        await page.goto(base + path);
        await page.locator('h1, .nothing').first().waitFor();
        await page.locator('[role=status][aria-label]').first().waitFor({ state: 'detached' });
      };
      try {
        if (options.signIn !== false) {
          const code = await bench.staff.issueSignInCode({ staffId: 'duty-1', roles: ['viewer', 'operator'] });
          await page.goto(`${base}/sign-in#code=${code}`);
          await page.locator('.broken-list').waitFor();
        }
        await test({ bench, page, context, seen, base, open });
      } finally {
        await context.close();
      }
    },
    { dashboardDir, clock: systemClock() },
  );
}

function watch(page: Page): Seen {
  const seen: Seen = { trouble: [], requests: [] };
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') seen.trouble.push(message.text());
  });
  page.on('pageerror', (error) => seen.trouble.push(error.message));
  page.on('request', (request) => seen.requests.push(`${request.url()} ${request.headers()['referer'] ?? ''}`));
  return seen;
}

/** Violations axe-core finds on the page as it stands: rule and place of each. Run through the protocol, which the
 *  page's own policy does not bind. */
async function findAxeViolations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
  const found = await page.evaluate<{ id: string; nodes: { target: string[]; html: string }[] }[]>(
    `axe.run(document, { runOnly: ${JSON.stringify(tags)} }).then((result) => result.violations)`,
  );
  return found.flatMap((rule) =>
    rule.nodes.map((node) => `${rule.id} ${node.target.join(' ')} ${node.html.slice(0, 120)}`),
  );
}

describe.each([
  { lang: 'zh-CN', width: 1440, theme: 'light' },
  { lang: 'en', width: 1440, theme: 'dark' },
  { lang: 'zh-CN', width: 360, theme: 'dark' },
  { lang: 'en', width: 360, theme: 'light' },
])('every page in $lang at $width px, $theme', ({ lang, width, theme }) => {
  it('breaks no rule of the page policy, none of axe, and fits its width', async () => {
    await visit({ lang, width }, async ({ page, seen, open }) => {
      for (const path of PAGES) {
        await open(`${path}${path.includes('?') ? '&' : '?'}lang=${lang}&theme=${theme}`);
        expect([path, await findAxeViolations(page)]).toEqual([path, []]);
        expect([path, await page.evaluate('document.documentElement.scrollWidth')]).toEqual([path, width]);
        expect(await page.evaluate('document.documentElement.lang')).toBe(lang);
      }
      // The one answer that is an error on purpose: a terminal that is not there.
      expect(seen.trouble.filter((line) => !/404 \(Not Found\)/.test(line))).toEqual([]);
    });
  });
});

describe('the page policy', () => {
  it('is in force: a page that writes markup or runs text as a script is stopped, and that is seen', async () => {
    await visit({ lang: 'en', width: 1440 }, async ({ page, seen }) => {
      // Each attack runs in a task of the page's own: what a debugger evaluates directly is exempt from the policy.
      const results = await page.evaluate(`Promise.all([
        () => { document.body.insertAdjacentHTML('beforeend', '<b id="planted">x</b>'); },
        () => { const s = document.createElement('script'); s.textContent = 'window.planted = 1'; document.body.append(s); },
        () => { const s = document.createElement('style'); s.textContent = 'body { color: red }'; document.head.append(s); },
        () => { new Function('window.planted = 1')(); },
      ].map((attack) => new Promise((resolve) => setTimeout(() => { try { attack(); resolve('ran'); } catch { resolve('stopped'); } }, 0))))`);
      expect(results).toEqual(['stopped', 'stopped', 'ran', 'stopped']);
      expect(
        await page.evaluate(
          "[typeof window.planted, document.querySelector('#planted'), getComputedStyle(document.body).color === 'rgb(255, 0, 0)']",
        ),
      ).toEqual(['undefined', null, false]);
      expect(seen.trouble.filter((line) => line.startsWith('VIOLATION')).length).toBeGreaterThanOrEqual(4);
    });
  });
});

describe('signing in', () => {
  it('keeps the code out of every request line, referrer and the address', async () => {
    await visit({ lang: 'en', width: 1440, signIn: false }, async ({ bench, page, seen, base, context }) => {
      const code = await bench.staff.issueSignInCode({ staffId: 'duty-1', roles: ['viewer'] });
      await page.goto(`${base}/sign-in#code=${code}`);
      await page.locator('.broken-list').waitFor();
      expect(seen.requests.filter((line) => line.includes(code))).toEqual([]);
      expect(page.url()).toBe(`${base}/`);
      const [cookie] = await context.cookies();
      expect(cookie).toMatchObject({ name: 'sid', httpOnly: true, sameSite: 'Strict' });
      expect(await page.evaluate('[localStorage.length, sessionStorage.length, document.cookie]')).toEqual([0, 0, '']);
    });
  });

  it('says that a link is used or expired, and offers another way in', async () => {
    await visit({ lang: 'en', width: 390, signIn: false }, async ({ bench, page, base }) => {
      const code = await bench.staff.issueSignInCode({ staffId: 'duty-1', roles: ['viewer'] });
      await bench.staff.signIn(code, 'elsewhere');
      await page.goto(`${base}/sign-in?lang=en#code=${code}`);
      await page.getByText('This sign-in link has been used: ask for a new one').waitFor();
      const fresh = await bench.staff.issueSignInCode({ staffId: 'duty-1', roles: ['viewer'] });
      await page.getByLabel('Sign-in link or code').fill('nonsense');
      await page.getByRole('button', { name: 'Sign in now' }).click();
      await page.getByText('Paste the whole sign-in link').waitFor();
      await page.getByLabel('Sign-in link or code').fill(`${base}/sign-in#code=${fresh}`);
      await page.getByRole('button', { name: 'Sign in now' }).click();
      await page.locator('.broken-list').waitFor();
    });
  });

  it('ends at sign-out, in the other tab too', async () => {
    await visit({ lang: 'en', width: 1440 }, async ({ page, context, base }) => {
      const other = await context.newPage();
      await other.goto(`${base}/alarms?lang=en`);
      await other.locator('.feed-on').waitFor();
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.getByText('one-time sign-in link that').waitFor();
      await other.getByText('The session has ended').waitFor();
    });
  });
});

describe('the overview', () => {
  it('shows what is broken first, by weight, with place, cause, effect and next step', async () => {
    await visit({ lang: 'en', width: 1440 }, async ({ page }) => {
      const first = page.locator('.broken').first();
      await expect.poll(() => first.innerText(), { timeout: WAIT_MS }).toContain('RONGGUI-02');
      for (const text of [
        'Out of service',
        'Ronggui Hongqi Police Hall',
        'Critical',
        'Paid but nothing made',
        'Affects: Renew a Hong Kong–Macau endorsement',
        'Next: Check the bill',
      ]) {
        expect(await first.innerText()).toContain(text);
      }
      const counts = await page.locator('.state-counts a').allInnerTexts();
      expect(counts.map((text) => text.replaceAll(/\s+/g, ' '))).toEqual([
        '1 Out of service',
        '1 Degraded',
        '2 Unknown',
        '1 Maintenance',
        '8 In service',
        '1 Closed',
      ]);
      expect(await page.locator('.town').count()).toBe(10);
      expect(await page.locator('.tile').count()).toBe(14);
    });
  });

  it('greys what is not fresh, and says since when', async () => {
    await visit({ lang: 'en', width: 1440 }, async ({ page }) => {
      const tile = page.locator('.tile', { hasText: 'BEIJIAO-02' });
      expect(await tile.innerText()).toMatch(/Unknown\s+as of \d\d:\d\d:\d\d In service/);
      expect(await page.locator('.tile', { hasText: 'BEIJIAO-01' }).innerText()).toMatch(
        /In service\s+(?:just now|\d+ s ago)/,
      );
    });
  });

  it('follows the fleet without being asked, and counts a case', async () => {
    await visit({ lang: 'en', width: 1440 }, async ({ bench, page }) => {
      await page.locator('.feed-on').waitFor();
      const { fleet } = bench;
      const at = fleet.terminalList.findIndex((terminal) => terminal.tid === 'LUNJIAO-01');
      const before = fleet.terminalList[at];
      const done = fleet.volumeList[0];
      if (before === undefined || done === undefined) throw new Error('the fake fleet lost a row');
      fleet.terminalList[at] = { ...before, state: 'maintenance', heardAt: Date.now() };
      fleet.volumeList[0] = { ...done, n: done.n + 1 };
      fleet.tell({ what: 'terminal', tid: 'LUNJIAO-01' });
      fleet.tell({ what: 'volumes', tid: 'LUNJIAO-01' });
      await page.locator('.tile', { hasText: 'LUNJIAO-01' }).getByText('Maintenance').waitFor();
      await page.getByRole('cell', { name: '215', exact: true }).waitFor();
    });
  });
});

describe('acknowledging', () => {
  it('is done by a named person, shown when the server has it, and offered to no viewer', async () => {
    await visit({ lang: 'en', width: 390 }, async ({ bench, page, open, base }) => {
      await open('/alarms?lang=en');
      await page.getByRole('button', { name: /Acknowledge alarm: RONGGUI-02, Paid/ }).click();
      await page
        .locator('.alarm', { hasText: 'Paid but nothing made' })
        .getByText('Acknowledged', { exact: true })
        .waitFor();
      expect(bench.records.auditRows.at(-1)).toMatchObject({
        who: 'duty-1',
        what: 'alarm.acknowledge',
        result: 'acknowledged',
      });
      const code = await bench.staff.issueSignInCode({ staffId: 'guest-1', roles: ['viewer'] });
      await page.goto(`${base}/sign-in?lang=en#code=${code}`);
      await page.locator('.broken-list').waitFor();
      await open('/alarms?lang=en');
      expect(await page.getByRole('button', { name: /Acknowledge/ }).count()).toBe(0);
    });
  });
});

describe('a lost connection', () => {
  it('is told with the time of the data, and healed by itself', async () => {
    await visit({ lang: 'en', width: 1440 }, async ({ bench, page, context }) => {
      await page.locator('.feed-on').waitFor();
      await context.setOffline(true);
      bench.api.app.server.closeAllConnections();
      await page.getByText('Connection to the server lost').waitFor();
      await page.getByText(/You see data of \d\d:\d\d:\d\d/).waitFor();
      await context.setOffline(false);
      await page.locator('.feed-on').waitFor({ timeout: 40_000 });
      await page.getByText('Connection to the server lost').waitFor({ state: 'detached' });
    });
  });
});

describe('with the keyboard alone', () => {
  it('skips to the content, searches with /, and changes the page with g and a letter', async () => {
    await visit({ lang: 'en', width: 1440 }, async ({ page, open }) => {
      await open('/?lang=en');
      await page.keyboard.press('Tab');
      expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to content');
      await page.keyboard.press('/');
      await page.keyboard.type('ronggui hong');
      await page.keyboard.press('Enter');
      await page.getByText('1 terminal').waitFor();
      expect(new URL(page.url()).search).toBe('?q=ronggui+hong&lang=en');
      await page.locator('#content').focus();
      await page.keyboard.press('g');
      await page.keyboard.press('a');
      await page.getByRole('heading', { name: 'Alarms', level: 1 }).waitFor();
      expect(new URL(page.url()).search).toBe('?lang=en');
      expect(await page.evaluate('document.activeElement.id')).toBe('content');
      await page.keyboard.press('?');
      await page.getByRole('dialog').waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
    });
  });

  it('reaches every filter, and the filter stands in the address', async () => {
    await visit({ lang: 'zh-CN', width: 1440 }, async ({ page, open }) => {
      await open('/events');
      await page.getByLabel('种类').focus();
      await page.keyboard.press('ArrowDown');
      await page.getByRole('option', { name: '设备状态变化' }).waitFor({ state: 'attached' });
      for (
        let n = 0;
        n < 40 && (await page.locator('.ant-select-item-option-active').innerText()) !== '设备状态变化';
        n += 1
      )
        await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await page.waitForURL('**/events?kind=device-status');
      await expect
        .poll(() => page.locator('.event-kind').allInnerTexts(), { timeout: WAIT_MS })
        .toEqual(Array.from({ length: 12 }, () => '设备状态变化'));
      await page.reload();
      await expect.poll(() => page.locator('.event-kind').count(), { timeout: WAIT_MS }).toBe(12);
    });
  });
});

describe('times', () => {
  it('are the halls’ own, with UTC on hover, wherever the viewer is', async () => {
    await visit({ lang: 'en', width: 1440 }, async ({ page, open }) => {
      await open('/events?lang=en');
      const cell = page.locator('tbody time').first();
      const title = (await cell.getAttribute('title')) ?? '';
      const utc = new Date(`${title.replace('UTC ', '').replace(' ', 'T')}Z`);
      const china = new Date(utc.getTime() + 8 * 3_600_000).toISOString();
      expect(await cell.innerText()).toContain(china.slice(11, 19));
    });
  });
});
