import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildGallery, type BuiltGallery, type GalleryBrowser, type GalleryPage } from './testing/with-gallery.ts';

/** Of names in Shunde and elsewhere: Unicode's first block of Han, extensions A, B and E. */
const RARE = ['顺', '䶮', '㐂', '𠮷', '𬭎'];
/** No font has it: what is drawn for it is the box for a character that is missing. */
const MISSING = '\u{3FFFD}';

let built: BuiltGallery;
let browser: GalleryBrowser;
let opened: GalleryPage;
let fonts: string;

beforeAll(async () => {
  // A machine with Latin fonts alone.
  fonts = mkdtempSync(join(tmpdir(), 'yimen-fonts-'));
  const config = `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir>/usr/share/fonts/truetype/dejavu</dir><cachedir>${fonts}</cachedir></fontconfig>`;
  writeFileSync(join(fonts, 'fonts.conf'), config);
  built = await buildGallery();
  browser = await built.launch([], { FONTCONFIG_FILE: join(fonts, 'fonts.conf') });
  opened = await browser.open();
  await opened.draw({});
}, 60_000);

afterAll(async () => {
  await browser.close();
  await built.remove();
  rmSync(fonts, { recursive: true, force: true });
});

/** What each character looks like in the page's own type, as a picture's bytes. */
function drawn(characters: readonly string[]): Promise<string[]> {
  return opened.page.evaluate(
    async ([all]) => {
      const family = getComputedStyle(document.documentElement).getPropertyValue('--font');
      const text = document.createElement('p');
      text.style.fontFamily = family;
      text.textContent = all.join('');
      document.body.append(text);
      text.getBoundingClientRect();
      await document.fonts.ready;
      return all.map((character) => {
        const canvas = document.createElement('canvas');
        [canvas.width, canvas.height] = [64, 64];
        const pen = canvas.getContext('2d');
        if (pen === null) return '';
        pen.font = `48px ${family}`;
        pen.fillText(character, 4, 52);
        return canvas.toDataURL();
      });
    },
    [characters] as const,
  );
}

it('rare characters of names are drawn where the machine has no Chinese font', async () => {
  const [missing, ...pictures] = await drawn([MISSING, ...RARE]);
  expect(pictures).not.toContain(missing);
  expect(new Set(pictures).size).toBe(RARE.length);
});

it('and without the page’s own font they are boxes', async () => {
  await opened.page.evaluate(() => {
    document.fonts.clear();
  });
  const [missing, ...pictures] = await drawn([MISSING, ...RARE]);
  expect(pictures.filter((picture) => picture !== missing)).toEqual([]);
});
