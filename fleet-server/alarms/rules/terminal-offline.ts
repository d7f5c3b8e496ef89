import { PLAIN, type AlarmRule } from '../alarm-condition.ts';
import { ALARM_LIMITS } from '../limits.table.ts';

/** `terminal.offline`: the link is down, or stands without beats. A terminal that never came is not offline. */
export const terminalOffline: AlarmRule = (facts, { now, offlineFrom, beatStaleMs }) => {
  if (facts.link === 'never') return [];
  const common = { ...PLAIN, module: 'terminal', code: 'terminal.offline', severity: 'major' as const, onMs: ALARM_LIMITS.offlineOnMs };
  if (facts.link === 'down') return [{ ...common, active: now >= offlineFrom, since: facts.linkSince ?? now }];
  const heardAt = Math.max(facts.heardAt ?? 0, facts.linkSince ?? 0);
  const silentFrom = beatStaleMs === null ? Infinity : heardAt + beatStaleMs;
  const silent = now >= silentFrom && now >= offlineFrom;
  return [{ ...common, active: silent, since: silent ? silentFrom : heardAt }];
};
