/** How a row of the fault matrix is brought about from outside the terminal. */
export type FaultRecipe =
  /** A switch of one simulated device. */
  | { readonly how: 'device'; readonly device: string; readonly step: string | null }
  /** The citizen does it. */
  | { readonly how: 'citizen'; readonly does: 'never-takes' | 'walks-away'; readonly step: string | null }
  /** A switch of the sandbox office. */
  | { readonly how: 'office'; readonly switch: Readonly<Record<string, unknown>>; readonly step: string | null }
  /** Processes are killed with SIGKILL, all at once. */
  | { readonly how: 'kill'; readonly processes: readonly string[]; readonly step: string | null };

/** Rows of the fault matrix that this command can show today; the ids are the matrix's. */
export const FAULTS: Readonly<Record<string, FaultRecipe>> = {
  F01: { how: 'device', device: 'card-unit', step: null },
  F02: { how: 'citizen', does: 'never-takes', step: null },
  F04: { how: 'device', device: 'card-unit', step: null },
  F07: { how: 'device', device: 'card-unit', step: null },
  F09: { how: 'device', device: 'travel-document', step: null },
  F12: { how: 'device', device: 'endorsement-printer', step: 'produce' },
  F18: { how: 'device', device: 'endorsement-printer', step: 'produce' },
  F23: { how: 'device', device: 'receipt-printer', step: null },
  F24: { how: 'device', device: 'receipt-printer', step: null },
  F27: { how: 'device', device: 'endorsement-printer', step: 'pay' },
  F51: {
    how: 'office',
    switch: { office: 'exit-entry', kind: 'exitEntry.case.begin', times: 1, action: { do: 'lostAnswer' } },
    step: null,
  },
  F55: { how: 'kill', processes: ['core', 'session'], step: 'produce' },
  F61: { how: 'kill', processes: ['session'], step: 'produce' },
  F62: { how: 'kill', processes: ['device-host'], step: 'produce' },
};

/** Screens by which the scripted citizen knows that a step has begun. */
export const STEP_SCREENS: Readonly<Record<string, readonly string[]>> = {
  guide: ['guide'],
  consent: ['consent'],
  'read-card': ['read-card'],
  face: ['face'],
  lookup: ['approval-wait'],
  choose: ['choose'],
  contact: ['form'],
  review: ['review'],
  approve: ['approval-wait'],
  pay: ['pay'],
  produce: ['produce'],
  verify: ['produce'],
  'hand-over': ['take'],
  confirm: ['take', 'approval-wait'],
  receipt: ['receipt'],
  rate: ['rate'],
};
