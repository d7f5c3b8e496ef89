import { AppError, type Clock } from '@yimen/contracts/base';
import {
  OFFICE_OF_DOMAIN,
  placeChain,
  resolvePolicy,
  STEPS,
  type Guard,
  type StepKind,
} from '@yimen/contracts/service';
import type { Assignment } from '@yimen/contracts/terminal';
import { shanghaiDay } from './documents/shanghai-time.ts';
import { clearGoods } from './endings/clear-goods.ts';
import { closeCase } from './endings/close-case.ts';
import { liftCard } from './endings/lift-card.ts';
import { moneyBack } from './endings/money-back.ts';
import { resultStep } from './endings/result.ts';
import { returnCard } from './endings/return-card.ts';
import { farewell, refusedScreen, stoppedScreen } from './endings/screens.ts';
import { noFacts, type Facts } from './machine/facts.ts';
import {
  firstPlan,
  recoveryPlan,
  settlingPlan,
  type PlanItem,
  type SessionState,
  type SessionWorld,
} from './machine/session-machine.ts';
import { hideState, type AnyStep, type StepEnv } from './machine/step-machine.ts';
import { readPast, type Past } from './recovery/past.ts';
import { settleStep } from './recovery/settle.ts';
import type { ServicePackage } from './service-package.ts';
import { approveStep } from './steps/approve.ts';
import { checkStep } from './steps/check.ts';
import { chooseStep } from './steps/choose.ts';
import { chooseEndorsementStep } from './steps/choose-endorsement.ts';
import { rateStep, receiptStep, refundReceipt } from './steps/close.ts';
import { consentStep } from './steps/consent.ts';
import { faceStep } from './steps/face.ts';
import { feeStep } from './steps/fee.ts';
import { fingerprintStep } from './steps/fingerprint.ts';
import { formStep } from './steps/form.ts';
import { giveDocumentStep } from './steps/give-document.ts';
import { giveLicenceStep } from './steps/give-licence.ts';
import { guideStep } from './steps/guide.ts';
import { issueStep } from './steps/issue.ts';
import { lookupStep } from './steps/lookup.ts';
import { makeLicenceStep } from './steps/make-licence.ts';
import { payStep } from './steps/pay.ts';
import { photoStep } from './steps/photo.ts';
import { printFormStep } from './steps/print-form.ts';
import { produceStep } from './steps/produce.ts';
import { readCardStep } from './steps/read-card.ts';
import { readIdStep } from './steps/read-id.ts';
import { reviewStep } from './steps/review.ts';
import { scanCodeStep } from './steps/scan-code.ts';
import { scanDocumentStep } from './steps/scan-document.ts';
import { signatureStep } from './steps/signature.ts';
import { menuStep, startStep } from './steps/start.ts';
import { takeOldStep } from './steps/take-old.ts';
import { verifyStep } from './steps/verify.ts';
import { SESSION_TEXTS } from './texts/index.ts';

/** Every step of the catalogue (contracts/service/step.table.ts) as a machine. A kind without one does not compile. */
const STEP_MACHINES: Readonly<Record<StepKind, AnyStep>> = {
  guide: hideState(guideStep),
  consent: hideState(consentStep),
  'read-card': hideState(readCardStep),
  'read-id': hideState(readIdStep),
  'scan-code': hideState(scanCodeStep),
  face: hideState(faceStep),
  lookup: hideState(lookupStep),
  check: hideState(checkStep),
  'choose-endorsement': hideState(chooseEndorsementStep),
  choose: hideState(chooseStep),
  form: hideState(formStep),
  photo: hideState(photoStep),
  fingerprint: hideState(fingerprintStep),
  signature: hideState(signatureStep),
  'scan-document': hideState(scanDocumentStep),
  fee: hideState(feeStep),
  review: hideState(reviewStep),
  approve: hideState(approveStep),
  pay: hideState(payStep),
  produce: hideState(produceStep),
  verify: hideState(verifyStep),
  'make-licence': hideState(makeLicenceStep),
  'take-old': hideState(takeOldStep),
  'give-licence': hideState(giveLicenceStep),
  'give-document': hideState(giveDocumentStep),
  issue: hideState(issueStep),
  'print-form': hideState(printFormStep),
  'hand-over': hideState(returnCard),
  confirm: hideState(closeCase),
  receipt: hideState(receiptStep),
  rate: hideState(rateStep),
};

export interface WorldOptions {
  readonly assignment: Assignment;
  readonly packages: ReadonlyMap<string, ServicePackage>;
  readonly clock: Clock;
  readonly matcher: 'simulated' | 'installed' | 'none';
  readonly hasDevice: (kind: string) => boolean;
  readonly isFitted: (kind: string) => boolean;
  /** The session as it is now; the result needs what only the engine knows. */
  readonly current: () => SessionState;
}

/** Joins machines, packages and the assignment into what the engine works with. */
export function createWorld(options: WorldOptions): SessionWorld {
  const { assignment, packages } = options;
  const past = readPast(assignment.past);
  const steps = stepsFor(options, past);
  return {
    sessionId: assignment.sessionId,
    step(kind) {
      const found = steps.get(kind);
      if (found === undefined) throw new AppError('INTERNAL_UNREACHABLE', `no step ${kind}`);
      return found;
    },
    holds: (state, guard) => holds(options, state, guard),
    plan: (service) => (isOffered(assignment, service) ? planOf(packages.get(service)) : []),
    release: (service) => packages.get(service)?.manifest.release ?? 0,
    env: (state, item) => envOf(options, state, item),
  };
}

