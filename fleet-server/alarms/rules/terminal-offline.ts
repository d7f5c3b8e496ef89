import { PLAIN, type AlarmRule } from '../alarm-condition.ts';
import { ALARM_LIMITS } from '../limits.table.ts';

/** `terminal.offline`: the link is down, or stands without beats. A terminal that never came is not offline. */
export const terminalOffline: AlarmRule = (facts, { now, offlineFrom, beatStaleMs }) => {
  if (facts.link === 'never') return [];
  const common = {
    ...PLAIN,
    module: 'terminal',
    code: 'terminal.offline',
    severity: 'major' as const,
    onMs: ALARM_LIMITS.offlineOnMs,
  };
  // In the grace after the server's own start nobody is offline yet.
  const inGrace = now < offlineFrom;
  if (facts.link === 'down')
    return [{ ...common, active: !inGrace, since: facts.linkSince ?? now, lookAgainAt: inGrace ? offlineFrom : null }];
  const heardAt = Math.max(facts.heardAt ?? 0, facts.linkSince ?? 0);
  if (beatStaleMs === null) return [{ ...common, active: false, since: heardAt }];
  const silentFrom = heardAt + beatStaleMs;
  const silent = now >= silentFrom && !inGrace;
  return [
    {
      ...common,
      active: silent,
      since: silent ? silentFrom : heardAt,
      lookAgainAt: silent ? null : Math.max(silentFrom, offlineFrom),
    },
  ];
};
