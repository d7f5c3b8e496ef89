import { z } from 'zod';
import type { PortOf } from '../port.ts';
import { read } from '../port.ts';

const nothing = z.strictObject({});

/** Access key material: what is printed on the document (ICAO 9303-11 §4.3 for BAC, §4.4 for PACE). */
export const chipAccessSchema = z.strictObject({
  documentNumber: z.string().min(1).max(20),
  /** YYMMDD */
  birth: z.string().regex(/^\d{6}$/),
  /** YYMMDD */
  expiry: z.string().regex(/^\d{6}$/),
  /** Card access number, six digits on the front of some cards: tried first with PACE where the chip offers it. */
  can: z
    .string()
    .regex(/^\d{6}$/)
    .optional(),
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
  /** DG11, when the chip offers it: the name in the holder's own script, and the personal number. */
  holder: z
    .object({ fullName: z.string().max(200).nullable(), personalNumber: z.string().max(60).nullable() })
    .nullable(),
  /** Passive authentication (ICAO 9303-11 §5.1): a result, never an assumption. `notChecked` when no trust anchor of the
   *  issuer is configured or the chip holds no security object. */
  authenticity: z.enum(['notChecked', 'failed', 'passed']),
  /** Why it is not `passed`, in one word (`noTrustAnchor`, `digest`, `signature`, `chain`, `expired`, `noSecurityObject`,
   *  `malformed`); null when it is. */
  authenticityReason: z.string().max(40).nullable(),
  /** Active or chip authentication (ICAO 9303-11 §6): is it the chip that was issued, not a copy of its files. */
  chipAuthenticity: z.enum(['notOffered', 'failed', 'passed']),
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
