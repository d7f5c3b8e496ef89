import type { DeviceKind } from '../device/ports/index.ts';
import type { EventKind } from '../journal/event-ids.table.ts';
import type { IntentKind } from '../ui/intent.ts';
import type { ViewKind } from '../ui/view.ts';

/** Where a step stands in the order that every service keeps: read → check identity → approve → bill → pay →
 *  produce → verify → hand over → confirm. The validator refuses a workflow that breaks it. */
export const PHASES = [
  'open',
  'read',
  'identify',
  'decide',
  'approve',
  'bill',
  'pay',
  'produce',
  'verify',
  'handOver',
  'confirm',
  'close',
] as const;
export type Phase = (typeof PHASES)[number];

/** What a step does that somebody must undo or settle when it is cut off. */
export type StepEffect =
  /** Takes the citizen's own thing in; something later gives it back. */
  | 'takesProperty'
  /** Gives the citizen's own thing back. */
  | 'returnsProperty'
  /** Opens a case at the office; confirm or cancel ends it. */
  | 'opensCase'
  | 'charges'
  /** Makes the goods, on the machine or at the office. */
  | 'produces'
  /** Hands out what is not the citizen's yet. */
  | 'handsOver'
  /** Tells the office how it ended. */
  | 'confirms';

/** A setting that a step reads from the workflow. */
export interface StepSetting {
  readonly type: 'text' | 'number' | 'boolean' | 'list';
  readonly required: boolean;
  readonly meaning: string;
  /** The only values it may have. */
  readonly oneOf?: readonly string[];
}

export interface StepRow {
  readonly phase: Phase;
  /** Screens this step can show. */
  readonly views: readonly ViewKind[];
  /** Wishes it listens to; every other intent is dropped. */
  readonly intents: readonly IntentKind[];
  /** Devices without which the step cannot run. */
  readonly devices: readonly DeviceKind[];
  /** Kinds it may journal beside `step-started`, `step-ended` and the rows of its operations. */
  readonly journals: readonly EventKind[];
  readonly effects: readonly StepEffect[];
  readonly settings: Readonly<Record<string, StepSetting>>;
  /** How long the citizen (or the office, or the machine) may take, in milliseconds; a `deadline.*` policy row of the
   *  same name overrides it. */
  readonly deadlineMs: number;
  /** Whether the citizen may ask for more time (WCAG 2.2.1: at least ten times). */
  readonly extendable: boolean;
  /** What the step may leave open when it is cut off, and what settles it. */
  readonly settledBy: string;
}

const text = (meaning: string, oneOf?: readonly string[]): StepSetting => ({
  type: 'text',
  required: true,
  meaning,
  ...(oneOf === undefined ? {} : { oneOf }),
});
const list = (meaning: string): StepSetting => ({ type: 'list', required: true, meaning });
const optional = (setting: StepSetting): StepSetting => ({ ...setting, required: false });
const flag = (meaning: string): StepSetting => ({ type: 'boolean', required: false, meaning });
const number = (meaning: string): StepSetting => ({ type: 'number', required: true, meaning });

