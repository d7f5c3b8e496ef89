import { chromium, type Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PAGE_LOCKS } from './page-locks.ts';

const PAGE = `<!doctype html><input type="file" id="file" style="width:100px;height:60px"><label for="file">label</label>
<button onclick="window.print()">print</button><button onclick="document.getElementById('file').click()">by script</button>`;

let browser: Browser;
beforeAll(async () => {
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
});
afterAll(() => browser.close());

/** Run in the page. */
const LISTEN = "addEventListener('beforeprint', () => { document.title += 'printed'; })";
const OTHER_WAYS = `[
  ...(document.title.includes('printed') ? ['print'] : []),
  ...(document.body.dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true })) ? ['drop'] : []),
  ...(document.body.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true })) ? ['menu'] : []),
]`;
const TAKE_OFF = `(() => {
  const before = window.print;
  Reflect.set(window, 'print', () => 'own');
  Reflect.deleteProperty(window, 'print');
  return window.print === before;
})()`;

/** Presses everything and says what opened. */
async function pressAll(isLocked: boolean): Promise<readonly string[]> {
  const page = await browser.newPage();
  const opened: string[] = [];
  page.on('filechooser', () => opened.push('chooser'));
  await page.setContent(PAGE);
  await page.evaluate(LISTEN);
  if (isLocked) await page.evaluate(PAGE_LOCKS);
  for (const way of ['#file', 'label', 'text=by script', 'text=print']) await page.click(way);
  opened.push(...(await page.evaluate<string[]>(OTHER_WAYS)));
  await page.close();
  return opened;
}

describe('the page locks in a real page', () => {
  it('leave no way to print, choose a file, drop one or open a menu', async () => {
    expect(await pressAll(true)).toEqual([]);
  });

  it('without them each way is open', async () => {
    expect(await pressAll(false)).toEqual(['chooser', 'chooser', 'chooser', 'print', 'drop', 'menu']);
  });

  it('cannot be taken off by the page', async () => {
    const page = await browser.newPage();
    await page.setContent(PAGE);
    await page.evaluate(PAGE_LOCKS);
    expect(await page.evaluate<boolean>(TAKE_OFF)).toBe(true);
    await page.close();
  });
});
