import { z } from 'zod';
import { stopStateSchema } from '../journal/event-ids.table.ts';

const int = z.int().min(0);
const code = z.string().regex(/^[A-Za-z0-9._-]{1,60}$/);
/** Text that is already in the session's language (from a service package or an office); shown as a text node only. */
const shown = z.string().max(2000);
const label = z.string().max(200);

export const LANGUAGES = ['zh-CN', 'en'] as const;
export const languageSchema = z.enum(LANGUAGES);
export type Language = z.infer<typeof languageSchema>;

/** Modes combine; all go back to these at the end of a session. */
export const modeSchema = z.strictObject({
  elder: z.boolean(),
  contrast: z.enum(['day', 'night', 'contrast', 'soft']),
  lowReach: z.boolean(),
});
export type Mode = z.infer<typeof modeSchema>;
export const STANDARD_MODE: Mode = { elder: false, contrast: 'day', lowReach: false };

/** What to do next: AGAIN, HALL (nearest hall where it works now), WINDOW, BRING, GO (another service), LINE, LATER. */
export const nextStepSchema = z.object({
  next: z.enum(['again', 'hall', 'window', 'bring', 'go', 'line', 'later']),
  text: shown,
  place: z.object({ name: label, address: label, hours: label }).nullable(),
});
export type NextStep = z.infer<typeof nextStepSchema>;

const pair = z.object({ id: code, label, value: label });

/** Named phases while a machine works. */
export const PRODUCE_PHASES = [
  'preparing',
  'erasing',
  'printing',
  'laminating',
  'fetching',
  'checking',
  'returning',
] as const;
export type ProducePhase = (typeof PRODUCE_PHASES)[number];

