import { concatBytes } from '@yimen/contracts/base';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkPage, type WantedPage } from './page-check.ts';
import { chunk, joinPage, pageChunks, SIGNATURE, testPage, type TestPage } from './testing/test-pages.ts';

const GREY: TestPage = { width: 6, height: 4, mode: 'grey', dpi: 200 };
const WANTED: WantedPage = { dpi: 200, mode: 'grey', width: [5, 7], height: [3, 5] };

const flaw = (bytes: Uint8Array, wanted: Partial<WantedPage> = {}): unknown => {
  const checked = checkPage(bytes, { ...WANTED, ...wanted });
  return checked.ok ? checked.value : checked.error;
};

/** A good page with one chunk in the place of another. */
function changed(change: (chunks: ReturnType<typeof pageChunks>) => void, page = GREY): Uint8Array {
  const chunks = pageChunks(page);
  change(chunks);
  return joinPage(chunks);
}

describe('a page', () => {
  it.each([
    ['grey', GREY, {}],
    ['colour', { ...GREY, mode: 'colour' }, { mode: 'colour' }],
    ['in several data chunks', { ...GREY, idats: 3 }, {}],
    ['with every filter that there is', { ...GREY, filter: 4 }, {}],
  ] as const)('whole: %s', (_, page, wanted) => {
    expect(flaw(testPage(page), wanted)).toEqual({ width: 6, height: 4 });
  });

  it('without a density, and with a comment, it is whole too', () => {
    expect(flaw(changed((chunks) => chunks.splice(1, 1)))).toEqual({ width: 6, height: 4 });
    const comment = { type: 'tEXt', data: Uint8Array.of(0x41, 0, 0x42) };
    expect(flaw(changed((chunks) => chunks.splice(1, 0, comment)))).toEqual({ width: 6, height: 4 });
  });

  it('cut off anywhere it is none', () => {
    const page = testPage({ ...GREY, idats: 2 });
    for (let at = 0; at < page.length; at += 1) expect(flaw(page.subarray(0, at)), `${at}`).toMatch(/^png-/);
    expect(flaw(concatBytes(page, Uint8Array.of(0)))).toBe('png-chunk');
    expect(flaw(concatBytes(page, chunk('IEND', new Uint8Array(0))))).toBe('png-header');
  });

  it('with any byte changed it is none', () => {
    const page = testPage(GREY);
    for (let at = 0; at < page.length; at += 1) {
      const bad = Uint8Array.from(page);
      bad[at] = (bad[at] ?? 0) ^ 0x10;
      expect(flaw(bad), `${at}`).toMatch(at < SIGNATURE.length ? /^png-signature$/ : /^png-(?:chunk|crc)$/);
    }
  });

  it.each([
    ['no header', changed((chunks) => chunks.splice(0, 1)), 'png-header'],
    ['no end', changed((chunks) => chunks.pop()), 'png-header'],
    ['no data', changed((chunks) => chunks.splice(2, 1)), 'png-header'],
    [
      'something between its data',
      changed((chunks) => chunks.splice(3, 0, { type: 'tEXt', data: SIGNATURE }), { ...GREY, idats: 2 }),
      'png-header',
    ],
    [
      'a critical chunk that nobody knows',
      changed((chunks) => chunks.splice(1, 0, { type: 'XXXX', data: SIGNATURE })),
      'png-header',
    ],
    ['an end with data', changed((chunks) => chunks.splice(3, 1, { type: 'IEND', data: SIGNATURE })), 'png-header'],
    ['16 bits', testPage({ ...GREY, header: [16, 0, 0, 0, 0] }), 'png-header'],
    ['a palette', testPage({ ...GREY, header: [8, 3, 0, 0, 0] }), 'png-header'],
    ['colour where grey was asked', testPage({ ...GREY, mode: 'colour' }), 'png-header'],
    ['interlaced', testPage({ ...GREY, header: [8, 0, 0, 0, 1] }), 'png-header'],
    ['too narrow', testPage({ ...GREY, width: 4 }), 'png-size'],
    ['too wide', testPage({ ...GREY, width: 8 }), 'png-size'],
    ['too short', testPage({ ...GREY, height: 2 }), 'png-size'],
    ['too long', testPage({ ...GREY, height: 6 }), 'png-size'],
    ['another density', testPage({ ...GREY, dpi: 150 }), 'png-density'],
    [
      'a density without a unit',
      changed((chunks) => chunks.splice(1, 1, { type: 'pHYs', data: new Uint8Array(9) })),
      'png-density',
    ],
    [
      'a density cut off',
      changed((chunks) => chunks.splice(1, 1, { type: 'pHYs', data: new Uint8Array(8) })),
      'png-density',
    ],
    ['a row too few', testPage({ ...GREY, moreRows: -1 }), 'png-data'],
    ['a row too many', testPage({ ...GREY, moreRows: 1 }), 'png-data'],
    ['an unknown filter', testPage({ ...GREY, filter: 5 }), 'png-data'],
    ['something behind the packed data', testPage({ ...GREY, junk: Uint8Array.of(0) }), 'png-data'],
    [
      'data that cannot be unpacked',
      changed((chunks) => chunks.splice(2, 1, { type: 'IDAT', data: SIGNATURE })),
      'png-data',
    ],
    ['nothing', new Uint8Array(0), 'png-signature'],
  ] as const)('with %s it is none', (_, bytes, why) => {
    expect(flaw(bytes)).toBe(why);
  });

  it('a bomb is not unpacked: no more memory than the page has', () => {
    const bomb = testPage({ ...GREY, width: 7, height: 5, moreRows: 3_000_000 });
    const before = process.memoryUsage().arrayBuffers;
    expect(flaw(bomb)).toBe('png-data');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4_000_000);
  });

  it('millions of empty chunks are not collected', () => {
    const many = Array.from({ length: 20_001 }, () => ({ type: 'IDAT', data: new Uint8Array(0) }));
    const page = changed((chunks) => chunks.splice(2, 0, ...many.slice(0, 19_000)));
    expect(flaw(page)).toEqual({ width: 6, height: 4 });
    expect(flaw(changed((chunks) => chunks.splice(2, 0, ...many)))).toBe('png-chunk');
  });

  it('random bytes behind the signature never throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(flaw(concatBytes(SIGNATURE, bytes))).toMatch(/^png-/);
      }),
    );
  });
});
