import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { intentSchema } from '@yimen/contracts/ui';
import type { GalleryChoice } from './testing/gallery-address.ts';
import { openGallery, type GalleryBrowser, type GalleryPage } from './testing/with-gallery.ts';

let gallery: GalleryBrowser;
let opened: GalleryPage;

beforeAll(async () => {
  gallery = await openGallery();
  opened = await gallery.open();
}, 60_000);

afterAll(async () => {
  await gallery.close();
});

interface Signed {
  readonly kind: string;
  readonly strokes: readonly (readonly (readonly [number, number, number])[])[];
}

async function drawn(choice: Partial<GalleryChoice>): Promise<Page> {
  await opened.draw(choice);
  await opened.page.evaluate('window.gallery.bridge.settle()');
  return opened.page;
}

async function signatures(page: Page): Promise<readonly Signed[]> {
  return page.evaluate<readonly Signed[]>("window.gallery.bridge.sent.filter((wish) => wish.kind === 'sign')");
}

/** One stroke through places of the field, in shares of its width and height. */
async function stroke(page: Page, places: readonly (readonly [number, number])[]): Promise<void> {
  const box = await page.locator('.sign-field').boundingBox();
  const [first, ...rest] = places.map(([x, y]) => ({
    x: (box?.x ?? 0) + (box?.width ?? 0) * x,
    y: (box?.y ?? 0) + (box?.height ?? 0) * y,
  }));
  if (first === undefined) return;
  await page.mouse.move(first.x, first.y);
  await page.mouse.down();
  for (const { x, y } of rest) await page.mouse.move(x, y, { steps: 12 });
  await page.mouse.up();
}

const DONE = { name: '完成签名' } as const;

describe('the signature on the screen', () => {
  it('sends its strokes in thousandths, in the order they were written', async () => {
    const page = await drawn({ fixture: 'signature/page' });
    await stroke(page, [
      [0.1, 0.5],
      [0.5, 0.25],
      [0.4, 0.75],
    ]);
    await stroke(page, [
      [0.8, 0.5],
      [0.9, 0.5],
    ]);
    expect(await page.locator('.sign-field path').count()).toBe(2);
    await page.getByRole('button', DONE).click();
    const [signed, ...more] = await signatures(page);
    expect(more).toEqual([]);
    expect(intentSchema.safeParse({ ...signed, view: 1 }).success).toBe(true);
    const [first = [], second = []] = signed?.strokes ?? [];
    const near = (point: readonly number[] | undefined, x: number, y: number): void => {
      expect(Math.hypot((point?.[0] ?? -99) - x, (point?.[1] ?? -99) - y)).toBeLessThan(6);
    };
    near(first[0], 100, 500);
    near(first.at(-1), 400, 750);
    near(second[0], 800, 500);
    near(second.at(-1), 900, 500);
    expect(first.length).toBeGreaterThan(10);
    expect(first[0]?.[2]).toBe(0);
    const times = [...first, ...second].map(([, , ms]) => ms);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  it('that is empty cannot be sent, nor can one that was cleared', async () => {
    const page = await drawn({ fixture: 'signature/page' });
    const done = page.getByRole('button', DONE);
    expect(await done.isDisabled()).toBe(true);
    await stroke(page, [
      [0.2, 0.5],
      [0.7, 0.5],
    ]);
    expect(await done.isDisabled()).toBe(false);
    await page.getByRole('button', { name: '擦除重写' }).click();
    expect(await done.isDisabled()).toBe(true);
    expect(await page.locator('.sign-field path').count()).toBe(0);
    expect(await signatures(page)).toEqual([]);
  });

  it('goes along the edge when the finger leaves the field, and stays there when the colours change', async () => {
    const page = await drawn({ fixture: 'signature/page' });
    await stroke(page, [
      [0.5, 0.5],
      [0.5, 1.8],
    ]);
    await page.evaluate(
      `{ const view = window.gallery.bridge.state.view;
         window.gallery.bridge.show({ ...view, mode: { ...view.mode, contrast: 'night' } }); window.gallery.bridge.settle(); }`,
    );
    await page.getByRole('button', DONE).click();
    const [signed] = await signatures(page);
    expect(signed?.strokes[0]?.at(-1)?.slice(0, 2)).toEqual([500, 1000]);
  });

  it('of a second finger is not written', async () => {
    const page = await drawn({ fixture: 'signature/page' });
    const box = await page.locator('.sign-field').boundingBox();
    if (box === null) throw new Error('the field is not there');
    const devtools = await opened.context.newCDPSession(page);
    const at = (x: number, y: number, id: number) => ({ x: box.x + box.width * x, y: box.y + box.height * y, id });
    await devtools.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [at(0.2, 0.5, 1)] });
    await devtools.send('Input.dispatchTouchEvent', {
      type: 'touchStart',
      touchPoints: [at(0.2, 0.5, 1), at(0.8, 0.2, 2)],
    });
    await devtools.send('Input.dispatchTouchEvent', {
      type: 'touchMove',
      touchPoints: [at(0.4, 0.5, 1), at(0.9, 0.9, 2)],
    });
    await devtools.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    await page.evaluate('window.gallery.bridge.settle()');
    await page.getByRole('button', DONE).click();
    const [signed] = await signatures(page);
    expect(signed?.strokes).toHaveLength(1);
    expect(signed?.strokes.flat().every(([, y]) => y > 480 && y < 520)).toBe(true);
  });

  it('of a long text comes after it has been read, and it can be read again', async () => {
    const page = await drawn({ fixture: 'signature/pageLongest', lang: 'en' });
    expect(await page.locator('.sign-field').count()).toBe(0);
    await page.getByRole('button', { name: 'Go and sign' }).click();
    await page.locator('.sign-field').waitFor();
    await page.getByRole('button', { name: 'Read again' }).click();
    await page.getByRole('heading', { name: 'First read what you sign' }).waitFor();
  });
});
