import { STEP_KINDS, STEPS } from '@yimen/contracts/service';

/** How a row of the fault matrix is brought about from outside the terminal. */
export type FaultRecipe =
  /** A switch of one simulated device. */
  | { readonly how: 'device'; readonly device: string; readonly step: string | null }
  /** The citizen does it. */
  | { readonly how: 'citizen'; readonly does: 'never-takes' | 'walks-away'; readonly step: string | null }
  /** A switch of the sandbox office. */
  | { readonly how: 'office'; readonly switch: Readonly<Record<string, unknown>>; readonly step: string | null }
  /** The page's renderer dies. */
  | { readonly how: 'page'; readonly step: string | null }
  /** Processes are killed with SIGKILL, all at once. */
  | { readonly how: 'kill'; readonly processes: readonly string[]; readonly step: string | null };

const device = (kind: string, step: string | null = null): FaultRecipe => ({ how: 'device', device: kind, step });
const office = (kind: string, action: Readonly<Record<string, unknown>>): FaultRecipe => ({
  how: 'office',
  switch: { kind, times: 1, action },
  step: null,
});

/** Rows of the fault matrix that this command can show today; the ids are the matrix's. */
export const FAULTS: Readonly<Record<string, FaultRecipe>> = {
  F01: device('card-unit'),
  F02: { how: 'citizen', does: 'never-takes', step: null },
  F03: { how: 'citizen', does: 'walks-away', step: 'choose' },
  F04: device('card-unit'),
  F06: device('card-unit'),
  F07: device('card-unit'),
  F08: device('travel-document'),
  F09: device('travel-document'),
  F12: device('endorsement-printer', 'produce'),
  F18: device('endorsement-printer', 'produce'),
  F23: device('receipt-printer'),
  F24: device('receipt-printer'),
  F25: device('receipt-printer', 'receipt'),
  F27: device('endorsement-printer', 'pay'),
  F28: device('endorsement-printer', 'produce'),
  F29: device('receipt-printer'),
  F31: device('receipt-printer', 'receipt'),
  F47: device('travel-document'),
  F49: device('payment-terminal'),
  F50: office('exitEntry.case.begin', { do: 'error', when: 'before' }),
  F51: office('exitEntry.case.begin', { do: 'lostAnswer' }),
  F53: office('payment.notice', { do: 'duplicateNotice' }),
  F55: { how: 'kill', processes: ['core', 'session'], step: 'produce' },
  F61: { how: 'page', step: 'choose' },
  F62: { how: 'kill', processes: ['device-host'], step: 'produce' },
};

/** Screens by which the scripted citizen knows that a step has begun: by the step's kind, else by its id. */
export const STEP_SCREENS: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(STEP_KINDS.map((kind) => [kind, STEPS[kind].views])),
  contact: ['form'],
  // Screens that these share with others are not what tells them.
  'read-card': ['read-card'],
  'read-id': ['read-card'],
  'scan-code': ['scan-code'],
  face: ['face'],
  lookup: ['approval-wait'],
  approve: ['approval-wait'],
  pay: ['pay'],
  produce: ['produce'],
  verify: ['produce'],
  'make-licence': ['produce'],
  'take-old': ['give-old'],
  'give-licence': ['take'],
  'give-document': ['produce', 'take'],
  'print-form': ['produce'],
  'hand-over': ['take'],
  confirm: ['take', 'approval-wait'],
};
