import type { AlarmFacts, AlarmView } from '../store/index.ts';

/** What a rule sees: whether something is wrong, since when, and how long it must hold (or be gone) to count. */
export interface AlarmCondition {
  /** The part of the terminal it is about: a module, a supply unit, or a part's name. */
  readonly module: string;
  readonly code: string;
  readonly active: boolean;
  /** Wall milliseconds since which `active` is as it is. */
  readonly since: number;
  readonly onMs: number;
  readonly offMs: number;
  readonly severity: AlarmView['severity'];
  readonly latched: boolean;
  readonly stop: AlarmView['stop'];
  /** Rises with each new occurrence (a time, a count); a higher one while active raises again. Null = only on and off. */
  readonly mark: number | null;
  /** It happened, and does not last: raised once for each higher `mark`, and cleared by the same. */
  readonly moment: boolean;
  /** When the condition may become another without any new fact. */
  readonly lookAgainAt: number | null;
}

/** What rules know beside the facts. */
export interface RuleTime {
  readonly now: number;
  /** Nobody counts as offline before this moment: the server itself has just come back. */
  readonly offlineFrom: number;
  /** How old a beat may be; null while terminals were asked not to beat. */
  readonly beatStaleMs: number | null;
}

/** A rule: pure, facts in, conditions out. A module or unit of which nothing is said is not judged. */
export type AlarmRule = (facts: AlarmFacts, time: RuleTime) => AlarmCondition[];

/** The fields most conditions share. */
export const PLAIN = {
  onMs: 0,
  offMs: 0,
  latched: false,
  stop: null,
  mark: null,
  moment: false,
  lookAgainAt: null,
} as const;
