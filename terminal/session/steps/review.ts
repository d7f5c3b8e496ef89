import type { FoundCase } from '@yimen/contracts/back-office';
import { chosenCase, chosenViolations, foundCases, holderMasked, permitLookup } from '../machine/facts.ts';
import type { StepEnv, StepMachine, StepView } from '../machine/step-machine.ts';
import { chosenInWords } from './choose.ts';

type Line = Extract<StepView, { kind: 'review' }>['body']['lines'][number];
/** Lines of one name; most give one, some as many as were found. */
type Words = (env: StepEnv) => readonly string[];

/** Everything, the fee lines, and what cannot be undone, before anything is begun. */
export const reviewStep: StepMachine<'shown'> = {
  enter: () => ({ state: 'shown' }),
  on(state, input, env) {
    if (input.kind === 'leave') return { state, end: { end: 'leave', how: input.how } };
    if (input.kind !== 'intent') return { state };
    if (input.intent.kind === 'confirm') return { state, end: { end: 'done' } };
    if (input.intent.kind === 'back') return { state, end: { end: 'back' } };
    if (input.intent.kind !== 'edit') return { state };
    const step = editsOf(env).get(nameOf(input.intent.line));
    return step === undefined ? { state } : { state, end: { end: 'goto', step } };
  },
  view: (_state, env) => ({
    kind: 'review',
    body: {
      lines: linesOf(env).slice(0, 16),
      fees: feesOf(env),
      totalFen: env.facts.fee?.amountFen ?? 0,
      warnings: warningsOf(env),
    },
    waits: { ms: env.deadlineMs, extendable: true },
    canBack: true,
    canLeave: true,
  }),
};

const text = (env: StepEnv, key: string): string => env.texts[key] ?? key;
const masked = (value: string): string => `＊＊＊＊${value.slice(-4)}`;

/** Lines that are more than an answer. */
const LINES: Readonly<Record<string, Words>> = {
  holder: (env) => [holderMasked(env.facts)],
  phone: ({ facts: { phone } }) => [phone === null ? '—' : masked(phone)],
  permit: ({ facts: { document } }) => (document === null ? [] : [masked(document.documentNumber)]),
  destination: (env) => [
    (env.facts.choice?.destinations ?? []).map((place) => text(env, `destination.${place}`)).join(' + '),
  ],
  kind: (env) => [text(env, `kind.${env.facts.choice?.kind ?? 'G'}`)],
  count: (env) => [text(env, `count.${env.facts.choice?.countCode ?? 'once'}`)],
  validUntil: ({ facts: { choice } }) => [choice?.validUntil ?? ''],
  permitExpiry: ({ facts }) => [permitLookup(facts)?.permitExpiry ?? ''],
  endorsements: ({ facts, texts }) =>
    (permitLookup(facts)?.endorsements ?? []).map(
      (one) =>
        `${texts[`destination.${one.destination}`] ?? one.destination} ${texts[`kind.${one.kind}`] ?? one.kind} · ${one.validUntil}${one.remaining === null ? '' : ` · ${one.remaining}`}`,
    ),
  photo: ({ facts, say }) => (facts.photo === null && facts.flags['photoOnFile'] !== true ? [] : [say.taken]),
  fingers: ({ facts, say }) => (facts.fingers.length === 0 ? [] : [say.countOf(facts.fingers.length)]),
  licence: ({ facts }) => {
    const licence = facts.lookups['vehicle.licence.lookup'];
    return licence === undefined ? [] : [`${licence.class} · ${licence.expiry}`];
  },
  car: ({ facts, lang }) => {
    const car = facts.lookups['vehicle.car.lookup'];
    return car === undefined ? [] : [lang === 'en' ? car.modelEn : car.modelZh];
  },
  rules: ({ facts, say }) =>
    (facts.lookups['vehicle.car.lookup']?.rules ?? []).map(({ rule, result }) => say.ruleResult(rule, result)),
  violations: ({ facts, lang, say }) =>
    chosenViolations(facts).map(
      (one) =>
        `${one.at} ${lang === 'en' ? one.placeEn : one.placeZh} · ${lang === 'en' ? one.actEn : one.actZh} · ${say.points(one.points)}`,
    ),
  progress: (env) => foundCases(env.facts).flatMap((found) => progressOf(found, env)),
  casePay: (env) => {
    const found = chosenCase(env.facts);
    return found === null ? [] : [`${env.lang === 'en' ? found.titleEn : found.titleZh} ${found.receiptNo}`];
  },
};

