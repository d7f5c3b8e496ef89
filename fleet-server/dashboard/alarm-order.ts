import type { Alarm } from './api-client/api-types.ts';

const ORDER = { critical: 0, major: 1, minor: 2, warning: 3 } as const;

/** Alarms that wait for somebody come first, the worst before the others, then the newest. */
export function sortedAlarms(alarms: readonly Alarm[]): Alarm[] {
  const waits = (alarm: Alarm): number => (alarm.state === 'unacked' ? 0 : alarm.state === 'returned' ? 1 : 2);
  return alarms.toSorted(
    (a, b) => waits(a) - waits(b) || ORDER[a.severity] - ORDER[b.severity] || b.raisedAt - a.raisedAt,
  );
}
