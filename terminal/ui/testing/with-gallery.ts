import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright';
import { build } from 'vite';
import { writeAddress, type GalleryChoice } from './gallery-address.ts';

const CHROMIUM = '/usr/bin/chromium';
const UI = join(import.meta.dirname, '..');
/** Nobody listens there: the browser's requests are answered by this file. `localhost` is a secure context. */
const ORIGIN = 'http://localhost';
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};
/** As strict as the policy under which a terminal serves its page. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self' data: blob:",
  "media-src 'self' blob: mediastream:",
  "connect-src 'self'",
  "base-uri 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

/** Writes down every use of a store that would outlive the page. */
const WATCH_STORES = `
  window.stored = [];
  for (const name of ['getItem', 'setItem']) {
    const real = Storage.prototype[name];
    Storage.prototype[name] = function (...args) { window.stored.push(name); return real.apply(this, args); };
  }
  const open = indexedDB.open.bind(indexedDB);
  indexedDB.open = (...args) => { window.stored.push('indexedDB'); return open(...args); };
  const cookie = Object.getOwnPropertyDescriptor(Document.prototype, 'cookie');
  Object.defineProperty(document, 'cookie', { get: () => cookie.get.call(document), set: (value) => { window.stored.push('cookie'); cookie.set.call(document, value); } });
`;

/** One page on which fixtures are drawn, with everything it did that it should not. */
export interface GalleryPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Console errors, thrown errors, requests to elsewhere. */
  readonly trouble: string[];
  draw(choice: Partial<GalleryChoice>): Promise<void>;
}

/** The gallery, built once, in Debian's Chromium. */
export interface GalleryBrowser {
  open(options?: BrowserContextOptions): Promise<GalleryPage>;
  close(): Promise<void>;
}

const STANDARD: GalleryChoice = {
  fixture: 'attract/straight',
  lang: 'zh-CN',
  mode: {},
  orientation: 'portrait',
  connection: 'open',
};

/** The gallery's files, for as many browsers as a test needs. */
export interface BuiltGallery {
  /** Starts a browser. @param flags more of Chromium's own: a camera that is simulated
   *  @param env more of its environment: other fonts */
  launch(flags: readonly string[], env?: Readonly<Record<string, string>>): Promise<GalleryBrowser>;
  remove(): Promise<void>;
}

/** Builds the gallery into a folder of its own. */
export async function buildGallery(): Promise<BuiltGallery> {
  const dir = await mkdtemp(join(tmpdir(), 'yimen-gallery-'));
  // The bundler takes the test runner's environment for a development build otherwise.
  process.env['NODE_ENV'] = 'production';
  await build({
    root: UI,
    configFile: join(UI, 'vite.config.ts'),
    logLevel: 'error',
    build: { outDir: dir, emptyOutDir: true, rolldownOptions: { input: join(UI, 'testing', 'gallery.html') } },
  });
  return {
    launch: async (flags, env = {}) => {
      const browser = await chromium.launch({
        executablePath: CHROMIUM,
        args: [...LAUNCH_FLAGS, ...flags],
        env: { ...process.env, ...env },
      });
      return { open: (options) => openPage(browser, dir, options), close: () => browser.close() };
    },
    remove: () => rm(dir, { recursive: true, force: true }),
  };
}

/** Builds the gallery and starts the browser.
 *  @param flags more of Chromium's own: a camera that is simulated */
export async function openGallery(flags: readonly string[] = []): Promise<GalleryBrowser> {
  const built = await buildGallery();
  const browser = await built.launch(flags);
  return {
    ...browser,
    close: async () => {
      await browser.close();
      await built.remove();
    },
  };
}

// --no-sandbox: Chromium refuses root otherwise. Tests only, never a kiosk.
const LAUNCH_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

async function openPage(browser: Browser, dir: string, options: BrowserContextOptions = {}): Promise<GalleryPage> {
  const trouble: string[] = [];
  const context = await browser.newContext({
    viewport: { width: 1080, height: 1920 },
    // Painted small, laid out whole: what is measured is the same, and quicker.
    deviceScaleFactor: 0.5,
    reducedMotion: 'reduce',
    timezoneId: 'America/New_York',
    ...options,
  });
  await context.addInitScript({ content: WATCH_STORES });
  await context.route('**/*', async (route) => {
    const { origin, pathname } = new URL(route.request().url());
    const body = origin === ORIGIN ? await readFile(join(dir, pathname)).catch(() => undefined) : undefined;
    if (body === undefined) {
      trouble.push(`asked for ${route.request().url()}`);
      await route.abort();
      return;
    }
    const headers = { 'content-security-policy': POLICY };
    await route.fulfill({ body, headers, contentType: TYPES[extname(pathname)] ?? 'application/octet-stream' });
  });
  const page = await context.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') trouble.push(message.text());
  });
  page.on('pageerror', (error) => trouble.push(error.message));
  await page.goto(`${ORIGIN}/testing/gallery.html`);
  let n = 0;
  const drawNext = (choice: Partial<GalleryChoice>): Promise<void> => {
    n += 1;
    return draw(page, { ...STANDARD, ...choice }, n);
  };
  return { page, context, trouble, draw: drawNext };
}

/** Draws anew even what is drawn already: `n` makes each address another. */
async function draw(page: Page, choice: GalleryChoice, n: number): Promise<void> {
  const isUpright = choice.orientation === 'portrait';
  const size = isUpright ? { width: 1080, height: 1920 } : { width: 1920, height: 1080 };
  if (page.viewportSize()?.width !== size.width) await page.setViewportSize(size);
  const address = `${writeAddress(choice)}&n=${n}`;
  // Two frames after the change: measured, paged and painted.
  await page.evaluate(
    `new Promise((resolve) => {
      const frames = () => requestAnimationFrame(() => requestAnimationFrame(resolve));
      document.adoptedStyleSheets = [];
      addEventListener('hashchange', frames, { once: true });
      location.hash = ${JSON.stringify(address)};
    })`,
  );
}
