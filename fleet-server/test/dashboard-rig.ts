import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import axe from 'axe-core';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright';
import { build } from 'vite';
import { expect } from 'vitest';
import type { Role } from '../staff/roles.table.ts';
import { systemClock } from '../store/system-clock.ts';
import { withApi, type ApiBench } from './with-api.ts';

const CHROMIUM = '/usr/bin/chromium';
/** Nothing the browser would do on its own account: it only costs time. */
const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
/** A page that is not there by then is taken for broken. */
export const WAIT_MS = 10_000;

/** What a page did that nobody asked it to do. */
export interface Seen {
  /** Everything the browser blocked, printed as an error, or threw. */
  readonly trouble: string[];
  /** Addresses of all requests, with their headers' referrer. */
  readonly requests: string[];
}

/** One browser profile in front of one server. */
export interface Visit {
  readonly bench: ApiBench;
  readonly page: Page;
  readonly context: BrowserContext;
  readonly seen: Seen;
  readonly base: string;
  /** Loads an address as if it had been typed. */
  open(path: string): Promise<void>;
  /** Goes to an address inside the page, as a link does. */
  go(path: string): Promise<void>;
}

export interface VisitOptions {
  readonly lang: string;
  readonly width: number;
  /** Where the visit begins; the overview where left out. */
  readonly path?: string;
  /** Whose session; null begins at an empty tab, not signed in. */
  readonly roles?: readonly Role[] | null;
}

/** The built page and a browser, for all visits of a test file. */
export class DashboardRig {
  readonly #dir: string;
  readonly #browser: Browser;

  private constructor(dir: string, browser: Browser) {
    this.#dir = dir;
    this.#browser = browser;
  }

  static async start(): Promise<DashboardRig> {
    const dir = await mkdtemp(join(tmpdir(), 'yimen-dashboard-'));
    // The bundler takes the test runner's environment for a development build otherwise.
    process.env['NODE_ENV'] = 'production';
    const [browser] = await Promise.all([
      chromium.launch({ executablePath: CHROMIUM, args: QUIET }),
      build({
        root: join(import.meta.dirname, '..', 'dashboard'),
        logLevel: 'error',
        build: { outDir: dir, emptyOutDir: true },
      }),
    ]);
    return new DashboardRig(dir, browser);
  }

  async stop(): Promise<void> {
    await this.#browser.close();
    await rm(this.#dir, { recursive: true, force: true });
  }

  /** Runs `test` in a fresh browser profile against the real server over the fake fleet. */
  async visit(options: VisitOptions, test: (visit: Visit) => Promise<void>): Promise<void> {
    await withApi(
      async (bench) => {
        const listening = await bench.api.listen({ host: 'localhost', port: 0 });
        if (!listening.ok) throw new Error(listening.error.message);
        const base = `http://localhost:${listening.value.port}`;
        const context = await this.#newContext(options);
        const page = await context.newPage();
        const seen = watch(page);
        const open = async (path: string): Promise<void> => {
          await page.goto(base + path);
          await settle(page);
        };
        const go = async (path: string): Promise<void> => {
          const isElsewhere = new URL(path, base).pathname !== new URL(page.url()).pathname;
          const before = await page.title();
          // What the browser does for "back", which the router listens to; the page is not loaded anew.
          await page.evaluate(
            `history.pushState(null, '', ${JSON.stringify(path)}); dispatchEvent(new PopStateEvent('popstate'))`,
          );
          if (isElsewhere) await expect.poll(() => page.title(), { timeout: WAIT_MS }).not.toBe(before);
          await settle(page);
        };
        try {
          if (options.roles !== null) {
            await signIn(context, bench, base, options.roles ?? ['viewer', 'operator']);
            await open(options.path ?? '/');
          }
          await test({ bench, page, context, seen, base, open, go });
        } finally {
          await context.close();
        }
      },
      { dashboardDir: this.#dir, clock: systemClock() },
    );
  }

  /** Violations axe-core finds on the page as it stands: rule and place of each. Run through the protocol, which the
   *  page's own policy does not bind. */
  async findAxeViolations(page: Page): Promise<string[]> {
    if (await page.evaluate("typeof axe === 'undefined'")) await page.evaluate(axe.source);
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const found = await page.evaluate<{ id: string; nodes: { target: string[]; html: string }[] }[]>(
      `axe.run(document, { runOnly: ${JSON.stringify(tags)}, resultTypes: ['violations'] }).then((result) => result.violations)`,
    );
    return found.flatMap((rule) =>
      rule.nodes.map((node) => `${rule.id} ${node.target.join(' ')} ${node.html.slice(0, 120)}`),
    );
  }

  async #newContext(options: VisitOptions): Promise<BrowserContext> {
    const context = await this.#browser.newContext({
      viewport: { width: options.width, height: 844 },
      locale: options.lang,
      timezoneId: 'America/New_York',
    });
    context.setDefaultTimeout(WAIT_MS);
    await context.addInitScript({
      content:
        "addEventListener('securitypolicyviolation', (e) => console.error('VIOLATION ' + e.violatedDirective + ' ' + e.sourceFile));",
    });
    return context;
  }
}

/** Waits until the page has a heading and no part of it is still being read. */
async function settle(page: Page): Promise<void> {
  await page.locator('h1').first().waitFor({ state: 'attached' });
  await page.locator('[role=status][aria-label]').first().waitFor({ state: 'detached' });
}

/** Puts a session into the browser, so that a visit costs one page load; the way in has its own tests. */
async function signIn(context: BrowserContext, bench: ApiBench, base: string, roles: readonly Role[]): Promise<void> {
  const code = await bench.staff.issueSignInCode({ staffId: 'duty-1', roles: [...roles] });
  const session = await bench.staff.signIn(code, '127.0.0.1', undefined);
  if (!session.ok) throw new Error(session.error.code);
  await context.addCookies([{ name: 'sid', value: session.value.id, url: base, httpOnly: true, sameSite: 'Strict' }]);
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
