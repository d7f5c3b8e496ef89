import type { Path } from './dry-walk.ts';
import { finding, textSetting, type Finding, type WorkflowStep } from './finding.ts';

/** What a step works on has to be found before it, on the same path. */
export function lookupOrderFindings({ steps }: Path): readonly Finding[] {
  return steps.flatMap((step, at) => {
    const wanted = wantedBy(step);
    if (wanted === undefined || steps.slice(0, at).some(wanted.by)) return [];
    return [finding('found-without-lookup', step.id, `nothing before it finds ${wanted.what}`)];
  });
}

interface Wanted {
  readonly what: string;
  readonly by: (earlier: WorkflowStep) => boolean;
}

const asks =
  (request: RegExp) =>
  (step: WorkflowStep): boolean =>
    step.step === 'lookup' && request.test(textSetting(step, 'request') ?? '');
const chooses =
  (source: string) =>
  (step: WorkflowStep): boolean =>
    step.step === 'choose' && textSetting(step, 'source') === source;

function wantedBy(step: WorkflowStep): Wanted | undefined {
  const source = textSetting(step, 'source');
  if (step.step === 'choose-endorsement') return { what: 'the permit', by: asks(/\.permit\.lookup$/u) };
  if (step.step === 'choose' && source === 'cases') return { what: 'the cases', by: asks(/\.case\.find$/u) };
  if (step.step === 'choose' && source === 'violations')
    return { what: 'the violations', by: asks(/\.violation\.list$/u) };
  if (step.step === 'fee' && source === 'case') return { what: 'the case', by: chooses('cases') };
  if (step.step === 'fee' && source === 'violations') return { what: 'the violation', by: chooses('violations') };
  return undefined;
}
