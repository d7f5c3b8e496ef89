import { FIND_PURPOSES } from '@yimen/contracts/back-office';
import { ageOn } from '../documents/age.ts';
import { mrzDate } from '../documents/permit-mrz.ts';
import { idNoOf } from '../machine/facts.ts';
import { refusal } from '../machine/session-machine.ts';
import type { StepEnd, StepEnv } from '../machine/step-machine.ts';
import type { AnswerOf } from './ask.ts';

/** What a query tells beside its answer. */
interface Taken {
  /** Ends the service although the office itself refused nothing. */
  readonly end?: StepEnd;
  /** What the office would refuse is not what the citizen is here for. */
  readonly goesOn?: boolean;
  readonly flags?: Readonly<Record<string, boolean>>;
}

/** One query of an office: how it is asked, and what its answer means here. */
export interface Lookup {
  /** What can be refused without asking. */
  readonly refusedBefore?: (env: StepEnv) => StepEnd | undefined;
  readonly body: (env: StepEnv) => Readonly<Record<string, unknown>>;
  readonly taken: (answer: never, env: StepEnv) => Taken;
}

const answer = (env: StepEnv, name: string): string => env.facts.answers[name] ?? '';
const car = (env: StepEnv): { plateType: string; plateNo: string } => ({
  plateType: answer(env, 'plateType'),
  plateNo: answer(env, 'plateNo'),
});

const find: Lookup = {
  body(env) {
    const purpose = String(env.settings['purpose'] ?? '');
    const receiptNo = env.facts.answers['receiptNo'] ?? null;
    // A number says which case; who has none is found by himself.
    const byPerson = receiptNo === null;
    return {
      receiptNo,
      // Whoever asks how a case stands is told of his own only: by its number and by who he is.
      idNo: byPerson || purpose === 'progress' ? idNoOf(env.facts) : null,
      permitNo: byPerson ? (env.facts.document?.documentNumber ?? null) : null,
      purpose: FIND_PURPOSES.find((known) => known === purpose) ?? 'progress',
    };
  },
  taken(told: AnswerOf<'exitEntry.case.find'>, env) {
    const { cases } = told;
    // Looking at a permit needs nothing that waits to be printed.
    if (env.settings['purpose'] === 'print') return { flags: { 'no.approved': cases.length === 0 } };
    // The office's own reason comes first: it is paid already, or not ready.
    return cases.length === 0 && told.refusals.length === 0 ? { end: refusal('receipt-unknown') } : {};
  },
};

/** Every query that a workflow may name. */
export const LOOKUPS: Readonly<Record<string, Lookup>> = {
  'exitEntry.permit.lookup': {
    refusedBefore: refusedByPermit,
    body({ facts: { document } }) {
      return {
        permitNo: document?.documentNumber ?? '',
        expiry: document?.expiry ?? '000000',
        birth: document?.birth ?? '000000',
      };
    },
    taken(told: AnswerOf<'exitEntry.permit.lookup'>, env) {
      const isValid = told.endorsements.some((one) => one.validUntil >= env.today);
      const flags = { 'no.reprint': !isValid };
      // Reading a card and printing what was approved needs nothing that could be applied for.
      if (env.settings['purpose'] === 'view') return { flags, goesOn: true };
      return told.allowed.length === 0 && told.refusals.length === 0 ? { end: refusal('kind-not-here') } : { flags };
    },
  },
  'exitEntry.person.check': {
    body: (env) => ({
      idNo: idNoOf(env.facts) ?? '',
      name: env.facts.identity?.fields.name ?? env.facts.identity?.fields.chineseName ?? '',
      docKind: answer(env, 'docKind'),
      reason: answer(env, 'reason'),
    }),
    taken: (told: AnswerOf<'exitEntry.person.check'>) => ({
      flags: { fingersNeeded: told.fingersNeeded, photoOnFile: told.photoOnFile },
    }),
  },
  'vehicle.licence.lookup': {
    body: (env) => ({ idNo: idNoOf(env.facts) ?? '', reason: env.facts.answers['reason'] ?? 'violation' }),
    taken: (told: AnswerOf<'vehicle.licence.lookup'>) => ({
      flags: { photoOk: told.photoOk, healthOk: told.healthOk },
    }),
  },
  'vehicle.car.lookup': {
    body: (env) => ({
      ...car(env),
      idNo: idNoOf(env.facts) ?? '',
      purpose: env.settings['purpose'] === 'inspect' ? 'inspect' : 'vlic',
    }),
    taken: (told: AnswerOf<'vehicle.car.lookup'>) => ({
      flags: { noInsurance: isMissing(told, 'insurance'), noTax: isMissing(told, 'tax') },
    }),
  },
  'vehicle.violation.list': {
    body: (env) => ({ ...car(env), engineTail: answer(env, 'engineTail') }),
    taken: (told: AnswerOf<'vehicle.violation.list'>) =>
      told.violations.length === 0 && told.refusals.length === 0 ? { end: refusal('none-found') } : {},
  },
  'household.person.check': {
    body: (env) => ({ idNo: idNoOf(env.facts) ?? '', reason: answer(env, 'reason') }),
    taken: (told: AnswerOf<'household.person.check'>) => ({ flags: { waived: told.waived } }),
  },
  'household.photo.fetch': {
    body: (env) => ({ photoReceiptNo: answer(env, 'photoReceiptNo'), idNo: idNoOf(env.facts) ?? '' }),
    taken: () => ({}),
  },
  'exitEntry.case.find': find,
  'vehicle.case.find': find,
  'household.case.find': find,
};

function isMissing(told: AnswerOf<'vehicle.car.lookup'>, rule: string): boolean {
  return told.rules.some((one) => one.rule === rule && one.result === 'missing');
}

/** Age and validity by the permit itself: no need to ask the office. */
function refusedByPermit(env: StepEnv): StepEnd | undefined {
  const document = env.facts.document;
  if (document === null) return refusal('doc-unreadable');
  const expiry = mrzDate(document.expiry, 'expiry', env.today);
  if (expiry < env.today) return refusal('doc-expired', expiry);
  const age = ageOn(mrzDate(document.birth, 'birth', env.today), env.today);
  const rows = [env.policy('age', 'min'), env.policy('age', 'max')] as const;
  const [min, max] = rows.map((row) => row?.value);
  const broken =
    typeof min === 'number' && age < min ? rows[0] : typeof max === 'number' && age > max ? rows[1] : undefined;
  if (broken === undefined) return undefined;
  return {
    end: 'refuse',
    refusal: {
      code: 'age',
      date: null,
      office: null,
      why: { rule: 'age', row: broken.id, value: String(broken.value), source: broken.source },
    },
  };
}