const bodies = {
  attract: z.object({ hallName: label, off: z.array(z.object({ service: code, title: label, why: label })).max(16) }),
  start: z.object({}),
  menu: z.object({
    tiles: z
      .array(
        z.object({
          service: code,
          domain: z.enum(['exit-entry', 'vehicle', 'household']),
          title: label,
          minutes: z.object({ from: int, to: int }).nullable(),
          feeFromFen: int.nullable(),
          state: z.enum(['available', 'off', 'coming']),
          why: label.nullable(),
          nearest: label.nullable(),
        }),
      )
      .max(24),
  }),
  guide: z.object({
    who: shown,
    bring: z.array(label).max(8),
    fee: shown,
    minutes: shown,
    notes: z.array(shown).max(8),
  }),
  consent: z.object({
    sheet: z.object({ id: code, title: label, text: shown, version: int, face: z.boolean() }),
    n: int,
    of: int,
  }),
  'read-card': z.object({
    what: z.enum(['permit', 'id-card']),
    /** Another way is offered: the number typed by hand (intent `other`). */
    canOther: z.boolean(),
    phase: z.enum(['insert', 'reading', 'again']),
    /** An error code whose citizen text says what happened. */
    problem: code.nullable(),
    attempt: int,
    of: int,
  }),
  'scan-code': z.object({
    what: z.enum(['receipt', 'photo-receipt']),
    phase: z.enum(['scan', 'again']),
    problem: code.nullable(),
    attempt: int,
    of: int,
  }),
  face: z.object({
    phase: z.enum(['live', 'checking', 'again']),
    hint: z.enum(['none', 'light', 'closer', 'farther', 'oneFace', 'maskOff', 'still']),
    /** A demonstration's matcher says what it is. */
    matcher: z.enum(['simulated', 'installed']),
    shotsLeft: int,
    camera: z.enum(['ok', 'black', 'frozen', 'denied', 'missing']),
  }),
  choose: z.object({
    question: code,
    prompt: label,
    /** Context lines: masked holder, permit expiry, present endorsements. */
    facts: z.array(pair).max(8),
    options: z
      .array(
        z.object({ value: code, label, detail: label.nullable(), feeFen: int.nullable(), warning: shown.nullable() }),
      )
      .min(1)
      .max(7),
  }),
  form: z.object({
    /** The name that the answer gets; `submit` names it. */
    field: code,
    keyboard: z.enum(['phone', 'id-number', 'plate', 'code']),
    maxLength: z.int().min(1).max(60),
    label,
    example: label,
    value: z.string().max(60),
    problem: label.nullable(),
    optional: z.boolean(),
  }),
  /** A picture by a photo profile: frame and rules in words. The page measures light, the session judges. */
  photo: z.object({
    phase: z.enum(['live', 'checking', 'again', 'accepted']),
    profile: z.object({ id: code, title: label, widthPx: z.int().min(100), heightPx: z.int().min(100) }),
    rules: z.array(z.object({ rule: code, text: label, state: z.enum(['open', 'ok', 'failed']) })).max(8),
    shotsLeft: int,
    camera: z.enum(['ok', 'black', 'frozen', 'denied', 'missing']),
    judge: z.enum(['simulated', 'installed']),
    /** The accepted picture, JPEG base64, for the citizen to confirm; null before. */
    picture: z.string().max(400_000).nullable(),
  }),
  fingerprint: z.object({
    phase: z.enum(['place', 'lift', 'again', 'done']),
    /** ISO/IEC 19794-2: 1 right thumb … 5 right little, 6 left thumb … 10 left little. */
    finger: z.int().min(1).max(10),
    n: int,
    of: int,
    quality: z.int().min(0).max(100).nullable(),
    hint: z.enum(['none', 'dry', 'wet', 'partial', 'tooFast', 'dirty', 'shifted', 'nobody', 'stillThere']),
    triesLeft: int,
    /** Another finger may be used, or this may be left out. */
    canOther: z.boolean(),
    canSkip: z.boolean(),
  }),
  signature: z.object({
    /** `pad`: on the device beside the screen; `page`: on the screen. */
    on: z.enum(['pad', 'page']),
    phase: z.enum(['sign', 'again']),
    /** What is signed. */
    what: shown,
    problem: code.nullable(),
  }),
  'document-scan': z.object({
    what: label,
    phase: z.enum(['lay', 'scanning', 'again', 'done']),
    source: z.enum(['glass', 'feeder']),
    pages: int,
    problem: code.nullable(),
    canSkip: z.boolean(),
  }),
  /** The old licence, before the new one is handed over. */
  'give-old': z.object({
    what: z.enum(['driving', 'vehicle']),
    phase: z.enum(['insert', 'again']),
    attempt: int,
    of: int,
  }),
  review: z.object({
    lines: z.array(pair.extend({ editable: z.boolean() })).max(16),
    fees: z.array(z.object({ label, amountFen: int })).max(8),
    totalFen: int,
    warnings: z.array(shown).max(4),
  }),
  'approval-wait': z.object({
    what: z.enum(['lookup', 'approval', 'reservation']),
    elapsedMs: int,
    usualMs: int,
    receiptNo: z.string().max(30).nullable(),
  }),
  pay: z.object({
    amountFen: int,
    items: z.array(z.object({ label, amountFen: int })).max(8),
    payee: label,
    billNo: z.string().max(30),
    qrText: z.string().max(300),
    state: z.enum(['waiting', 'checking', 'declined', 'cancelling']),
  }),
  produce: z.object({
    phase: z.enum(PRODUCE_PHASES),
    phases: z.array(z.enum(PRODUCE_PHASES)).max(8),
    elapsedMs: int,
    usualMs: int,
  }),
  take: z.object({
    what: z.enum(['card', 'receipt', 'id-card', 'licence', 'document', 'sheets']),
    why: z.enum(['finished', 'leaving', 'refused', 'again', 'stopped']),
    reminder: int,
  }),
  receipt: z.object({
    lines: z.array(pair).max(20),
    qrText: z.string().max(400),
    printer: z.enum(['ready', 'printing', 'printed', 'failed', 'absent']),
    why: code.nullable(),
  }),
  rate: z.object({}),
  end: z.object({ leftBehind: z.boolean() }),
  timeout: z.object({ leftMs: int, extensionsLeft: int }),
  help: z.object({ hotline: label }),
  refused: z.object({
    code,
    told: shown,
    detail: shown.nullable(),
    /** The rule of the published policy that decided, its value and where it is published. */
    why: z.object({ rule: label, value: label, source: label }).nullable(),
    charged: z.literal(false),
    next: z.array(nextStepSchema).min(1).max(4),
  }),
  stopped: z.object({
    state: stopStateSchema,
    happened: shown,
    /** Where the card is and what was charged: always said. */
    property: shown,
    money: shown,
    next: z.array(nextStepSchema).min(1).max(4),
    incident: z.string().max(20),
    receiptNo: z.string().max(30).nullable(),
    qrText: z.string().max(400),
    slip: z.enum(['printed', 'failed', 'absent', 'printing']),
  }),
  'out-of-service': z.object({
    sinceMs: z.int().nullable(),
    why: label,
    works: z.array(label).max(12),
    nearest: z.object({ name: label, address: label, hours: label }).nullable(),
    hotline: label,
  }),
  recovery: z.object({ phase: z.enum(['checking', 'settling', 'callStaff']), incident: z.string().max(20).nullable() }),
  maintenance: z.object({
    untilMs: z.int().nullable(),
    nearest: z.object({ name: label, address: label, hours: label }).nullable(),
  }),
} as const;

