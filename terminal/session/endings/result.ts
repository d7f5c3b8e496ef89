import type { EventFields, JournalEvent } from '@yimen/contracts/journal';
import type { PastEvent } from '@yimen/contracts/terminal';
import { hasGoodsOut, hasPropertyInside, type Facts } from '../machine/facts.ts';
import type { StepRecord } from '../machine/session-machine.ts';
import type { StepEnv, StepMachine, Turn } from '../machine/step-machine.ts';

/** What only the engine knows of a session when its result is written. */
export interface ResultContext {
  readonly ending: 'none' | 'refused' | 'abandoned' | 'stopped' | 'done';
  readonly records: readonly StepRecord[];
  readonly release: number;
  readonly service: string | null;
  /** The result that a session which is recovered had written: it is not told twice, only corrected. */
  readonly told: PastEvent | null;
}

/** Writes the one `service-result` of a session, and its incident when it stopped. No screen. */
export function resultStep(context: () => ResultContext): StepMachine<'written'> {
  return {
    enter(env) {
      const known = context();
      if (known.service === null) return { state: 'written', end: { end: 'skipped' } };
      if (known.told !== null) return corrected(known.told, env);
      return {
        state: 'written',
        effects: [{ do: 'journal', events: eventsOf(known, known.service, env) }],
        end: { end: 'done' },
      };
    },
    on: (state) => ({ state }),
    view: () => null,
  };
}

/** What has been proved since the result was written: money that was asked about, goods that were looked for. */
function corrected(told: PastEvent, env: StepEnv): Turn<'written'> {
  const { facts } = env;
  // Goods that staff handed out are told together with the office: until then the books say the same as hers.
  const isHandOut = facts.handedOut && facts.caseClosed;
  const now = { ...countsOf(facts), ...(isHandOut ? ({ outcome: 'done', stop: null } as const) : {}) };
  const isTold = (name: string): boolean => name !== 'handedOver' || !facts.handedOut || facts.caseClosed;
  const changed = Object.fromEntries(
    Object.entries(now).filter(([name, value]) => told[name] !== value && isTold(name)),
  );
  const of = told['seq'];
  const events: JournalEvent[] = [
    ...moneyEnded(env),
    ...incidentEnded(told, env),
    ...(typeof of === 'number' && Object.keys(changed).length > 0
      ? [{ kind: 'service-corrected', fields: { of, by: isHandOut ? 'staff' : 'session', ...changed } } as const]
      : []),
  ];
  if (events.length === 0) return { state: 'written', end: { end: 'skipped' } };
  return { state: 'written', effects: [{ do: 'journal', events }], end: { end: 'done' } };
}

/** What was owed is not owed any more: the money went back, or it may stay. */
function moneyEnded({ assignment, facts }: StepEnv): JournalEvent[] {
  if (facts.moneyEnd === null) return [];
  const { sessionId } = assignment;
  const caseRef = facts.case?.caseRef ?? '';
  const fields = {
    sessionId,
    caseRef,
    amountFen: facts.compensationFen,
    state: 'closed',
    why: facts.moneyEnd,
  } as const;
  return [{ kind: 'compensation', fields }];
}

/** With its money settled, and nothing of anybody's left in the machine, a sale that produced nothing needs nobody any
 *  more: its number is closed, and the alarm with it. */
function incidentEnded(told: PastEvent, { facts }: StepEnv): JournalEvent[] {
  const { stop, incident } = told;
  if (facts.moneyEnd === null || stop !== 'paid-not-produced' || typeof incident !== 'string') return [];
  const isCardKept = facts.card === 'held' || facts.card === 'stuck' || hasPropertyInside(facts);
  const isGoodsKept = facts.goods === 'retracted' || hasGoodsOut(facts) || facts.production === 'unknown';
  if (isCardKept || isGoodsKept) return [];
  return [{ kind: 'incident', fields: { number: incident, state: 'closed', stop } }];
}

/** Money and goods of a result. */
function countsOf(
  facts: Facts,
): Pick<EventFields<'service-result'>, 'chargedFen' | 'refundedFen' | 'produced' | 'handedOver'> {
  return {
    chargedFen: chargedFen(facts),
    refundedFen: facts.refundedFen,
    produced: facts.production === 'done' ? 1 : 0,
    handedOver: facts.production === 'done' && facts.handedOver ? 1 : 0,
  };
}

function eventsOf(known: ResultContext, service: string, env: StepEnv): JournalEvent[] {
  const { facts } = env;
  const stopped = facts.stop !== null;
  const outcome = stopped
    ? 'stopped'
    : facts.refusal !== null
      ? 'refused'
      : known.ending === 'none' || known.ending === 'done'
        ? 'done'
        : settledOutcome(facts);
  const events: JournalEvent[] = [
    {
      kind: 'service-result',
      fields: {
        sessionId: env.assignment.sessionId,
        service,
        release: known.release,
        outcome,
        reason: outcome === 'refused' ? (facts.refusal?.code ?? null) : null,
        stop: facts.stop,
        amountFen: facts.fee?.amountFen ?? facts.bill?.amountFen ?? 0,
        ...countsOf(facts),
        steps: known.records
          .slice(0, 64)
          .map((record) => ({ step: record.step, outcome: record.outcome, ms: record.ms })),
        receiptId: facts.receiptId,
        incident: stopped ? facts.incident : null,
      },
    },
  ];
  if (facts.stop !== null)
    events.push({ kind: 'incident', fields: { number: facts.incident, state: 'opened', stop: facts.stop } });
  return events;
}

/** A session that ended by itself, seen from its facts: goods out and paid is done, whoever finished it. */
function settledOutcome(facts: Facts): 'done' | 'abandoned' {
  return facts.production === 'done' && facts.handedOver ? 'done' : 'abandoned';
}

/** Money that is, or may be, taken. An unproved charge counts as none until it is settled; its operation is open. */
function chargedFen(facts: Facts): number {
  if (facts.money === 'taken') return facts.bill?.amountFen ?? facts.fee?.amountFen ?? 0;
  return facts.refundedFen;
}
