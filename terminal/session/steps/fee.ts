import type { BillItem } from '@yimen/contracts/back-office';
import type { JournalEvent } from '@yimen/contracts/journal';
import { chosenCase, chosenViolations, type Facts } from '../machine/facts.ts';
import { refusal } from '../machine/session-machine.ts';
import type { StepEnv, StepMachine } from '../machine/step-machine.ts';

/** What it costs, before anything is begun: from policy, from the found case (which must agree with policy), or from the
 *  chosen violations. The rows that decided are journaled. No screen. */
export const feeStep: StepMachine<'found'> = {
  enter(env) {
    const fee = feeOf(env);
    if (fee === null) return { state: 'found', end: refusal('fee-mismatch') };
    const events = fee.rows.map((row): JournalEvent => {
      const fields = { sessionId: env.assignment.sessionId, rule: 'fee', row, result: String(fee.amountFen) };
      return { kind: 'policy-applied', fields };
    });
    return {
      state: 'found',
      facts: { fee },
      effects: events.length === 0 ? [] : [{ do: 'journal', events }],
      end: { end: 'done' },
    };
  },
  on: (state) => ({ state }),
  view: () => null,
};

function feeOf(env: StepEnv): Facts['fee'] {
  const waivedBy = env.settings['waivedBy'];
  if (typeof waivedBy === 'string' && env.facts.flags[waivedBy] === true) return { amountFen: 0, items: [], rows: [] };
  switch (env.settings['source']) {
    case 'case':
      return ofCase(env);
    case 'violations':
      return ofViolations(env);
    default:
      return ofPolicy(env);
  }
}

/** One row of policy; `{question}` in the variant stands for that answer. */
function ofPolicy(env: StepEnv): Facts['fee'] {
  const variant = String(env.settings['variant'] ?? '').replaceAll(
    /\{(\w+)\}/gu,
    (_all, question: string) => env.facts.answers[question] ?? '',
  );
  const row = env.policy('fee', variant);
  if (row === undefined || typeof row.value !== 'number') return null;
  return total([{ feeRow: row.id, variant, count: 1, amountFen: row.value }], [row.id]);
}

/** The case's own items; each must be what the published row says today, or nobody is asked to pay (`fee-mismatch`). */
function ofCase(env: StepEnv): Facts['fee'] {
  const items = chosenCase(env.facts)?.items ?? [];
  const rows = items.map((item) => env.policy('fee', item.variant));
  const agrees = items.every((item, at) => {
    const value = rows[at]?.value;
    return typeof value === 'number' && value * item.count === item.amountFen;
  });
  return items.length === 0 || !agrees
    ? null
    : total(
        items,
        rows.map((row) => row?.id ?? ''),
      );
}

/** Fines are set by the decision, not by a table: the office's amounts are shown, and the bill must be the same. */
function ofViolations(env: StepEnv): Facts['fee'] {
  const items = chosenViolations(env.facts).map(({ violationId, fineFen }) => ({
    feeRow: 'fine',
    variant: violationId,
    count: 1,
    amountFen: fineFen,
  }));
  return total(items, []);
}

function total(items: readonly BillItem[], rows: readonly string[]): NonNullable<Facts['fee']> {
  return { amountFen: items.reduce((sum, item) => sum + item.amountFen, 0), items, rows };
}
