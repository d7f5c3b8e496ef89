import { PLAIN, type AlarmRule } from '../alarm-condition.ts';
import { ALARM_LIMITS } from '../limits.table.ts';

/** `ledger.fork`: one number came with two contents. It does not go away; a person has to look at each. */
export const ledgerFork: AlarmRule = (facts) =>
  facts.forks === null
    ? []
    : [
        {
          ...PLAIN,
          module: 'ledger',
          code: 'ledger.fork',
          active: true,
          since: facts.forks.last,
          severity: 'critical',
          latched: true,
          mark: facts.forks.count,
          moment: true,
        },
      ];

/** `ledger.hole`: rows are missing longer than sending them again takes. */
export const ledgerHole: AlarmRule = (facts, { now }) => [
  {
    ...PLAIN,
    module: 'ledger',
    code: 'ledger.hole',
    active: facts.holes !== null,
    since: facts.holes?.oldest ?? now,
    onMs: facts.holes === null ? 0 : ALARM_LIMITS.holeMs,
    severity: 'major',
  },
];

/** `contract.quarantine`: something came that could not be counted. */
export const contractQuarantine: AlarmRule = (facts, { now }) => [
  {
    ...PLAIN,
    module: 'ledger',
    code: 'contract.quarantine',
    active: facts.quarantined !== null,
    since: facts.quarantined?.last ?? now,
    severity: 'major',
    mark: facts.quarantined?.last ?? null,
  },
];
