import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GalleryChoice } from './testing/gallery-address.ts';
import { inspectScreen } from './testing/inspect-screen.ts';
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

/** The guard is deaf for 300 ms after a view has come. */
const PAST_DEAF_MS = 400;

async function shown(choice: Partial<GalleryChoice>, test: (opened: GalleryPage) => Promise<void>): Promise<void> {
  await opened.draw(choice);
  await test(opened);
}

/** What the page asked for since it was drawn. */
async function sent(page: Page): Promise<unknown> {
  return page.evaluate('window.gallery.bridge.sent');
}

/** The same view comes again under the next number, as when a device changes. */
const NEXT_VIEW = 'window.gallery.bridge.show(window.gallery.bridge.state.view)';

describe('the inspector of screens', () => {
  it.each([
    ['small text', '.sentence { font-size: 20px !important }', /text of 20 px/],
    ['text that leaves its place', '.tile__title { white-space: nowrap; font-size: 90px !important }', /leaves span/],
    ['a small key', '.domain { height: 40px; min-height: 0 !important }', /× 40 px/],
    ['keys too near to each other', '.domains { gap: 4px !important }', /4 px between/],
    ['text over text', '.tile__detail { margin-top: -40px }', /overlaps/],
    ['a page that scrolls', 'html { overflow: auto !important } body { width: 3000px }', /scrolls/],
    ['keys out of reach', '.actions { position: fixed; top: 0 }', /above the lowest 1080/],
  ])('sees %s', async (_what, css, fault) => {
    await shown({ fixture: 'menu/all' }, async ({ page }) => {
      expect(await page.evaluate(inspectScreen)).toEqual([]);
      await page.evaluate(
        `{ const sheet = new CSSStyleSheet(); sheet.replaceSync(${JSON.stringify(css)}); document.adoptedStyleSheets = [sheet]; }`,
      );
      expect((await page.evaluate(inspectScreen)).join('\n')).toMatch(fault);
    });
  });

  it('sees words of the other language, and a code too small to scan', async () => {
    await shown({ fixture: 'pay/waiting', lang: 'en' }, async ({ page }) => {
      await page.evaluate(
        "document.querySelector('.sentence').textContent = '请扫码'; document.documentElement.style.setProperty('--qr', '200px')",
      );
      const faults = (await page.evaluate(inspectScreen)).join('\n');
      expect(faults).toMatch(/not en: "请扫码"/);
      expect(faults).toMatch(/a code of \d+ px/);
      await page.evaluate("document.documentElement.style.removeProperty('--qr')");
    });
  });
});

describe('a touch', () => {
  it('acts on release', async () => {
    await shown({ fixture: 'guide/straight' }, async ({ page }) => {
      await page.waitForTimeout(PAST_DEAF_MS);
      await page.getByRole('button', { name: '开始办理' }).hover();
      await page.mouse.down();
      expect(await sent(page)).toEqual([]);
      await page.mouse.up();
      expect(await sent(page)).toEqual([{ kind: 'confirm' }]);
    });
  });

  it('within the first 300 ms of a view is not heard', async () => {
    await shown({ fixture: 'guide/straight' }, async ({ page }) => {
      await page.waitForTimeout(PAST_DEAF_MS);
      // In the page's own task: the view comes and the finger that was on its way is there.
      await page.evaluate(
        `${NEXT_VIEW}; [...document.querySelectorAll('.button')].find((button) => button.textContent === '开始办理').click();`,
      );
      expect(await sent(page)).toEqual([]);
      await page.waitForTimeout(PAST_DEAF_MS);
      await page.getByRole('button', { name: '开始办理' }).click();
      expect(await sent(page)).toEqual([{ kind: 'confirm' }]);
    });
  });

  it('begun on an older view is dropped when the view has changed under the finger', async () => {
    await shown({ fixture: 'guide/straight' }, async ({ page }) => {
      await page.waitForTimeout(PAST_DEAF_MS);
      await page.getByRole('button', { name: '开始办理' }).hover();
      await page.mouse.down();
      await page.evaluate(NEXT_VIEW);
      await page.waitForTimeout(PAST_DEAF_MS);
      await page.mouse.up();
      expect(await sent(page)).toEqual([]);
    });
  });

  it('of a second finger is ignored', async () => {
    await shown({ fixture: 'guide/straight' }, async ({ page, context }) => {
      await page.waitForTimeout(PAST_DEAF_MS);
      const box = await page.getByRole('button', { name: '开始办理' }).boundingBox();
      if (box === null) throw new Error('the button is not there');
      const devtools = await context.newCDPSession(page);
      const second = { x: box.x + box.width / 2, y: box.y + box.height / 2, id: 2 };
      const first = { x: 100, y: 300, id: 1 };
      await devtools.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [first] });
      await devtools.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [first, second] });
      await devtools.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [first] });
      await devtools.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
      expect(await sent(page)).toEqual([]);
    });
  });

  it('anywhere on the attract screen begins, but on the language switch only switches', async () => {
    await shown({ fixture: 'attract/straight' }, async ({ page }) => {
      await page.waitForTimeout(PAST_DEAF_MS);
      await page.mouse.click(200, 400);
      await page.getByRole('button', { name: 'English' }).click();
      expect(await sent(page)).toEqual([{ kind: 'start' }, { kind: 'language', lang: 'en' }]);
    });
  });
});

