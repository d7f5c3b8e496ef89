import { err, ok, type Result } from '@yimen/contracts/base';
import { breakLines, latinText, type Measure } from './line-break.ts';
import { frame, textMark, type Atom, type Mark, type Page } from './marks.ts';
import { INK, PAGE, TYPE } from './page.table.ts';
import { continuedAtom, headAtom } from './sheet-head.ts';
import { tableAtoms } from './sheet-table.ts';
import type { Bilingual, Block, DocumentFault, Sheet } from './sheet.ts';

const WIDTH = PAGE.width - 2 * PAGE.marginX;
const DEMONSTRATION = { zh: '演示样张', en: 'SPECIMEN' };
const DEMONSTRATION_FOOT = '演示文件，不具法律效力 Demonstration, not valid';

/** Puts a sheet on pages. Pure: depends on the sheet and on how wide the font's characters are. */
export function layOutSheet(sheet: Sheet, measure: Measure): Result<readonly Page[], DocumentFault> {
  const head = headAtom(sheet, measure);
  if (head === null) return err({ code: 'qrTooLong' });
  const photoTable = sheet.photo === null ? undefined : sheet.blocks.find(({ kind }) => kind === 'table');
  const atoms = [
    head,
    ...sheet.blocks.flatMap((block) => [
      ...blockAtoms(block, block === photoTable, measure),
      space(block.kind === 'heading' ? 2 : 8),
    ]),
  ];
  const continued = continuedAtom(sheet, measure);
  const pages = paginate(atoms, continued);
  if (pages === null) return err({ code: 'tooTall' });
  if (pages.length > PAGE.pagesMost) return err({ code: 'tooLong' });
  return ok(
    pages.map((marks, index) => ({
      marks: [
        ...(sheet.demonstration ? specimenMarks(measure) : []),
        ...marks,
        ...footMarks(sheet, index + 1, pages.length, measure),
      ],
    })),
  );
}

/** @returns null: something is higher than a page */
function paginate(atoms: readonly Atom[], continued: Atom): readonly (readonly Mark[])[] | null {
  const pages: Mark[][] = [[]];
  let y: number = PAGE.marginTop;
  for (const [index, atom] of atoms.entries()) {
    const needed = heightNeeded(atoms, index);
    if (needed > PAGE.bottom - PAGE.marginTop - continued.height) return null;
    if (y + needed > PAGE.bottom && atom.keep !== 'vanish') {
      pages.push([...continued.draw(PAGE.marginTop)]);
      y = PAGE.marginTop + continued.height;
    }
    pages.at(-1)?.push(...atom.draw(y));
    y += atom.height;
  }
  return pages;
}

/** Its own height, and that of what must stand on the same page after it. */
function heightNeeded(atoms: readonly Atom[], index: number): number {
  const atom = atoms[index];
  if (atom === undefined) return 0;
  const isJoined = atom.keep === 'next' || (atom.keep === 'vanish' && atoms[index - 1]?.keep === 'next');
  return atom.height + (isJoined ? heightNeeded(atoms, index + 1) : 0);
}

function space(height: number): Atom {
  return { height, keep: 'vanish', draw: () => [] };
}

function blockAtoms(block: Block, hasPhoto: boolean, measure: Measure): readonly Atom[] {
  switch (block.kind) {
    case 'table':
      return tableAtoms(block.rows, hasPhoto, WIDTH, measure);
    case 'heading':
      return [headingAtom(block.text)];
    case 'paragraph':
      return paragraphAtoms(block.text, measure);
    case 'signature':
      return [signatureAtom(block, measure)];
  }
}

function headingAtom({ zh, en }: Bilingual): Atom {
  return {
    height: TYPE.heading.line,
    keep: 'next',
    draw: (top) => [textMark(`${zh}  ${en}`, PAGE.marginX, top + 12.5, { size: TYPE.heading.size, isBold: true })],
  };
}

