import { z } from 'zod';
import {
  beginCommon,
  caseRequests,
  idNoSchema,
  phoneSchema,
  pictureSchema,
  receiptNoSchema,
  refusalSchema,
  signatureTextSchema,
  simpleBeginSchema,
} from './cases.ts';
import { query } from './envelope.ts';

export const destinationSchema = z.enum(['HKG', 'MAC']);
export type Destination = z.infer<typeof destinationSchema>;
export const endorsementKindSchema = z.enum(['G', 'L']);
/** once, twice, multi up to 1 / 2 / 3 years and beyond: the variants of `fee.endorse`. */
export const countCodeSchema = z.enum(['once', 'twice', 'multi1y', 'multi2y', 'multi3y', 'multi3yPlus']);
export type CountCode = z.infer<typeof countCodeSchema>;

export const allowedEndorsementSchema = z.object({
  destination: destinationSchema,
  kind: endorsementKindSchema,
  countCode: countCodeSchema,
  validUntil: z.iso.date(),
  /** True when a valid endorsement would be cancelled by this one: the citizen is warned and must confirm. */
  cancelsValid: z.boolean(),
});
export type AllowedEndorsement = z.infer<typeof allowedEndorsementSchema>;

export const permitLookupAnswerSchema = z.object({
  /** Masked: first character + ＊. */
  holderMasked: z.string().max(20),
  permitExpiry: z.iso.date(),
  endorsements: z
    .array(
      z.object({
        destination: destinationSchema,
        kind: endorsementKindSchema,
        validUntil: z.iso.date(),
        remaining: z.int().min(0).nullable(),
      }),
    )
    .max(8),
  allowed: z.array(allowedEndorsementSchema).max(64),
  refusals: z.array(refusalSchema).max(8),
});

/** Documents of `exit.prereg`. */
export const docKindSchema = z.enum(['passport', 'hkm-permit', 'tw-permit']);
/** 新办, 换发, 补发. */
export const docReasonSchema = z.enum(['new', 'renew', 'replace']);

const endorse = z.strictObject({
  item: z.literal('endorse'),
  ...beginCommon,
  permitNo: z.string().max(12),
  destinations: z.array(destinationSchema).min(1).max(2),
  kind: endorsementKindSchema,
  countCode: countCodeSchema,
  phone: phoneSchema.nullable(),
  photoDigest: z.string().max(64).nullable(),
});
const prereg = z.strictObject({
  item: z.literal('prereg'),
  ...beginCommon,
  idNo: idNoSchema,
  name: z.string().max(60),
  docKind: docKindSchema,
  reason: docReasonSchema,
  /** Taken here, or by the number of a photo receipt. */
  photo: pictureSchema.nullable(),
  photoReceiptNo: z.string().max(30).nullable(),
  fingers: z.array(pictureSchema).max(2),
  phone: phoneSchema.nullable(),
  delivery: z.enum(['ems', 'window']),
  address: z.string().max(200).nullable(),
  signature: signatureTextSchema,
});
/** Print an approved endorsement, or a faded one again (services §2.4). */
const print = z.strictObject({
  item: z.literal('print'),
  ...beginCommon,
  permitNo: z.string().max(12),
  mode: z.enum(['approved', 'reprint']),
  approvalNo: z.string().max(30),
});
const collect = z.strictObject({
  item: z.literal('collect'),
  ...beginCommon,
  receiptNo: receiptNoSchema,
  idNo: idNoSchema.nullable(),
  signature: signatureTextSchema.nullable(),
});
/** Pay a case of the office at this terminal. */
const pay = z.strictObject({ item: z.literal('pay'), ...beginCommon, receiptNo: receiptNoSchema });

const begin = z.discriminatedUnion('item', [endorse, prereg, print, collect, pay, simpleBeginSchema]);

/** `exitEntry.*`: the office of exit and entry. */
export const EXIT_ENTRY_REQUESTS = {
  ...caseRequests('exitEntry', begin),
  'exitEntry.permit.lookup': query(
    z.strictObject({
      permitNo: z.string().max(12),
      expiry: z.string().regex(/^\d{6}$/),
      birth: z.string().regex(/^\d{6}$/),
    }),
    permitLookupAnswerSchema,
  ),
  /** Who may apply for what, with what is known of him already. */
  'exitEntry.person.check': query(
    z.strictObject({ idNo: idNoSchema, name: z.string().max(60), docKind: docKindSchema, reason: docReasonSchema }),
    z.object({
      holderMasked: z.string().max(20),
      fingersNeeded: z.boolean(),
      /** A photo of him that is still good lies at the office. */
      photoOnFile: z.boolean(),
      refusals: z.array(refusalSchema).max(8),
    }),
  ),
} as const;
