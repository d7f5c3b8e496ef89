import { PLAIN, type AlarmRule } from '../alarm-condition.ts';
import { ALARM_LIMITS } from '../limits.table.ts';

/** `money.unresolved`: somebody's money or its effect is in doubt for too long. */
export const moneyUnresolved: AlarmRule = (facts, { now }) => {
  const open = facts.stops.filter((one) => one.stop === 'paid-not-produced' || one.stop === 'unknown');
  const due = open.filter((one) => now - one.at >= ALARM_LIMITS.moneyUnresolvedMs);
  const [next] = open;
  const stop = due.at(-1)?.stop ?? null;
  const common = { ...PLAIN, module: 'money', code: 'money.unresolved', severity: 'critical' as const, latched: false, stop, mark: marks(due) };
  if (due.length > 0) return [{ ...common, active: true, since: due[0]?.at ?? now }];
  // Not yet, but at a known moment: the wait stands as an on-delay, so that it is looked at again in time.
  if (next !== undefined) return [{ ...common, active: true, since: next.at, onMs: ALARM_LIMITS.moneyUnresolvedMs }];
  return [{ ...common, active: false, since: now }];
};

/** `card.held`: the machine has a citizen's own card. Waits for a person who looked. */
export const cardHeld: AlarmRule = (facts, { now }) => {
  const held = facts.stops.filter((one) => one.stop === 'card-held');
  const since = held[0]?.at ?? now;
  return [{ ...PLAIN, module: 'cardUnit', code: 'card.held', active: held.length > 0, since, severity: 'major', latched: true, stop: 'card-held', mark: marks(held) }];
};

function marks(stops: readonly { seq: number }[]): string | null {
  return stops.length === 0 ? null : stops.map((one) => one.seq).join(',').slice(-200);
}
