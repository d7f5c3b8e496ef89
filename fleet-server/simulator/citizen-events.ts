import { createHash } from 'node:crypto';
import type { PlannedCitizen } from './day-plan.ts';
import type { SeededRandom } from './seeded-random.ts';

/** Kind and fields of one event. */
export interface EventFields {
  readonly kind: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** What is journaled when a citizen begins. */
export function beginEvents(citizen: PlannedCitizen, sessionId: string, lang: string): EventFields[] {
  return [
    { kind: 'session-started', fields: { sessionId, lang, mode: 'standard' } },
    { kind: 'service-started', fields: { sessionId, service: citizen.service.id, release: 17 } },
  ];
}

/** What is journaled when the citizen has gone: money, result, incident, end of the session. `fromRow`: the journal row
 *  before the session's first. */
export function endEvents(
  citizen: PlannedCitizen,
  sessionId: string,
  fromRow: number,
  random: SeededRandom,
): EventFields[] {
  const counts = countsOf(citizen);
  const incident = citizen.outcome === 'stopped' ? random.spoken(3) : null;
  const events: EventFields[] = [];
  if (counts.chargedFen > 0) {
    events.push({
      kind: 'money-moved',
      fields: {
        operationId: operationId(citizen.endsAt, random),
        sessionId,
        direction: 'charge',
        channel: 'qr',
        amountFen: counts.chargedFen,
        outcome: 'done',
      },
    });
  }
  events.push({
    kind: 'service-result',
    fields: {
      sessionId,
      service: citizen.service.id,
      release: 17,
      outcome: citizen.outcome,
      reason: citizen.reason,
      stop: citizen.stop,
      amountFen: citizen.feeFen,
      ...counts,
      steps: stepsOf(citizen, random),
      receiptId: random.spoken(4),
      incident,
    },
  });
  if (incident !== null)
    events.push({ kind: 'incident', fields: { number: incident, state: 'opened', stop: citizen.stop } });
  const how = citizen.outcome === 'abandoned' ? random.pick(['timeout', 'cancelled'] as const) : 'finished';
  const head = createHash('sha256').update(sessionId).digest('base64url');
  const journal = { from: fromRow + 1, to: fromRow + 2 * (events.length + 3), head };
  events.push({ kind: 'session-ended', fields: { sessionId, how, ms: citizen.endsAt - citizen.startsAt, journal } });
  return events;
}

/** What is journaled when a stopped service was cleared up. */
export function clearedEvents(stop: {
  seq: number;
  incident: string;
  stop: string;
  feeFen: number;
  produces: 0 | 1;
}): EventFields[] {
  const done = {
    outcome: 'done',
    stop: null,
    chargedFen: stop.feeFen,
    produced: stop.produces,
    handedOver: stop.produces,
  };
  const fields = stop.stop === 'card-held' ? { stop: null } : done;
  return [
    { kind: 'service-corrected', fields: { of: stop.seq, by: 'staff', ...fields } },
    { kind: 'incident', fields: { number: stop.incident, state: 'closed', stop: stop.stop } },
  ];
}

function countsOf({ outcome, stop, feeFen, service }: PlannedCitizen): {
  chargedFen: number;
  refundedFen: number;
  produced: number;
  handedOver: number;
} {
  const none = { chargedFen: 0, refundedFen: 0, produced: 0, handedOver: 0 };
  if (outcome === 'done')
    return { chargedFen: feeFen, refundedFen: 0, produced: service.produces, handedOver: service.produces };
  if (outcome !== 'stopped' || stop === 'approval-pending') return none;
  return { ...none, chargedFen: feeFen, produced: stop === 'paid-not-produced' ? 0 : 1 };
}

/** A service that did not go through ends at one of its steps. */
function stepsOf(citizen: PlannedCitizen, random: SeededRandom): { step: string; outcome: string; ms: number }[] {
  const { steps } = citizen.service;
  const through = citizen.outcome === 'done' ? steps.length : random.between(1, steps.length);
  const ms = Math.floor((citizen.endsAt - citizen.startsAt) / (steps.length + 1));
  return steps.slice(0, through).map((step, index) => ({
    step,
    outcome: citizen.outcome === 'done' || index < through - 1 ? 'done' : 'notDone',
    ms,
  }));
}

/** UUID version 7 (RFC 9562 §5.7), of seeded random. */
function operationId(wallMs: number, random: SeededRandom): string {
  const time = wallMs.toString(16).padStart(12, '0');
  const hex = (digits: number): string =>
    Array.from({ length: digits }, () => random.between(0, 15).toString(16)).join('');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(3)}-${random.pick(['8', '9', 'a', 'b'])}${hex(3)}-${hex(12)}`;
}
