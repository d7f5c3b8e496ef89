/** What a PDF must say of a JPEG that it carries. */
export interface JpegFrame {
  readonly width: number;
  readonly height: number;
  readonly components: 1 | 3;
}

/** Start of frame, baseline, extended and progressive (ITU-T T.81, table B.1): what DCTDecode knows. */
const FRAMES = new Set([0xc0, 0xc1, 0xc2]);

/** Reads the frame header (ITU-T T.81, B.2.2).
 *  @returns null: no JPEG, a cut one, or one with other than one or three components of eight bits */
export function readJpegFrame(bytes: Uint8Array): JpegFrame | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 4 || view.getUint16(0) !== 0xffd8) return null;
  let at = 2;
  while (at + 4 <= bytes.length && view.getUint8(at) === 0xff) {
    const marker = view.getUint8(at + 1);
    const length = view.getUint16(at + 2);
    if (FRAMES.has(marker)) return at + 2 + length <= bytes.length && length >= 8 ? frameAt(view, at + 4) : null;
    at += 2 + length;
  }
  return null;
}

function frameAt(view: DataView, at: number): JpegFrame | null {
  const components = view.getUint8(at + 5);
  const [height, width] = [view.getUint16(at + 1), view.getUint16(at + 3)];
  if (view.getUint8(at) !== 8 || width === 0 || height === 0) return null;
  return components === 1 || components === 3 ? { width, height, components } : null;
}
