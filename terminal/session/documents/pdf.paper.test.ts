import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openDocumentFont, SYSTEM_FONT, type DocumentFont } from './document-font.ts';
import { applicationForm } from './forms/application.ts';
import { decisionSheet } from './forms/decision.ts';
import { paperSheet } from './forms/paper.ts';
import { renderPdf } from './pdf.ts';
import type { Sheet } from './sheet.ts';
import { fontWithout } from './testing/font-without.ts';
import { applicationSample, decisionSample, paperSample, RARE } from './testing/samples.ts';

const dir = mkdtempSync(join(tmpdir(), 'yimen-documents-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const require = createRequire(import.meta.url);
const FONT_FILE = require.resolve('node-source-han-sans-sc/SourceHanSansSC-Regular.otf');
/** 200 dots to the inch, as a cheap office scanner reads. */
const DPI = 200;

function fontAt(file: string, face?: string): DocumentFont {
  const font = openDocumentFont([face === undefined ? { file } : { file, face }]);
  if (!font.ok) throw new Error(font.error.code);
  return font.value;
}

/** The packaged font as if it had not these characters. */
function fontLacking(name: string, characters: string): DocumentFont {
  const file = join(dir, `${name}.otf`);
  writeFileSync(
    file,
    fontWithout(
      readFileSync(FONT_FILE),
      Array.from(characters, (one) => one.codePointAt(0) ?? 0),
    ),
  );
  return fontAt(file);
}

const font = fontAt(FONT_FILE);

function saved(name: string, sheet: Sheet, from = font): string {
  const pdf = renderPdf(sheet, from);
  if (!pdf.ok) throw new Error(pdf.error.code);
  const file = join(dir, `${name}.pdf`);
  writeFileSync(file, pdf.value.bytes);
  return file;
}

const run = (command: string, ...parameters: string[]): Buffer =>
  execFileSync(command, parameters, { stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 64_000_000 });
const textOf = (file: string): string => run('pdftotext', '-layout', file, '-').toString();
const png = (file: string, ...cut: string[]): string => {
  run('pdftoppm', '-r', String(DPI), '-gray', '-png', '-singlefile', ...cut, file, file.replace(/\.pdf$/, ''));
  return file.replace(/\.pdf$/, '.png');
};
/** What stands around the title, as a reader of one language sees it. */
const recognised = (file: string, language: string): string =>
  run('tesseract', png(file, '-H', String(DPI * 2)), 'stdout', '-l', language, '--psm', '6')
    .toString()
    .replaceAll(/\s/gu, '');
const scanned = (file: string): string =>
  run('zbarimg', '--raw', '-q', '-Sdisable', '-Sqrcode.enable', png(file)).toString().trimEnd();

const SHEETS = [
  ['application', applicationForm(applicationSample()), '中国公民出入境证件申请表', '440620261127900018'],
  ['decision', decisionSheet(decisionSample()), '公安交通管理简易程序处罚决定书', '4406061900417332'],
  ['paper', paperSheet(paperSample()), '居住登记证明', 'HH20261127000031'],
] as const;

describe.each(SHEETS)('what a foreign eye reads of the %s', (name, sheet, title, number) => {
  const file = saved(name, sheet);

  it('is its title and number, in the text and on the paper', () => {
    const text = textOf(file).replaceAll(/\s/gu, '');
    expect(text).toContain(title);
    expect(text).toContain(number);
    expect(recognised(file, 'chi_sim')).toContain(title);
    expect(recognised(file, 'eng')).toContain(number);
  });

  it('is its code', () => {
    expect(scanned(file)).toBe(sheet.qr);
  });

  it('is one A4 page of PDF 1.7 whose font is inside and cut down to what it needs', () => {
    const info = run('pdfinfo', file).toString();
    expect(info).toMatch(/^Page size: .*\(A4\)$/m);
    expect(info).toMatch(/^Pages: +1$/m);
    expect(info).toMatch(/^PDF version: +1\.7$/m);
    // Embedded, subset, with a way back to Unicode; and no other font.
    const fonts = run('pdffonts', file).toString().trim().split('\n').slice(2);
    expect(fonts).toEqual([
      expect.stringMatching(/^[A-Z]{6}\+SourceHanSansSC-Regular-\S+ +CID Type 0C +\S+ +yes yes yes/),
    ]);
  });
});

describe('the citizen’s own form', () => {
  it('reads as it was filled in', () => {
    const { applicant } = applicationSample();
    const text = textOf(saved('filled', applicationForm(applicationSample()))).replaceAll(/\s/gu, '');
    for (const value of [applicant.name, applicant.idNo, applicant.address, applicant.phone])
      expect(text).toContain(value);
  });

  it('shows the photo and the signature', () => {
    const withBoth = applicationForm(applicationSample());
    const unsigned = applicationForm(applicationSample({ signature: null }));
    expect(run('pdfimages', '-list', saved('photo', withBoth)).toString()).toMatch(/image +240 +320 +rgb/);
    const signature = inkWithin(saved('signed', withBoth), SIGNATURE_BOX);
    const free = inkWithin(saved('unsigned', unsigned), SIGNATURE_BOX);
    expect(dark(signature) - dark(free)).toBeGreaterThan(500);
  });
});

/** Inside of the box for the signature of the sample, in points. */
const SIGNATURE_BOX = { x: 152, y: 542, width: 190, height: 54 };

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The dots of a part of the first page, 255 = white. */
function inkWithin(file: string, { x, y, width, height }: Box): Uint8Array {
  const dots = (points: number): string => String(Math.round((points * DPI) / 72));
  const cut = ['-x', dots(x), '-y', dots(y), '-W', dots(width), '-H', dots(height)];
  const picture = run('pdftoppm', '-r', String(DPI), '-gray', '-f', '1', '-l', '1', ...cut, file);
  // Portable grey map: three words, then the dots.
  const head = /^P5\s+\d+\s+\d+\s+255\s/.exec(picture.toString('latin1'));
  if (head === null) throw new Error('no picture');
  return new Uint8Array(picture.subarray(head[0].length));
}

const dark = (dots: Uint8Array): number => dots.filter((dot) => dot < 128).length;

/** How many dots differ strongly, as a part of those that are dark in either. */
function difference(one: Uint8Array, other: Uint8Array): number {
  let [differing, inked] = [0, 0];
  for (const [at, dot] of one.entries()) {
    const isDark = [dot < 128, (other[at] ?? 255) < 128];
    if (isDark[0] || isDark[1]) inked += 1;
    if (isDark[0] !== isDark[1]) differing += 1;
  }
  return inked === 0 ? 0 : differing / inked;
}

/** A paper with one value of four characters; where it stands depends on the sample alone, so it is looked for once. */
const named = (value: string): Sheet => ({
  ...paperSheet(paperSample({ lines: [{ label: '姓名', value }] })),
  demonstration: false,
});

function placeOf(file: string, word: string): Box {
  const found = run('pdftotext', '-bbox', file, '-').toString();
  const match = [
    ...found.matchAll(/<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)<\/word>/gu),
  ].find(([, , , , , text]) => text === word);
  if (match === undefined) throw new Error(`${word} is not in the text`);
  const [left = 0, top = 0, right = 0, bottom = 0] = match.slice(1, 5).map(Number);
  return { x: left, y: top, width: right - left, height: bottom - top };
}

const place = placeOf(saved('place', named('顺德大良')), '顺德大良');
/** The ink of each of the four characters. */
const inkOfEach = (file: string): readonly Uint8Array[] =>
  [0, 1, 2, 3].map((index) =>
    inkWithin(file, { ...place, x: place.x + (index * place.width) / 4, width: place.width / 4 }),
  );

/** The two ways in which a missing character looks: the box that we draw, and the font's own “no such glyph”. */
const BOXES = [
  ...inkOfEach(saved('boxes', named('□□□□'))),
  ...inkOfEach(saved('notdef', named('□□□□'), fontLacking('no-box', '□'))),
];

interface Seen {
  readonly inText: boolean;
  readonly onPaper: boolean;
}

/** Whether all four are in the text, and drawn: as nothing that stands for a missing character, and each differently. */
function seenRareCharacters(name: string, from: DocumentFont): Seen {
  const file = saved(name, named(RARE), from);
  const inks = inkOfEach(file);
  const isDrawn = inks.every((ink) => dark(ink) > 40 && BOXES.every((box) => difference(ink, box) > 0.5));
  const areDifferent = inks.every((ink, at) => inks.slice(at + 1).every((other) => difference(ink, other) > 0.3));
  return { inText: textOf(file).includes(RARE), onPaper: isDrawn && areDifferent };
}

describe('rare characters', () => {
  it('are in the text and visibly drawn', () => {
    expect(seenRareCharacters('rare', font)).toEqual({ inText: true, onPaper: true });
  });

  it('are drawn from the system’s font, too, where the package is not', () => {
    expect(seenRareCharacters('rare-system', fontAt(SYSTEM_FONT.file, SYSTEM_FONT.face))).toEqual({
      inText: true,
      onPaper: true,
    });
  });

  it.each(Array.from(RARE))('would not pass with a font without %s', (character) => {
    const poor = fontLacking(`without-${character.codePointAt(0)}`, character);
    expect(poor.has(character)).toBe(false);
    expect(seenRareCharacters('poor', poor)).toEqual({ inText: false, onPaper: false });
    const pdf = renderPdf(named(RARE), poor);
    expect(pdf.ok && pdf.value.missing).toContain(character);
  });
});
