import type { Alarm, Hall, Replies, Severity, ShownState, Terminal, Town } from './api-client/api-types.ts';
import { causesOf, type Cause } from './causes.ts';
import { isStale } from './freshness.ts';

/** One terminal that needs somebody: its alarms, worst first, and what its devices say that no alarm covers yet. */
export interface BrokenTerminal {
  readonly terminal: Terminal;
  readonly hall: Hall;
  readonly town: Town;
  readonly alarms: readonly Alarm[];
  readonly causes: readonly Cause[];
  /** The higher, the sooner: severity × services lost. */
  readonly weight: number;
}

const SEVERITY_WEIGHT: Readonly<Record<Severity, number>> = { critical: 1_000, major: 100, minor: 10, warning: 1 };
const STATE_WEIGHT: Readonly<Record<ShownState, number>> = {
  outOfService: 100,
  degraded: 10,
  unknown: 0,
  maintenance: 0,
  closed: 0,
  inService: 0,
};

/** Silence comes after everything that is known to be broken, and counts only once it has lasted: a terminal whose link
 *  was just cut, or a server that has just started, is no fault yet. */
const SILENT_WEIGHT = 1;

/** What is broken now, by its weight for citizens, never by time alone. Alarms that are over (returned) or that a person
 *  has put aside (shelved, suppressed) raise nothing, nor does planned maintenance; a terminal that fell silent does. */
export function brokenNow(overview: Pick<Replies['overview'], 'towns' | 'alarms'>, now: number): BrokenTerminal[] {
  const shown = overview.alarms.filter((alarm) => alarm.state === 'unacked' || alarm.state === 'acked');
  const byTerminal = Map.groupBy(shown, (alarm) => alarm.tid);
  const broken = overview.towns.flatMap((town) =>
    town.halls.flatMap((hall) =>
      hall.terminals.map((terminal) =>
        brokenTerminal(terminal, { hall, town }, byTerminal.get(terminal.tid) ?? [], now),
      ),
    ),
  );
  return broken
    .filter((item) => item.weight > 0)
    .toSorted((a, b) => b.weight - a.weight || a.terminal.tid.localeCompare(b.terminal.tid));
}

function brokenTerminal(
  terminal: Terminal,
  place: { readonly hall: Hall; readonly town: Town },
  alarms: readonly Alarm[],
  now: number,
): BrokenTerminal {
  const sorted = alarms.toSorted((a, b) => alarmWeight(b) - alarmWeight(a) || b.raisedAt - a.raisedAt);
  const stale = isStale(terminal, now);
  const worst = Math.max(STATE_WEIGHT[terminal.state], stale ? SILENT_WEIGHT : 0, ...sorted.map(alarmWeight));
  // What was off when it fell silent is no cause of now.
  const causes = stale ? [] : causesOf(terminal).filter((cause) => !sorted.some((row) => row.module === cause.module));
  return { terminal, ...place, alarms: sorted, causes, weight: worst * (1 + terminal.off.length) };
}

/** An alarm that somebody has taken on comes after one that nobody has. */
function alarmWeight(alarm: Alarm): number {
  return SEVERITY_WEIGHT[alarm.severity] * (alarm.state === 'unacked' ? 1 : 0.5);
}
