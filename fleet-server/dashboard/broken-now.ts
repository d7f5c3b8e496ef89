import type { Alarm, Hall, Replies, Severity, ShownState, Terminal } from './api-client/api-types.ts';

/** One terminal that needs somebody: its alarms, worst first. */
export interface BrokenTerminal {
  readonly terminal: Terminal;
  readonly hall: Hall;
  readonly alarms: readonly Alarm[];
  /** The higher, the sooner: severity × services lost. */
  readonly weight: number;
  readonly since: number | null;
}

const SEVERITY_WEIGHT: Readonly<Record<Severity, number>> = { critical: 1_000, major: 100, minor: 10, warning: 1 };
const STATE_WEIGHT: Readonly<Record<ShownState, number>> = {
  outOfService: 100,
  degraded: 10,
  unknown: 1,
  maintenance: 0,
  closed: 0,
  inService: 0,
};

/** What is broken now, by its weight for citizens, never by time alone. Alarms that a person has put aside (shelved,
 *  suppressed) and terminals in planned maintenance raise nothing by themselves. */
export function brokenNow(overview: Pick<Replies['overview'], 'towns' | 'alarms'>): BrokenTerminal[] {
  const shown = overview.alarms.filter(
    (alarm) => alarm.state === 'unacked' || alarm.state === 'acked' || alarm.state === 'returned',
  );
  const byTerminal = Map.groupBy(shown, (alarm) => alarm.tid);
  const broken = overview.towns
    .flatMap((town) => town.halls)
    .flatMap((hall) =>
      hall.terminals.map((terminal) => brokenTerminal(terminal, hall, byTerminal.get(terminal.tid) ?? [])),
    );
  return broken
    .filter((item) => item.weight > 0)
    .toSorted((a, b) => b.weight - a.weight || a.terminal.tid.localeCompare(b.terminal.tid));
}

function brokenTerminal(terminal: Terminal, hall: Hall, alarms: readonly Alarm[]): BrokenTerminal {
  const sorted = alarms.toSorted((a, b) => alarmWeight(b) - alarmWeight(a) || b.raisedAt - a.raisedAt);
  const worst = Math.max(STATE_WEIGHT[terminal.state], ...sorted.map(alarmWeight));
  const since = sorted.length === 0 ? null : Math.min(...sorted.map((alarm) => alarm.raisedAt));
  return { terminal, hall, alarms: sorted, weight: worst * (1 + terminal.off.length), since };
}

/** An alarm that somebody has taken on, or that is over, comes after one that nobody has. */
function alarmWeight(alarm: Alarm): number {
  return SEVERITY_WEIGHT[alarm.severity] * (alarm.state === 'unacked' ? 1 : alarm.state === 'acked' ? 0.5 : 0.2);
}
