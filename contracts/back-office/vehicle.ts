import { z } from 'zod';
import {
  beginCommon,
  caseRequests,
  idNoSchema,
  phoneSchema,
  pictureSchema,
  refusalSchema,
  signatureTextSchema,
  simpleBeginSchema,
} from './cases.ts';
import { query } from './envelope.ts';

/** GA/T 16.7 plate types that a hall serves: 01 large, 02 small, 51/52 new energy large and small. */
export const plateTypeSchema = z.enum(['01', '02', '51', '52']);
/** Province character, letter, then 5 (or 6, new energy) letters and digits without I and O. */
export const plateNoSchema = z.string().regex(/^[\u4e00-\u9fff][A-HJ-NP-Z][A-HJ-NP-Z0-9]{5,6}$/u);

export const violationSchema = z.object({
  violationId: z.string().regex(/^[A-Za-z0-9._-]{1,48}$/),
  placeZh: z.string().max(80),
  placeEn: z.string().max(80),
  at: z.string().max(20),
  actZh: z.string().max(80),
  actEn: z.string().max(80),
  fineFen: z.int().min(0),
  points: z.int().min(0).max(12),
});
export type Violation = z.infer<typeof violationSchema>;

const licence = z.strictObject({
  item: z.literal('licence'),
  ...beginCommon,
  idNo: idNoSchema,
  licenceNo: z.string().max(20),
  reason: z.enum(['expiry', 'loss', 'damage']),
  phone: phoneSchema.nullable(),
  photo: pictureSchema.nullable(),
  signature: signatureTextSchema,
});
const vlic = z.strictObject({
  item: z.literal('vlic'),
  ...beginCommon,
  idNo: idNoSchema,
  plateType: plateTypeSchema,
  plateNo: plateNoSchema,
  reason: z.enum(['loss', 'damage']),
  signature: signatureTextSchema,
});
const inspect = z.strictObject({
  item: z.literal('inspect'),
  ...beginCommon,
  idNo: idNoSchema,
  plateType: plateTypeSchema,
  plateNo: plateNoSchema,
  /** Scans of what the register did not have (insurance, tax): base64 PNG each. */
  materials: z.array(z.strictObject({ what: z.enum(['insurance', 'tax']), page: z.base64().max(1_000_000) })).max(2),
});
const violation = z.strictObject({
  item: z.literal('violation'),
  ...beginCommon,
  idNo: idNoSchema,
  licenceNo: z.string().max(20),
  violationIds: z.array(z.string().max(48)).min(1).max(7),
  signature: signatureTextSchema,
});

const begin = z.discriminatedUnion('item', [licence, vlic, inspect, violation, simpleBeginSchema]);

/** `vehicle.*`: the office of drivers and vehicles. */
export const VEHICLE_REQUESTS = {
  ...caseRequests('vehicle', begin),
  'vehicle.licence.lookup': query(
    z.strictObject({ idNo: idNoSchema, reason: z.enum(['expiry', 'loss', 'damage', 'violation']) }),
    z.object({
      holderMasked: z.string().max(20),
      licenceNo: z.string().max(20),
      /** A1…C6, D, E, F, M, N, P. */
      class: z.string().max(8),
      expiry: z.iso.date(),
      points: z.int().min(0).max(99),
      openViolations: z.int().min(0),
      /** Health report ≤ 6 months, photo ≤ 6 months. */
      healthOk: z.boolean(),
      photoOk: z.boolean(),
      /** 6 years, 10 years or long: the office decides. */
      newTerm: z.enum(['6', '10', 'long']),
      /** Other people's cars handled already (services §2.9). */
      carsHandled: z.int().min(0),
      refusals: z.array(refusalSchema).max(8),
    }),
  ),
  'vehicle.car.lookup': query(
    z.strictObject({
      plateType: plateTypeSchema,
      plateNo: plateNoSchema,
      idNo: idNoSchema,
      purpose: z.enum(['vlic', 'inspect']),
    }),
    z.object({
      ownerMasked: z.string().max(20),
      modelZh: z.string().max(60),
      modelEn: z.string().max(60),
      registered: z.iso.date(),
      /** Result rule by rule (services §2.8). `missing` can be mended with a scan. */
      rules: z.array(z.object({ rule: z.string().max(40), result: z.enum(['ok', 'failed', 'missing']) })).max(12),
      refusals: z.array(refusalSchema).max(8),
    }),
  ),
  'vehicle.violation.list': query(
    z.strictObject({
      plateType: plateTypeSchema,
      plateNo: plateNoSchema,
      engineTail: z.string().regex(/^[A-Z0-9]{4}$/),
    }),
    z.object({
      violations: z.array(violationSchema).max(6),
      refusals: z.array(refusalSchema).max(8),
    }),
  ),
} as const;
