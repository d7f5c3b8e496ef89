import { createHash } from 'node:crypto';
import { err, ok, type Result } from '@yimen/contracts/base';
import type { DocumentFont, FontSubset } from './document-font.ts';
import { readJpegFrame, type JpegFrame } from './jpeg.ts';
import type { Mark, Page } from './marks.ts';
import { PAGE } from './page.table.ts';
import { PdfFile, pdfText } from './pdf-file.ts';
import { writeFont } from './pdf-font.ts';
import { layOutSheet } from './sheet-layout.ts';
import type { DocumentFault, Sheet } from './sheet.ts';

/** A document as the document printer takes it. */
export interface RenderedPdf {
  readonly bytes: Uint8Array;
  readonly pages: number;
  /** Lower-case hexadecimal, of `bytes`. */
  readonly sha256: string;
  /** Characters that the font has not; □ stands in their place. Personal: a name may be among them. */
  readonly missing: readonly string[];
}

/** Sets a sheet on A4 pages and writes them as PDF 1.7, the glyphs it needs inside, its text readable. The same sheet
 *  gives the same bytes. Runs some 100 ms; the first call reads the font. */
export function renderPdf(sheet: Sheet, font: DocumentFont): Result<RenderedPdf, DocumentFault> {
  const { photo } = sheet;
  const frame = photo === null ? null : readJpegFrame(photo);
  if (photo !== null && frame === null) return err({ code: 'photoUnreadable' });
  const laid = layOutSheet(sheet, (text, size) => font.widthOf(text, size));
  if (!laid.ok) return laid;
  const subset = font.subset();
  const file = new PdfFile();
  const tree = file.reserve();
  const image = photo === null || frame === null ? null : writePhoto(file, photo, frame);
  const contents = laid.value.map((page) => file.addDeflated('', contentOf(page, subset, frame)));
  const fontNumber = writeFont(file, font, subset);
  const resources = `<< /Font << /F1 ${fontNumber} 0 R >>${image === null ? '' : ` /XObject << /P1 ${image} 0 R >>`} >>`;
  const pages = contents.map((content) =>
    file.add(
      `<< /Type /Page /Parent ${tree} 0 R /MediaBox [0 0 ${plain(PAGE.width)} ${plain(PAGE.height)}] ` +
        `/Resources ${resources} /Contents ${content} 0 R >>`,
    ),
  );
  file.put(tree, `<< /Type /Pages /Kids [${pages.map((page) => `${page} 0 R`).join(' ')}] /Count ${pages.length} >>`);
  const root = file.add(
    `<< /Type /Catalog /Pages ${tree} 0 R /Lang (zh-CN) /ViewerPreferences << /DisplayDocTitle true >> >>`,
  );
  // The title of the form, and nothing of the person: print servers keep titles.
  const bytes = file.end(root, file.add(`<< /Title ${pdfText(sheet.title.zh)} >>`));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return ok({ bytes, pages: pages.length, sha256, missing: [...subset.missing] });
}

function writePhoto(file: PdfFile, jpeg: Uint8Array, { width, height, components }: JpegFrame): number {
  const space = components === 1 ? '/DeviceGray' : '/DeviceRGB';
  return file.addStream(
    `/Type /XObject /Subtype /Image /Width ${width} /Height ${height} /ColorSpace ${space} /BitsPerComponent 8 /Filter /DCTDecode`,
    jpeg,
  );
}

function contentOf({ marks }: Page, subset: FontSubset, photo: JpegFrame | null): Uint8Array {
  return new TextEncoder().encode(marks.map((mark) => operators(mark, subset, photo)).join('\n'));
}

function operators(mark: Mark, subset: FontSubset, photo: JpegFrame | null): string {
  switch (mark.kind) {
    case 'text':
      return textOperators(mark, subset);
    case 'line':
      return `0 G ${plain(mark.width)} w 0 J ${at(mark.from)} m ${at(mark.to)} l S`;
    case 'fill':
      return `${plain(mark.grey)} g ${at([mark.x, mark.y + mark.height])} ${plain(mark.width)} ${plain(mark.height)} re f`;
    case 'photo':
      return photo === null ? '' : photoOperators(mark, photo);
    case 'pen':
      return mark.strokes.map((stroke) => strokeOperators(stroke, mark.width)).join('\n');
  }
}

/** Strong text is drawn with its outline: a second font would double the file for a few words. */
function textOperators(mark: Extract<Mark, { kind: 'text' }>, subset: FontSubset): string {
  if (mark.text === '') return '';
  const { degrees, grey, size } = mark;
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  const look = mark.isBold ? `${plain(grey)} G ${plain(size * 0.03)} w 2 Tr` : '0 Tr';
  const turn = [cos, sin, -sin, cos].map(plain).join(' ');
  return `BT ${plain(grey)} g ${look} /F1 ${plain(size)} Tf ${turn} ${at([mark.x, mark.y])} Tm <${subset.encode(mark.text)}> Tj ET`;
}

/** The whole photo in its place, as large as it fits, in the middle. */
function photoOperators(place: Extract<Mark, { kind: 'photo' }>, { width, height }: JpegFrame): string {
  const scale = Math.min(place.width / width, place.height / height);
  const [drawnWidth, drawnHeight] = [width * scale, height * scale];
  const left = place.x + (place.width - drawnWidth) / 2;
  const bottom = place.y + (place.height + drawnHeight) / 2;
  return `q ${plain(drawnWidth)} 0 0 ${plain(drawnHeight)} ${at([left, bottom])} cm /P1 Do Q`;
}

function strokeOperators(stroke: readonly (readonly [number, number])[], width: number): string {
  const [first, ...rest] = stroke;
  if (first === undefined) return '';
  // A dot is a line of no length with round ends.
  const way = (rest.length === 0 ? [first] : rest).map((point) => `${at(point)} l`).join(' ');
  return `0 G ${plain(width)} w 1 J 1 j ${at(first)} m ${way} S`;
}

/** PDF's y runs upwards. */
function at([x, y]: readonly [number, number]): string {
  return `${plain(x)} ${plain(PAGE.height - y)}`;
}

function plain(value: number): string {
  return String(Math.round(value * 1000) / 1000);
}
