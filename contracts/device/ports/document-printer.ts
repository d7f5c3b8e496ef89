import { z } from 'zod';
import type { PortOf } from '../port.ts';
import { effect, read } from '../port.ts';

const nothing = z.strictObject({});
const documentId = z.string().regex(/^[A-Za-z0-9-]{1,40}$/);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** IPP's job states (RFC 8011 §5.3.7), as words. */
export const printJobStateSchema = z.enum([
  'pending',
  'pending-held',
  'processing',
  'processing-stopped',
  'canceled',
  'aborted',
  'completed',
  'unknown',
]);

/** A4 printer behind a print server (IPP). Documents are handed over in pieces and are in memory only. */
export const documentPrinterPort = {
  kind: 'document-printer',
  verbs: {
    /** Hands over the next piece of a PDF, base64 of at most 512 KiB, in order; at most 16 MiB in all, one document at a
     *  time (another id begins anew). With `last` the digest of the whole comes back. It is overwritten when it was
     *  printed, when another begins, at `purge`, and when the lease ends. */
    loadDocument: read(
      z.strictObject({ documentId, offset: z.int().min(0), piece: z.base64().max(699_052), last: z.boolean() }),
      z.object({ bytes: z.int().min(0), sha256: sha256.nullable() }),
    ),
    /** Prints what was loaded; the digest must be its digest. Ends when the job ended: `done` needs evidence of an exit
     *  sensor; a printer without one says `completed` and the outcome is `unknown` (policy decides what that means);
     *  a job that was cancelled or aborted before any sheet is `notDone`. */
    printDocument: effect(
      z.strictObject({
        documentId,
        sha256,
        pages: z.int().min(1).max(100),
        sides: z.enum(['one', 'two']),
        colour: z.enum(['mono', 'colour']),
      }),
    ),
    /** What the print server says of the job of an operation. Reasons in IPP's words without their severity suffix. */
    jobState: read(
      z.strictObject({ operationId: z.string().max(40) }),
      z.object({
        state: printJobStateSchema,
        reasons: z.array(z.string().max(80)).max(32),
        sheets: z.int().min(0).nullable(),
      }),
    ),
    /** Cancels every job of the queue, whoever sent it, and forgets what was loaded (F36). */
    purge: effect(nothing),
  },
} as const;
export type DocumentPrinter = PortOf<typeof documentPrinterPort>;
