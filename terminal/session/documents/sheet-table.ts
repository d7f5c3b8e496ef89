import { breakLines, latinText, type Measure } from './line-break.ts';
import { frame, textMark, type Atom, type Mark } from './marks.ts';
import { INK, PAGE, TYPE } from './page.table.ts';
import type { Field, Row } from './sheet.ts';

const { cellPadding: PADDING } = PAGE;
/** From the top of a line to its base line, as a part of the type's size: Chinese characters stand on 0.88 of the em box. */
const ASCENT = 0.88;

interface SetLine {
  readonly text: string;
  readonly size: number;
  readonly line: number;
  readonly grey: number;
}

interface Cell {
  readonly width: number;
  readonly lines: readonly SetLine[];
  readonly isLabel: boolean;
}

/** Rows of a table with lines around every cell; with a photo the first rows stand at its left. */
export function tableAtoms(rows: readonly Row[], hasPhoto: boolean, width: number, measure: Measure): readonly Atom[] {
  if (!hasPhoto) return rows.map((row) => rowAtom(cellsOf(row, width, measure)));
  const photoColumn = PAGE.photoWidth + 2 * PADDING;
  const photoHeight = PAGE.photoHeight + 2 * PADDING;
  const beside: Atom[] = [];
  while (beside.length < rows.length && heightOf(beside) < photoHeight) {
    const row = rows[beside.length];
    if (row !== undefined) beside.push(rowAtom(cellsOf(row, width - photoColumn, measure)));
  }
  const below = rows.slice(beside.length).map((row) => rowAtom(cellsOf(row, width, measure)));
  return [photoAtom(beside, width - photoColumn, photoColumn, photoHeight), ...below];
}

function heightOf(atoms: readonly Atom[]): number {
  return atoms.reduce((sum, atom) => sum + atom.height, 0);
}

/** The rows beside the photo and the photo: one thing, torn over no page. */
function photoAtom(rows: readonly Atom[], left: number, columnWidth: number, leastHeight: number): Atom {
  const height = Math.max(leastHeight, heightOf(rows));
  const x = PAGE.marginX + left;
  return {
    height,
    draw: (top) => {
      let y = top;
      const marks = rows.flatMap((row) => {
        const drawn = row.draw(y);
        y += row.height;
        return drawn;
      });
      const photoTop = top + (height - PAGE.photoHeight) / 2;
      return [
        ...marks,
        // What the rows leave free beside the photo belongs to the table, too.
        ...(y < top + height ? frame(PAGE.marginX, y, left, top + height - y) : []),
        ...frame(x, top, columnWidth, height),
        { kind: 'photo', x: x + PADDING, y: photoTop, width: PAGE.photoWidth, height: PAGE.photoHeight },
      ];
    },
  };
}

function cellsOf(row: Row, width: number, measure: Measure): readonly Cell[] {
  const share = width / row.length;
  return row.flatMap((field) => [labelCell(field, measure), valueCell(field, share - PAGE.labelWidth, measure)]);
}

function labelCell({ label }: Field, measure: Measure): Cell {
  return {
    width: PAGE.labelWidth,
    isLabel: true,
    lines: [
      ...setLines(label.zh, { ...TYPE.body, size: 10 }, INK.black, PAGE.labelWidth, measure),
      ...englishLines(label.en, PAGE.labelWidth, measure),
    ],
  };
}

function valueCell({ value, valueEn = '' }: Field, width: number, measure: Measure): Cell {
  const lines = [...setLines(value, TYPE.body, INK.black, width, measure), ...englishLines(valueEn, width, measure)];
  return { width, isLabel: false, lines };
}

function englishLines(text: string, width: number, measure: Measure): readonly SetLine[] {
  return text === '' ? [] : setLines(latinText(text), TYPE.english, INK.english, width, measure);
}

function setLines(
  text: string,
  { size, line }: { readonly size: number; readonly line: number },
  grey: number,
  width: number,
  measure: Measure,
): readonly SetLine[] {
  return breakLines(text, size, width - 2 * PADDING, measure).map((one) => ({ text: one, size, line, grey }));
}

function rowAtom(cells: readonly Cell[]): Atom {
  const textHeight = (cell: Cell): number => cell.lines.reduce((sum, { line }) => sum + line, 0);
  const height = Math.max(PAGE.rowLeast, ...cells.map((cell) => textHeight(cell) + 2 * PADDING));
  return {
    height,
    draw: (top) => {
      const marks: Mark[] = [];
      let x: number = PAGE.marginX;
      for (const cell of cells) {
        const { width } = cell;
        if (cell.isLabel) marks.push({ kind: 'fill', x, y: top, width, height, grey: INK.labelBack });
        marks.push(...frame(x, top, width, height));
        marks.push(...cellText(cell, x + PADDING, top + (height - textHeight(cell)) / 2));
        x += width;
      }
      return marks;
    },
  };
}

function cellText(cell: Cell, x: number, top: number): readonly Mark[] {
  let y = top;
  return cell.lines.map(({ text, size, line, grey }) => {
    const base = y + (line - size) / 2 + size * ASCENT;
    y += line;
    return textMark(text, x, base, { size, grey });
  });
}
