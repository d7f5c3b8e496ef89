import type { StepMachine } from '../machine/step-machine.ts';

/** Who, what to bring, what it costs, how long; no cash, no invoice here: told before anything is asked for. */
export const guideStep: StepMachine<'shown'> = {
  enter: () => ({ state: 'shown' }),
  on(state, input) {
    if (input.kind === 'leave') return { state, end: { end: 'leave', how: input.how } };
    if (input.kind !== 'intent') return { state };
    if (input.intent.kind === 'confirm') return { state, end: { end: 'done' } };
    if (input.intent.kind === 'back') return { state, end: { end: 'back' } };
    return { state };
  },
  view(_state, env) {
    const many = (prefix: string): string[] =>
      Object.keys(env.texts)
        .filter((key) => key.startsWith(`${prefix}.`))
        .map((key) => env.texts[key] ?? '');
    return {
      kind: 'guide',
      body: {
        who: env.texts['guide.who'] ?? '',
        bring: many('guide.bring'),
        fee: env.texts['guide.fee'] ?? '',
        minutes: env.say.minutes(env.pkg.manifest.minutes.from, env.pkg.manifest.minutes.to),
        notes: many('guide.note'),
      },
      waits: { ms: env.deadlineMs, extendable: true },
      canBack: true,
      canLeave: true,
    };
  },
};
