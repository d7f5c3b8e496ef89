import { chosenCase, chosenViolations, foundCases, holderMasked } from '../machine/facts.ts';
import { refusal } from '../machine/session-machine.ts';
import type { StepEnv, StepMachine, StepView } from '../machine/step-machine.ts';

type Option = Extract<StepView, { kind: 'choose' }>['body']['options'][number];

/** One question of the package, or which of the things that a lookup found. A question with one answer is not asked. */
export const chooseStep: StepMachine<'asked'> = {
  enter(env) {
    const options = optionsOf(env);
    const [only] = options;
    if (only === undefined) return { state: 'asked', end: refusal(nothingTo(env)) };
    if (options.length > 1) return { state: 'asked' };
    return { state: 'asked', facts: { answers: withAnswer(env, only.value) }, end: { end: 'done' } };
  },
  on(state, input, env) {
    if (input.kind === 'leave') return { state, end: { end: 'leave', how: input.how } };
    if (input.kind !== 'intent') return { state };
    const { intent } = input;
    if (intent.kind === 'back') return { state, end: { end: 'back' } };
    if (intent.kind !== 'choose' || intent.question !== questionOf(env)) return { state };
    if (!optionsOf(env).some((option) => option.value === intent.value)) return { state };
    return { state, facts: { answers: withAnswer(env, intent.value) }, end: { end: 'done' } };
  },
  view: (_state, env) => ({
    kind: 'choose',
    body: {
      question: questionOf(env),
      prompt: env.texts[`choose.${questionOf(env)}`] ?? questionOf(env),
      facts: holderMasked(env.facts) === '' ? [] : [holderLine(env)],
      options: optionsOf(env),
    },
    waits: { ms: env.deadlineMs, extendable: true },
    canBack: true,
    canLeave: true,
  }),
};

function holderLine(env: StepEnv): { id: string; label: string; value: string } {
  return { id: 'holder', label: env.texts['label.holder'] ?? env.say.slip.holder, value: holderMasked(env.facts) };
}

function questionOf(env: StepEnv): string {
  return String(env.settings['question'] ?? '');
}

function withAnswer(env: StepEnv, value: string): Readonly<Record<string, string>> {
  return { ...env.facts.answers, [questionOf(env)]: value };
}

/** Why nothing can be chosen, by what was looked for. */
function nothingTo(env: StepEnv): string {
  if (env.settings['source'] === 'violations') return 'none-found';
  return env.settings['source'] === 'cases' ? 'receipt-unknown' : 'window-only';
}

function optionsOf(env: StepEnv): Option[] {
  if (env.settings['source'] === 'cases') return casesOf(env);
  if (env.settings['source'] === 'violations') return violationsOf(env);
  const named = env.settings['options'];
  const question = questionOf(env);
  return (Array.isArray(named) ? named : [])
    .filter((value) => env.facts.flags[`no.${value}`] !== true && hasDevicesOf(value, env))
    .map((value) => ({
      value,
      label: env.texts[`${question}.${value}`] ?? value,
      detail: env.texts[`${question}.${value}.detail`] ?? null,
      feeFen: null,
      warning: null,
    }));
}

/** A way that needs a device is no way without it; the others are. */
function hasDevicesOf(value: string, { settings, hasDevice }: StepEnv): boolean {
  const named = settings['optionDevices'];
  const pairs: readonly string[] = Array.isArray(named) ? named : [];
  return pairs.map((pair) => pair.split(':')).every(([option, device = '']) => option !== value || hasDevice(device));
}

function casesOf(env: StepEnv): Option[] {
  return foundCases(env.facts).map((found) => ({
    value: found.receiptNo,
    label: env.lang === 'en' ? found.titleEn : found.titleZh,
    detail: `${found.receiptNo} · ${found.since}`,
    feeFen: found.items.length === 0 ? null : found.items.reduce((sum, item) => sum + item.amountFen, 0),
    warning: null,
  }));
}

function violationsOf(env: StepEnv): Option[] {
  const listed = env.facts.lookups['vehicle.violation.list']?.violations ?? [];
  const each = listed.map((one) => ({
    value: one.violationId,
    label: `${one.at.slice(0, 10)} ${env.lang === 'en' ? one.placeEn : one.placeZh}`,
    detail: env.lang === 'en' ? one.actEn : one.actZh,
    feeFen: one.fineFen,
    warning: one.points === 0 ? null : env.say.points(one.points),
  }));
  if (each.length < 2) return each;
  const all = {
    value: 'all',
    label: env.say.allOf(each.length),
    detail: null,
    feeFen: listed.reduce((sum, one) => sum + one.fineFen, 0),
    warning: null,
  };
  return [...each, all];
}

/** What was chosen of the found things, in words for a review; null when nothing of the kind was. */
export function chosenInWords(env: StepEnv, question: string): string | null {
  const found = question === 'case' ? chosenCase(env.facts) : null;
  if (found !== null) return env.lang === 'en' ? found.titleEn : found.titleZh;
  if (question !== 'violation') return null;
  return chosenViolations(env.facts)
    .map((one) => (env.lang === 'en' ? one.placeEn : one.placeZh))
    .join('; ');
}
