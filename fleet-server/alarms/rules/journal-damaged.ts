import { PLAIN, type AlarmRule } from '../alarm-condition.ts';

/** `journal.damaged`: a terminal's record was damaged and cut (faults F58). Bits that rot and hands that change a file look
 *  the same: somebody keeps the damaged file, looks at the disk, and goes through the business of that time. */
export const journalDamaged: AlarmRule = (facts) =>
  facts.damages === null
    ? []
    : [
        {
          ...PLAIN,
          module: 'journal',
          code: 'journal.damaged',
          active: true,
          since: facts.damages.last,
          severity: 'critical',
          latched: true,
          mark: facts.damages.count,
          moment: true,
        },
      ];
