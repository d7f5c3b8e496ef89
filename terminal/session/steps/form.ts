import { plateNoSchema, receiptNoSchema } from '@yimen/contracts/back-office';
import type { StepEnv, StepMachine, StepView } from '../machine/step-machine.ts';
import { isIdNumber } from '../documents/id-number.ts';

type Keyboard = Extract<StepView, { kind: 'form' }>['body']['keyboard'];
type FieldName = 'phone' | 'plateNo' | 'engineTail' | 'receiptNo' | 'idNo';
interface Field {
  readonly keyboard: Keyboard;
  readonly maxLength: number;
  /** What was typed, without what people put between; undefined when it is not right. */
  readonly read: (typed: string) => string | undefined;
}
interface Form {
  readonly value: string;
  readonly wrong: boolean;
}

const squeezed = (typed: string): string => typed.replace(/[\s·-]/gu, '').toUpperCase();
const matching =
  (fits: (value: string) => boolean) =>
  (typed: string): string | undefined =>
    fits(squeezed(typed)) ? squeezed(typed) : undefined;

/** Fields that a workflow may ask for. */
const FIELDS: Readonly<Record<FieldName, Field>> = {
  phone: { keyboard: 'phone', maxLength: 13, read: matching((value) => /^1\d{10}$/u.test(value)) },
  plateNo: { keyboard: 'plate', maxLength: 8, read: matching((value) => plateNoSchema.safeParse(value).success) },
  engineTail: { keyboard: 'code', maxLength: 4, read: matching((value) => /^[A-Z0-9]{4}$/u.test(value)) },
  receiptNo: { keyboard: 'code', maxLength: 30, read: matching((value) => receiptNoSchema.safeParse(value).success) },
  idNo: { keyboard: 'id-number', maxLength: 18, read: matching(isIdNumber) },
};

/** One field typed by hand; what was typed stays when it was wrong, with the reason beside it. */
export const formStep: StepMachine<Form> = {
  enter: (env) => ({ state: { value: valueOf(env), wrong: false } }),
  on(state, input, env) {
    if (input.kind === 'leave') return { state, end: { end: 'leave', how: input.how } };
    if (input.kind !== 'intent') return { state };
    const { intent } = input;
    if (intent.kind === 'back') return { state, end: { end: 'back' } };
    if (intent.kind === 'skip' && isOptional(env)) return { state, facts: factsOf(env, null), end: { end: 'done' } };
    if (intent.kind !== 'submit' || intent.field !== nameOf(env)) return { state };
    const value = FIELDS[nameOf(env)].read(intent.value);
    if (value === undefined) return { state: { value: intent.value.slice(0, 60), wrong: true } };
    return { state: { value, wrong: false }, facts: factsOf(env, value), end: { end: 'done' } };
  },
  view(state, env) {
    const field = FIELDS[nameOf(env)];
    const words = env.say.fields[nameOf(env)];
    return {
      kind: 'form',
      body: {
        field: nameOf(env),
        keyboard: field.keyboard,
        maxLength: field.maxLength,
        label: words.label,
        example: words.example,
        value: state.value,
        problem: state.wrong ? words.wrong : null,
        optional: isOptional(env),
      },
      waits: { ms: env.deadlineMs, extendable: true },
      canBack: true,
      canLeave: true,
    };
  },
};

function nameOf(env: StepEnv): FieldName {
  const named = String(env.settings['field'] ?? 'phone');
  return Object.hasOwn(FIELDS, named) ? (named as FieldName) : 'phone';
}

function isOptional(env: StepEnv): boolean {
  return env.settings['optional'] === true;
}

function valueOf(env: StepEnv): string {
  const name = nameOf(env);
  if (name === 'phone') return env.facts.phone ?? '';
  return name === 'idNo' ? (env.facts.typedIdNo ?? '') : (env.facts.answers[name] ?? '');
}

function factsOf(env: StepEnv, value: string | null): Partial<StepEnv['facts']> {
  const name = nameOf(env);
  if (name === 'phone') return { phone: value };
  if (name === 'idNo') return { typedIdNo: value };
  return { answers: { ...env.facts.answers, [name]: value ?? '' } };
}
