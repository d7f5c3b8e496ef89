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
  readonly kind: string;
  readonly camera: string;
  readonly base64: string;
  readonly luminance: number;
  readonly variance: number;
}

async function pictures(page: Page): Promise<readonly Sent[]> {
  return page.evaluate<readonly Sent[]>("window.gallery.bridge.sent.filter((wish) => wish.kind === 'picture')");
}

/** Opens the face screen; `before` runs in the page before anything of it. */
async function faceScreen(before: string, test: (page: Page) => Promise<void>): Promise<void> {
  const opened = await gallery.open();
  try {
    await opened.context.addInitScript({ content: before });
    await opened.page.reload();
    await opened.draw({ fixture: 'face/live' });
    await test(opened.page);
  } finally {
    await opened.context.close();
  }
}

/** Puts a canvas that is painted so in the place of the camera. */
function cameraThatPaints(paint: string): string {
  return `navigator.mediaDevices.getUserMedia = async () => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 480 });
    const brush = canvas.getContext('2d');
    let n = 0;
    const paint = () => { n += 1; ${paint} };
    paint();
    setInterval(paint, 50);
    return canvas.captureStream(20);
  };`;
}

describe('the face screen with a living camera', () => {
  it('sends one picture of the contract, marks that the camera is on, and ends the stream when it leaves', async () => {
    const keepTracks = `window.tracks = [];
      const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
      navigator.mediaDevices.getUserMedia = async (wanted) => {
        const stream = await real(wanted);
        window.tracks.push(...stream.getTracks());
        return stream;
      };`;
    await faceScreen(keepTracks, async (page) => {
      // The mark is there as soon as the camera is, before any picture has been taken.
      await page.locator('.mirror__mark').waitFor();
      expect(await pictures(page)).toEqual([]);
      await expect.poll(async () => (await pictures(page)).length, { timeout: WAIT_MS }).toBeGreaterThan(0);
      const [first] = await pictures(page);
      expect(intentSchema.safeParse({ ...first, view: 1 }).success).toBe(true);
      expect(first).toMatchObject({ camera: 'ok', digest: expect.stringMatching(/^[0-9a-f]{8}$/) as string });
      const bytes = Buffer.from(first?.base64 ?? '', 'base64');
      expect([bytes[0], bytes[1], bytes.length > 2_000]).toEqual([0xff, 0xd8, true]);
      expect(await page.locator('.mirror__mark').innerText()).toBe('摄像头已开启');
      expect(await page.evaluate('window.tracks.map((track) => track.readyState)')).toEqual(['live']);
      await page.evaluate("location.hash = '#fixture=choose/count'");
      await page.getByRole('heading', { name: '几次有效？' }).waitFor();
      expect(await page.evaluate('window.tracks.map((track) => track.readyState)')).toEqual(['ended']);
    });
  });

  it('takes no picture while it is compared, and none when nobody answers', async () => {
    for (const address of ['#fixture=face/checking', '#fixture=face/live&connection=away']) {
      await faceScreen('', async (page) => {
        await page.evaluate(`location.hash = ${JSON.stringify(address)}`);
        await page.waitForTimeout(3_500);
        expect(await pictures(page)).toEqual([]);
      });
    }
  });
});

describe('a camera that cannot be used', () => {
  it.each([
    ['black', "brush.fillStyle = n % 2 ? '#000000' : '#010101'; brush.fillRect(0, 0, 640, 480);", '可能被遮住了'],
    ['black', "brush.fillStyle = '#00b140'; brush.fillRect(0, 0, 640, 480); void n;", '可能被遮住了'],
    [
      'frozen',
      "for (let x = 0; x < 640; x += 8) { brush.fillStyle = x % 16 ? '#204060' : '#e0c0a0'; brush.fillRect(x, 0, 8, 480); } void n;",
      '画面不动了',
    ],
  ] as const)('is told as %s, never sent as a picture', async (camera, paint, told) => {
    await faceScreen(cameraThatPaints(paint), async (page) => {
      await expect.poll(async () => (await pictures(page)).length, { timeout: WAIT_MS }).toBeGreaterThan(0);
      expect((await pictures(page)).map((picture) => [picture.camera, picture.base64])).toContainEqual([camera, '']);
      expect((await pictures(page)).filter((picture) => picture.camera === 'ok')).toEqual([]);
      await page.getByText(told).waitFor();
      await page.getByRole('button', { name: '不用人脸' }).click();
      expect(await page.evaluate('window.gallery.bridge.sent.at(-1)')).toEqual({ kind: 'useWindow' });
    });
  });

  it.each([
    ['NotAllowedError', 'denied', '没有允许使用摄像头'],
    ['NotFoundError', 'missing', '没有找到可用的摄像头'],
  ])('%s is told as %s', async (name, camera, told) => {
    const refuse = `navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', ${JSON.stringify(name)}));`;
    await faceScreen(refuse, async (page) => {
      await page.getByText(told).waitFor();
      await expect
        .poll(async () => (await pictures(page)).map((picture) => picture.camera), { timeout: WAIT_MS })
        .toContain(camera);
      expect(await page.locator('.mirror__mark').count()).toBe(0);
      await page.getByRole('button', { name: '不用人脸' }).waitFor();
    });
  });

  it('without a secure context there is none, and the other way is offered', async () => {
    await faceScreen("Object.defineProperty(navigator, 'mediaDevices', { value: undefined });", async (page) => {
      await page.getByText('没有找到可用的摄像头').waitFor();
      await page.getByText('到窗口办理').waitFor();
    });
  });

  it('in the dark asks for light and sends nothing', async () => {
    const paint =
      'for (let x = 0; x < 640; x += 8) { const v = (x / 8 + n) % 2 ? 10 : 50; brush.fillStyle = `rgb(${v} ${v} ${v})`; brush.fillRect(x, 0, 8, 480); }';
    await faceScreen(cameraThatPaints(paint), async (page) => {
      await page.getByText('请面向亮处').waitFor({ timeout: WAIT_MS });
      expect(await pictures(page)).toEqual([]);
    });
  });
});
