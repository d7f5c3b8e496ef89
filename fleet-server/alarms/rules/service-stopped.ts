import { PLAIN, type AlarmRule } from '../alarm-condition.ts';
import { ALARM_LIMITS } from '../limits.table.ts';

/** `money.unresolved`: somebody's money or its effect is in doubt for too long. */
export const moneyUnresolved: AlarmRule = (facts, { now }) => {
  const open = facts.stops.filter((one) => one.stop === 'paid-not-produced' || one.stop === 'unknown');
  const due = open.filter((one) => now - one.at >= ALARM_LIMITS.moneyUnresolvedMs);
  const next = open[due.length];
  const newest = due.at(-1);
  return [
    {
      ...PLAIN,
      module: 'money',
      code: 'money.unresolved',
      active: newest !== undefined,
      since: due[0]?.at ?? now,
      severity: 'critical',
      stop: newest?.stop ?? null,
      mark: newest?.at ?? null,
      lookAgainAt: next === undefined ? null : next.at + ALARM_LIMITS.moneyUnresolvedMs,
    },
  ];
};

/** `card.held`: the machine has a citizen's own card. Waits for a person who looked. */
export const cardHeld: AlarmRule = (facts, { now }) => {
  const held = facts.stops.filter((one) => one.stop === 'card-held');
  const newest = held.at(-1);
  const common = {
    ...PLAIN,
    module: 'cardUnit',
    code: 'card.held',
    severity: 'major' as const,
    latched: true,
    stop: 'card-held' as const,
  };
  return [{ ...common, active: newest !== undefined, since: held[0]?.at ?? now, mark: newest?.at ?? null }];
};
