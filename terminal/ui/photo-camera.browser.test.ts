import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { intentSchema } from '@yimen/contracts/ui';
import { openGallery, type GalleryBrowser } from './testing/with-gallery.ts';

const WAIT_MS = 15_000;
let gallery: GalleryBrowser;

beforeAll(async () => {
  gallery = await openGallery(['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream']);
}, 60_000);

afterAll(async () => {
  await gallery.close();
});

interface Sent {
  readonly subject: string;
  readonly camera: string;
  readonly base64: string;
}

async function pictures(page: Page): Promise<readonly Sent[]> {
  return page.evaluate<readonly Sent[]>("window.gallery.bridge.sent.filter((wish) => wish.kind === 'picture')");
}

/** Opens the photo screen; `before` runs in the page before anything of it. */
async function photoScreen(before: string, test: (page: Page) => Promise<void>): Promise<void> {
  const opened = await gallery.open();
  try {
    await opened.context.addInitScript({ content: before });
    await opened.page.reload();
    await opened.draw({ fixture: 'photo/live' });
    await opened.page.evaluate('window.gallery.bridge.settle()');
    await test(opened.page);
    expect(opened.trouble).toEqual([]);
  } finally {
    await opened.context.close();
  }
}

const KEEP_TRACKS = `window.tracks = [];
  const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (wanted) => {
    window.wanted = wanted.video;
    const stream = await real(wanted);
    window.tracks.push(...stream.getTracks());
    return stream;
  };`;

/** A camera whose left and right quarters are red: they must not be in a picture cut from the middle. */
const RED_EDGES = `navigator.mediaDevices.getUserMedia = async () => {
  const canvas = Object.assign(document.createElement('canvas'), { width: 1280, height: 960 });
  const brush = canvas.getContext('2d');
  let n = 0;
  const paint = () => {
    n += 1;
    brush.fillStyle = '#ff0000';
    brush.fillRect(0, 0, 1280, 960);
    for (let x = 310; x < 970; x += 20) {
      brush.fillStyle = (x / 10 + n) % 4 < 2 ? '#808080' : '#c0c0c0';
      brush.fillRect(x, 0, 20, 960);
    }
  };
  paint();
  setInterval(paint, 50);
  return canvas.captureStream(20);
};`;

/** Size of a picture, and how much more red than green it is. */
async function looked(page: Page, base64: string): Promise<{ width: number; height: number; red: number }> {
  return page.evaluate(`new Promise((resolve) => {
    const image = new Image();
    image.onload = () => {
      const canvas = Object.assign(document.createElement('canvas'), { width: image.width, height: image.height });
      const brush = canvas.getContext('2d');
      brush.drawImage(image, 0, 0);
      const { data } = brush.getImageData(0, 0, image.width, image.height);
      let red = 0;
      for (let at = 0; at < data.length; at += 4) red = Math.max(red, data[at] - data[at + 1]);
      resolve({ width: image.width, height: image.height, red });
    };
    image.src = 'data:image/jpeg;base64,${base64}';
  })`);
}

describe('the photo screen', () => {
  it('takes no picture before the key is pressed, then one, cut to the profile', async () => {
    await photoScreen(RED_EDGES, async (page) => {
      await page.locator('.mirror__mark').waitFor();
      await page.waitForTimeout(3_500);
      expect(await pictures(page)).toEqual([]);
      await page.getByRole('button', { name: '开始拍照' }).click();
      // Two seconds to take the hand away and look up.
      await page.waitForTimeout(1_000);
      await page.getByText('保持不动').waitFor();
      expect(await pictures(page)).toEqual([]);
      await expect.poll(async () => (await pictures(page)).length, { timeout: WAIT_MS }).toBe(1);
      await page.waitForTimeout(3_000);
      const [first, ...more] = await pictures(page);
      expect(more).toEqual([]);
      expect(intentSchema.safeParse({ ...first, view: 1 }).success).toBe(true);
      expect(first).toMatchObject({ subject: 'photo', camera: 'ok' });
      const { width, height, red } = await looked(page, first?.base64 ?? '');
      expect([width, height]).toEqual([390, 567]);
      expect(red).toBeLessThan(60);
    });
  });

  it('asks the camera for more than a face needs, and ends the stream when the picture is shown', async () => {
    await photoScreen(KEEP_TRACKS, async (page) => {
      await page.locator('.mirror__mark').waitFor();
      expect(await page.evaluate('window.wanted.height.ideal')).toBe(960);
      expect(await page.evaluate('window.tracks.map((track) => track.readyState)')).toEqual(['live']);
      await page.evaluate(
        `{ const view = window.gallery.bridge.state.view;
           window.gallery.bridge.show({ ...view, body: { ...view.body, phase: 'accepted' } }); }`,
      );
      await page.getByRole('heading', { name: '照片合格' }).waitFor();
      expect(await page.evaluate('window.tracks.map((track) => track.readyState)')).toEqual(['ended']);
    });
  });

  it.each([
    ['NotAllowedError', 'denied', '没有允许使用摄像头'],
    ['NotFoundError', 'missing', '没有找到可用的摄像头'],
  ])('%s: told and reported as %s without a key, and the window is open', async (name, camera, told) => {
    const refuse = `navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', ${JSON.stringify(name)}));`;
    await photoScreen(refuse, async (page) => {
      await page.getByText(told).waitFor();
      await expect.poll(async () => (await pictures(page)).length, { timeout: WAIT_MS }).toBeGreaterThan(0);
      const [first] = await pictures(page);
      expect(first).toMatchObject({ subject: 'photo', camera, base64: '' });
      expect(await page.getByRole('button', { name: '开始拍照' }).count()).toBe(0);
      await page.getByRole('button', { name: '到窗口办' }).click();
      expect(await page.evaluate("window.gallery.bridge.sent.some((wish) => wish.kind === 'useWindow')")).toBe(true);
    });
  });
});
