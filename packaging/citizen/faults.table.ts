import { CATALOGUE, OFFICE_OF_DOMAIN, STEP_KINDS, STEPS, type ServiceId } from '@yimen/contracts/service';

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

/** One way to bring a row about, and the services at which it can meet somebody. */
export interface FaultCase {
  readonly services: readonly ServiceId[];
  readonly recipe: FaultRecipe;
}

const CARD = ['exit.endorse', 'exit.card'] as const;
const ID_CARD = [
  'exit.prereg',
  'exit.pay',
  'exit.collect',
  'veh.licence',
  'veh.vlic',
  'veh.inspect',
  'veh.violation',
  'hh.idapply',
] as const;
const LICENCE = ['veh.licence', 'veh.vlic'] as const;
const LOCKER = ['exit.collect', 'hh.idcollect'] as const;
const SHEET = ['exit.prereg', 'veh.violation'] as const;
const CODE = ['exit.pay', 'exit.collect', 'hh.idapply', 'hh.idcollect'] as const;
const FINGER = ['exit.prereg', 'hh.idapply'] as const;
const PAID = ['exit.endorse', 'exit.pay', 'veh.licence', 'veh.vlic', 'veh.violation', 'hh.idapply'] as const;
const ALL: readonly ServiceId[] = CATALOGUE.map(({ id }) => id);

/** The bench's switch of this row at one device, from the start or when a step is shown. */
const device = (services: readonly ServiceId[], kind: string, step: string | null = null): FaultCase => ({
  services,
  recipe: { how: 'device', device: kind, step },
});
const kill = (services: readonly ServiceId[], processes: readonly string[], step: string): FaultCase => ({
  services,
  recipe: { how: 'kill', processes, step },
});
/** One call of a kind, at the office that each service belongs to. */
const office = (deed: string, action: Readonly<Record<string, unknown>>): readonly FaultCase[] =>
  CATALOGUE.map(({ id, domain }) => ({
    services: [id],
    recipe: {
      how: 'office',
      switch: { kind: `${OFFICE_OF_DOMAIN[domain]}.${deed}`, times: 1, action },
      step: null,
    },
  }));
/** Where each service has most to lose: while something is made or fetched, else while money moves, else at the office. */
const inTheMiddle = (...processes: readonly string[]): readonly FaultCase[] => [
  kill([...CARD, ...LICENCE, ...LOCKER, 'exit.prereg'], processes, 'produce'),
  kill(['exit.pay', 'veh.violation', 'hh.idapply'], processes, 'pay'),
  kill(['veh.inspect'], processes, 'review'),
];

/** Rows of the fault matrix that this command can bring about, by the matrix's ids; where several cases fit a service the
 *  first one is taken. After F20, F21, F59 and F60 the terminal stays out of service until staff have signed in. */
