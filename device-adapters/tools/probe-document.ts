import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { err, ok, type Result } from '@yimen/contracts/base';

/** A document as the port takes it. */
interface ProbeDocument {
  readonly bytes: Uint8Array;
  readonly pages: number;
}

const DOCUMENT_ID = 'probe';
/** The port's bounds: one piece, one document, its pages. */
const PIECE_BYTES = 524_288;
const DOCUMENT_BYTES = 16_777_216;
const PAGES_MOST = 100;
const TEXT_MOST = 80;

/** The document that was asked for: a test page of a text, or a file. */
export function documentArgs(texts: Readonly<Record<string, string>>): Result<ProbeDocument, string> {
  const { text, file } = texts;
  if ((text === undefined) === (file === undefined)) return err('print needs --text or --file, one of them');
  if (file !== undefined) return readPdf(file);
  if (text === undefined || !/^[\x20-\x7e]+$/.test(text) || text.length > TEXT_MOST)
    return err(`--text: expected 1 to ${TEXT_MOST} ASCII characters (the page has no Chinese font)`);
  return ok({ bytes: testPage(text), pages: 1 });
}

/** Loads it in pieces, then prints it on one side, in black. */
export function documentSteps(made: unknown): {
  readonly before: readonly { readonly verb: string; readonly args: unknown }[];
  readonly args: unknown;
} {
  const { bytes, pages } = made as ProbeDocument;
  const before: { verb: string; args: unknown }[] = [];
  for (let offset = 0; offset < bytes.length; offset += PIECE_BYTES) {
    const piece = Buffer.from(bytes.subarray(offset, offset + PIECE_BYTES)).toString('base64');
    const last = offset + PIECE_BYTES >= bytes.length;
    before.push({ verb: 'loadDocument', args: { documentId: DOCUMENT_ID, offset, piece, last } });
  }
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { before, args: { documentId: DOCUMENT_ID, sha256, pages, sides: 'one', colour: 'mono' } };
}

function readPdf(file: string): Result<ProbeDocument, string> {
  let bytes: Uint8Array;
  try {
    if (statSync(file).size > DOCUMENT_BYTES) return err(`--file: ${file} has more than ${DOCUMENT_BYTES} bytes`);
    bytes = readFileSync(file);
  } catch (error) {
    return err(`--file: ${file} cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown'}`);
  }
  const text = Buffer.from(bytes).toString('latin1');
  if (!text.startsWith('%PDF-')) return err(`--file: ${file} is no PDF`);
  // Pages in compressed objects are not seen; the count only says how many sheets are awaited.
  const pages = text.match(/\/Type\s*\/Page(?![A-Za-z])/g)?.length ?? 1;
  return ok({ bytes, pages: Math.min(pages, PAGES_MOST) });
}

/** One A4 page (595 × 842 points) with the text in Helvetica, which every PDF reader has (ISO 32000-1, 9.6.2.2). */
function testPage(text: string): Uint8Array {
  const shown = text.replace(/[\\()]/g, '\\$&');
  const content = `BT /F1 12 Tf 72 770 Td (${shown}) Tj ET`;
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ];
  let body = '%PDF-1.4\n';
  const offsets = objects.map((object, n) => {
    const at = body.length;
    body += `${n + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(at).padStart(10, '0')} 00000 n \n`;
  });
  const size = objects.length + 1;
  const table = `xref\n0 ${size}\n0000000000 65535 f \n${offsets.join('')}`;
  const trailer = `trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${body.length}\n%%EOF\n`;
  return new TextEncoder().encode(body + table + trailer);
}
