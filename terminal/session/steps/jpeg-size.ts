/** Frame headers (SOF): C0–CF without C4 (Huffman tables), C8 (reserved) and CC (arithmetic conditioning). */
const SOF_FIRST = 0xc0;
const SOF_LAST = 0xcf;
const NO_SOF: ReadonlySet<number> = new Set([0xc4, 0xc8, 0xcc]);
const SOI = 0xd8;
const EOI = 0xd9;
/** Start of scan: a frame header comes before it or not at all. */
const SOS = 0xda;
const FILL = 0xff;

/** Width and height of a whole JPEG file in pixels, from its frame header; nothing is decoded.
 *  @returns undefined for what is no JPEG, is cut short, or tells no size
 *  @source ITU-T T.81 (1992), B.1.1.3 markers, B.2.2 frame header */
export function jpegSize(bytes: Uint8Array): { readonly width: number; readonly height: number } | undefined {
  if (!isMarker(bytes, 0, SOI) || !isMarker(bytes, bytes.length - 2, EOI)) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 2;
  // A marker, its length and the frame's size must fit.
  while (at + 9 <= bytes.length) {
    if (view.getUint8(at) !== FILL) return undefined;
    const marker = view.getUint8(at + 1);
    if (marker === FILL) {
      at += 1;
      continue;
    }
    if (marker === SOS) return undefined;
    if (marker >= SOF_FIRST && marker <= SOF_LAST && !NO_SOF.has(marker)) return sizeAt(view, at);
    // A length below its own two bytes leads to one of them, which is no marker.
    at += 2 + view.getUint16(at + 2);
  }
  return undefined;
}

function sizeAt(view: DataView, at: number): { width: number; height: number } | undefined {
  const height = view.getUint16(at + 5);
  const width = view.getUint16(at + 7);
  // Height 0: told by a later segment (DNL), which no camera writes.
  return width === 0 || height === 0 ? undefined : { width, height };
}

function isMarker(bytes: Uint8Array, at: number, marker: number): boolean {
  return bytes[at] === FILL && bytes[at + 1] === marker;
}
