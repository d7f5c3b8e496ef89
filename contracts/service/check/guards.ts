import type { Guard, Workflow } from '../package.ts';
import { askedBy, devicesOfOptions, toldBy } from './asks.ts';
import { finding, listSetting, textSetting, type Finding, type WorkflowStep } from './finding.ts';

/** Rules on what a guard reads: an earlier step has to ask it or tell it. */
export function guardFindings({ steps }: Workflow): readonly Finding[] {
  return steps.flatMap((step, at) => {
    const earlier = steps.slice(0, at);
    return [
      ...(step.when ?? []).flatMap((guard) => oneGuard(step, guard, earlier)),
      ...waiverFindings(step, earlier),
      ...choiceFindings(step, earlier),
    ];
  });
}

function oneGuard(step: WorkflowStep, guard: Guard, earlier: readonly WorkflowStep[]): readonly Finding[] {
  if ('flag' in guard) return flagFindings(step, guard.flag, earlier);
  if (!('answer' in guard)) return [];
  const asked = earlier.map(askedBy).filter((one) => one?.question === guard.answer);
  if (asked.length === 0) return [finding('guard-answer', step.id, `no earlier step asks ${guard.answer}`)];
  if (asked.some((one) => one?.values === null)) return [];
  const offered = asked.flatMap((one) => one?.values ?? []);
  return guard.in
    .filter((value) => !offered.includes(value))
    .map((value) =>
      finding('guard-value', step.id, `${guard.answer} is never ${value}; it is ${offered.join(' or ')}`),
    );
}

function flagFindings(step: WorkflowStep, flag: string, earlier: readonly WorkflowStep[]): readonly Finding[] {
  if (earlier.flatMap(toldBy).includes(flag)) return [];
  return [finding('guard-flag', step.id, `no earlier lookup tells ${flag}, so that it is always false`)];
}

function waiverFindings(step: WorkflowStep, earlier: readonly WorkflowStep[]): readonly Finding[] {
  const flag = step.step === 'fee' ? textSetting(step, 'waivedBy') : undefined;
  return flag === undefined ? [] : flagFindings(step, flag, earlier);
}

/** A choice of which every option can be hidden would leave the citizen before an empty screen. */
function choiceFindings(step: WorkflowStep, earlier: readonly WorkflowStep[]): readonly Finding[] {
  const options = step.step === 'choose' ? listSetting(step, 'options') : [];
  const told = new Set(earlier.flatMap(toldBy));
  const needy = new Set(devicesOfOptions(step).map(([option]) => option));
  if (options.length === 0 || options.some((value) => !told.has(`no.${value}`) && !needy.has(value))) return [];
  return [finding('empty-choice', step.id, 'lookups or devices that are away can hide every option')];
}
