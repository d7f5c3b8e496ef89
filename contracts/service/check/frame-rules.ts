import type { Manifest } from '../package.ts';
import { PHASES, STEPS, type Phase } from '../step.table.ts';
import type { Path } from './dry-walk.ts';
import { finding, type Finding } from './finding.ts';

/** How every path begins and ends, and that nobody is read or asked about before he agreed. */
export function frameFindings(manifest: Manifest, { steps }: Path): readonly Finding[] {
  const findings: Finding[] = [];
  const [first] = steps;
  if (first?.step !== 'guide')
    findings.push(finding('begins-with-guide', first?.id ?? 'workflow.json', 'the first step is no guide'));
  const last = steps.findLast((step) => step.step !== 'rate');
  if (last?.step !== 'receipt')
    findings.push(finding('ends-with-receipt', last?.id ?? 'workflow.json', 'the last step is no receipt'));
  const consentAt = steps.findIndex((step) => step.step === 'consent');
  const readAt = steps.findIndex((step) => ['read', 'identify', 'approve'].includes(STEPS[step.step].phase));
  const isAsked = consentAt !== -1 && (readAt === -1 || consentAt < readAt);
  if (manifest.consents.length > 0 && !isAsked)
    findings.push(
      finding('consent-missing', steps[readAt]?.id ?? 'workflow.json', 'runs before any consent was asked'),
    );
  const face = steps.find((step) => step.step === 'face');
  if (face !== undefined && !manifest.consents.some((sheet) => sheet.face))
    findings.push(finding('face-without-consent', face.id, 'no sheet of the manifest asks for the face'));
  return findings;
}

/** Until the case is opened reading, identifying and deciding may alternate: one phase. */
const FREE: readonly Phase[] = ['open', 'read', 'identify', 'decide'];

export function phaseFindings({ steps }: Path): readonly Finding[] {
  let furthest: Phase = 'open';
  for (const step of steps) {
    const { phase } = STEPS[step.step];
    if (rankOf(phase) < rankOf(furthest))
      return [finding('phase-order', step.id, `goes back from ${furthest} to ${phase}`)];
    furthest = phase;
  }
  return [];
}

function rankOf(phase: Phase): number {
  return FREE.includes(phase) ? 0 : PHASES.indexOf(phase);
}
