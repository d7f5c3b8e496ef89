import type { Manifest } from '../package.ts';
import { STEPS, type StepEffect } from '../step.table.ts';
import type { Path } from './dry-walk.ts';
import { finding, textSetting, type Finding, type WorkflowStep } from './finding.ts';

/** Items whose decision stands from the office's word on, paid or not: a fine has a due date. */
const STANDS_UNPAID = new Set(['violation']);
/** Items that the office takes in first and an officer reviews later: money may be taken for them on `accepted`. */
const REVIEWED_LATER = new Set(['idapply', 'prereg', 'simple']);

export const has = (step: WorkflowStep, effect: StepEffect): boolean =>
  (STEPS[step.step].effects as readonly StepEffect[]).includes(effect);

/** Case, money and goods on one path: approve → pay → make → confirm, each once and none without the other. The first
 *  thing that is wrong. */
export function caseFindings({ chargeOn }: Manifest, path: Path): readonly Finding[] {
  const { steps } = path;
  const opened = steps.findIndex((step) => has(step, 'opensCase'));
  const isOpenBefore = (at: number): boolean => opened !== -1 && opened < at;
  for (const [at, step] of steps.entries()) {
    const say = (rule: Finding['rule'], message: string): readonly Finding[] => [finding(rule, step.id, message)];
    if (has(step, 'opensCase') && at > opened) return say('two-cases', 'a second case is opened');
    if (at === opened && chargeOn === 'accepted' && !REVIEWED_LATER.has(itemOf(step)))
      return say('charge-on', `chargeOn is accepted, but ${itemOf(step)} is decided at once`);
    if (has(step, 'charges')) {
      if (!isOpenBefore(at)) return say('charge-before-approval', 'charges before anything was approved');
      const wrong = chargeFinding(path, at);
      if (wrong !== undefined) return say(...wrong);
    }
    if (has(step, 'produces')) {
      if (!isOpenBefore(at)) return say('goods-without-case', 'makes goods that nobody approved');
      if (isOwed(path, at) && !STANDS_UNPAID.has(itemOf(steps[opened])))
        return say('produced-unpaid', 'makes goods that were not paid for');
    }
    if (has(step, 'confirms') && !isOpenBefore(at)) return say('confirm-without-case', 'no case was opened before it');
  }
  const approve = steps[opened];
  if (approve === undefined || steps.slice(opened).some((step) => has(step, 'confirms'))) return [];
  return [finding('case-unconfirmed', approve.id, 'opens a case that no later step confirms')];
}

function itemOf(step: WorkflowStep | undefined): string {
  return step === undefined ? '' : (textSetting(step, 'item') ?? '');
}

function chargeFinding({ steps }: Path, at: number): [Finding['rule'], string] | undefined {
  const before = steps.slice(0, at);
  if (before.some((step) => has(step, 'charges'))) return ['charged-twice', 'charges a second time'];
  if (!before.some(setsFee)) return ['charge-without-fee', 'charges although no step before it says how much'];
  const isServed = steps.slice(at).some((step) => has(step, 'produces'));
  return isServed || steps.slice(0, at).some((step) => has(step, 'produces'))
    ? undefined
    : ['charge-without-goods', 'charges for goods that no later step makes'];
}

/** The choice of an endorsement prices it. */
function setsFee(step: WorkflowStep): boolean {
  return step.step === 'fee' || step.step === 'choose-endorsement';
}

/** Whether a fee was set before this place and neither paid nor waived. */
function isOwed({ steps, flags }: Path, at: number): boolean {
  const before = steps.slice(0, at);
  const isPriced = before.some((step) => setsFee(step) && flags[textSetting(step, 'waivedBy') ?? ''] !== true);
  return isPriced && !before.some((step) => has(step, 'charges'));
}
