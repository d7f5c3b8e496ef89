import { z } from 'zod';
import type { PortOf } from '../port.ts';
import { read } from '../port.ts';

const nothing = z.strictObject({});
const scanId = z.string().regex(/^[A-Za-z0-9-]{1,40}$/);

/** Document scanner (XFS4IoT Check, in part). Reads only; personal: from the host to the session and nowhere else. */
export const documentScannerPort = {
  kind: 'document-scanner',
  verbs: {
    /** Scans exactly `pages` pages and keeps them in memory until they are fetched, `cancel`, the next scan, or the end of
     *  the lease. All or nothing: with fewer pages (`noMedia`), a double feed (`doubleDetect`), a jam (`jamming`) or an
     *  open cover (`coverOpen`) nothing is kept, and the whole set must be laid in again (F48). */
    scan: read(
      z.strictObject({
        source: z.enum(['glass', 'feeder']),
        pages: z.int().min(1).max(20),
        dpi: z.union([z.literal(150), z.literal(200), z.literal(300)]),
        mode: z.enum(['grey', 'colour']),
      }),
      z.object({
        scanId,
        pages: z
          .array(
            z.object({
              /** Size of the PNG file in bytes; width and height in pixels. */
              bytes: z.int().min(1),
              width: z.int().min(1),
              height: z.int().min(1),
              sha256: z.string().length(64),
            }),
          )
          .max(20),
      }),
    ),
    /** One piece of a page, base64 of at most 512 KiB from `offset`; `end` with the last. A piece that was given is
     *  overwritten with the page when its last piece has gone. */
    readPage: read(
      z.strictObject({ scanId, page: z.int().min(0).max(19), offset: z.int().min(0) }),
      z.object({ piece: z.base64().max(699_052), end: z.boolean() }),
    ),
    /** Ends a scan that runs and overwrites what is kept. */
    cancel: read(nothing, z.object({})),
  },
} as const;
export type DocumentScanner = PortOf<typeof documentScannerPort>;
