import axe from 'axe-core';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Language, Mode } from '@yimen/contracts/ui';
import { FIXTURE_NAMES } from './testing/fixtures.ts';
import type { GalleryChoice } from './testing/gallery-address.ts';
import { inspectScreen } from './testing/inspect-screen.ts';
import { openGallery, type GalleryBrowser, type GalleryPage } from './testing/with-gallery.ts';

let gallery: GalleryBrowser;

beforeAll(async () => {
  gallery = await openGallery(['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream']);
}, 60_000);

afterAll(async () => {
  await gallery.close();
});

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

interface AxeRule {
  readonly id: string;
  readonly nodes: readonly { readonly html: string }[];
}

/** What axe-core finds: all rules, or of a set of colours only what colours can change. */
async function axeViolations(page: Page, rules: Sweep['axe']): Promise<string[]> {
  const runOnly = rules === 'all' ? { type: 'tag', values: TAGS } : { type: 'rule', values: ['color-contrast'] };
  const found = await page.evaluate<readonly AxeRule[]>(
    `axe.run(document, { runOnly: ${JSON.stringify(runOnly)}, resultTypes: ['violations'], preload: false, iframes: false, elementRef: false }).then((result) => result.violations)`,
  );
  return found.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.html.slice(0, 160)}`));
}

interface Sweep {
  readonly lang: Language;
  readonly orientation: GalleryChoice['orientation'];
  readonly mode: Partial<Mode>;
  readonly axe: 'all' | 'colours' | 'none';
}

const SWEEPS: readonly Sweep[] = [
  { lang: 'zh-CN', orientation: 'portrait', mode: {}, axe: 'all' },
  { lang: 'en', orientation: 'portrait', mode: {}, axe: 'all' },
  { lang: 'zh-CN', orientation: 'landscape', mode: {}, axe: 'all' },
  { lang: 'en', orientation: 'landscape', mode: {}, axe: 'all' },
  { lang: 'zh-CN', orientation: 'portrait', mode: { elder: true }, axe: 'none' },
  { lang: 'en', orientation: 'portrait', mode: { elder: true, contrast: 'soft' }, axe: 'colours' },
  { lang: 'en', orientation: 'landscape', mode: { elder: true, contrast: 'night' }, axe: 'colours' },
  { lang: 'zh-CN', orientation: 'landscape', mode: { contrast: 'contrast' }, axe: 'colours' },
  { lang: 'en', orientation: 'portrait', mode: { lowReach: true }, axe: 'none' },
  { lang: 'zh-CN', orientation: 'portrait', mode: { elder: true, lowReach: true }, axe: 'none' },
  { lang: 'en', orientation: 'portrait', mode: { elder: true, lowReach: true }, axe: 'none' },
];

/** One state of each kind, and those with the colours of warning, refusal and success: all that colours can change. */
const COLOURFUL: ReadonlySet<string> = new Set([
  ...FIXTURE_NAMES.filter((name, at) => name.split('/')[0] !== FIXTURE_NAMES[at - 1]?.split('/')[0]),
  'menu/someOff',
  'read-card/again',
  'face/again',
  'form/plateCity',
  'form/idNumberWrong',
  'photo/again',
  'photo/accepted',
  'fingerprint/again',
  'fingerprint/done',
  'review/warned',
  'pay/declined',
  'take/refused',
  'receipt/printed',
  'end/leftBehind',
]);

/** How many further pages of a long text are looked at. */
const MORE_PAGES = 3;
const TURN_PAGE = `new Promise((resolve) => {
  const next = document.querySelector('.pages__footer:not([hidden]) .button:last-child:not(:disabled)');
  if (next === null) { resolve(false); return; }
  window.gallery.bridge.settle();
  next.click();
  requestAnimationFrame(() => requestAnimationFrame(() => resolve(true)));
})`;

/** What is wrong with the screen on its first pages. */
async function inspectPages(page: Page): Promise<string[]> {
  const found = await page.evaluate(inspectScreen);
  for (let n = 0; n < MORE_PAGES && (await page.evaluate<boolean>(TURN_PAGE)); n += 1) {
    const more = await page.evaluate(inspectScreen);
    found.push(...more.map((fault) => `page ${n + 2}: ${fault}`));
  }
  return found;
}

/** Draws every fixture as the sweep says, and tells what is wrong with each. */
async function sweep(opened: GalleryPage, { lang, orientation, mode, axe: rules }: Sweep): Promise<string[]> {
  const faults: string[] = [];
  for (const fixture of FIXTURE_NAMES) {
    await opened.draw({ fixture, lang, orientation, mode });
    const isAsked = rules === 'all' || (rules === 'colours' && COLOURFUL.has(fixture));
    const found = isAsked ? await axeViolations(opened.page, rules) : [];
    if ((await opened.page.evaluate('document.documentElement.lang')) !== lang) found.push('lang');
    if ((await opened.page.evaluate('document.activeElement.tagName')) !== 'H1') found.push('the title has no focus');
    found.push(...(await inspectPages(opened.page)));
    faults.push(...found.map((fault) => `${fixture}: ${fault}`));
  }
  return faults;
}

async function withPage<T>(test: (opened: GalleryPage) => Promise<T>): Promise<T> {
  const opened = await gallery.open({ permissions: ['camera'] });
  try {
    await opened.page.evaluate(axe.source);
    return await test(opened);
  } finally {
    await opened.context.close();
  }
}

describe('every screen', () => {
  it.concurrent.each(SWEEPS)('fits: $lang $orientation $mode', async (each) => {
    await withPage(async (opened) => {
      expect(await sweep(opened, each)).toEqual([]);
      expect(opened.trouble).toEqual([]);
      expect(await opened.page.evaluate('window.stored')).toEqual([]);
    });
  });
});
