import type { Workflow } from '../package.ts';
import { RULES, type RuleName } from './rules.table.ts';

/** One thing that is wrong with a service package, or that a person should know of it. */
export interface Finding {
  readonly rule: RuleName;
  readonly level: 'error' | 'warning';
  /** File and place in it, or the id of a step or row. */
  readonly where: string;
  readonly message: string;
  readonly remedy: string;
}

export type WorkflowStep = Workflow['steps'][number];

export function finding(rule: RuleName, where: string, message: string): Finding {
  const { level, remedy } = RULES[rule];
  return { rule, level, where, message, remedy };
}

/** A setting of a step when it is a text. */
export function textSetting(step: WorkflowStep, name: string): string | undefined {
  const value = step.settings?.[name];
  return typeof value === 'string' ? value : undefined;
}

/** A setting of a step when it is a list; else nothing. */
export function listSetting(step: WorkflowStep, name: string): readonly string[] {
  const value = step.settings?.[name];
  return Array.isArray(value) ? value : [];
}
