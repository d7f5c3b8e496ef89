import { encode } from 'uqr';
import { breakLines, latinText, type Measure } from './line-break.ts';
import { textMark, type Atom, type Mark } from './marks.ts';
import { INK, PAGE, TYPE } from './page.table.ts';
import type { Sheet } from './sheet.ts';

const RIGHT = PAGE.width - PAGE.marginX;
const MIDDLE = PAGE.width / 2;
/** A title stands in the middle of the paper and must not run into the code at its right. */
const TITLE_WIDTH = 2 * (RIGHT - PAGE.qrSide - 8 - MIDDLE);

interface HeadLook {
  readonly size: number;
  readonly line: number;
  readonly isBold: boolean;
  readonly grey: number;
}

/** Office, title, number and code: the top of the first page.
 *  @returns null: the data is more than a QR code holds */
export function headAtom(sheet: Sheet, measure: Measure): Atom | null {
  const code = sheet.qr === null ? [] : qrRuns(sheet.qr);
  if (code === null) return null;
  const fits = measure(sheet.title.zh, TYPE.title.size) <= TITLE_WIDTH;
  const title = fits ? TYPE.title : TYPE.titleLeast;
  const lines = [
    ...set(sheet.office.zh, { ...TYPE.office, isBold: false, grey: INK.black }, measure),
    ...set(latinText(sheet.office.en), { ...TYPE.english, isBold: false, grey: INK.english }, measure),
    { text: '', size: 0, line: 6, isBold: false, grey: INK.black },
    ...set(sheet.title.zh, { ...title, isBold: true, grey: INK.black }, measure),
    ...set(latinText(sheet.title.en), { ...TYPE.titleEn, isBold: false, grey: INK.english }, measure),
  ];
  const textHeight = lines.reduce((sum, { line }) => sum + line, 0);
  const height = Math.max(textHeight, code.length === 0 ? 0 : PAGE.qrSide) + 28;
  return {
    height,
    draw: (top) => {
      let y = top;
      const marks: Mark[] = lines.map(({ text, size, line, isBold, grey }) => {
        y += line;
        return textMark(text, MIDDLE - measure(text, size) / 2, y - line * 0.25, { size, isBold, grey });
      });
      const ruleY = top + height - 8;
      return [
        ...marks,
        ...qrMarks(code, RIGHT - PAGE.qrSide, top),
        numberMark(sheet, ruleY - 7, measure),
        ...rules(ruleY),
      ];
    },
  };
}

function set(text: string, look: HeadLook, measure: Measure): readonly (HeadLook & { readonly text: string })[] {
  return text === '' ? [] : breakLines(text, look.size, TITLE_WIDTH, measure).map((line) => ({ ...look, text: line }));
}

/** Two lines, the upper one strong, as papers of an office have them under their head. */
function rules(y: number): readonly Mark[] {
  return [
    { kind: 'line', from: [PAGE.marginX, y], to: [RIGHT, y], width: 1.4 },
    { kind: 'line', from: [PAGE.marginX, y + 2.5], to: [RIGHT, y + 2.5], width: 0.4 },
  ];
}

function numberMark({ number }: Sheet, y: number, measure: Measure): Mark {
  const text = `${number.label.zh} ${number.label.en}  ${number.value}`;
  return textMark(text, RIGHT - measure(text, TYPE.body.size), y, { size: TYPE.body.size });
}

/** What the following pages say instead: which paper they belong to. */
export function continuedAtom({ title, number }: Sheet, measure: Measure): Atom {
  return {
    height: 30,
    draw: (top) => {
      const text = `${number.label.zh} ${number.label.en}  ${number.value}`;
      const size = TYPE.body.size;
      const width = RIGHT - PAGE.marginX - measure(text, size) - 12;
      const [beginning = ''] = breakLines(title.zh, size, width, measure);
      return [
        // A title that is too long is known by its beginning.
        textMark(beginning, PAGE.marginX, top + 12, { size, isBold: true }),
        textMark(text, RIGHT - measure(text, size), top + 12, { size }),
        { kind: 'line', from: [PAGE.marginX, top + 19], to: [RIGHT, top + 19], width: 0.6 },
      ];
    },
  };
}

/** Dark modules in a row, in parts of the symbol's side. */
interface Run {
  readonly x: number;
  readonly y: number;
  readonly length: number;
  readonly module: number;
}

function qrRuns(text: string): readonly Run[] | null {
  try {
    const { data, size } = encode(text, { ecc: 'M', border: PAGE.qrQuiet });
    return data.flatMap((row, y) =>
      row.flatMap((isDark, x) =>
        isDark && row[x - 1] !== true
          ? [{ x: x / size, y: y / size, length: darkFrom(row, x) / size, module: 1 / size }]
          : [],
      ),
    );
  } catch {
    // The encoder throws when nothing it knows holds the text.
    return null;
  }
}

function darkFrom(row: readonly boolean[], x: number): number {
  const end = row.indexOf(false, x);
  return (end === -1 ? row.length : end) - x;
}

function qrMarks(runs: readonly Run[], left: number, top: number): readonly Mark[] {
  const side = PAGE.qrSide;
  return runs.map(({ x, y, length, module }) => ({
    kind: 'fill',
    x: left + x * side,
    y: top + y * side,
    width: length * side,
    // A hair higher than a module: renderers leave no light seam between two rows.
    height: module * side + 0.05,
    grey: INK.black,
  }));
}