/** How a case stands: what it is, its node and since when, when it is expected, what is still to pay, what went back. */
function progressOf(found: FoundCase, { lang, say }: StepEnv): string[] {
  const owed = found.items.reduce((sum, item) => sum + item.amountFen, 0);
  return [
    `${lang === 'en' ? found.titleEn : found.titleZh} ${found.receiptNo}`,
    `${say.nodes[found.state]} · ${found.since}`,
    ...(found.expected === null ? [] : [`${say.slip.expected} ${found.expected}`]),
    ...(owed === 0 ? [] : [`${say.slip.toPay} ¥${(owed / 100).toFixed(2)}`]),
    ...(found.refund == null
      ? []
      : [`${say.slip.refunded} ¥${(found.refund.amountFen / 100).toFixed(2)} · ${found.refund.on}`]),
  ];
}

/** A line's id is its name; of several of one name the later ones have a number. */
function linesOf(env: StepEnv): Line[] {
  const named = env.settings['lines'];
  const edits = editsOf(env);
  return (Array.isArray(named) ? named : []).flatMap((name) =>
    wordsOf(env, name)
      .filter((value) => value !== '')
      .map((value, at) => ({
        id: at === 0 ? name : `${name}.${at}`,
        label: at === 0 ? labelOf(env, name) : '',
        value: value.slice(0, 200),
        editable: at === 0 && edits.has(name),
      })),
  );
}

function wordsOf(env: StepEnv, name: string): readonly string[] {
  const line = LINES[name];
  if (line !== undefined) return line(env);
  const answer = env.facts.answers[name];
  if (answer === undefined) return [];
  return [chosenInWords(env, name) ?? env.texts[`${name}.${answer}`] ?? answer];
}

function labelOf(env: StepEnv, name: string): string {
  if (name === 'phone') return env.say.fields.phone.label;
  return env.texts[`label.${name}`] ?? env.texts[name] ?? name;
}

function nameOf(lineId: string): string {
  return lineId.split('.')[0] ?? lineId;
}

/** `line:step` pairs of the workflow. */
function editsOf(env: StepEnv): ReadonlyMap<string, string> {
  const pairs = env.settings['edits'];
  return new Map(
    (Array.isArray(pairs) ? pairs : []).map((pair) => {
      const [line = '', step = ''] = pair.split(':');
      return [line, step] as const;
    }),
  );
}

function feesOf(env: StepEnv): { label: string; amountFen: number }[] {
  const { choice, fee } = env.facts;
  if (fee === null) return [];
  // An endorsement is paid per destination.
  if (choice !== null) {
    return choice.destinations.map((place) => ({
      label: `${text(env, `destination.${place}`)} · ${text(env, `count.${choice.countCode}`)}`,
      amountFen: Math.round(fee.amountFen / choice.destinations.length),
    }));
  }
  return fee.items.slice(0, 8).map((item) => ({ label: itemLabel(env, item.variant), amountFen: item.amountFen }));
}

/** What a bill's item is called: by the package's text for its variant, else by what it is. */
export function itemLabel(env: StepEnv, variant: string): string {
  const violation = chosenViolations(env.facts).find((one) => one.violationId === variant);
  if (violation !== undefined) return env.lang === 'en' ? violation.actEn : violation.actZh;
  const known = env.texts[`fee.${variant}`] ?? env.texts[`count.${variant}`];
  return known ?? env.texts['title'] ?? variant;
}

function warningsOf(env: StepEnv): string[] {
  const named = env.settings['warning'];
  return [
    ...(env.facts.choice?.cancelsValid === true ? [text(env, 'warning.cancelsValid')] : []),
    ...(typeof named === 'string' ? [text(env, named)] : []),
  ];
}
