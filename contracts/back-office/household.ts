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

/** 期满换领, 丢失补领, 损坏换领. */
export const idReasonSchema = z.enum(['expiry', 'loss', 'damage']);
export const photoReceiptNoSchema = z.string().regex(/^[A-Z0-9]{8,30}$/);

const idapply = z.strictObject({
  item: z.literal('idapply'),
  ...beginCommon,
  idNo: idNoSchema,
  reason: idReasonSchema,
  photoReceiptNo: photoReceiptNoSchema,
  fingers: z.array(pictureSchema).max(2),
  phone: phoneSchema.nullable(),
  collection: z.enum(['ems', 'office']),
  signature: signatureTextSchema,
});
const idcollect = z.strictObject({
  item: z.literal('idcollect'),
  ...beginCommon,
  receiptNo: receiptNoSchema,
  idNo: idNoSchema.nullable(),
});

const begin = z.discriminatedUnion('item', [idapply, idcollect, simpleBeginSchema]);

/** `household.*`: the office of household registration and ID cards. */
export const HOUSEHOLD_REQUESTS = {
  ...caseRequests('household', begin),
  'household.person.check': query(
    z.strictObject({ idNo: idNoSchema, reason: idReasonSchema }),
    z.object({
      holderMasked: z.string().max(20),
      cardExpiry: z.iso.date().nullable(),
      /** Whether the new card is paid for here, and by which variant of `fee.id`. */
      feeVariant: z.enum(['expiry', 'loss', 'damage']),
      waived: z.boolean(),
      refusals: z.array(refusalSchema).max(8),
    }),
  ),
  /** The photo behind a 数字相片采集回执. */
  'household.photo.fetch': query(
    z.strictObject({ photoReceiptNo: photoReceiptNoSchema, idNo: idNoSchema }),
    z.object({ photo: pictureSchema.nullable(), refusals: z.array(refusalSchema).max(8) }),
  ),
} as const;