export const FAULTS: Readonly<Record<string, readonly FaultCase[]>> = {
  F01: [device(CARD, 'card-unit')],
  F02: [{ services: CARD, recipe: { how: 'citizen', does: 'never-takes', step: null } }],
  F03: [{ services: CARD, recipe: { how: 'citizen', does: 'walks-away', step: 'choose' } }],
  F04: [device(CARD, 'card-unit')],
  F05: [device(CARD, 'card-unit'), device(LICENCE, 'licence-printer'), device(LOCKER, 'document-locker')],
  F06: [device(CARD, 'card-unit')],
  F07: [device(CARD, 'card-unit')],
  F08: [device(CARD, 'travel-document'), device(ID_CARD, 'id-card-reader')],
  F09: [device(CARD, 'travel-document')],
  F11: [device(LICENCE, 'licence-printer', 'produce'), device(LOCKER, 'document-locker', 'produce')],
  F12: [
    device(CARD, 'endorsement-printer', 'produce'),
    device(LICENCE, 'licence-printer', 'produce'),
    device(LOCKER, 'document-locker', 'produce'),
    device(FINGER, 'fingerprint', 'fingerprint'),
    device(['exit.pay', 'veh.violation'], 'payment-terminal', 'pay'),
    device(['veh.inspect'], 'id-card-reader'),
  ],
  F15: [device(LICENCE, 'licence-printer', 'review'), device(LOCKER, 'document-locker')],
  F16: [device(LICENCE, 'licence-printer')],
  F17: [device(LICENCE, 'licence-printer', 'review')],
  F18: [
    device(CARD, 'endorsement-printer', 'produce'),
    device(LICENCE, 'licence-printer'),
    device(LOCKER, 'document-locker'),
  ],
  F19: [device(LICENCE, 'licence-printer')],
  F20: [
    device(CARD, 'endorsement-printer', 'choose'),
    device(LICENCE, 'licence-printer', 'choose'),
    device(LOCKER, 'document-locker', 'choose'),
    device(['exit.pay', 'veh.violation', 'hh.idapply'], 'payment-terminal', 'choose'),
    device(['exit.prereg'], 'fingerprint', 'choose'),
  ],
  F21: [device(CARD, 'card-unit')],
  F22: [
    device(CARD, 'card-unit'),
    device(LICENCE, 'licence-printer'),
    device(LOCKER, 'document-locker'),
    device(['exit.prereg', 'veh.inspect', 'veh.violation', 'hh.idapply'], 'id-card-reader'),
    device(['exit.pay'], 'payment-terminal'),
  ],
  F23: [device(ALL, 'receipt-printer')],
  F24: [device(SHEET, 'document-printer', 'review'), device(ALL, 'receipt-printer')],
  F25: [device(ALL, 'receipt-printer', 'receipt')],
  F27: [
    device(CARD, 'endorsement-printer', 'review'),
    device(LICENCE, 'licence-printer', 'review'),
    device(LOCKER, 'document-locker'),
    device(SHEET, 'document-printer', 'review'),
  ],
  F28: [
    device(CARD, 'endorsement-printer', 'produce'),
    device(LICENCE, 'licence-printer'),
    device(LOCKER, 'document-locker'),
    device(SHEET, 'document-printer'),
    device(['exit.pay', 'veh.inspect', 'hh.idapply'], 'receipt-printer', 'receipt'),
  ],
  F29: [device(ALL, 'receipt-printer')],
  F30: [
    device(CARD, 'endorsement-printer', 'produce'),
    device(LICENCE, 'licence-printer', 'review'),
    device(
      ALL.filter((id) => ![...CARD, ...LICENCE].some((own) => own === id)),
      'receipt-printer',
      'receipt',
    ),
  ],
  F31: [device(ALL, 'receipt-printer', 'receipt')],
  F32: [
    device(LICENCE, 'licence-printer'),
    device(LOCKER, 'document-locker'),
    device(SHEET, 'document-printer'),
    { services: CARD, recipe: { how: 'citizen', does: 'never-takes', step: null } },
  ],
  F34: [device(LICENCE, 'licence-printer'), device(LOCKER, 'document-locker')],
  F35: [device(LICENCE, 'licence-printer'), device(LOCKER, 'document-locker')],
  F36: [device(SHEET, 'document-printer')],
  F37: [device(SHEET, 'document-printer')],
  F40: [device(ALL, 'camera')],
  F42: [device(FINGER, 'fingerprint')],
  F43: [device(FINGER, 'fingerprint')],
  F44: [device(CODE, 'qr-reader')],
  F47: [device(CARD, 'travel-document')],
  F48: [device(['veh.inspect'], 'document-scanner')],
  F49: [device(PAID, 'payment-terminal')],
  F50: office('case.begin', { do: 'error', when: 'before' }),
  F51: office('case.begin', { do: 'lostAnswer' }),
  F53: [
    {
      services: PAID,
      recipe: {
        how: 'office',
        switch: { kind: 'payment.notice', times: 1, action: { do: 'duplicateNotice' } },
        step: null,
      },
    },
  ],
  F55: inTheMiddle('core', 'session'),
  F56: [device(ALL, 'cabinet-io', 'choose')],
  F59: [device(ALL, 'cabinet-io', 'choose')],
  F60: [device(ALL, 'cabinet-io', 'choose')],
  F61: [{ services: ALL, recipe: { how: 'page', step: 'choose' } }],
  F62: inTheMiddle('device-host'),
  F70: [device(CARD, 'card-unit')],
};

/** How a row is brought about at a service; undefined: it cannot meet anybody there. */
export function recipeFor(id: string, service: string): FaultRecipe | undefined {
  const cases = Object.hasOwn(FAULTS, id) ? FAULTS[id] : undefined;
  return cases?.find(({ services }) => services.some((own) => own === service))?.recipe;
}

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
