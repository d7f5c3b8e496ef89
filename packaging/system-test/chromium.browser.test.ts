import { chromium, type Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHROMIUM_PATH } from './lanes.table.ts';

/** The ground that every other browser test stands on. */
describe('Debian’s Chromium through Playwright', () => {
  let browser: Browser;

  beforeAll(async () => {
    // --no-sandbox: Chromium refuses root otherwise. Tests only, never a kiosk.
    browser = await chromium.launch({ executablePath: CHROMIUM_PATH, args: ['--no-sandbox', '--disable-gpu'] });
  });
  afterAll(() => browser.close());

  it('draws Chinese with a Chinese font, rare characters included', async () => {
    const page = await browser.newPage();
    await page.setContent('<p id="text" style="font-family: sans-serif">出入境签注 李娜 㛃</p>');
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('DOM.enable');
    await devtools.send('CSS.enable');
    const { root } = await devtools.send('DOM.getDocument');
    const { nodeId } = await devtools.send('DOM.querySelector', { nodeId: root.nodeId, selector: '#text' });
    const { fonts } = await devtools.send('CSS.getPlatformFontsForNode', { nodeId });
    const drawn = fonts.filter((font) => font.familyName.startsWith('Noto Sans CJK'));
    const glyphs = drawn.reduce((sum, font) => sum + font.glyphCount, 0);
    // Eight characters; the two blanks between them may come from any font.
    expect(glyphs).toBeGreaterThanOrEqual(8);
    await page.close();
  });
});
