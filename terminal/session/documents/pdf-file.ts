import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';

const LATIN = new TextEncoder();

/** A PDF file object by object (ISO 32000-1, 7.5): no object streams, one cross-reference table, nothing that depends on
 *  the time or on chance. */
export class PdfFile {
  readonly #objects: Uint8Array[] = [];

  /** Reserves the next object's number, for objects that name each other. */
  reserve(): number {
    this.#objects.push(new Uint8Array());
    return this.#objects.length;
  }

  /** @param body what stands between `obj` and `endobj`, in ASCII */
  put(number: number, body: string): void {
    this.#objects[number - 1] = LATIN.encode(body);
  }

  add(body: string): number {
    const number = this.reserve();
    this.put(number, body);
    return number;
  }

  /** @param entries of its dictionary beside the length */
  addStream(entries: string, content: Uint8Array): number {
    const number = this.reserve();
    const head = `<< ${entries} /Length ${content.length} >>\nstream\n`;
    this.#objects[number - 1] = joined([LATIN.encode(head), content, LATIN.encode('\nendstream')]);
    return number;
  }

  addDeflated(entries: string, content: Uint8Array): number {
    return this.addStream(`${entries} /Filter /FlateDecode`, deflateSync(content, { level: 9 }));
  }

  /** The whole file; its identifier (14.4) is made of its content. */
  end(root: number, info: number): Uint8Array {
    const parts: Uint8Array[] = [LATIN.encode('%PDF-1.7\n%'), Uint8Array.of(0xe2, 0xe3, 0xcf, 0xd3, 0x0a)];
    let at = parts.reduce((sum, part) => sum + part.length, 0);
    const places = this.#objects.map((object, index) => {
      const place = at;
      const whole = joined([LATIN.encode(`${index + 1} 0 obj\n`), object, LATIN.encode('\nendobj\n')]);
      parts.push(whole);
      at += whole.length;
      return place;
    });
    const id = createHash('sha256').update(joined(parts)).digest('hex').slice(0, 32);
    const table = places.map((place) => `${String(place).padStart(10, '0')} 00000 n \n`).join('');
    const size = places.length + 1;
    parts.push(
      LATIN.encode(
        `xref\n0 ${size}\n0000000000 65535 f \n${table}trailer\n<< /Size ${size} /Root ${root} 0 R /Info ${info} 0 R ` +
          `/ID [<${id}> <${id}>] >>\nstartxref\n${at}\n%%EOF\n`,
      ),
    );
    return joined(parts);
  }
}

/** A text string (7.9.2.2): UTF-16 with its mark, in hexadecimal. */
export function pdfText(text: string): string {
  return `<FEFF${utf16Hex(text)}>`;
}

/** UTF-16, big-endian, in hexadecimal; characters beyond the basic plane as two. */
export function utf16Hex(text: string): string {
  return Array.from({ length: text.length }, (_, at) => text.charCodeAt(at).toString(16).padStart(4, '0'))
    .join('')
    .toUpperCase();
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
