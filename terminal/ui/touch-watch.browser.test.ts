import type { CDPSession } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PAGE_LIMITS } from './limits.table.ts';
import { openGallery, type GalleryBrowser, type GalleryPage } from './testing/with-gallery.ts';

let gallery: GalleryBrowser;
let opened: GalleryPage;
let screen: CDPSession;
const posted: unknown[] = [];

beforeAll(async () => {
  gallery = await openGallery();
  opened = await gallery.open({ hasTouch: true });
  // The gallery has no core behind it: its place is taken for this one request.
  await opened.context.route('**/touch-trouble', async (route) => {
    posted.push([
      route.request().method(),
      await route.request().headerValue('origin'),
      route.request().postDataJSON(),
    ]);
    await route.fulfill({ status: 204 });
  });
  screen = await opened.context.newCDPSession(opened.page);
}, 60_000);

afterAll(async () => {
  await gallery.close();
});

/** Below everything that can be pressed. */
const EMPTY = { x: 8, y: 8 } as const;
const PAST_DEAF_MS = 400;

const touch = (type: 'touchStart' | 'touchEnd', points: readonly { x: number; y: number; id: number }[]) =>
  screen.send('Input.dispatchTouchEvent', { type, touchPoints: [...points] });

/** Presses as the controller of a broken screen sends them: one after the other without a pause. */
async function ghosts(count: number, { x, y }: { x: number; y: number }): Promise<void> {
  await Promise.all(
    Array.from({ length: count }, (_, id) => [touch('touchStart', [{ x, y, id }]), touch('touchEnd', [])]).flat(),
  );
}

async function sent(): Promise<unknown> {
  return opened.page.evaluate('window.gallery.bridge.sent');
}

describe('F64 a touch screen that acts by itself, in Chromium', () => {
  it('F64 is deaf to every touch and tells core; keys go on; quiet again, it hears', async () => {
    const { page } = opened;
    await opened.draw({ fixture: 'guide/straight' });
    await page.waitForTimeout(PAST_DEAF_MS);
    const button = page.getByRole('button', { name: '开始办理' });
    await button.tap();
    expect(await sent()).toEqual([{ kind: 'confirm' }]);
    expect(posted).toEqual([]);

    await ghosts(2 * PAGE_LIMITS.touchPressesPerSec, EMPTY);
    await expect.poll(() => posted).toEqual([['POST', 'http://localhost', { what: 'ghost', sign: 'rate' }]]);
    await button.tap();
    await button.click();
    expect(await sent()).toEqual([{ kind: 'confirm' }]);
    await button.press('Enter');
    expect(await sent()).toEqual([{ kind: 'confirm' }, { kind: 'confirm' }]);

    await page.waitForTimeout(PAGE_LIMITS.touchQuietMs + 2 * PAGE_LIMITS.touchLookMs);
    await button.tap();
    expect(await sent()).toEqual([{ kind: 'confirm' }, { kind: 'confirm' }, { kind: 'confirm' }]);
    expect(posted).toHaveLength(1);
    expect(opened.trouble).toEqual([]);
  });

  it('F64 more points at once than two hands have fingers are its sign, too; ten are not', async () => {
    const { page } = opened;
    await opened.draw({ fixture: 'guide/straight' });
    await page.waitForTimeout(PAST_DEAF_MS);
    const points = Array.from({ length: PAGE_LIMITS.touchPointers + 1 }, (_, id) => ({ x: 60 + id * 20, y: 60, id }));
    await touch('touchStart', points.slice(0, -1));
    await touch('touchEnd', []);
    await page.waitForTimeout(PAST_DEAF_MS);
    expect(posted).toHaveLength(1);
    await touch('touchStart', points);
    await touch('touchEnd', []);
    await expect.poll(() => posted.at(-1)).toEqual(['POST', 'http://localhost', { what: 'ghost', sign: 'pointers' }]);
    await page.getByRole('button', { name: '开始办理' }).tap();
    expect(await sent()).toEqual([]);
  });
});
