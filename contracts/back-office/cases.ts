import { z } from 'zod';
import { officeEffect, query, type RequestKind } from './envelope.ts';

/** What every office with cases has in common (services contract §5): exit-entry, vehicle, household speak the same six
 *  requests about a case and differ in what a case is begun with. */
const code = z.string().regex(/^[A-Za-z0-9._-]{1,48}$/);
const shown = z.string().max(200);

/** Random reference shared by terminal and gateway; the official number behind it stays in the gateway's adapter
 *  except where a person must read it (`receiptNo`, `billNo`: shown and printed, never journaled). */
export const caseRefSchema = z.string().regex(/^[A-Za-z0-9_-]{8,40}$/);
/** Official receipt number: for the citizen's eyes and slip, and to find a case by. */
export const receiptNoSchema = z.string().regex(/^[A-Z0-9]{6,30}$/);
export const idNoSchema = z.string().regex(/^[0-9A-Z]{15,18}$/);

/** A JPEG, PNG or fingerprint image, base64. */
export const pictureSchema = z.base64().max(400_000);

export const refusalSchema = z.object({
  code,
  /** A date the refusal speaks of (“from which date”, “valid until”), when it has one. */
  date: z.iso.date().nullable(),
  textZh: shown.nullable(),
  textEn: shown.nullable(),
});
export type OfficeRefusal = z.infer<typeof refusalSchema>;

export const billItemSchema = z.object({
  feeRow: code,
  variant: code,
  count: z.int().min(1).max(9),
  amountFen: z.int().min(0),
});
export type BillItem = z.infer<typeof billItemSchema>;

const decision = z.enum(['approved', 'accepted', 'pending', 'refused']);
export type Decision = z.infer<typeof decision>;

export const caseStateSchema = z.object({
  caseRef: caseRefSchema,
  /** Official receipt number: for the citizen's eyes and slip only. */
  receiptNo: z.string().max(30),
  /** `accepted`: taken in, an officer reviews later (services §2.10). */
  decision,
  refusal: refusalSchema.nullable(),
});
export type CaseState = z.infer<typeof caseStateSchema>;

export const endorsementPrintSchema = z.object({
  destination: z.enum(['HKG', 'MAC']),
  kind: z.enum(['G', 'L']),
  countCode: z.string().max(16),
  issued: z.iso.date(),
  validUntil: z.iso.date(),
  serial: z.string().max(24),
});

/** What a reserve gives the right to: the thing itself, as the machine needs it. */
export const goodsSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('endorsement'), lines: z.array(endorsementPrintSchema).min(1).max(4) }),
  z.object({
    kind: z.literal('licence'),
    form: z.enum(['driving', 'vehicle']),
    blankSerial: z.string().regex(/^[A-Z0-9]{4,24}$/),
    /** By the field names of the licence's form. Personal. */
    fields: z.record(z.string().max(31), z.string().max(200)),
  }),
  /** A finished document that lies in this hall's locker. */
  z.object({
    kind: z.literal('document'),
    serial: z.string().regex(/^[A-Z0-9]{4,24}$/),
    what: z.enum(['permit', 'id-card']),
  }),
  /** Penalty decisions: they stand from here, paid or not. */
  z.object({
    kind: z.literal('decisions'),
    decisions: z
      .array(
        z.object({
          decisionNo: z.string().max(30),
          violationId: code,
          fineFen: z.int().min(0),
          points: z.int().min(0).max(12),
          dueDate: z.iso.date(),
        }),
      )
      .min(1)
      .max(7),
  }),
  /** An electronic mark: its number is the good. */
  z.object({ kind: z.literal('mark'), markNo: z.string().max(30), validUntil: z.iso.date() }),
  /** An application that was taken in; the document is made elsewhere. */
  z.object({
    kind: z.literal('registration'),
    expected: z.iso.date().nullable(),
    /** What is to be paid for it, now or later (exit.pay). */
    items: z.array(billItemSchema).max(8),
  }),
  /** The right to pay a case of the office here and now. */
  z.object({ kind: z.literal('payment'), items: z.array(billItemSchema).min(1).max(8) }),
  /** A certificate or other paper whose lines the office gives. */
  z.object({
    kind: z.literal('paper'),
    title: shown,
    lines: z.array(z.object({ label: z.string().max(60), value: shown })).max(40),
  }),
]);
export type Goods = z.infer<typeof goodsSchema>;
export type GoodsKind = Goods['kind'];

export const reservationSchema = z.object({
  caseRef: caseRefSchema,
  decision,
  refusal: refusalSchema.nullable(),
  /** Wall milliseconds (gateway's clock) until which the right to produce here is held; extended once paid. */
  heldUntil: z.int().nullable(),
  /** Null unless the decision is `approved` or `accepted`. */
  goods: goodsSchema.nullable(),
});
export type Reservation = z.infer<typeof reservationSchema>;

/** What a citizen may ask a case for. */
export const FIND_PURPOSES = ['pay', 'collect', 'print', 'progress'] as const;