export type ViewKind = keyof typeof bodies;
export const VIEW_KINDS = Object.keys(bodies) as readonly ViewKind[];

const frame = {
  /** Rises with every view of one connection; an intent names the view it answers, answers to older views are dropped. */
  view: int,
  lang: languageSchema,
  mode: modeSchema,
  hall: z.object({ zh: label, en: label }),
  /** `step n of m`. */
  step: z.object({ n: int, m: int }).nullable(),
  service: z.object({ id: code, title: label, domain: z.enum(['exit-entry', 'vehicle', 'household']) }).nullable(),
  /** Time left when this view was sent; the page only draws it. `null`: no deadline runs (a device moves). */
  left: z.object({ ms: int, extendable: z.boolean() }).nullable(),
  canBack: z.boolean(),
  canLeave: z.boolean(),
  demo: z.boolean(),
} as const;

type ViewOf<K extends ViewKind> = z.infer<z.ZodObject<typeof frame>> & { kind: K; body: z.infer<(typeof bodies)[K]> };
export type View = { [K in ViewKind]: ViewOf<K> }[ViewKind];
export type ViewBody<K extends ViewKind> = z.infer<(typeof bodies)[K]>;

const viewOf = <K extends ViewKind>(kind: K) => z.object({ ...frame, kind: z.literal(kind), body: bodies[kind] });

/** One view, whole. Its parts are drawn as text nodes; nothing in it is markup. */
export const viewSchema = z.discriminatedUnion('kind', [
  viewOf('attract'),
  viewOf('start'),
  viewOf('menu'),
  viewOf('guide'),
  viewOf('consent'),
  viewOf('read-card'),
  viewOf('scan-code'),
  viewOf('face'),
  viewOf('choose'),
  viewOf('form'),
  viewOf('photo'),
  viewOf('fingerprint'),
  viewOf('signature'),
  viewOf('document-scan'),
  viewOf('give-old'),
  viewOf('review'),
  viewOf('approval-wait'),
  viewOf('pay'),
  viewOf('produce'),
  viewOf('take'),
  viewOf('receipt'),
  viewOf('rate'),
  viewOf('end'),
  viewOf('timeout'),
  viewOf('help'),
  viewOf('refused'),
  viewOf('stopped'),
  viewOf('out-of-service'),
  viewOf('recovery'),
  viewOf('maintenance'),
]);
