import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openDocumentFont } from './document-font.ts';
import { applicationForm } from './forms/application.ts';
import { decisionSheet } from './forms/decision.ts';
import { paperSheet } from './forms/paper.ts';
import type { Mark, Page } from './marks.ts';
import { PAGE } from './page.table.ts';
import { layOutSheet } from './sheet-layout.ts';
import type { DocumentFault, Sheet } from './sheet.ts';
import { applicationSample, decisionSample, paperSample, RARE } from './testing/samples.ts';

const opened = openDocumentFont();
if (!opened.ok) throw new Error(opened.error.code);
const font = opened.value;
const measure = (text: string, size: number): number => font.widthOf(text, size);

const laidOut = (sheet: Sheet): readonly Page[] => {
  const pages = layOutSheet(sheet, measure);
  if (!pages.ok) throw new Error(pages.error.code);
  return pages.value;
};
const faultOf = (sheet: Sheet): DocumentFault['code'] | null => {
  const pages = layOutSheet(sheet, measure);
  return pages.ok ? null : pages.error.code;
};
const isText = (mark: Mark): mark is Extract<Mark, { kind: 'text' }> => mark.kind === 'text' && mark.degrees === 0;

/** Texts that leave the page's margins or run through a line of a table. */
function overflowing({ marks }: Page): readonly string[] {
  const lines = marks.flatMap((mark) => (mark.kind === 'line' ? [mark] : []));
  return marks.filter(isText).flatMap(({ text, x, y, size }) => {
    const [right, top, bottom] = [x + measure(text, size), y - size * 0.8, y + size * 0.1];
    const isOff = x < PAGE.marginX - 0.01 || right > PAGE.width - PAGE.marginX + 0.01 || bottom > PAGE.height - 20;
    const isCrossed = lines.some(
      ({ from, to }) =>
        Math.min(right, Math.max(from[0], to[0])) - Math.max(x, Math.min(from[0], to[0])) > -0.01 &&
        Math.max(from[1], to[1]) > top &&
        Math.min(from[1], to[1]) < bottom,
    );
    return text !== '' && (isOff || isCrossed) ? [text] : [];
  });
}

const wordsOf = (pages: readonly Page[]): string =>
  pages.flatMap(({ marks }) => marks.filter(isText).map(({ text }) => text)).join('');

const ADDRESS =
  '广东省佛山市顺德区大良街道南国东路延年路口社区第十二居民小组示例花园二期三十八号楼东座第三单元二千四百零一房临时安置房西侧及附属用房一层备用';
const NAME = '阿卜杜热西提·买买提依明江一二';

describe('a sheet on its pages', () => {
  it('holds a name of 15 characters and an address of 70', () => {
    expect([Array.from(NAME).length, Array.from(ADDRESS).length]).toEqual([15, 70]);
    const sample = applicationSample();
    const pages = laidOut(
      applicationForm({ ...sample, applicant: { ...sample.applicant, name: NAME, address: ADDRESS } }),
    );
    expect(pages).toHaveLength(1);
    expect(pages.flatMap(overflowing)).toEqual([]);
    expect(wordsOf(pages)).toContain(NAME);
    expect(wordsOf(pages)).toContain(ADDRESS);
  });

  it('lets no text of any length run over a line or the margin, and loses none', () => {
    const character = fc.constantFrom(...Array.from(`${RARE}佛山市顺德区（，。）“”ABCxyz0189-/ ·`));
    const text = fc.string({ unit: character, maxLength: 120 });
    fc.assert(
      fc.property(text, text, text, (name, address, act) => {
        const sample = applicationSample();
        const sheets = [
          applicationForm({ ...sample, applicant: { ...sample.applicant, name, address } }),
          decisionSheet({ ...decisionSample(), act: { zh: act, en: address }, place: { zh: address, en: act } }),
        ];
        const lines = Array.from({ length: 30 }, () => ({ label: name.slice(0, 60), value: act }));
        sheets.push(
          paperSheet(paperSample({ title: { zh: name, en: act }, office: { zh: address, en: name }, lines })),
        );
        for (const sheet of sheets) expect(laidOut(sheet).flatMap(overflowing)).toEqual([]);
        const bare = (one: string): string => one.replaceAll(' ', '');
        expect(bare(wordsOf(laidOut(sheets[0] as Sheet)))).toContain(bare(address));
      }),
      { numRuns: 60 },
    );
  });

  it('would see a text that runs over: the same check on a line drawn through a word', () => {
    const [page] = laidOut(paperSheet(paperSample()));
    const through: Mark = { kind: 'line', from: [PAGE.width / 2, 0], to: [PAGE.width / 2, PAGE.height], width: 1 };
    expect(overflowing({ marks: [...(page?.marks ?? []), through] })).not.toEqual([]);
  });

  it('runs over to further pages that name the paper, the number and which page it is', () => {
    const lines = Array.from({ length: 60 }, (_, i) => ({ label: `第${i + 1}项`, value: `值${i + 1}。` }));
    const pages = laidOut(paperSheet(paperSample({ lines })));
    expect(pages).toHaveLength(3);
    for (const [index, page] of pages.entries()) {
      expect(overflowing(page)).toEqual([]);
      expect(wordsOf([page])).toContain(`第 ${index + 1} 页 共 3 页`);
      expect(wordsOf([page])).toContain('HH20261127000031');
    }
    for (const { value } of lines) expect(wordsOf(pages)).toContain(value);
  });

  it('says on every page that it is a demonstration, and only then', () => {
    const lines = Array.from({ length: 40 }, (_, i) => ({ label: `第${i + 1}项`, value: '值' }));
    const { printing } = paperSample();
    for (const demonstration of [true, false]) {
      const pages = laidOut(paperSheet(paperSample({ lines, printing: { ...printing, demonstration } })));
      expect(pages.map((page) => wordsOf([page]).includes('不具法律效力'))).toEqual([demonstration, demonstration]);
      expect(pages.map(({ marks }) => marks.some((mark) => mark.kind === 'text' && mark.degrees !== 0))).toEqual([
        demonstration,
        demonstration,
      ]);
    }
  });

  it('never leaves a heading at the foot of a page', () => {
    for (let rows = 8; rows < 24; rows += 1) {
      const sheet: Sheet = {
        ...paperSheet(paperSample({ lines: Array.from({ length: rows }, () => ({ label: '项', value: '值' })) })),
        demonstration: false,
      };
      const pages = laidOut({
        ...sheet,
        blocks: [
          ...sheet.blocks,
          { kind: 'heading', text: { zh: '标题', en: '' } },
          { kind: 'paragraph', text: { zh: '正文', en: '' } },
        ],
      });
      const at = (word: string): number => pages.findIndex((page) => wordsOf([page]).includes(word));
      expect(at('标题')).toBe(at('正文'));
    }
  });

  it('refuses a row that is higher than a page, more pages than may be printed, a code that holds too much', () => {
    const tall = paperSample({ lines: [{ label: '项', value: '值\n'.repeat(60) }] });
    expect(faultOf(paperSheet(tall))).toBe('tooTall');
    const long = paperSample({ lines: Array.from({ length: 500 }, () => ({ label: '项', value: '值' })) });
    expect(faultOf(paperSheet(long))).toBe('tooLong');
    expect(faultOf(paperSheet(paperSample({ qr: 'x'.repeat(3_000) })))).toBe('qrTooLong');
  });
});
