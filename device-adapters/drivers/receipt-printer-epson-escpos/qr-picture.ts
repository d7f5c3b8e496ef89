import { encode } from 'uqr';
import { ESCPOS_LIMITS } from './limits.table.ts';
import { emptyBitmap, type Bitmap } from './outline-fill.ts';

/** Modules of white around the symbol (ISO/IEC 18004, 9.1). */
const QUIET_MODULES = 4;

/** A QR code, error correction M, with the largest module that fits. The quiet zone is part of the picture.
 *  @param text UTF-8, at most what a slip's line may hold */
export function drawQr(text: string, widthDots: number): Bitmap {
  const { data, size } = encode(text, { ecc: 'M', border: QUIET_MODULES });
  const fitting = Math.floor(widthDots / size);
  const moduleDots = Math.min(ESCPOS_LIMITS.moduleDotsMost, Math.max(ESCPOS_LIMITS.moduleDotsLeast, fitting));
  const bitmap = emptyBitmap(size * moduleDots, size * moduleDots);
  for (let y = 0; y < bitmap.rows; y += 1)
    for (let x = 0; x < size * moduleDots; x += 1)
      if (data[Math.floor(y / moduleDots)]?.[Math.floor(x / moduleDots)] === true) {
        const at = y * bitmap.widthBytes + (x >> 3);
        bitmap.bits[at] = (bitmap.bits[at] ?? 0) | (0x80 >> (x & 7));
      }
  return bitmap;
}
