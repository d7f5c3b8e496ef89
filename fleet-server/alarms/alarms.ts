import { AppError, type Clock, type Result } from '@yimen/contracts/base';
import type { AlarmChange, AlarmFacts, Store, StoreFault } from '../store/index.ts';
import type { RuleTime } from './alarm-condition.ts';
import { applyInput, decide, type KeptAlarm } from './decide.ts';
import { ALARM_LIMITS } from './limits.table.ts';
import { ALARM_RULES } from './rules.table.ts';

export interface AlarmsOptions {
  readonly store: Pick<Store, 'alarms' | 'changes'>;
  readonly clock: Clock;
  /** Over how long terminals return after a server start, in seconds (`srv/state`). */
  readonly reconnectSpreadSec: number;
  /** How much terminals were asked to slow down; their beats come later then. */
  readonly slowdown: () => 0 | 1 | 2 | 3;
}

export interface Alarms {
  /** Looks at every terminal, then at what changes. */
  start(): Promise<void>;
  /** Finishes what is under way. */
  stop(): Promise<void>;
  /** Looks now at everything that changed or came due; what `start` does by itself every second. */
  look(): Promise<void>;
  /** Somebody has seen it (ISA-18.2). `notOpen`: it is in no state that waits for that. */
  acknowledge(alarm: {
    readonly id: string;
    readonly by: string;
    readonly at: number;
  }): Promise<'acknowledged' | 'unknown' | 'notOpen'>;
  /** A latched alarm whose cause is gone may go. `notOpen`: not acknowledged yet, not latched, or the cause still holds. */
  reset(alarm: {
    readonly id: string;
    readonly by: string;
    readonly at: number;
    readonly why: string;
  }): Promise<'reset' | 'unknown' | 'notOpen'>;
}

/** The name under which this room keeps how far it has read the feed. */
const CURSOR = 'alarms';

/** Turns committed facts into alarms (fleet design §6): rules are pure, delays count from when a fact began, and what was
 *  decided is committed with how far was read, so that a crash repeats nothing. */
export function createAlarms(options: AlarmsOptions): Alarms {
  return new AlarmRoom(options);
}

class AlarmRoom implements Alarms {
  readonly #options: AlarmsOptions;
  readonly #clock: Clock;
  readonly #startedAt: number;
  /** Terminals to look at, and when to look at others again. */
  readonly #touched = new Set<string>();
  readonly #lookAgain = new Map<string, number>();
  #working: Promise<unknown> = Promise.resolve();
  #cancelTick: () => void = () => undefined;
  #unsubscribe: () => void = () => undefined;

  constructor(options: AlarmsOptions) {
    this.#options = options;
    this.#clock = options.clock;
    this.#startedAt = options.clock.wallMs();
  }

