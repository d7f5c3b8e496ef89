import { CATALOGUE } from '@yimen/contracts/service';
import type { ServicePackage } from '../service-package.ts';
import type { StepEnv, StepMachine, StepView } from '../machine/step-machine.ts';

/** Language and way of showing. Both can be changed later on every screen. */
export const startStep: StepMachine<'shown'> = {
  enter: () => ({ state: 'shown' }),
  on(state, input) {
    if (input.kind === 'leave') return { state, end: { end: 'leave', how: input.how } };
    if (input.kind === 'intent' && input.intent.kind === 'confirm') return { state, end: { end: 'done' } };
    return { state };
  },
  view: (_state, env) => ({
    kind: 'start',
    body: {},
    waits: { ms: env.deadlineMs, extendable: false },
    canBack: false,
    canLeave: true,
  }),
};

/** All eleven services; what is off says why, what is not built says "coming" (in a demonstration only). */
export const menuStep: StepMachine<'shown'> = {
  enter: () => ({ state: 'shown' }),
  on(state, input) {
    if (input.kind === 'leave') return { state, end: { end: 'leave', how: input.how } };
    if (input.kind === 'intent' && input.intent.kind === 'back') return { state, end: { end: 'goto', step: 'start' } };
    return { state };
  },
  view: menuView,
};

function menuView(_state: 'shown', env: StepEnv): StepView {
  const tiles = CATALOGUE.flatMap((row) => {
    const offered = env.assignment.services.find((service) => service.id === row.id);
    const state = offered?.state ?? 'coming';
    if (state === 'coming' && !env.assignment.demo) return [];
    const pkg = env.packages.get(row.id);
    const nearest = env.assignment.halls.find(
      (hall) => hall.working?.includes(row.id) === true && hall.hallId !== env.assignment.terminal.hallId,
    );
    return [
      {
        service: row.id,
        domain: row.domain,
        title: env.lang === 'en' ? row.en : row.zh,
        minutes: pkg?.manifest.minutes ?? null,
        feeFromFen: pkg === undefined ? null : cheapestFee(env, pkg),
        state,
        why: state === 'off' ? env.say.whyOff(offered?.why ?? 'unknown') : null,
        nearest: state === 'off' && nearest !== undefined ? (env.lang === 'en' ? nearest.en : nearest.zh) : null,
      },
    ];
  });
  return {
    kind: 'menu',
    body: { tiles },
    waits: { ms: env.deadlineMs, extendable: true },
    canBack: true,
    canLeave: true,
  };
}

function cheapestFee(env: StepEnv, pkg: ServicePackage): number | null {
  const fees = pkg.manifest.needsPolicy
    .filter((need) => need.kind === 'fee')
    .map((need) => env.policyFor(pkg, 'fee', need.variant)?.value)
    .filter((value): value is number => typeof value === 'number');
  return fees.length === 0 ? null : Math.min(...fees);
}
