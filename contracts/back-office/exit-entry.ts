import { z } from 'zod';
import { officeEffect, query } from './envelope.ts';

const code = z.string().regex(/^[A-Za-z0-9._-]{1,48}$/);
/** Random reference shared by terminal and gateway; the official number behind it stays in the gateway's adapter
 *  except where a person must read it (`receiptNo`, `billNo`: shown and printed, never journaled). */
export const caseRefSchema = z.string().regex(/^[A-Za-z0-9_-]{8,40}$/);
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

export const refusalSchema = z.object({
  code,
  /** A date the refusal speaks of (“from which date”, “valid until”), when it has one. */
  date: z.iso.date().nullable(),
  textZh: z.string().max(200).nullable(),
  textEn: z.string().max(200).nullable(),
});
export type OfficeRefusal = z.infer<typeof refusalSchema>;

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

const decision = z.enum(['approved', 'accepted', 'pending', 'refused']);

export const caseStateSchema = z.object({
  caseRef: caseRefSchema,
  /** Official receipt number: for the citizen's eyes and slip only. */
  receiptNo: z.string().max(30),
  decision,
  refusal: refusalSchema.nullable(),
});
export type CaseState = z.infer<typeof caseStateSchema>;

export const endorsementPrintSchema = z.object({
  destination: destinationSchema,
  kind: endorsementKindSchema,
  countCode: countCodeSchema,
  issued: z.iso.date(),
  validUntil: z.iso.date(),
  serial: z.string().max(24),
});

export const reservationSchema = z.object({
  caseRef: caseRefSchema,
  decision,
  refusal: refusalSchema.nullable(),
  /** Wall milliseconds (gateway's clock) until which the right to produce here is held; extended once paid. */
  heldUntil: z.int().nullable(),
  print: z.array(endorsementPrintSchema).max(4),
});

/** `exitEntry.*`: the office of exit and entry. */
export const EXIT_ENTRY_REQUESTS = {
  'exitEntry.permit.lookup': query(
    z.strictObject({
      permitNo: z.string().max(12),
      expiry: z.string().regex(/^\d{6}$/),
      birth: z.string().regex(/^\d{6}$/),
    }),
    permitLookupAnswerSchema,
  ),
  'exitEntry.case.begin': officeEffect(
    z.strictObject({
      permitNo: z.string().max(12),
      destinations: z.array(destinationSchema).min(1).max(2),
      kind: endorsementKindSchema,
      countCode: countCodeSchema,
      phone: z
        .string()
        .regex(/^1\d{10}$/)
        .nullable(),
      /** 0–1000; null when staff or another means checked the person. */
      faceScore: z.int().min(0).max(1000).nullable(),
      photoDigest: z.string().max(64).nullable(),
      consentAt: z.int(),
      traceNo: z.string().max(40),
    }),
    caseStateSchema,
  ),
  /** The state of a case: how a pending review is followed. */
  'exitEntry.case.find': query(z.strictObject({ caseRef: caseRefSchema }), caseStateSchema),
  'exitEntry.case.reserve': officeEffect(z.strictObject({ caseRef: caseRefSchema }), reservationSchema),
  /** After production: sensors, chip counter, image digest. `done` captures the money; `notDone` keeps the case for
   *  another attempt (paid-not-produced); `unknown` opens a check. */
  'exitEntry.case.confirm': officeEffect(
    z.strictObject({
      caseRef: caseRefSchema,
      outcome: z.enum(['done', 'notDone', 'unknown']),
      evidence: z.string().max(200),
      chipCounter: z.int().min(0).max(255).nullable(),
      imageDigest: z.string().max(64).nullable(),
      handedOver: z.boolean(),
    }),
    z.object({ caseRef: caseRefSchema, closed: z.boolean(), capturedFen: z.int().min(0) }),
  ),
  'exitEntry.case.cancel': officeEffect(
    z.strictObject({ caseRef: caseRefSchema, reason: code }),
    z.object({
      caseRef: caseRefSchema,
      cancelled: z.boolean(),
      refusedBecause: code.nullable(),
      refundedFen: z.int().min(0),
    }),
  ),
} as const;
