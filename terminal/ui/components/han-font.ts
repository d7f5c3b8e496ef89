import fontFile from 'node-source-han-sans-sc/SourceHanSansSC-Regular.woff2?url';

/** As `--font` in tokens.css calls it. */
const FAMILY = 'Yimen Han';
/** Han characters of every block, with their punctuation and full-width forms: Latin text never waits for 12 MB. */
const HAN = 'U+2E80-9FFF, U+F900-FAFF, U+FE30-FE4F, U+FF00-FFEF, U+20000-3FFFF';

/** Chinese characters that no font of the machine has, also rare ones in names (𬭎, 䶮, 㐂, 𠮷), are drawn from the page's
 *  own font. The browser fetches it only when such a character is on the screen. */
export function bringHanFont(): void {
  document.fonts.add(new FontFace(FAMILY, `url(${fontFile}) format("woff2")`, { unicodeRange: HAN, display: 'block' }));
}
