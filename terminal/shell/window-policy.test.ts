import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { keyName } from './guards/key-policy.ts';
import { outOfServicePage } from './keeper/out-of-service-page.ts';
import { mayCheck, mayNavigate, mayRequest, maySee, schemeOf } from './window-policy.ts';

const PAGE = 'http://127.0.0.1:7001/';

/** The plain decisions; the same tries against the running shell are in `run-shell.test.ts`. */
describe('where a page may go', () => {
  it.each([
    [PAGE, true, true],
    [`${PAGE}#step`, true, true],
    [PAGE, false, false],
    [`${PAGE}?x=1`, true, false],
    [`${PAGE}status.json`, true, false],
    ['http://localhost:7001/', true, false],
    ['http://127.0.0.1:7001', true, false],
    ['HTTP://127.0.0.1:7001/', true, false],
    ['http://user@127.0.0.1:7001/', true, false],
    ['', true, false],
  ])('%s, main frame %s: %s', (url, isMainFrame, may) => {
    expect(mayNavigate({ url, isMainFrame }, PAGE)).toBe(may);
  });
});

describe('what a page may fetch', () => {
  it.each([
    ['http://127.0.0.1:7001/a.css', 'stylesheet', true],
    ['http://127.0.0.1:7001/a.woff2', 'font', true],
    ['http://127.0.0.1:7001/ping', 'ping', false],
    ['http://127.0.0.1:7001/f', 'subFrame', false],
    ['wss://127.0.0.1:7001/bridge', 'webSocket', false],
    ['ws://localhost:7001/bridge', 'webSocket', false],
    ['filesystem:http://127.0.0.1:7001/x', 'image', false],
    ['chrome-extension://abc/x.js', 'script', false],
    ['', 'script', false],
  ])('%s as %s: %s', (url, resourceType, may) => {
    expect(mayRequest({ url, resourceType }, PAGE)).toBe(may);
  });
});

describe('what a page may use', () => {
  const own = { isMainFrame: true, requestingUrl: PAGE, mediaTypes: ['video'] };
  it('the camera, and nothing but the camera', () => {
    expect(maySee('media', own, PAGE)).toBe(true);
    expect(maySee('media', { ...own, requestingUrl: 'null' }, PAGE)).toBe(false);
    expect(maySee('media', { isMainFrame: true, requestingUrl: PAGE }, PAGE)).toBe(false);
    expect(maySee('media', { isMainFrame: true, mediaTypes: ['video'] }, PAGE)).toBe(false);
    expect(maySee('mediaKeySystem', own, PAGE)).toBe(false);
    expect(mayCheck('media', 'http://127.0.0.1:7001', { isMainFrame: true, mediaType: 'video' }, PAGE)).toBe(true);
    expect(mayCheck('media', 'http://127.0.0.1:7009', { isMainFrame: true, mediaType: 'video' }, PAGE)).toBe(false);
    expect(mayCheck('media', PAGE, { isMainFrame: false, mediaType: 'video' }, PAGE)).toBe(false);
  });
});

describe('what is told of a try', () => {
  it.each([
    ['http://127.0.0.1:7002/?name=%E6%9D%8E', 'http'],
    ['JavaScript:alert(1)', 'javascript'],
    ['x-secret-of-somebody:1', 'other'],
    ['no scheme', 'other'],
  ])('of %s: %s', (address, scheme) => {
    expect(schemeOf(address)).toBe(scheme);
  });

  it('never the character that somebody typed', () => {
    const bare = { type: 'keyDown', isAutoRepeat: false, isComposing: false };
    const none = { ...bare, shift: false, control: false, alt: false, meta: false };
    for (const key of ['a', 'A', 'Z', '李', 'é', '@']) expect(keyName({ ...none, key })).toBe('character');
    expect(keyName({ ...none, key: 'A', shift: true })).toBe('Shift+character');
    expect(keyName({ ...none, key: 'w', control: true })).toBe('Ctrl+w');
    expect(keyName({ ...none, key: '李', control: true })).toBe('Ctrl+character');
    expect(keyName({ ...none, key: 'F12' })).toBe('F12');
  });
});

describe('the shell’s own page', () => {
  it('takes a hall’s name as text, not as markup (K29)', () => {
    const html = decodeURIComponent(outOfServicePage({ zh: '<img src=x>', en: '"&\'', hotline: '<script>' }));
    expect(html).not.toContain('<img');
    expect(html).not.toContain('<script');
    expect(html).toContain("default-src 'none'");
  });
});

describe('the shell’s source', () => {
  /** Parts of Electron with which a page could reach the machine. What is not imported cannot be called (15, 20). */
  const PARTS = /import \{([^}]*)\} from 'electron'/gu;

  it('imports four parts of Electron, in one file', () => {
    const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
      .map((file) => ({ file, text: readFileSync(join(import.meta.dirname, file), 'utf8') }));
    const imports = files.flatMap(({ file, text }) =>
      [...text.matchAll(PARTS)].map((found) => `${file}: ${(found[1] ?? '').trim()}`),
    );
    expect(imports).toEqual(['main.ts: app, BrowserWindow, Menu, session']);
    // `satisfies BrowserWindowConstructorOptions` is the only other mention, and is erased.
    const mentions = files.filter(({ text }) => /from 'electron'/u.test(text)).map(({ file }) => file);
    expect(mentions.toSorted()).toEqual(['guards/window-options.table.ts', 'main.ts']);
  });
});
