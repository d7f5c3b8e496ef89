import type { DocumentFont, FontSubset } from './document-font.ts';
import { utf16Hex, type PdfFile } from './pdf-file.ts';

/** bfchar lines of one block at most (Adobe Technical Note 5014). */
const BLOCK = 100;

/** Writes a subset as a composite font (ISO 32000-1, 9.7) whose codes are its glyph numbers, with the table by which a
 *  reader gets the text back (9.10.3).
 *  @returns the object's number */
export function writeFont(file: PdfFile, font: DocumentFont, subset: FontSubset): number {
  const program = subset.program();
  const name = `/${tagOf(subset)}+${font.postscriptName}`;
  const { ascent, descent, capHeight, box } = font.metrics;
  const fontFile = file.addDeflated('/Subtype /CIDFontType0C', program);
  const descriptor = file.add(
    `<< /Type /FontDescriptor /FontName ${name} /Flags 4 /FontBBox [${box.join(' ')}] /ItalicAngle 0 ` +
      `/Ascent ${ascent} /Descent ${descent} /CapHeight ${capHeight} /StemV 80 /FontFile3 ${fontFile} 0 R >>`,
  );
  const widths = subset.glyphs.map(({ width }) => width).join(' ');
  const descendant = file.add(
    `<< /Type /Font /Subtype /CIDFontType0 /BaseFont ${name} /FontDescriptor ${descriptor} 0 R /DW 1000 ` +
      `/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /W [0 [${widths}]] >>`,
  );
  const toUnicode = file.addDeflated('', new TextEncoder().encode(unicodeMap(subset)));
  return file.add(
    `<< /Type /Font /Subtype /Type0 /BaseFont ${name}-Identity-H /Encoding /Identity-H ` +
      `/DescendantFonts [${descendant} 0 R] /ToUnicode ${toUnicode} 0 R >>`,
  );
}

/** Six capital letters that tell this subset from another (9.6.4). */
function tagOf({ glyphs }: FontSubset): string {
  let sum = 0;
  for (const { character } of glyphs) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 26 ** 6;
  return Array.from({ length: 6 }, (_, place) => String.fromCharCode(65 + (Math.floor(sum / 26 ** place) % 26))).join(
    '',
  );
}

function unicodeMap({ glyphs }: FontSubset): string {
  const lines = glyphs
    .map(({ character }, number) => `<${number.toString(16).padStart(4, '0')}> <${utf16Hex(character)}>`)
    .slice(1);
  const blocks = Array.from({ length: Math.ceil(lines.length / BLOCK) }, (_, index) =>
    lines.slice(index * BLOCK, (index + 1) * BLOCK),
  );
  return [
    '/CIDInit /ProcSet findresource begin 12 dict begin begincmap',
    '/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def',
    '/CMapName /Adobe-Identity-UCS def /CMapType 2 def',
    '1 begincodespacerange <0000> <ffff> endcodespacerange',
    ...blocks.map((block) => `${block.length} beginbfchar\n${block.join('\n')}\nendbfchar`),
    'endcmap CMapName currentdict /CMap defineresource pop end end',
  ].join('\n');
}
