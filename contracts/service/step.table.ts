import type { DeviceKind } from '../device/ports/index.ts';
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

export interface StepRow {
  readonly phase: Phase;
  /** Screens this step can show. */
  readonly views: readonly ViewKind[];
  /** Wishes it listens to; every other intent is dropped. */
  readonly intents: readonly IntentKind[];
  /** Devices without which the step cannot run. */
  readonly devices: readonly DeviceKind[];
  /** How long the citizen (or the office, or the machine) may take, in milliseconds; a `deadline.*` policy row of the
   *  same name overrides it. */
  readonly deadlineMs: number;
  /** Whether the citizen may ask for more time (WCAG 2.2.1: at least ten times). */
  readonly extendable: boolean;
  /** What the step may leave open when it is cut off, and what settles it. */
  readonly settledBy: string;
}

/** The closed catalogue: step → view kinds → intents → devices → deadline → how it is settled. */
export const STEPS = {
  guide: {
    phase: 'open',
    views: ['guide'],
    intents: ['confirm', 'back', 'leave'],
    devices: [],
    deadlineMs: 60_000,
    extendable: true,
    settledBy: 'nothing was begun',
  },
  consent: {
    phase: 'open',
    views: ['consent'],
    intents: ['agree', 'decline', 'back', 'leave'],
    devices: [],
    deadlineMs: 120_000,
    extendable: true,
    settledBy: 'nothing was sent',
  },
  'read-card': {
    phase: 'read',
    views: ['read-card', 'take', 'refused'],
    intents: ['again', 'leave'],
    devices: ['card-unit', 'endorsement-printer', 'travel-document'],
    deadlineMs: 60_000,
    extendable: true,
    settledBy:
      'card position is asked from the card unit and the printer; the card is ejected, not taken: retained and held',
  },
  // The camera is the page's own: no device of the host is needed (a fitted camera hears the page's figures), and without
  // a picture the window is the other way.
  face: {
    phase: 'identify',
    views: ['face', 'refused'],
    intents: ['picture', 'useWindow', 'again', 'leave'],
    devices: [],
    deadlineMs: 60_000,
    extendable: true,
    settledBy: 'nothing is kept but the score; the card is returned',
  },
  lookup: {
    phase: 'identify',
    views: ['approval-wait', 'refused'],
    intents: [],
    devices: [],
    deadlineMs: 20_000,
    extendable: false,
    settledBy: 'a query: repeatable',
  },
  choose: {
    phase: 'decide',
    views: ['choose', 'refused'],
    intents: ['choose', 'back', 'leave'],
    devices: [],
    deadlineMs: 60_000,
    extendable: true,
    settledBy: 'nothing was begun',
  },
  contact: {
    phase: 'decide',
    views: ['form'],
    intents: ['submit', 'skip', 'back', 'leave'],
    devices: [],
    deadlineMs: 60_000,
    extendable: true,
    settledBy: 'nothing was begun',
  },
  review: {
    phase: 'decide',
    views: ['review'],
    intents: ['confirm', 'edit', 'back', 'leave'],
    devices: [],
    deadlineMs: 120_000,
    extendable: true,
    settledBy: 'nothing was begun',
  },
  approve: {
    phase: 'approve',
    views: ['approval-wait', 'refused', 'stopped'],
    intents: ['leave'],
    devices: [],
    deadlineMs: 90_000,
    extendable: false,
    settledBy:
      'begin and reserve are asked by operationId; approved and unpaid: cancelled; no decision: approval-pending',
  },
  pay: {
    phase: 'pay',
    views: ['pay', 'refused', 'stopped'],
    intents: ['cancelPay', 'again'],
    devices: ['payment-terminal'],
    deadlineMs: 120_000,
    extendable: false,
    settledBy: 'the bill is asked by its reference; unpaid: closed and the case cancelled; paid: paid-not-produced',
  },
  produce: {
    phase: 'produce',
    views: ['produce', 'stopped'],
    intents: [],
    devices: ['card-unit', 'endorsement-printer'],
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
    deadlineMs: 30_000,
    extendable: false,
    settledBy: 'the panel is read again: a read changes nothing',
  },
  'hand-over': {
    phase: 'handOver',
    views: ['take', 'stopped'],
    intents: [],
    devices: ['card-unit'],
    deadlineMs: 40_000,
    extendable: false,
    settledBy: 'gate and path sensors decide; not taken: retained, card-held or produced-not-taken',
  },
  confirm: {
    phase: 'confirm',
    views: ['produce', 'take'],
    intents: [],
    devices: [],
    deadlineMs: 30_000,
    extendable: false,
    settledBy: 'sent again by operationId until the gateway has it; before the next citizen',
  },
  receipt: {
    phase: 'close',
    views: ['receipt'],
    intents: ['confirm', 'printReceipt', 'showQr'],
    devices: [],
    deadlineMs: 60_000,
    extendable: true,
    settledBy: 'a slip is never required: the same as QR on the screen',
  },
  rate: {
    phase: 'close',
    views: ['rate'],
    intents: ['rate', 'skip'],
    devices: [],
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