/** Line by line, so that a paragraph may run over to the next page. */
function paragraphAtoms({ zh, en }: Bilingual, measure: Measure): readonly Atom[] {
  const set = (text: string, type: { size: number; line: number }, grey: number): readonly Atom[] =>
    breakLines(text, type.size, WIDTH, measure).map((line) => ({
      height: type.line,
      draw: (top) => [textMark(line, PAGE.marginX, top + type.line * 0.75, { size: type.size, grey })],
    }));
  return [...set(zh, TYPE.body, INK.black), ...(en === '' ? [] : set(latinText(en), TYPE.english, INK.english))];
}

type SignatureBlock = Extract<Block, { kind: 'signature' }>;

function signatureAtom(block: SignatureBlock, measure: Measure): Atom {
  const { signatureWidth: width, signatureHeight: height } = PAGE;
  const box = PAGE.marginX + PAGE.labelWidth + 6;
  return {
    height: height + 4,
    draw: (top) => [
      ...captionMarks(block.label, PAGE.marginX, top + height / 2, measure),
      ...frame(box, top, width, height),
      ...penMarks(block, box, top),
      ...captionMarks(block.dateLabel, box + width + 14, top + height / 2, measure),
      textMark(block.date, box + width + 14 + 50, top + height / 2 + 3, { size: TYPE.body.size }),
    ],
  };
}

function captionMarks({ zh, en }: Bilingual, x: number, middle: number, measure: Measure): readonly Mark[] {
  const english = breakLines(latinText(en), TYPE.english.size, PAGE.labelWidth, measure);
  return [
    textMark(zh, x, middle - 1, { size: TYPE.body.size }),
    ...english.map((line, index) =>
      textMark(line, x, middle + 9 + index * TYPE.english.line, { size: TYPE.english.size, grey: INK.english }),
    ),
  ];
}

/** The pad's field fitted into the box, never drawn larger than it was signed. */
function penMarks({ signature }: SignatureBlock, x: number, y: number): readonly Mark[] {
  if (signature === null) return [];
  const { signatureWidth: width, signatureHeight: height } = PAGE;
  // Points are hundredths of a millimetre.
  const [padWidth, padHeight] = [signature.widthMm * 100, signature.heightMm * 100];
  const scale = Math.min(width / padWidth, height / padHeight, 72 / 2540);
  const [left, top] = [x + (width - padWidth * scale) / 2, y + (height - padHeight * scale) / 2];
  const inside = (value: number, most: number): number => Math.min(value, most) * scale;
  const strokes = signature.strokes.map((stroke) =>
    stroke.map(([px, py]) => [left + inside(px, padWidth), top + inside(py, padHeight)] as const),
  );
  return [{ kind: 'pen', strokes, width: 1.1 }];
}

function specimenMarks(measure: Measure): readonly Mark[] {
  const size = 64;
  const text = `${DEMONSTRATION.zh} ${DEMONSTRATION.en}`;
  // Along the diagonal of the page, its middle in the page's middle.
  const degrees = 50;
  const half = measure(text, size) / 2;
  const [dx, dy] = [half * Math.cos((degrees * Math.PI) / 180), half * Math.sin((degrees * Math.PI) / 180)];
  return [textMark(text, PAGE.width / 2 - dx, PAGE.height / 2 + dy, { size, grey: INK.demonstration, degrees })];
}

function footMarks(sheet: Sheet, page: number, pages: number, measure: Measure): readonly Mark[] {
  const { size } = TYPE.footer;
  const number = `第 ${page} 页 共 ${pages} 页  Page ${page} of ${pages}`;
  const right = PAGE.width - PAGE.marginX;
  const [left = ''] = breakLines(sheet.footer, size, WIDTH - measure(number, size) - 10, measure);
  return [
    { kind: 'line', from: [PAGE.marginX, PAGE.footerY - 11], to: [right, PAGE.footerY - 11], width: 0.4 },
    ...(sheet.demonstration
      ? [
          textMark(DEMONSTRATION_FOOT, PAGE.width / 2 - measure(DEMONSTRATION_FOOT, size) / 2, PAGE.footerY - 14.5, {
            size,
          }),
        ]
      : []),
    textMark(left, PAGE.marginX, PAGE.footerY, { size }),
    textMark(number, right - measure(number, size), PAGE.footerY, { size }),
  ];
}
