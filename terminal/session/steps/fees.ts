import type { AllowedEndorsement, BillItem } from '@yimen/contracts/back-office';
import { permitLookup, type Choice, type Facts } from '../machine/facts.ts';
import type { StepEnv } from '../machine/step-machine.ts';

/** What the office allows and policy has a fee for, here and today. Where policy says that a valid endorsement is not
 *  replaced (`limit stillValid` = `refuse`), what would cancel one is left out. */
export function offered(env: StepEnv): AllowedEndorsement[] {
  return served(env).filter((option) => !(option.cancelsValid && keepsValid(env)));
}

/** The last day of the endorsement for whose sake nothing is offered; `undefined` when that is not the reason. */
export function stillValidUntil(env: StepEnv): string | undefined {
  if (offered(env).length > 0 || !served(env).some((option) => option.cancelsValid)) return undefined;
  return (permitLookup(env.facts)?.endorsements ?? [])
    .map((endorsement) => endorsement.validUntil)
    .toSorted()
    .at(-1);
}

function served(env: StepEnv): AllowedEndorsement[] {
  const kinds = env.policy('eligibility', 'kinds')?.value;
  return (permitLookup(env.facts)?.allowed ?? []).filter(
    (option) =>
      typeof env.policy('fee', option.countCode)?.value === 'number' &&
      (!Array.isArray(kinds) || kinds.includes(option.kind)),
  );
}

function keepsValid(env: StepEnv): boolean {
  return env.policy('limit', 'stillValid')?.value === 'refuse';
}

/** The fee of a choice: one row's value per destination. `null` when policy has no row: then it cannot be offered. */
export function feeOf(env: StepEnv, choice: Choice): Facts['fee'] {
  const row = env.policy('fee', choice.countCode);
  if (row === undefined || typeof row.value !== 'number') return null;
  const item: BillItem = {
    feeRow: row.id,
    variant: choice.countCode,
    count: choice.destinations.length,
    amountFen: row.value * choice.destinations.length,
  };
  return { amountFen: item.amountFen, items: [item], rows: [row.id] };
}