describe('with keys alone', () => {
  it('the arrows reach every button in the order of reading, with a ring that is seen, and Enter presses it', async () => {
    await shown({ fixture: 'guide/straight' }, async ({ page }) => {
      await page.waitForTimeout(PAST_DEAF_MS);
      const order: string[] = [];
      for (let n = 0; n < 8; n += 1) {
        await page.keyboard.press('ArrowDown');
        order.push(await page.evaluate('document.activeElement.textContent'));
        expect(await page.evaluate('getComputedStyle(document.activeElement).outlineWidth')).toBe('4px');
      }
      // The two page keys: nothing precedes the first page, so only one of them can be pressed.
      expect(order).toEqual([
        '看下一页',
        '返回上步',
        '开始办理',
        '退出办理',
        'English',
        '显示方式',
        '求助',
        '看下一页',
      ]);
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      expect(await sent(page)).toEqual([{ kind: 'back' }]);
    });
  });

  it('no key leads out of the page', async () => {
    await shown({ fixture: 'guide/straight' }, async ({ page }) => {
      await page.evaluate(
        "window.escaped = []; addEventListener('keydown', (event) => { if (!event.defaultPrevented) window.escaped.push(event.key); })",
      );
      for (const key of ['F5', 'Control+r', 'Alt+ArrowLeft', 'Control+f', 'F12', 'Control+p', 'Escape', 'F11'])
        await page.keyboard.press(key);
      expect(await page.evaluate("window.escaped.filter((key) => key !== 'Control' && key !== 'Alt')")).toEqual([]);
    });
  });

  it('digits fill the form, which keeps them while help lies over it', async () => {
    await shown({ fixture: 'form/empty', lang: 'en' }, async ({ page }) => {
      await page.waitForTimeout(PAST_DEAF_MS);
      for (const digit of '1380000000') await page.keyboard.press(digit);
      await page.keyboard.press('Backspace');
      await page.keyboard.press('7');
      expect(await page.locator('.field__value').innerText()).toBe('138 0000 007');
      await page.evaluate(
        "window.form = window.gallery.bridge.state.view; window.gallery.bridge.show({ ...window.form, kind: 'help', body: { hotline: '110' } })",
      );
      await page.getByText('110').waitFor();
      await page.evaluate('window.gallery.bridge.show(window.form)');
      expect(await page.locator('.field__value').innerText()).toBe('138 0000 007');
      await page.waitForTimeout(PAST_DEAF_MS);
      await page.keyboard.press('5');
      await page.getByRole('button', { name: 'Send number' }).click();
      expect(await sent(page)).toEqual([{ kind: 'submit', field: 'phone', value: '13800000075' }]);
    });
  });
});

describe('the display chooser', () => {
  it.each(['portrait', 'landscape'] as const)('fits in every mode, %s, and asks for the mode', async (orientation) => {
    const modes = [{}, { elder: true }, { lowReach: true }, { elder: true, lowReach: true }];
    for (const lang of ['zh-CN', 'en'] as const) {
      for (const mode of modes) {
        await shown({ fixture: 'guide/straight', lang, mode, orientation }, async ({ page }) => {
          await page.waitForTimeout(PAST_DEAF_MS);
          await page.getByRole('button', { name: lang === 'en' ? 'Display' : '显示方式' }).click();
          await page.locator('.option').first().waitFor();
          await page.evaluate('new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))');
          expect(await page.evaluate(inspectScreen)).toEqual([]);
          await page.getByRole('button', { name: lang === 'en' ? /^Large/ : /^关爱/ }).click();
          const wanted = { elder: true, contrast: 'day', lowReach: mode.lowReach === true };
          expect(await sent(page)).toEqual([{ kind: 'mode', mode: wanted }]);
        });
      }
    }
  });
});

describe('while nobody answers', () => {
  it.each(['away', 'superseded', 'connecting'] as const)(
    '%s: says what is going on and hides the case',
    async (connection) => {
      for (const orientation of ['portrait', 'landscape'] as const) {
        for (const mode of [{}, { elder: true }, { lowReach: true }]) {
          await shown({ fixture: 'review/straight', connection, orientation, mode }, async ({ page }) => {
            expect(await page.evaluate(inspectScreen)).toEqual([]);
            expect(await page.locator('.over h1').count()).toBe(1);
            // What lies beneath can neither be seen nor reached.
            expect(
              await page.evaluate(
                "[[200, 400], [540, 1000]].map(([x, y]) => document.elementFromPoint(x, y).closest('.over') !== null)",
              ),
            ).toEqual([true, true]);
            expect(await page.locator('.stage__screen').getAttribute('inert')).toBe('');
          });
        }
      }
    },
  );

  it('the screen can be taken back from another page', async () => {
    await shown({ fixture: 'review/straight', connection: 'superseded' }, async ({ page }) => {
      await page.waitForTimeout(PAST_DEAF_MS);
      await page.getByRole('button', { name: '在此继续使用' }).click();
      await page.getByRole('heading', { name: '请核对' }).waitFor();
      expect(await page.locator('.over').count()).toBe(0);
    });
  });

  it('before the first view the page says that it is starting', async () => {
    await shown({ fixture: 'none', connection: 'connecting' }, async ({ page }) => {
      expect(await page.evaluate(inspectScreen)).toEqual([]);
      await page.getByRole('heading', { name: '正在启动' }).waitFor();
    });
  });
});
