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
  const { alarm, changes } = kept ?? { alarm: newAlarm(tid, condition, now), changes: [] };
  if (condition.moment) return decideMoment(condition, alarm, now);
  const again = condition.active && alarm.active === 1 && condition.mark !== alarm.detail;
  if (condition.active === (alarm.active === 1) && !again) return whenSettled(condition, alarm, changes, now);
  const dueAt = again ? now : condition.since + (condition.active ? condition.onMs : condition.offMs);
  if (dueAt > now) return { change: undefined, lookAgainAt: dueAt };
  return changed(condition, alarm, changes, condition.active ? 'raise' : 'clear', now);
}

/** What a person (or a parent) does to an alarm. `undefined`: nothing happens in its state. */
export function applyInput(kept: KeptAlarm, input: AlarmInput, who: string, why: string | null, now: number): AlarmChange | undefined {
  const before = pointOf(kept.alarm);
  const after = nextAlarm(before, input);
  if (after === before) return undefined;
  const alarm = { ...kept.alarm, state: after.state, active: after.active ? 1 : 0, count: after.count, changed_at: now };
  return withTransitions(kept.alarm, alarm, [{ at: now, input, from_state: before.state, to_state: after.state, who, why }]);
}

/** A fork, say: each new mark is one raise that is over at once; latching keeps it in sight. */
function decideMoment(condition: AlarmCondition, alarm: AlarmRow, now: number): Decision {
  if (!condition.active || condition.mark === alarm.detail) return { change: undefined, lookAgainAt: undefined };
  const raised = step(alarm, 'raise', now);
  const cleared = step(raised.alarm, 'clear', now);
  const after = { ...cleared.alarm, ...described(condition), raised_at: now };
  return { change: withTransitions(alarm, after, [raised.row, cleared.row]), lookAgainAt: undefined };
}

/** Nothing new. A flapping alarm that has been quiet long enough may go; a changed severity is taken over. */
function whenSettled(condition: AlarmCondition, alarm: AlarmRow, changes: readonly number[], now: number): Decision {
  if (alarm.flapping_until !== null) {
    if (now < alarm.flapping_until) return { change: undefined, lookAgainAt: alarm.flapping_until };
    const calm = { ...alarm, flapping_until: null };
    if (alarm.active === 1) return { change: withTransitions(alarm, calm, []), lookAgainAt: undefined };
    const cleared = step(calm, 'clear', now);
    return { change: withTransitions(alarm, cleared.alarm, [{ ...cleared.row, why: 'quiet after flapping' }]), lookAgainAt: undefined };
  }
  const graver = condition.active && condition.severity !== alarm.severity;
  void changes;
  return { change: graver ? withTransitions(alarm, { ...alarm, severity: condition.severity }, []) : undefined, lookAgainAt: undefined };
}

function changed(condition: AlarmCondition, alarm: AlarmRow, changes: readonly number[], input: 'raise' | 'clear', now: number): Decision {
  const recent = changes.filter((at) => now - at < ALARM_LIMITS.flappingMs).length + 1;
  const flaps = recent >= ALARM_LIMITS.flappingChanges || (alarm.flapping_until !== null && alarm.flapping_until > now);
  const until = flaps ? now + ALARM_LIMITS.flappingMs : null;
  if (flaps && input === 'clear') {
    // Recorded, not shown: the alarm stays until it has been quiet.
    const row: TransitionRow = { at: now, input, from_state: alarm.state, to_state: alarm.state, who: 'rule', why: 'flapping' };
    return { change: withTransitions(alarm, { ...alarm, active: 0, changed_at: now, flapping_until: until }, [row]), lookAgainAt: until ?? undefined };
  }
  const { alarm: after, row } = step(alarm, input, now);
  const described_ = input === 'raise' ? { ...described(condition), raised_at: alarm.state === 'normal' || alarm.state === 'returned' ? now : alarm.raised_at } : {};
  return { change: withTransitions(alarm, { ...after, ...described_, flapping_until: until }, [{ ...row, why: flaps ? 'flapping' : row.why }]), lookAgainAt: until ?? undefined };
}

function step(alarm: AlarmRow, input: 'raise' | 'clear', now: number): { alarm: AlarmRow; row: TransitionRow } {
  const after = nextAlarm(pointOf(alarm), input);
  return {
    alarm: { ...alarm, state: after.state, active: input === 'raise' ? 1 : 0, count: after.count, changed_at: now },
    row: { at: now, input, from_state: alarm.state, to_state: after.state, who: 'rule', why: null },
  };
}

function described(condition: AlarmCondition): Pick<AlarmRow, 'severity' | 'latched' | 'stop' | 'detail'> {
  return { severity: condition.severity, latched: condition.latched ? 1 : 0, stop: condition.stop, detail: condition.mark };
}

function pointOf(alarm: AlarmRow): { state: AlarmState; active: boolean; latched: boolean; count: number } {
  return { state: alarm.state as AlarmState, active: alarm.active === 1, latched: alarm.latched === 1, count: alarm.count };
}

function withTransitions(before: AlarmRow, after: AlarmRow, transitions: readonly TransitionRow[]): AlarmChange {
  return { alarm: { ...after, transitions: before.transitions + transitions.length }, expected: before.transitions, transitions };
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
    shelved_until: null,
    transitions: 0,
    stop: null,
    detail: null,
  };
}
