/** Error codes E1 E0, as the error table prints them. */
export const ERROR = {
  undefinedCommand: '00',
  parameter: '01',
  order: '02',
  data: '04',
  jam: '10',
  long: '13',
  short: '14',
  movedByHand16: '16',
  pulled: '40',
  movedByHand: '45',
  counterOverflow: '50',
  chip: '65',
  stackEmpty: 'A0',
  binFull: 'A1',
  notInitialised: 'B0',
} as const;

/** Codes that a motion can be refused with; nothing moves. `99` stands in no table. */
export const REFUSALS = ['00', '01', '02', '03', '04', '05', '12', '41', '43', '51', '99'] as const;
/** Codes of the chip. */
export const CHIP_CODES = ['60', '61', '62', '63', '64', '65', '66', '67', '68', '69'] as const;
/** Codes that come with what happened: a jam, a card that is not drawn in, a hand, a bin, a stack, a power cut. */
const EVENTS = ['10', '13', '14', '16', '40', '45', '50', 'A0', 'A1', 'B0'] as const;

type ErrorFault = `error-${(typeof REFUSALS | typeof CHIP_CODES | typeof EVENTS)[number]}`;

/** One switch per code: `error-51`. */
export const ERROR_FAULTS: readonly ErrorFault[] = [...REFUSALS, ...CHIP_CODES, ...EVENTS].map(
  (code): ErrorFault => `error-${code}`,
);
