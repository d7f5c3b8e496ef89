/** A bin as the journal's rows about goods name it. A session names the part that let go, core the device. */
export interface BinRow {
  readonly to: string;
  readonly from: readonly string[] | 'anywhere';
  readonly device: string;
  readonly unit: string;
  /** Everything that falls into it has a row: its count must be their sum (faults §4.5). Blanks that were spoiled have
   *  none of their own, so a reject bin is held against the device's count alone. */
  readonly isWhole: boolean;
}

const LICENCE = ['licenceMaker', 'licencePrinter'] as const;
const LOCKER = ['locker', 'documentLocker'] as const;

export const BINS: readonly BinRow[] = [
  { to: 'retainBin', from: 'anywhere', device: 'card-unit', unit: 'bin', isWhole: true },
  { to: 'retractBin', from: LICENCE, device: 'licence-printer', unit: 'retract', isWhole: true },
  { to: 'retractBin', from: LOCKER, device: 'document-locker', unit: 'retract', isWhole: true },
  { to: 'recoveryBin', from: 'anywhere', device: 'licence-printer', unit: 'recovery', isWhole: true },
  { to: 'rejectBin', from: LICENCE, device: 'licence-printer', unit: 'reject', isWhole: false },
  { to: 'rejectBin', from: LOCKER, device: 'document-locker', unit: 'reject', isWhole: false },
];

/** Where staff keep what they took out of a bin. */
export const CUSTODY = 'custody';
/** Whoever it belongs to has it. */
export const HOLDER = 'holder';

export function binOf(from: string, to: string): BinRow | undefined {
  return BINS.find((row) => row.to === to && (row.from === 'anywhere' || row.from.includes(from)));
}