/** The closed catalogue: step → view kinds → intents → devices → deadline → how it is settled. */
export const STEPS = {
  guide: {
    phase: 'open',
    views: ['guide'],
    intents: ['confirm', 'back', 'leave'],
    devices: [],
    journals: [],
    effects: [],
    settings: {},
    deadlineMs: 60_000,
    extendable: true,
    settledBy: 'nothing was begun',
  },
  consent: {
    phase: 'open',
    views: ['consent'],
    intents: ['agree', 'decline', 'back', 'leave'],
    devices: [],
    journals: ['consent-given'],
    effects: [],
    settings: { only: optional(list('consents asked here; all of the manifest when left out')) },
    deadlineMs: 120_000,
    extendable: true,
    settledBy: 'nothing was sent',
  },
  'read-card': {
    phase: 'read',
    views: ['read-card', 'take', 'refused'],
    intents: ['again', 'leave'],
    devices: ['card-unit', 'endorsement-printer', 'travel-document'],
    journals: [],
    effects: ['takesProperty'],
    settings: {},
    deadlineMs: 60_000,
    extendable: true,
    settledBy:
      'card position is asked from the card unit and the printer; the card is ejected, not taken: retained and held',
  },
  /** The ID card on the reader; where `typed` allows it, its number by hand instead. */
  'read-id': {
    phase: 'read',
    views: ['read-card', 'form', 'refused'],
    intents: ['again', 'other', 'submit', 'back', 'leave'],
    devices: ['id-card-reader'],
    journals: [],
    effects: [],
    settings: { typed: flag('the number may be typed instead of laying the card on') },
    deadlineMs: 60_000,
    extendable: true,
    settledBy: 'a read: nothing moved; the card lies where the citizen laid it and is reminded of at the end',
  },
  /** A code before the reader's window, or its number by hand. */
  'scan-code': {
    phase: 'read',
    views: ['scan-code', 'form', 'refused'],
    intents: ['again', 'other', 'submit', 'back', 'leave'],
    // Without a reader the number is typed.
    devices: [],
    journals: [],
    effects: [],
    settings: { what: text('which code', ['receipt', 'photo-receipt']) },
    deadlineMs: 60_000,
    extendable: true,
    settledBy: 'a read: nothing moved',
  },
  // The camera is the page's own: no device of the host is needed (a fitted camera hears the page's figures), and without
  // a picture the window is the other way.
  face: {
    phase: 'identify',
    views: ['face', 'refused'],
    intents: ['picture', 'useWindow', 'again', 'leave'],
    devices: [],
    journals: [],
    effects: [],
    settings: {},
    deadlineMs: 60_000,
    extendable: true,
    settledBy: 'nothing is kept but the score; the card is returned',
  },
  /** A question to the office; its refusals end the service, its answer sets flags. */
  lookup: {
    phase: 'identify',
    views: ['approval-wait', 'refused'],
    intents: [],
    devices: [],
    journals: [],
    effects: [],
    settings: {
      request: text('the request kind, a query of the office'),
      purpose: optional(text('for `case.find`: what the case is wanted for')),
    },
    deadlineMs: 20_000,
    extendable: false,
    settledBy: 'a query: repeatable',
  },
  /** Policy rows judged one by one; the first that fails refuses and says rule, value and source. */
  check: {
    phase: 'identify',
    views: ['refused'],
    intents: [],
    devices: [],
    journals: ['policy-applied'],
    effects: [],
    settings: { rules: list('rule names: age, idWindow, hukou') },
    deadlineMs: 20_000,
    extendable: false,
    settledBy: 'nothing was begun',
  },
  'choose-endorsement': {
    phase: 'decide',
    views: ['choose', 'refused'],
    intents: ['choose', 'back', 'leave'],
    devices: [],
    journals: [],
    effects: [],
    settings: {},
    deadlineMs: 60_000,
    extendable: true,
    settledBy: 'nothing was begun',
  },
  /** One question of the package (`choose.<question>`, `<question>.<value>` in its texts), or of what a lookup found. */
  choose: {
    phase: 'decide',
    views: ['choose', 'refused'],
    intents: ['choose', 'back', 'leave'],
    devices: [],
    journals: [],
    effects: [],
    settings: {
      question: text('the name of the answer'),
      options: optional(list('values, each with a text `<question>.<value>`')),
      optionDevices: optional(list('`value:device` pairs: an option that is shown while the device can be used')),
      source: optional(text('what was found instead of fixed options', ['cases', 'violations'])),
    },
    deadlineMs: 60_000,
    extendable: true,
    settledBy: 'nothing was begun',
  },
  /** One field: phone, plate, engine tail, number. Its answer has the field's name. */
  form: {
    phase: 'decide',
    views: ['form'],
    intents: ['submit', 'skip', 'back', 'leave'],
    devices: [],
    journals: [],
    effects: [],
    settings: {
      field: text('which field', ['phone', 'plateNo', 'engineTail', 'receiptNo', 'idNo']),
      optional: flag('may be left out'),
    },
    deadlineMs: 60_000,
    extendable: true,
    settledBy: 'nothing was begun',
  },
  photo: {
    phase: 'decide',
    views: ['photo', 'refused'],
    intents: ['picture', 'again', 'confirm', 'useWindow', 'back', 'leave'],
    devices: [],
    journals: [],
    effects: [],
    settings: { profile: text('variant of the `photoProfile` policy row') },
    deadlineMs: 90_000,
    extendable: true,
    settledBy: 'the picture dies with the session',
  },
  fingerprint: {
    phase: 'decide',
    views: ['fingerprint', 'refused'],
    intents: ['again', 'other', 'skip', 'leave'],
    devices: ['fingerprint'],
    journals: [],
    effects: [],
    settings: { fingers: number('how many, one of each hand'), optional: flag('may be left out') },
    deadlineMs: 60_000,
    extendable: true,
    settledBy: 'the collector is emptied; images die with the session',
  },
  /** On the pad; away: on the screen. */
  signature: {
    phase: 'decide',
    views: ['signature', 'refused'],
    intents: ['sign', 'again', 'useWindow', 'back', 'leave'],
    devices: [],
    journals: ['consent-given'],
    effects: [],
    settings: {
      what: text('text key of what is signed'),
      unsigned: optional(text('refusal of who does not sign', ['disputed'])),
    },
    deadlineMs: 90_000,
    extendable: true,
    settledBy: 'the pad is emptied; strokes die with the session',
  },
  'scan-document': {
    phase: 'decide',
    views: ['document-scan', 'refused'],
    intents: ['confirm', 'again', 'skip', 'back', 'leave'],
    devices: ['document-scanner'],
    journals: [],
    effects: [],
    settings: {
      what: text('which material', ['insurance', 'tax']),
      source: text('where it is laid', ['glass', 'feeder']),
      pages: number('how many pages'),
    },
    deadlineMs: 120_000,
    extendable: true,
    settledBy: 'the scanner is emptied; pages die with the session',
  },
  /** What it costs, from policy, from the found case, or from the chosen violations. No screen. */
  fee: {
    phase: 'decide',
    views: ['refused'],
    intents: [],
    devices: [],
    journals: ['policy-applied'],
    effects: [],
    settings: {
      source: text('where the amount comes from', ['policy', 'case', 'violations']),
      variant: optional(text('variant of the fee row; `{question}` stands for that answer')),
      waivedBy: optional(text('flag that makes it free')),
    },
    deadlineMs: 20_000,
    extendable: false,
    settledBy: 'nothing was begun',
  },
  review: {
    phase: 'decide',
    views: ['review'],
    intents: ['confirm', 'edit', 'back', 'leave'],
    devices: [],
    journals: ['screen-shown'],
    effects: [],
    settings: {
      lines: optional(list('what is shown: holder, an answer’s name, or a line of the engine')),
      edits: optional(list('`line:step` pairs: which step changes a line')),
      warning: optional(text('text key of what cannot be undone')),
    },
    deadlineMs: 120_000,
    extendable: true,
    settledBy: 'nothing was begun',
  },
  approve: {
    phase: 'approve',
    views: ['approval-wait', 'refused', 'stopped'],
    intents: ['leave'],
    devices: [],
    journals: ['case-opened'],
    effects: ['opensCase'],
    settings: {
      item: text('what the case is begun with (contracts/back-office)'),
    },
    deadlineMs: 90_000,
    extendable: false,
    settledBy:
      'begin and reserve are asked by operationId; approved and unpaid: cancelled; no decision: approval-pending',
  },
  pay: {
    phase: 'pay',
    views: ['pay', 'choose', 'refused', 'stopped'],
    intents: ['cancelPay', 'again', 'choose', 'leave'],
    devices: ['payment-terminal'],
    journals: ['bill-opened'],
    effects: ['charges'],
    settings: {},
    deadlineMs: 120_000,
    extendable: false,
    settledBy: 'the bill is asked by its reference; unpaid: closed and the case cancelled; paid: paid-not-produced',
  },
  /** The endorsement on the citizen's own card. */
  produce: {
    phase: 'produce',
    views: ['produce', 'stopped'],
    intents: [],
    devices: ['card-unit', 'endorsement-printer'],
    journals: [],
    effects: ['produces'],
    settings: {},
    deadlineMs: 120_000,
    extendable: false,
    settledBy:
      'the printer is asked by operationId, then the panel is read back: equal → done, untouched → paid-not-produced, else unknown',
  },
  verify: {
    phase: 'verify',
    views: ['produce', 'stopped'],
    intents: [],
    devices: ['endorsement-printer'],
    journals: [],
    effects: [],
    settings: {},
    deadlineMs: 30_000,
    extendable: false,
    settledBy: 'the panel is read again: a read changes nothing',
  },
  /** A driving or vehicle licence from a serialised blank: printed, laminated, read back. */
  'make-licence': {
    phase: 'produce',
    views: ['produce', 'stopped'],
    intents: [],
    devices: ['licence-printer'],
    journals: [],
    effects: ['produces'],
    settings: {},
    deadlineMs: 300_000,
    extendable: false,
    settledBy:
      'the maker is asked by operationId, then the verify position is read: the reserved serial → done, nothing → notDone, else unknown; a finished one that nobody identified takes is retracted',
  },
  /** The old licence goes into the recovery bin only after the new one was verified. */
  'take-old': {
    phase: 'handOver',
    views: ['give-old', 'stopped'],
    intents: ['again', 'leave'],
    devices: ['licence-printer'],
    journals: [],
    effects: [],
    settings: { what: text('which old one', ['driving', 'vehicle']) },
    deadlineMs: 60_000,
    extendable: true,
    settledBy: 'the maker is asked by operationId; not given: the new one is retracted and kept for a window',
  },
  'give-licence': {
    phase: 'handOver',
    views: ['take', 'stopped'],
    intents: [],
    devices: ['licence-printer'],
    journals: [],
    effects: ['handsOver'],
    settings: {},
    deadlineMs: 60_000,
    extendable: false,
    settledBy: 'the maker is asked by operationId; not taken: retracted, produced-not-taken',
  },
  /** A finished document out of the locker: read back, presented, taken. */
  'give-document': {
    phase: 'handOver',
    views: ['produce', 'take', 'stopped'],
    intents: [],
    devices: ['document-locker'],
    journals: [],
    effects: ['produces', 'handsOver'],
    settings: {},
    deadlineMs: 120_000,
    extendable: false,
    settledBy:
      'the locker is asked by operationId; not taken: retracted, produced-not-taken; another one than reserved stays inside',
  },
  /** The office's own act is the goods: a registration, a decision, a mark, a payment that was posted. No screen. */
  issue: {
    phase: 'produce',
    views: [],
    intents: [],
    devices: [],
    journals: [],
    effects: ['produces'],
    settings: {},
    deadlineMs: 20_000,
    extendable: false,
    settledBy: 'the reserve’s answer is the act; confirm tells that the citizen has it',
  },
  /** An A4 sheet: application form, decision, certificate. Not printed: registered all the same, reprinted by receipt. */
  'print-form': {
    phase: 'handOver',
    views: ['produce', 'take'],
    intents: ['again', 'skip'],
    devices: ['document-printer'],
    journals: [],
    effects: [],
    settings: { document: text('which document', ['application', 'decision', 'paper']) },
    deadlineMs: 120_000,
    extendable: false,
    settledBy:
      'the printer is asked by operationId; a sheet never proves anything owed: it is printed again by receipt',
  },
  'hand-over': {
    phase: 'handOver',
    views: ['take', 'stopped'],
    intents: [],
    devices: ['card-unit'],
    journals: [],
    effects: ['returnsProperty', 'handsOver'],
    settings: {},
    deadlineMs: 40_000,
    extendable: false,
    settledBy: 'gate and path sensors decide; not taken: retained, card-held or produced-not-taken',
  },
  confirm: {
    phase: 'confirm',
    views: ['produce', 'take', 'approval-wait'],
    intents: [],
    devices: [],
    journals: ['case-closed', 'compensation'],
    effects: ['confirms'],
    settings: {},
    deadlineMs: 30_000,
    extendable: false,
    settledBy: 'sent again by operationId until the gateway has it; before the next citizen',
  },
  receipt: {
    phase: 'close',
    views: ['receipt'],
    intents: ['confirm', 'printReceipt', 'showQr'],
    devices: [],
    journals: [],
    effects: [],
    settings: {},
    deadlineMs: 60_000,
    extendable: true,
    settledBy: 'a slip is never required: the same as QR on the screen',
  },
  rate: {
    phase: 'close',
    views: ['rate'],
    intents: ['rate', 'skip'],
    devices: [],
    journals: ['rating-given'],
    effects: [],
    settings: {},
    deadlineMs: 20_000,
    extendable: false,
    settledBy: 'nothing',
  },
} as const satisfies Record<string, StepRow>;

export type StepKind = keyof typeof STEPS;
export const STEP_KINDS = Object.keys(STEPS) as readonly StepKind[];

/** Screens that say how a session stopped wait at most this long for the citizen, then clear. */
export const STOPPED_SCREEN_MS = 300_000;
/** The warning before a deadline: at least 20 s (WCAG 2.2.1). */
export const TIMEOUT_WARNING_MS = 20_000;
export const EXTENSIONS_MAX = 10;
