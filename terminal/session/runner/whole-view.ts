import type { Assignment } from '@yimen/contracts/terminal';
import type { View } from '@yimen/contracts/ui';
import type { SessionState } from '../machine/session-machine.ts';
import type { StepView } from '../machine/step-machine.ts';
import type { ServicePackage } from '../service-package.ts';

/** Steps that are no part of a service's count. */
const UNCOUNTED: readonly string[] = ['start', 'menu', 'result', 'farewell'];

/** A view before it has its number and the time that is left. */
export type UntimedView = Omit<View, 'view' | 'left'>;

/** What a step shows, with all that stands around it: hall, service, step n of m, ways out. */
export function wholeView(
  state: SessionState,
  step: StepView,
  assignment: Pick<Assignment, 'terminal' | 'demo'>,
  pkg: ServicePackage | undefined,
): UntimedView {
  const { lang, mode } = state;
  return {
    lang,
    mode,
    hall: { zh: assignment.terminal.hallZh, en: assignment.terminal.hallEn },
    step: pkg === undefined ? null : countOf(state),
    service:
      pkg === undefined
        ? null
        : { id: pkg.manifest.id, title: pkg.texts[lang]['title'] ?? pkg.manifest.id, domain: pkg.manifest.domain },
    canBack: step.canBack,
    canLeave: step.canLeave,
    demo: assignment.demo,
    kind: step.kind,
    body: step.body,
  } as UntimedView;
}

function countOf(state: SessionState): View['step'] {
  const steps = state.plan.filter((item) => !UNCOUNTED.includes(item.kind));
  const n = steps.findIndex((item) => item === state.plan[state.at]) + 1;
  return n === 0 || state.ending !== 'none' ? null : { n, m: steps.length };
}