/** A case as it is found by its number or its holder. Masked. */
export const foundCaseSchema = z.object({
  receiptNo: receiptNoSchema,
  titleZh: z.string().max(80),
  titleEn: z.string().max(80),
  holderMasked: z.string().max(20),
  /** Node of the case: applied, accepted, examined, reviewed, made, ready, delivered, refused, cancelled. */
  state: z.enum(['applied', 'accepted', 'reviewed', 'made', 'ready', 'delivered', 'refused', 'cancelled']),
  since: z.iso.date(),
  expected: z.iso.date().nullable(),
  /** Open amount; empty when nothing is to be paid. */
  items: z.array(billItemSchema).max(8),
  /** Where it lies, when it is ready. */
  hallId: z.string().max(40).nullable(),
  /** An approved endorsement that waits to be printed, or a faded one: named for `begin`. */
  approvalNo: z.string().max(30).nullable(),
  /** Money of this case that went back, and on which day; absent: none did. */
  refund: z
    .object({ amountFen: z.int().min(1), on: z.iso.date() })
    .nullable()
    .optional(),
  /** The holder's picture of the register, for a face check without a document of his. */
  holderPhoto: pictureSchema.nullable().optional(),
});
export type FoundCase = z.infer<typeof foundCaseSchema>;

/** In every begin: who checked the person, when he consented, and the random slip number that traces the errand. */
export const beginCommon = {
  /** 0–1000; null when staff or another means checked the person. */
  faceScore: z.int().min(0).max(1000).nullable(),
  consentAt: z.int(),
  traceNo: z.string().max(40),
} as const;

/** Signature strokes as JSON (contracts/device signature), base64. */
export const signatureTextSchema = z.base64().max(200_000);
export const phoneSchema = z.string().regex(/^1\d{10}$/);

const confirmBody = z.strictObject({
  caseRef: caseRefSchema,
  outcome: z.enum(['done', 'notDone', 'unknown']),
  evidence: z.string().max(200),
  handedOver: z.boolean(),
  chipCounter: z.int().min(0).max(255).nullable(),
  imageDigest: z.string().max(64).nullable(),
  /** Serial of the blank or document that was handed over, or that is spoiled or suspect with `notDone`/`unknown`. */
  serial: z.string().max(24).nullable(),
  /** The old document was taken in; null: none was asked for. */
  oldRecovered: z.boolean().nullable(),
  sheets: z.int().min(0).nullable(),
});
export type ConfirmBody = z.infer<typeof confirmBody>;

const stateBody = z.strictObject({ caseRef: caseRefSchema });
const findBody = z.strictObject({
  receiptNo: receiptNoSchema.nullable(),
  idNo: idNoSchema.nullable(),
  permitNo: z.string().max(12).nullable(),
  purpose: z.enum(FIND_PURPOSES),
});
const findAnswer = z.object({
  cases: z.array(foundCaseSchema).max(7),
  refusals: z.array(refusalSchema).max(8),
});
const reserveBody = z.strictObject({
  caseRef: caseRefSchema,
  /** A blank that was spoiled here: the office voids it and names another. */
  spoiledSerial: z.string().max(24).nullable(),
});
const confirmAnswer = z.object({ caseRef: caseRefSchema, closed: z.boolean(), capturedFen: z.int().min(0) });
const cancelBody = z.strictObject({ caseRef: caseRefSchema, reason: code });
const cancelAnswer = z.object({
  caseRef: caseRefSchema,
  cancelled: z.boolean(),
  refusedBecause: code.nullable(),
  refundedFen: z.int().min(0),
});

type Effect<B extends z.ZodType, A extends z.ZodType> = RequestKind<B, A> & { nature: 'effect' };
type Query<B extends z.ZodType, A extends z.ZodType> = RequestKind<B, A> & { nature: 'query' };

/** The requests about a case at the office `prefix`; `begin` is what a case of this office is begun with. */
export function caseRequests<P extends string, B extends z.ZodType>(prefix: P, begin: B): CaseRequests<P, B> {
  return {
    /** The state of a case: how a pending review is followed. */
    [`${prefix}.case.state`]: query(stateBody, caseStateSchema),
    /** Cases by receipt number or holder: to pay, to collect, to print, to follow. */
    [`${prefix}.case.find`]: query(findBody, findAnswer),
    [`${prefix}.case.begin`]: officeEffect(begin, caseStateSchema),
    [`${prefix}.case.reserve`]: officeEffect(reserveBody, reservationSchema),
    /** After production: sensors, chip counter, serials, digests. `done` captures the money; `notDone` keeps the case for
     *  another attempt (paid-not-produced); `unknown` opens a check. */
    [`${prefix}.case.confirm`]: officeEffect(confirmBody, confirmAnswer),
    [`${prefix}.case.cancel`]: officeEffect(cancelBody, cancelAnswer),
  } as unknown as CaseRequests<P, B>;
}

export type CaseRequests<P extends string, B extends z.ZodType> = {
  [K in `${P}.case.state`]: Query<typeof stateBody, typeof caseStateSchema>;
} & { [K in `${P}.case.find`]: Query<typeof findBody, typeof findAnswer> } & {
  [K in `${P}.case.begin`]: Effect<B, typeof caseStateSchema>;
} & { [K in `${P}.case.reserve`]: Effect<typeof reserveBody, typeof reservationSchema> } & {
  [K in `${P}.case.confirm`]: Effect<typeof confirmBody, typeof confirmAnswer>;
} & { [K in `${P}.case.cancel`]: Effect<typeof cancelBody, typeof cancelAnswer> };

/** An errand that needs no rule of its own at the office: a form, answered by a paper, a mark or a registration. What a
 *  new service uses until its office asks for more. */
export const simpleBeginSchema = z.strictObject({
  item: z.literal('simple'),
  ...beginCommon,
  idNo: idNoSchema.nullable(),
  answers: z.record(code, shown),
  phone: phoneSchema.nullable(),
  signature: signatureTextSchema.nullable(),
});
