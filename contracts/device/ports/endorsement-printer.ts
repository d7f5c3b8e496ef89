import { z } from 'zod';
import type { PortOf } from '../port.ts';
import { effect, read } from '../port.ts';

const nothing = z.strictObject({});

/** One endorsement line as it is printed on the back of the permit. Personal in sum; kept by nobody after printing. */
export const endorsementLineSchema = z.strictObject({
  destination: z.enum(['HKG', 'MAC']),
  kind: z.enum(['G', 'L']),
  countCode: z.string().max(16),
  /** YYYY-MM-DD */
  issued: z.iso.date(),
  validUntil: z.iso.date(),
  serial: z.string().max(24),
});
export type EndorsementLine = z.infer<typeof endorsementLineSchema>;

/** Rewritable thermal endorsement printer behind the card unit. */
export const endorsementPrinterPort = {
  kind: 'endorsement-printer',
  verbs: {
    /** Takes the card over from the card unit's rear. Evidence: `position` printPath. */
    takeCard: effect(nothing),
    /** Erases the rewritable panel. */
    erase: effect(nothing),
    /** Prints the lines. `done` needs the read-back's digest to be the digest of what was asked (evidence `readBack`). */
    printEndorsement: effect(z.strictObject({ lines: z.array(endorsementLineSchema).min(1).max(4) })),
    /** Scans the card's back: the one-line MRZ and the panel's text. */
    readBack: read(
      nothing,
      z.object({
        mrz: z.string().length(30).nullable(),
        panel: z.array(z.string().max(80)).max(8),
        panelDigest: z.string(),
      }),
    ),
    /** Gives the card back to the card unit's read position. Evidence: `position` handedBack. */
    handBack: effect(nothing),
  },
} as const;
export type EndorsementPrinter = PortOf<typeof endorsementPrinterPort>;
