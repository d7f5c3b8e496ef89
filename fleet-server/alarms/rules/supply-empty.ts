import { PLAIN, type AlarmRule } from '../alarm-condition.ts';

/** `supply.empty`: nothing is left in a unit. */
export const supplyEmpty: AlarmRule = (facts, { now }) =>
  facts.supplies.map((supply) => ({
    ...PLAIN,
    module: supply.unit,
    code: 'supply.empty',
    active: supply.count === 0,
    since: now,
    severity: 'major',
  }));
