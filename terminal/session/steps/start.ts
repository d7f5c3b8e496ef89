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
  return {
    kind: 'menu',
    body: { tiles: shownServices(env).map((row) => tileOf(row, env)) },
    waits: { ms: env.deadlineMs, extendable: true },
    canBack: true,
    canLeave: true,
  };
}

type Tile = Extract<StepView, { kind: 'menu' }>['body']['tiles'][number];
type Row = Pick<Tile, 'service' | 'domain' | 'title'>;

/** The eleven in their order, then whatever else is installed here: a twelfth needs no more than its package. */
function shownServices(env: StepEnv): Row[] {
  const eleven = CATALOGUE.map(({ id, domain, zh, en }): Row => ({
    service: id,
    domain,
    title: env.lang === 'en' ? en : zh,
  }));
  const more = [...env.packages.values()]
    .filter(({ manifest }) => !CATALOGUE.some((row) => row.id === manifest.id))
    .map(({ manifest, texts }): Row => ({
      service: manifest.id,
      domain: manifest.domain,
      title: texts[env.lang]['title'] ?? manifest.id,
    }));
  const isShown = ({ service }: Row): boolean => env.assignment.demo || stateOf(service, env) !== 'coming';
  return [...eleven, ...more].filter(isShown).slice(0, 24);
}

function stateOf(service: string, env: StepEnv): Tile['state'] {
  return env.assignment.services.find((offered) => offered.id === service)?.state ?? 'coming';
}

function tileOf(row: Row, env: StepEnv): Tile {
  const { halls, terminal, services } = env.assignment;
  const pkg = env.packages.get(row.service);
  const state = stateOf(row.service, env);
  const why = services.find((offered) => offered.id === row.service)?.why ?? 'unknown';
  const nearest = halls.find((hall) => hall.working?.includes(row.service) === true && hall.hallId !== terminal.hallId);
  return {
    ...row,
    minutes: pkg?.manifest.minutes ?? null,
    feeFromFen: pkg === undefined ? null : cheapestFee(env, pkg),
    state,
    why: state === 'off' ? env.say.whyOff(why) : null,
    nearest: state === 'off' && nearest !== undefined ? (env.lang === 'en' ? nearest.en : nearest.zh) : null,
  };
}

function cheapestFee(env: StepEnv, pkg: ServicePackage): number | null {
  const fees = pkg.manifest.needsPolicy
    .filter((need) => need.kind === 'fee')
    .map((need) => env.policyFor(pkg, 'fee', need.variant)?.value)
    .filter((value): value is number => typeof value === 'number');
  return fees.length === 0 ? null : Math.min(...fees);
}
