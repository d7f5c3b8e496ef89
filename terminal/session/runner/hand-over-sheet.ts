import { createHash } from 'node:crypto';
import { err, ok, type Result } from '@yimen/contracts/base';
import { documentPrinterPort } from '@yimen/contracts/device';
import { SESSION_LIMITS } from '../limits.table.ts';
import type { DeviceCalls } from './device-calls.ts';
import type { DrawnSheet } from './ports.ts';

const DEVICE = 'document-printer';

/** A sheet that lies whole in the printer's memory. */
export interface HandedOver {
  readonly documentId: string;
  readonly sha256: string;
  readonly pages: number;
}

/** Hands a PDF to the A4 printer in pieces; the digest that comes back with the last must be the PDF's own.
 *  @fault the device's own word; `documentDiffers` what arrived is not what was sent */
export async function handOverSheet(
  devices: Pick<DeviceCalls, 'read'>,
  documentId: string,
  sheet: DrawnSheet,
): Promise<Result<HandedOver, { code: string }>> {
  const sha256 = createHash('sha256').update(sheet.pdf).digest('hex');
  const step = SESSION_LIMITS.sheetPieceBytes;
  for (let offset = 0; offset < sheet.pdf.length; offset += step) {
    const piece = Buffer.from(sheet.pdf.subarray(offset, offset + step)).toString('base64');
    const last = offset + step >= sheet.pdf.length;
    const args = { documentId, offset, piece, last };
    const told = await devices.read(DEVICE, SESSION_LIMITS.sheetPieceMs, 'loadDocument', args);
    if (!told.ok) return told;
    if (!last) continue;
    const parsed = documentPrinterPort.verbs.loadDocument.result.safeParse(told.value);
    if (!parsed.success || parsed.data.sha256 !== sha256) return err({ code: 'documentDiffers' });
  }
  return ok({ documentId, sha256, pages: sheet.pages });
}
