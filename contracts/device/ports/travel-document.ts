import { z } from 'zod';
import type { PortOf } from '../port.ts';
import { read } from '../port.ts';

const nothing = z.strictObject({});

/** Basic Access Control key material: what is printed on the document (ICAO 9303-11 §4.3). */
export const chipAccessSchema = z.strictObject({
  documentNumber: z.string().min(1).max(20),
  /** YYMMDD */
  birth: z.string().regex(/^\d{6}$/),
  /** YYMMDD */
  expiry: z.string().regex(/^\d{6}$/),
});
export type ChipAccess = z.infer<typeof chipAccessSchema>;

/** What a chip holds. Personal: it goes from the host to the session and nowhere else. */
export const travelDocumentSchema = z.object({
  documentNumber: z.string(),
  documentCode: z.string(),
  issuer: z.string(),
  nationality: z.string(),
  name: z.string(),
  sex: z.enum(['M', 'F', '<']),
  /** YYMMDD */
  birth: z.string(),
  /** YYMMDD */
  expiry: z.string(),
  /** base64 of the DG2 facial image as stored (JPEG or JPEG 2000), or null when the group is not offered. */
  faceImage: z.string().nullable(),
  access: z.enum(['BAC', 'PACE']),
  /** Passive authentication: a result, never an assumption. */
  authenticity: z.enum(['notChecked', 'failed', 'passed']),
  /** Endorsements written so far, when the chip offers the counter (assumed for the card-type permit). */
  endorsementCounter: z.int().min(0).max(255).nullable(),
});
export type TravelDocument = z.infer<typeof travelDocumentSchema>;

/** Contactless chip of a permit or passport. Reads are atomic: a chip that leaves half way gives nothing. */
export const travelDocumentPort = {
  kind: 'travel-document',
  verbs: {
    waitForChip: read(nothing, z.object({ present: z.boolean() })),
    readDocument: read(z.strictObject({ access: chipAccessSchema }), travelDocumentSchema),
    accessUsed: read(nothing, z.object({ access: z.enum(['none', 'BAC', 'PACE']) })),
    release: read(nothing, z.object({})),
  },
} as const;
export type TravelDocumentChip = PortOf<typeof travelDocumentPort>;
