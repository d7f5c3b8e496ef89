import type { KeySwitch, StaffLevel } from '@yimen/contracts/terminal';

/** Every position of the key with every level, and at which level that lets somebody work. */
export const KEYS_AND_LEVELS: readonly (readonly [KeySwitch, StaffLevel, StaffLevel | undefined])[] = [
  ['run', 'basic', undefined],
  ['run', 'intermediate', undefined],
  ['run', 'full', undefined],
  ['unknown', 'basic', undefined],
  ['unknown', 'intermediate', undefined],
  ['unknown', 'full', undefined],
  ['maintenance', 'basic', 'basic'],
  ['maintenance', 'intermediate', 'intermediate'],
  ['maintenance', 'full', 'intermediate'],
  ['supervisor', 'basic', 'basic'],
  ['supervisor', 'intermediate', 'intermediate'],
  ['supervisor', 'full', 'full'],
];
