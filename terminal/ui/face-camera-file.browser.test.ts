import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { intentSchema } from '@yimen/contracts/ui';
import { filmOf, type Scene } from './testing/camera-film.ts';
import { buildGallery, type BuiltGallery, type GalleryBrowser } from './testing/with-gallery.ts';

// The whole way of a picture through a real browser: its camera is a file, or is refused. What the page makes of pictures
// that a canvas paints is in face-camera.browser.test.ts.

const WAIT_MS = 15_000;
const LANGUAGES = ['zh-CN', 'en'] as const;
let dir: string;
let built: BuiltGallery;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'yimen-film-'));
  built = await buildGallery();
}, 60_000);

afterAll(async () => {
  await built.remove();
  await rm(dir, { recursive: true, force: true });
});

interface Sent {
  readonly camera: string;
  readonly base64: string;
  readonly luminance: number;
  readonly variance: number;
}

function pictures(page: Page): Promise<readonly Sent[]> {
  return page.evaluate<readonly Sent[]>("window.gallery.bridge.sent.filter((wish) => wish.kind === 'picture')");
}

/** Opens the face screen in both languages at once. */
async function faceScreens(
  browser: GalleryBrowser,
  test: (page: Page, lang: (typeof LANGUAGES)[number]) => Promise<void>,
): Promise<void> {
  await Promise.all(
    LANGUAGES.map(async (lang) => {
      const opened = await browser.open();
      try {
        await opened.draw({ fixture: 'face/live', lang });
        await test(opened.page, lang);
        expect(opened.trouble).toEqual([]);
      } finally {
        await opened.context.close();
      }
    }),
  );
}

async function isTold(page: Page, text: string): Promise<void> {
  await page.getByText(text).waitFor({ timeout: WAIT_MS });
}

/** Both languages wait at once, and outlive a test that one of them failed. */
async function hasSent(page: Page): Promise<void> {
  await vi.waitFor(async () => expect((await pictures(page)).length).toBeGreaterThan(0), { timeout: WAIT_MS });
}

/** Only reports, no picture; and nobody is told to look into a camera that is none. */
async function isRefused(page: Page, lang: (typeof LANGUAGES)[number], camera: string): Promise<void> {
  await hasSent(page);
  const sent = await pictures(page);
  expect(sent.map((one) => [one.camera, one.base64])).toEqual(sent.map(() => [camera, '']));
  const [title, other, say] =
    lang === 'en'
      ? ['The camera cannot be used now', 'Without my face', 'Face the screen']
      : ['摄像头现在不能用', '不用人脸', '请正对屏幕'];
  await page.getByRole('heading', { name: title }).waitFor();
  await page.getByRole('button', { name: other }).waitFor();
  expect(await page.getByText(say).count()).toBe(0);
}

describe('a camera that shows', () => {
  let browser: GalleryBrowser;
  const film = (scene: Scene): Promise<void> => writeFile(join(dir, 'cam.y4m'), filmOf(scene));

  beforeAll(async () => {
    // The browser reads the file anew whenever the camera is opened: one browser for all films.
    await film('living');
    browser = await built.launch([
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
      `--use-file-for-fake-video-capture=${join(dir, 'cam.y4m')}`,
    ]);
  }, 60_000);

  afterAll(() => browser.close());

  it('a living person: one picture of the contract, and what was measured is what the film has', async () => {
    await film('living');
    await faceScreens(browser, async (page, lang) => {
      await isTold(page, lang === 'en' ? 'Face the screen and hold still' : '请正对屏幕，保持不动');
      await hasSent(page);
      const [first] = await pictures(page);
      expect(intentSchema.safeParse({ ...first, view: 1 }).success).toBe(true);
      expect(first).toMatchObject({ camera: 'ok' });
      const bytes = Buffer.from(first?.base64 ?? '', 'base64');
      expect([bytes[0], bytes[1], bytes.length > 2_000]).toEqual([0xff, 0xd8, true]);
      // Not the plain green of a format that was misread.
      expect(first?.variance).toBeGreaterThan(1_000);
      expect(first?.luminance).toBeGreaterThan(100);
    });
  });

  it.each([
    ['black', 'black', '可能被遮住了', 'Is it covered?'],
    ['covered', 'black', '可能被遮住了', 'Is it covered?'],
    ['frozen', 'frozen', '画面不动了', 'The picture does not move'],
  ] as const)('%s: told as %s, and no picture is sent', async (scene, camera, zh, en) => {
    await film(scene);
    await faceScreens(browser, async (page, lang) => {
      await isTold(page, lang === 'en' ? en : zh);
      await isRefused(page, lang, camera);
    });
  });

  it.each([
    ['dark', '光线不够', 'Too dark'],
    ['bright', '光线太强', 'Too bright'],
  ] as const)('%s: asks for other light, and nothing is sent', async (scene, zh, en) => {
    await film(scene);
    await faceScreens(browser, async (page, lang) => {
      await isTold(page, lang === 'en' ? en : zh);
      await page.waitForTimeout(600);
      expect(await pictures(page)).toEqual([]);
    });
  });
});

describe('no camera', () => {
  it.concurrent.each([
    [
      'missing',
      ['--use-fake-device-for-media-stream=device-count=0', '--use-fake-ui-for-media-stream'],
      '没有找到可用的摄像头',
      'No camera was found',
    ],
    [
      'denied',
      ['--use-fake-device-for-media-stream', '--deny-permission-prompts'],
      '没有允许使用摄像头',
      'does not allow the camera',
    ],
  ] as const)('%s: told so, and the way without a face is open', async (camera, flags, zh, en) => {
    const browser = await built.launch(flags);
    try {
      await faceScreens(browser, async (page, lang) => {
        await isTold(page, lang === 'en' ? en : zh);
        await isRefused(page, lang, camera);
        expect(await page.locator('.mirror__mark').count()).toBe(0);
        // A report of the camera may be under way in that moment: then a touch waits for its answer, as every touch does.
        const wish = async (): Promise<unknown> => {
          await page.evaluate('window.gallery.bridge.settle()');
          await page.getByRole('button', { name: lang === 'en' ? 'Without my face' : '不用人脸' }).click();
          return page.evaluate("window.gallery.bridge.sent.some((wish) => wish.kind === 'useWindow')");
        };
        await vi.waitFor(async () => expect(await wish()).toBe(true), { timeout: WAIT_MS });
      });
    } finally {
      await browser.close();
    }
  });
});