function stepsFor(options: WorldOptions, past: Past): ReadonlyMap<string, AnyStep> {
  const { assignment } = options;
  const result = resultStep(() => {
    const state = options.current();
    return {
      ending: state.ending,
      records: state.records,
      release: state.service === null ? 0 : (options.packages.get(state.service)?.manifest.release ?? past.release),
      service: state.service,
      told: past.told,
    };
  });
  return new Map<string, AnyStep>([
    ...Object.entries(STEP_MACHINES),
    ['start', hideState(startStep)],
    ['menu', hideState(menuStep)],
    ['settle', hideState(settleStep(askedOf(assignment, past.open)))],
    ['return-card', hideState(returnCard)],
    ['clear-goods', hideState(clearGoods)],
    ['lift-card', hideState(liftCard)],
    ['release-case', hideState(closeCase)],
    ['report-stop', hideState(closeCase)],
    ['money-back', hideState(moneyBack)],
    ['refund-receipt', hideState(refundReceipt)],
    ['result', hideState(result)],
    ['refused', hideState(refusedScreen)],
    ['stopped', hideState(stoppedScreen)],
    ['farewell', hideState(farewell)],
  ]);
}

/** Behind other sessions no device may be asked: only what an office knows is settled there. */
function askedOf({ purpose }: Assignment, open: Past['open']): Past['open'] {
  return purpose === 'settling' ? open.filter(({ target }) => target === 'gateway') : open;
}

function isOffered(assignment: Assignment, service: string): boolean {
  return assignment.services.some((offered) => offered.id === service && offered.state === 'available');
}

function planOf(pkg: ServicePackage | undefined): readonly PlanItem[] {
  return (pkg?.workflow.steps ?? []).map((step) => ({
    id: step.id,
    kind: step.step,
    settings: step.settings ?? {},
    ...(step.when === undefined ? {} : { when: step.when }),
  }));
}

/** Answers and flags are what the session has learned so far; an answer nobody gave is none of the values. */
function holds(options: WorldOptions, { facts }: SessionState, guard: Guard): boolean {
  if ('answer' in guard) return guard.in.includes(facts.answers[guard.answer] ?? '');
  if ('flag' in guard) return (facts.flags[guard.flag] === true) === guard.is;
  return (options.isFitted(guard.device) && options.hasDevice(guard.device)) === guard.usable;
}

/** The package of a session: the chosen one, or (for the menu and for recoveries of lost packages) any. */
export function packageOf(
  packages: ReadonlyMap<string, ServicePackage>,
  state: SessionState,
): ServicePackage | undefined {
  return (state.service === null ? undefined : packages.get(state.service)) ?? packages.values().next().value;
}

function envOf(options: WorldOptions, state: SessionState, item: PlanItem): StepEnv {
  const { assignment, packages, clock } = options;
  const pkg = packageOf(packages, state);
  if (pkg === undefined) throw new AppError('INTERNAL_UNREACHABLE', 'a session without any service package');
  const wallMs = clock.wallMs() + assignment.wallOffsetMs;
  const date = state.policyDate;
  const places = placeChain(assignment.terminal.town, assignment.terminal.hallId);
  const policy: StepEnv['policy'] = (kind, variant) => resolvePolicy(pkg.policy, { kind, variant, places, date });
  return {
    assignment,
    pkg,
    office: state.facts.office ?? OFFICE_OF_DOMAIN[pkg.manifest.domain],
    packages,
    policy,
    policyNow: (kind, variant) => resolvePolicy(pkg.policy, { kind, variant, places, date: shanghaiDay(wallMs) }),
    policyFor: (other, kind, variant) => resolvePolicy(other.policy, { kind, variant, places, date }),
    today: date,
    wallMs,
    monoMs: clock.monoMs(),
    lang: state.lang,
    facts: state.facts,
    texts: pkg.texts[state.lang],
    say: SESSION_TEXTS[state.lang],
    settings: item.settings,
    matcher: options.matcher,
    hasDevice: options.hasDevice,
    isFitted: options.isFitted,
    deadlineMs: deadlineOf(item, state, policy(`deadline`, item.kind)?.value),
  };
}

/** A step's time: the policy row `deadline.<step>` in seconds, else the step table; the elder mode has twice as long. */
function deadlineOf(item: PlanItem, state: SessionState, policySeconds: unknown): number {
  const table = Object.hasOwn(STEPS, item.kind) ? STEPS[item.kind as StepKind].deadlineMs : 60_000;
  const base = typeof policySeconds === 'number' ? policySeconds * 1000 : table;
  return state.mode.elder && isCitizenTime(item.kind) ? base * 2 : base;
}

function isCitizenTime(kind: string): boolean {
  return !Object.hasOwn(STEPS, kind) || STEPS[kind as StepKind].extendable;
}

/** A session at its first moment. A recovery starts from what the journal proves of the one that died. */
export function firstState(
  assignment: Assignment,
  ids: { receiptId: string; incident: string },
  wallMs: number,
): SessionState {
  const past = readPast(assignment.past);
  const isBehind = assignment.purpose === 'settling';
  const recovers = isBehind || assignment.purpose === 'recovery';
  const facts: Facts = { ...noFacts(ids.receiptId, ids.incident), ...(recovers ? past.facts : {}) };
  return {
    plan: isBehind ? settlingPlan() : recovers ? recoveryPlan() : firstPlan(),
    at: 0,
    inner: undefined,
    enteredMono: 0,
    facts,
    records: [],
    lang: assignment.lang,
    mode: assignment.mode,
    overlay: 'none',
    extensionsLeft: 10,
    service: recovers ? past.service : null,
    ending: recovers ? 'abandoned' : 'none',
    how: recovers ? 'cancelled' : 'finished',
    journalGone: false,
    isBehind,
    over: false,
    policyDate: shanghaiDay(wallMs + assignment.wallOffsetMs),
  };
}
