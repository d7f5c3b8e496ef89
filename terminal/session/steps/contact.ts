import type { StepMachine } from '../machine/step-machine.ts';

interface Contact {
  readonly value: string;
  readonly wrong: boolean;
}

/** The phone number for the office's notice; may be left out. */
export const contactStep: StepMachine<Contact> = {
  enter: (env) => ({ state: { value: env.facts.phone ?? '', wrong: false } }),
  on(state, input) {
    if (input.kind === 'leave') return { state, end: { end: 'leave', how: input.how } };
    if (input.kind !== 'intent') return { state };
    const { intent } = input;
    if (intent.kind === 'back') return { state, end: { end: 'back' } };
    if (intent.kind === 'skip') return { state, facts: { phone: null }, end: { end: 'done' } };
    if (intent.kind !== 'submit' || intent.field !== 'phone') return { state };
    const value = intent.value.replace(/[\s-]/gu, '');
    if (!/^1\d{10}$/u.test(value)) return { state: { value: intent.value, wrong: true } };
    return { state: { value, wrong: false }, facts: { phone: value }, end: { end: 'done' } };
  },
  view: (state, env) => ({
    kind: 'form',
    body: {
      field: 'phone',
      label: env.say.phoneLabel,
      example: env.say.phoneExample,
      value: state.value.slice(0, 60),
      problem: state.wrong ? env.say.phoneWrong : null,
      optional: true,
    },
    waits: { ms: env.deadlineMs, extendable: true },
    canBack: true,
    canLeave: true,
  }),
};
