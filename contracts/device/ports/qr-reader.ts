import { z } from 'zod';
import type { PortOf } from '../port.ts';
import { read } from '../port.ts';

const nothing = z.strictObject({});

/** A code as it was scanned. Data, control bytes too: never keystrokes, never a command (F45). */
export const scannedCodeSchema = z.object({
  /** The bytes, base64; at most 2,048 of them. */
  bytes: z.string().max(2_736),
  /** The same as text when it is UTF-8 (else GB18030), null when it is neither. */
  text: z.string().max(2_048).nullable(),
  /** AIM symbology identifier (`]Q1`) where the reader tells it. */
  symbology: z.string().max(8).nullable(),
});
export type ScannedCode = z.infer<typeof scannedCodeSchema>;

/** QR and barcode reader (XFS4IoT BarcodeReader). Off between steps; reads only. */
export const qrReaderPort = {
  kind: 'qr-reader',
  verbs: {
    /** Lights up. Equal codes within `windowMs` are one scan (F44). */
    start: read(z.strictObject({ windowMs: z.int().min(0).max(60_000) }), z.object({})),
    /** Waits for the next code while lit. None before the deadline: `noMedia`; a code over the cap: `invalidMedia`. */
    waitForCode: read(nothing, scannedCodeSchema),
    /** Dark, and whatever was scanned and not asked for is gone. */
    stop: read(nothing, z.object({})),
  },
} as const;
export type QrReader = PortOf<typeof qrReaderPort>;
