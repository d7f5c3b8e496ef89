import type { JournalEvent } from '@yimen/contracts/journal';
import type { Facts } from '../machine/facts.ts';
import type { StepRecord } from '../machine/session-machine.ts';
import type { StepEnv, StepMachine } from '../machine/step-machine.ts';

/** What only the engine knows of a session when its result is written. */
export interface ResultContext {
  readonly ending: 'none' | 'refused' | 'abandoned' | 'stopped' | 'done';
  readonly records: readonly StepRecord[];
  readonly release: number;
  readonly service: string | null;
  /** A recovered session whose result already stands is not told twice. */
  readonly alreadyTold: boolean;
}

/** Writes the one `service-result` of a session, and its incident when it stopped. No screen. */
export function resultStep(context: () => ResultContext): StepMachine<'written'> {
  return {
    enter(env) {
      const known = context();
      if (known.service === null || known.alreadyTold) return { state: 'written', end: { end: 'skipped' } };
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
        chargedFen: chargedFen(facts),
        refundedFen: facts.refundedFen,
        produced: facts.production === 'done' ? 1 : 0,
        handedOver: facts.production === 'done' && facts.handedOver ? 1 : 0,
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
