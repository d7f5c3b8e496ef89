import { has } from './case-rules.ts';
import type { Path } from './dry-walk.ts';
import { finding, type Finding, type WorkflowStep } from './finding.ts';

/** What lies in the machine on one path: the citizen's card, the old document, the new one. The first thing that is wrong
 *  with each. */
export function propertyFindings({ steps }: Path): readonly Finding[] {
  return [cardFinding(steps), ...licenceFindings(steps)].filter((one) => one !== undefined);
}

function cardFinding(steps: readonly WorkflowStep[]): Finding | undefined {
  let holder: WorkflowStep | undefined;
  let isPrinted = false;
  for (const step of steps) {
    if (has(step, 'takesProperty')) holder ??= step;
    if (step.step === 'produce') isPrinted = true;
    if (step.step === 'verify') isPrinted = false;
    if (has(step, 'returnsProperty')) {
      if (holder === undefined) return finding('property-not-taken', step.id, 'no step before it took a card in');
      if (isPrinted) return finding('unverified', step.id, 'hands a printed card over that nobody read back');
      holder = undefined;
    } else if (has(step, 'handsOver') && holder !== undefined) {
      return finding('property-late', step.id, `goods go out while the card of ${holder.id} is still inside`);
    }
  }
  if (holder === undefined) return undefined;
  return finding('property-kept', holder.id, 'takes a card that no later step gives back');
}

function licenceFindings(steps: readonly WorkflowStep[]): readonly Finding[] {
  const first = (kind: WorkflowStep['step']): number => steps.findIndex((step) => step.step === kind);
  const [make, old, give] = [first('make-licence'), first('take-old'), first('give-licence')];
  const [maker, taker, giver] = [steps[make], steps[old], steps[give]];
  const findings: Finding[] = [];
  if (giver !== undefined && (maker === undefined || give < make))
    findings.push(finding('goods-not-made', giver.id, 'hands out a licence that no step before it made'));
  else if (maker !== undefined && giver === undefined)
    findings.push(finding('goods-kept', maker.id, 'makes a licence that no later step hands out'));
  if (taker !== undefined && (maker === undefined || old < make))
    findings.push(finding('old-before-new', taker.id, 'takes the old document before a new one was made'));
  else if (taker !== undefined && giver !== undefined && give < old)
    findings.push(finding('old-after-hand-over', taker.id, 'takes the old document when the new one is gone'));
  return findings;
}