  async start(): Promise<void> {
    this.#unsubscribe = this.#options.store.changes.subscribe((change) => this.#touched.add(change.tid));
    for (const tid of valueOf(await this.#options.store.alarms.allTids())) this.#touched.add(tid);
    await this.look();
    this.#tick();
  }

  async stop(): Promise<void> {
    this.#cancelTick();
    this.#unsubscribe();
    await this.#working.catch(() => undefined);
  }

  look(): Promise<void> {
    return this.#inTurn(() => this.#lookAtAll());
  }

  acknowledge({ id, by, at }: { id: string; by: string; at: number }): Promise<'acknowledged' | 'unknown' | 'notOpen'> {
    return this.#inTurn(() => this.#act(id, (kept) => applyInput(kept, 'ack', by, null, at), 'acknowledged'));
  }

  reset({
    id,
    by,
    at,
    why,
  }: {
    id: string;
    by: string;
    at: number;
    why: string;
  }): Promise<'reset' | 'unknown' | 'notOpen'> {
    return this.#inTurn(() => this.#act(id, (kept) => applyInput(kept, 'reset', by, why, at), 'reset'));
  }

  /** One decision after the other: two that read the same state could both win. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#working.catch(() => undefined).then(work);
    this.#working = mine;
    return mine;
  }

  #tick(): void {
    this.#cancelTick = this.#clock.after(ALARM_LIMITS.everyMs, () => {
      // A look that fails (a busy store) is made up by the next: what was touched stays touched.
      void this.look()
        .catch(() => undefined)
        .then(() => this.#tick());
    });
  }

  async #lookAtAll(): Promise<void> {
    const { alarms } = this.#options.store;
    const fed = valueOf(await alarms.touchedSince({ name: CURSOR, limit: ALARM_LIMITS.feedRows }));
    for (const tid of fed.tids) this.#touched.add(tid);
    const now = this.#clock.wallMs();
    for (const [tid, at] of this.#lookAgain) if (at <= now) this.#touched.add(tid);
    // Everything the feed told of is looked at before the cursor may pass it.
    const due = [...new Set([...fed.tids, ...[...this.#touched].slice(0, ALARM_LIMITS.terminalsAtOnce)])];
    for (const tid of due) {
      this.#touched.delete(tid);
      this.#lookAgain.delete(tid);
    }
    try {
      const changes = await this.#decideAll(due, now);
      const stale = valueOf(await alarms.apply({ changes, cursor: { name: CURSOR, pos: fed.pos } }));
      if (stale.length > 0)
        throw new AppError('INTERNAL_UNREACHABLE', `alarms changed under their only writer: ${stale.join(' ')}`);
    } catch (error) {
      for (const tid of due) this.#touched.add(tid);
      throw error;
    }
  }

  async #decideAll(tids: readonly string[], now: number): Promise<AlarmChange[]> {
    if (tids.length === 0) return [];
    const { alarms } = this.#options.store;
    const kept = new Map(
      valueOf(await alarms.alarmsOf({ tids, changedSince: now - ALARM_LIMITS.flappingMs })).map((one) => [
        one.alarm.id,
        one,
      ]),
    );
    const changes: AlarmChange[] = [];
    for (const facts of valueOf(await alarms.facts({ tids }))) changes.push(...this.#decideOne(facts, kept, now));
    return changes;
  }

  #decideOne(facts: AlarmFacts, kept: ReadonlyMap<string, KeptAlarm>, now: number): AlarmChange[] {
    const changes: AlarmChange[] = [];
    const time = this.#ruleTime(now);
    const seen = new Set<string>();
    const conditions = ALARM_RULES.flatMap((rule) => rule(facts, time));
    for (const condition of conditions) {
      const id = `${facts.tid}:${condition.module}:${condition.code}`;
      seen.add(id);
      const { change, lookAgainAt } = decide(facts.tid, condition, kept.get(id), now);
      if (change !== undefined) changes.push(change);
      this.#lookAgainBy(facts.tid, lookAgainAt);
    }
    changes.push(...this.#clearForgotten(facts.tid, seen, kept, now));
    return changes;
  }

  /** An active alarm that no rule speaks of any more (a module that was taken out) clears. */
  #clearForgotten(
    tid: string,
    seen: ReadonlySet<string>,
    kept: ReadonlyMap<string, KeptAlarm>,
    now: number,
  ): AlarmChange[] {
    const changes: AlarmChange[] = [];
    for (const one of kept.values()) {
      const { alarm } = one;
      if (alarm.tid !== tid || seen.has(alarm.id) || alarm.active === 0) continue;
      const change = applyInput(one, 'clear', 'rule', 'no longer there', now);
      if (change !== undefined) changes.push(change);
    }
    return changes;
  }

  #lookAgainBy(tid: string, at: number | undefined): void {
    if (at !== undefined) this.#lookAgain.set(tid, Math.min(at, this.#lookAgain.get(tid) ?? Infinity));
  }

  #ruleTime(now: number): RuleTime {
    const slowdown = this.#options.slowdown();
    return {
      now,
      offlineFrom: this.#startedAt + ALARM_LIMITS.restartGraceMs + this.#options.reconnectSpreadSec * 1_000,
      beatStaleMs: slowdown === 3 ? null : ALARM_LIMITS.beatStaleMs * 2 ** slowdown,
    };
  }

  async #act<T extends string>(
    id: string,
    decision: (kept: KeptAlarm) => AlarmChange | undefined,
    done: T,
  ): Promise<T | 'unknown' | 'notOpen'> {
    const { alarms } = this.#options.store;
    const kept = valueOf(await alarms.alarmById({ id }));
    if (kept === undefined) return 'unknown';
    const change = decision({ alarm: kept, changes: [] });
    if (change === undefined) return 'notOpen';
    const stale = valueOf(await alarms.apply({ changes: [change] }));
    return stale.length === 0 ? done : 'notOpen';
  }
}

/** @throws AppError with the store's code: the caller tries again later, or answers 503 */
function valueOf<T>(result: Result<T, StoreFault>): T {
  if (result.ok) return result.value;
  throw new AppError(result.error.code, result.error.message);
}
