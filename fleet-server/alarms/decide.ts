import type { AlarmChange, AlarmRow, TransitionRow } from '../store/index.ts';
import type { AlarmCondition } from './alarm-condition.ts';
import { nextAlarm, type AlarmInput, type AlarmState } from './alarm-machine.ts';
import { ALARM_LIMITS } from './limits.table.ts';

/** An alarm as kept, and when its condition last changed (newest first). */
export interface KeptAlarm {
  readonly alarm: AlarmRow;
  readonly changes: readonly number[];
}

export interface Decision {
  readonly change: AlarmChange | undefined;
  /** When to look again, though nothing changes until then. */
  readonly lookAgainAt: number | undefined;
}

/** Decides what a condition does to its alarm now. Pure; `kept` undefined = there is none yet. */
export function decide(tid: string, condition: AlarmCondition, kept: KeptAlarm | undefined, now: number): Decision {
  const alarm = kept?.alarm ?? newAlarm(tid, condition, now);
  if (condition.moment)
    return unchangedUnless(condition, isHigher(condition, alarm) ? raiseAndClear(condition, alarm, now) : undefined);
  if (condition.active && alarm.active === 1 && isHigher(condition, alarm))
    return unchangedUnless(condition, raiseAgain(condition, alarm, now));
  if (condition.active === (alarm.active === 1)) return whenSettled(condition, alarm, now);
  const dueAt = condition.since + (condition.active ? condition.onMs : condition.offMs);
  if (dueAt > now) return { change: undefined, lookAgainAt: earlier(dueAt, condition.lookAgainAt) };
  return turned(condition, alarm, kept?.changes ?? [], now);
}

/** What a person (or a parent) does to an alarm. `undefined`: nothing happens in its state. */
export function applyInput(
  kept: KeptAlarm,
  input: AlarmInput,
  who: string,
  why: string | null,
  now: number,
): AlarmChange | undefined {
  const before = pointOf(kept.alarm);
  const after = nextAlarm(before, input);
  if (after === before) return undefined;
  const alarm = {
    ...kept.alarm,
    state: after.state,
    active: after.active ? 1 : 0,
    count: after.count,
    changed_at: now,
  };
  return withTransitions(kept.alarm, alarm, [
    { at: now, input, from_state: before.state, to_state: after.state, who, why },
  ]);
}

/** A fork, say: each new mark is one raise that is over at once; latching keeps it in sight. */
function raiseAndClear(condition: AlarmCondition, alarm: AlarmRow, now: number): AlarmChange {
  const raised = step(alarm, 'raise', now);
  const cleared = step({ ...raised.alarm, latched: condition.latched ? 1 : 0 }, 'clear', now);
  return withTransitions(alarm, { ...cleared.alarm, ...described(condition), raised_at: now }, [
    raised.row,
    cleared.row,
  ]);
}

/** Another occurrence while the first still stands. */
function raiseAgain(condition: AlarmCondition, alarm: AlarmRow, now: number): AlarmChange {
  const { alarm: after, row } = step(alarm, 'raise', now);
  return withTransitions(alarm, { ...after, ...described(condition) }, [{ ...row, why: 'again' }]);
}

/** Nothing new. A flapping alarm that has been quiet long enough may go; a changed severity is taken over. */
function whenSettled(condition: AlarmCondition, alarm: AlarmRow, now: number): Decision {
  if (alarm.flapping_until !== null && now < alarm.flapping_until)
    return { change: undefined, lookAgainAt: earlier(alarm.flapping_until, condition.lookAgainAt) };
  if (alarm.flapping_until !== null) {
    const calm = { ...alarm, flapping_until: null };
    if (alarm.active === 1) return unchangedUnless(condition, withTransitions(alarm, calm, []));
    const cleared = step(calm, 'clear', now);
    return unchangedUnless(
      condition,
      withTransitions(alarm, cleared.alarm, [{ ...cleared.row, why: 'quiet after flapping' }]),
    );
  }
  const graver = condition.active && condition.severity !== alarm.severity;
  return unchangedUnless(
    condition,
    graver ? withTransitions(alarm, { ...alarm, severity: condition.severity }, []) : undefined,
  );
}

