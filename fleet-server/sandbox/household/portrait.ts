import { createHash } from 'node:crypto';
import { crc32, deflateSync } from 'node:zlib';

const WIDTH = 102;
const HEIGHT = 126;
/** Colours that a portrait uses: index, red, green, blue. */
const GROUND = 0;
const HAIR = 1;
const SKIN = 2;
const CLOTH = 3;

/** The photo behind a receipt: a drawn head and shoulders on white, the same every time for one receipt. A PNG.
 *  @source PNG 1.2 (W3C): chunks, colour type 3 */
export function portraitOf(photoReceiptNo: string): Buffer {
  const [a = 0, b = 0, c = 0, d = 0] = createHash('sha256').update(photoReceiptNo).digest();
  const palette = [
    255,
    255,
    255,
    30 + (a % 40),
    25 + (a % 30),
    20,
    224 - (b % 50),
    180 - (b % 50),
    150,
    40 + (c % 80),
    60 + (d % 80),
    110,
  ];
  const rows = Array.from({ length: HEIGHT }, (_, y) =>
    Buffer.from([0, ...Array.from({ length: WIDTH }, (_column, x) => colourAt(x, y))]),
  );
  const header = Buffer.alloc(13);
  header.writeUInt32BE(WIDTH, 0);
  header.writeUInt32BE(HEIGHT, 4);
  header.set([8, 3, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from(palette)),
    chunk('IDAT', deflateSync(Buffer.concat(rows))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function colourAt(x: number, y: number): number {
  const isIn = (cx: number, cy: number, rx: number, ry: number): boolean =>
    ((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 <= 1;
  if (isIn(WIDTH / 2, 58, 25, 33)) return y < 40 ? HAIR : SKIN;
  if (isIn(WIDTH / 2, 48, 28, 32)) return HAIR;
  if (isIn(WIDTH / 2, 130, 46, 38)) return CLOTH;
  return isIn(WIDTH / 2, 90, 11, 18) ? SKIN : GROUND;
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'ascii'), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}
