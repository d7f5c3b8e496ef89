import { PLAIN, type AlarmRule } from '../alarm-condition.ts';

/** `unit.variance`: what was counted in a unit is not what should lie there, and no second person and nobody of the fleet
 *  has accepted it. One alarm for each unit; another open count of it raises it again. */
export const unitVariance: AlarmRule = (facts) => {
  const units = Map.groupBy(facts.differences, ({ module, unit }) => `${module}.${unit}`);
  return [...units].map(([unit, open]) => ({
    ...PLAIN,
    module: unit,
    code: 'unit.variance',
    active: true,
    since: open[0]?.at ?? 0,
    severity: 'major',
    mark: open.at(-1)?.at ?? null,
  }));
};