/** The condition came or went, and its delay is over. */
function turned(condition: AlarmCondition, alarm: AlarmRow, changes: readonly number[], now: number): Decision {
  const input = condition.active ? 'raise' : 'clear';
  const recent = changes.filter((at) => now - at < ALARM_LIMITS.flappingMs).length + 1;
  const flaps = recent >= ALARM_LIMITS.flappingChanges || (alarm.flapping_until !== null && alarm.flapping_until > now);
  const until = flaps ? now + ALARM_LIMITS.flappingMs : null;
  const lookAgainAt = until === null ? (condition.lookAgainAt ?? undefined) : earlier(until, condition.lookAgainAt);
  if (flaps && input === 'clear') {
    // Recorded, not shown: the alarm stays until it has been quiet.
    const row: TransitionRow = {
      at: now,
      input,
      from_state: alarm.state,
      to_state: alarm.state,
      who: 'rule',
      why: 'flapping',
    };
    return {
      change: withTransitions(alarm, { ...alarm, active: 0, changed_at: now, flapping_until: until }, [row]),
      lookAgainAt,
    };
  }
  const { alarm: after, row } = step(alarm, input, now);
  const isNew = alarm.state === 'normal' || alarm.state === 'returned';
  const news = input === 'raise' ? { ...described(condition), raised_at: isNew ? now : alarm.raised_at } : {};
  const change = withTransitions(alarm, { ...after, ...news, flapping_until: until }, [
    flaps ? { ...row, why: 'flapping' } : row,
  ]);
  return { change, lookAgainAt };
}

function unchangedUnless(condition: AlarmCondition, change: AlarmChange | undefined): Decision {
  return { change, lookAgainAt: condition.lookAgainAt ?? undefined };
}

function earlier(a: number, b: number | null): number {
  return b === null ? a : Math.min(a, b);
}

function isHigher(condition: AlarmCondition, alarm: AlarmRow): boolean {
  return condition.mark !== null && condition.mark > (alarm.mark ?? 0);
}

function step(alarm: AlarmRow, input: 'raise' | 'clear', now: number): { alarm: AlarmRow; row: TransitionRow } {
  const after = nextAlarm(pointOf(alarm), input);
  return {
    alarm: { ...alarm, state: after.state, active: input === 'raise' ? 1 : 0, count: after.count, changed_at: now },
    row: { at: now, input, from_state: alarm.state, to_state: after.state, who: 'rule', why: null },
  };
}

function described(condition: AlarmCondition): Pick<AlarmRow, 'severity' | 'latched' | 'stop' | 'mark'> {
  return {
    severity: condition.severity,
    latched: condition.latched ? 1 : 0,
    stop: condition.stop,
    mark: condition.mark,
  };
}

function pointOf(alarm: AlarmRow): { state: AlarmState; active: boolean; latched: boolean; count: number } {
  return {
    state: alarm.state as AlarmState,
    active: alarm.active === 1,
    latched: alarm.latched === 1,
    count: alarm.count,
  };
}

function withTransitions(before: AlarmRow, after: AlarmRow, transitions: readonly TransitionRow[]): AlarmChange {
  return {
    alarm: { ...after, transitions: before.transitions + transitions.length },
    expected: before.transitions,
    transitions,
  };
}

function newAlarm(tid: string, condition: AlarmCondition, now: number): AlarmRow {
  return {
    id: `${tid}:${condition.module}:${condition.code}`,
    tid,
    module: condition.module,
    code: condition.code,
    severity: condition.severity,
    state: 'normal',
    active: 0,
    latched: condition.latched ? 1 : 0,
    count: 0,
    raised_at: now,
    changed_at: now,
    flapping_until: null,
    transitions: 0,
    stop: null,
    mark: null,
  };
}
