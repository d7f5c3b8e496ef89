import type { JournalEvent } from '@yimen/contracts/journal';
import type { PolicyRow } from '@yimen/contracts/service';
import { ageOn } from '../documents/age.ts';
import { birthOf, idNoOf, type Refusal } from '../machine/facts.ts';
import type { StepEnv, StepMachine } from '../machine/step-machine.ts';

/** How one rule came out. `row` decides; a rule without a row here decides nothing. */
interface Judged {
  readonly rule: string;
  readonly row: PolicyRow;
  readonly passed: boolean;
  readonly code: string;
  readonly date: string | null;
}
type Rule = (env: StepEnv) => readonly (Judged | undefined)[];

/** Rules that a workflow may name: each reads one or two policy rows and the citizen's document. */
const CHECK_RULES: Readonly<Record<string, Rule>> = {
  age(env) {
    const birth = birthOf(env.facts);
    if (birth === null) return [];
    const age = ageOn(birth, env.today);
    return [
      judge('age.min', env.policy('age', 'min'), 'age', (limit) => age >= limit),
      judge('age.max', env.policy('age', 'max'), 'age', (limit) => age <= limit),
    ];
  },
  /** The old card may be renewed from so many months before its end. */
  idWindow(env) {
    const validTo = env.facts.identity?.fields.validTo ?? '';
    if (env.facts.answers['reason'] !== 'expiry' || !/^\d{8}$/.test(validTo)) return [];
    const end = `${validTo.slice(0, 4)}-${validTo.slice(4, 6)}-${validTo.slice(6)}`;
    const row = env.policy('margin', 'renewBeforeMonths');
    const from = typeof row?.value === 'number' ? monthsBefore(end, row.value) : end;
    return [judge('idWindow', row, 'too-early', () => env.today >= from, from)];
  },
  /** Household registration by the place where the number was given (GB 11643, digits 1–6). */
  hukou(env) {
    const row = env.policy('eligibility', 'hukou');
    const place = (idNoOf(env.facts) ?? '').slice(0, 6);
    if (row === undefined || !Array.isArray(row.value) || place === '') return [];
    const places = row.value;
    const passed = places.some((prefix) => place.startsWith(prefix));
    return [{ rule: 'hukou', row, passed, code: 'not-covered', date: null }];
  },
};

/** Policy rows judged one by one, each journaled; the first that fails refuses and says rule, value and source. */
export const checkStep: StepMachine<'judged'> = {
  enter(env) {
    const named = env.settings['rules'];
    const rules = Array.isArray(named) ? named : [];
    const judged = rules.flatMap((rule) => CHECK_RULES[rule]?.(env) ?? []).filter((one) => one !== undefined);
    const effects = [{ do: 'journal', events: judged.map((one) => rowOf(one, env)) }] as const;
    const failed = judged.find((one) => !one.passed);
    return {
      state: 'judged',
      effects: judged.length === 0 ? [] : effects,
      end: failed === undefined ? { end: 'done' } : { end: 'refuse', refusal: refusalOf(failed) },
    };
  },
  on: (state) => ({ state }),
  view: () => null,
};

function judge(
  rule: string,
  row: PolicyRow | undefined,
  code: string,
  passes: (limit: number) => boolean,
  date: string | null = null,
): Judged | undefined {
  if (row === undefined || typeof row.value !== 'number') return undefined;
  return { rule, row, passed: passes(row.value), code, date };
}

function rowOf({ rule, row, passed }: Judged, env: StepEnv): JournalEvent {
  const fields = { sessionId: env.assignment.sessionId, rule, row: row.id, result: passed ? 'passed' : 'failed' };
  return { kind: 'policy-applied', fields };
}

function refusalOf({ rule, row, code, date }: Judged): Refusal {
  const value = Array.isArray(row.value) ? row.value.join(' ') : String(row.value);
  return { code, date, office: null, why: { rule, row: row.id, value, source: row.source } };
}

/** The day so many calendar months before; the last day of a shorter month when it has no such day. */
function monthsBefore(date: string, months: number): string {
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number);
  const first = new Date(Date.UTC(year, month - 1 - months, 1));
  const lastDay = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  first.setUTCDate(Math.min(day, lastDay));
  return first.toISOString().slice(0, 10);
}
