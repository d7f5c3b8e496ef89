import { FLEET_TIMES } from '@yimen/contracts/fleet';
import { CORE_LIMITS } from '../limits.table.ts';

/** Fleet numbers from the first to the second, both included. */
export type SeqRange = readonly [from: number, to: number];

/** A batch that was sent and is not yet known to be committed. */
export interface InFlight {
  readonly from: number;
  readonly to: number;
  readonly sentAt: number;
  /** How long until it is sent again, in milliseconds; doubles each time. */
  readonly againMs: number;
}

/** How far the fleet has confirmed the journal. Times are monotonic milliseconds. */
export interface OutboxState {
  readonly linked: boolean;
  /** The next ack is the first after a birth: it may set the cursor back. */
  readonly awaitsFirstAck: boolean;
  /** Everything up to here is committed at the fleet. */
  readonly cursor: number;
  /** Newest fleet number of the journal. */
  readonly last: number;
  /** Highest number handed to this link, or told by the fleet as committed. */
  readonly sentTo: number;
  /** Since when a row waits that was never sent on this link. */
  readonly freshSince: number | null;
  readonly inFlight: readonly InFlight[];
  /** Ranges the fleet asked for again, lowest first. */
  readonly missing: readonly SeqRange[];
  /** Ranges sent again lately: acks that were under way then still name them. */
  readonly resent: readonly InFlight[];
}

export type OutboxInput =
  | { readonly kind: 'linked'; readonly now: number }
  | { readonly kind: 'unlinked'; readonly now: number }
  | { readonly kind: 'appended'; readonly now: number; readonly last: number }
  | { readonly kind: 'acked'; readonly now: number; readonly upTo: number; readonly missing: readonly SeqRange[] }
  | { readonly kind: 'tick'; readonly now: number };

/** What lies outside the machine: how long a fresh batch waits for company, and where one that begins at `from` ends. */
export interface OutboxTerms {
  readonly lingerMs: number;
  readonly batchEnd: (from: number, to: number) => number;
}

export interface OutboxDecision {
  readonly state: OutboxState;
  /** Batches to send now, in this order. */
  readonly send: readonly SeqRange[];
  /** When the machine wants a tick, monotonic milliseconds; null when nothing is due. */
  readonly wakeAt: number | null;
}

export function outboxStart(cursor: number, last: number): OutboxState {
  // A cursor beyond the journal belongs to a longer journal that was lost: what is written from here on must be sent.
  const at = Math.min(cursor, last);
  return {
    linked: false,
    awaitsFirstAck: false,
    cursor: at,
    last,
    sentTo: at,
    freshSince: null,
    inFlight: [],
    missing: [],
    resent: [],
  };
}

/** Decides what to send (fleet contract §2.5, rules 2, 3 and 9): ≤4 batches in flight; one without an ack goes again
 *  after 15 s, doubling to 120 s; the first ack after a birth sets the cursor forward or back, later ones only
 *  forward; missing ranges go at once, lowest first; a fresh batch lingers. A PUBACK is no input: it means nothing. */
export function decideOutbox(before: OutboxState, input: OutboxInput, terms: OutboxTerms): OutboxDecision {
  const state = take(before, input);
  if (!state.linked) return { state, send: [], wakeAt: null };
  const again = sendAgain(state, input.now);
  const asked = sendMissing(again.state, input.now, terms);
  const fresh = sendFresh(asked.state, input.now, terms);
  return {
    state: fresh.state,
    send: [...again.send, ...asked.send, ...fresh.send],
    wakeAt: wakeAt(fresh.state, terms),
  };
}

function take(state: OutboxState, input: OutboxInput): OutboxState {
  switch (input.kind) {
    case 'linked': {
      const waits = state.last > state.cursor;
      return {
        ...state,
        linked: true,
        awaitsFirstAck: true,
        sentTo: state.cursor,
        freshSince: waits ? input.now : null,
        inFlight: [],
        missing: [],
        resent: [],
      };
    }
    case 'unlinked':
      return { ...state, linked: false, awaitsFirstAck: false, inFlight: [], missing: [], resent: [] };
    case 'appended': {
      const last = Math.max(state.last, input.last);
      const waits = last > state.sentTo;
      return { ...state, last, freshSince: waits ? (state.freshSince ?? input.now) : null };
    }
    case 'acked':
      return state.linked ? takeAck(state, input.upTo, input.missing, input.now) : state;
    case 'tick':
      return state;
  }
}

function takeAck(state: OutboxState, upToTold: number, missingTold: readonly SeqRange[], now: number): OutboxState {
  const upTo = Math.min(upToTold, state.last);
  const missing = tidy(missingTold, upTo);
  const prefix = (missing[0]?.[0] ?? upTo + 1) - 1;
  // Only forward after the first ack: an older ack that arrives late must not bring rows back.
  const cursor = state.awaitsFirstAck ? prefix : Math.max(state.cursor, prefix);
  const resent = state.resent.filter((batch) => now - batch.sentAt < CORE_LIMITS.missingAgainMs);
  const due = subtract(missing, resent);
  // A restored fleet has less than it once confirmed: the rows between are asked for without being named.
  const sentTo = Math.max(state.sentTo, upTo);
  const lost: readonly SeqRange[] = state.awaitsFirstAck && upTo < state.cursor ? [[upTo + 1, state.cursor]] : [];
  return {
    ...state,
    awaitsFirstAck: false,
    cursor,
    sentTo,
    freshSince: state.last > sentTo ? (state.freshSince ?? now) : null,
    // Of a batch below `upTo` every row is committed or named as missing; one sent again just now keeps its turn.
    inFlight: state.inFlight.filter((batch) => batch.to > upTo || (isIn(resent, batch) && touches(missing, batch))),
    missing: merge([...state.missing.filter((range) => range[1] > cursor), ...due, ...lost]),
    resent,
  };
}

/** Ranges within 1…upTo, lowest first. */
function tidy(ranges: readonly SeqRange[], upTo: number): SeqRange[] {
  const within = ranges
    .map(([from, to]): SeqRange => [Math.max(1, from), Math.min(to, upTo)])
    .filter(([from, to]) => from <= to);
  return merge(within);
}

function merge(ranges: readonly SeqRange[]): SeqRange[] {
  const merged: [number, number][] = [];
  for (const [from, to] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const last = merged.at(-1);
    if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return merged;
}

/** What is left of `ranges` without the batches. */
function subtract(ranges: readonly SeqRange[], batches: readonly InFlight[]): SeqRange[] {
  let left = [...ranges];
  for (const batch of batches) {
    left = left.flatMap(([from, to]): SeqRange[] => {
      if (to < batch.from || batch.to < from) return [[from, to]];
      const before: SeqRange[] = from < batch.from ? [[from, batch.from - 1]] : [];
      const after: SeqRange[] = batch.to < to ? [[batch.to + 1, to]] : [];
      return [...before, ...after];
    });
  }
  return left;
}

function isIn(batches: readonly InFlight[], batch: InFlight): boolean {
  return batches.some((other) => other.from === batch.from && other.to === batch.to);
}

function touches(ranges: readonly SeqRange[], batch: InFlight): boolean {
  return ranges.some(([from, to]) => from <= batch.to && batch.from <= to);
}

interface Sent {
  readonly state: OutboxState;
  readonly send: readonly SeqRange[];
}

function sendAgain(state: OutboxState, now: number): Sent {
  const send: SeqRange[] = [];
  const inFlight = state.inFlight.map((batch) => {
    if (now < batch.sentAt + batch.againMs) return batch;
    send.push([batch.from, batch.to]);
    return { ...batch, sentAt: now, againMs: Math.min(batch.againMs * 2, FLEET_TIMES.ackAgainMaxMs) };
  });
  return { state: { ...state, inFlight }, send };
}

function sendMissing(state: OutboxState, now: number, terms: OutboxTerms): Sent {
  const send: SeqRange[] = [];
  let { inFlight, missing, resent } = state;
  for (let next = missing[0]; next !== undefined && inFlight.length < FLEET_TIMES.batchesInFlight; next = missing[0]) {
    const [from, wanted] = next;
    const to = terms.batchEnd(from, wanted);
    const batch: InFlight = { from, to, sentAt: now, againMs: FLEET_TIMES.ackAgainMs };
    send.push([from, to]);
    inFlight = [...inFlight, batch];
    resent = [...resent, batch];
    missing = to < wanted ? [[to + 1, wanted], ...missing.slice(1)] : missing.slice(1);
  }
  return { state: { ...state, inFlight, missing, resent }, send };
}

function sendFresh(state: OutboxState, now: number, terms: OutboxTerms): Sent {
  const send: SeqRange[] = [];
  let { inFlight, sentTo, freshSince } = state;
  while (sentTo < state.last && freshSince !== null && inFlight.length < FLEET_TIMES.batchesInFlight) {
    const from = sentTo + 1;
    const to = terms.batchEnd(from, state.last);
    const isFull = to < state.last;
    if (!isFull && now < freshSince + terms.lingerMs) break;
    send.push([from, to]);
    inFlight = [...inFlight, { from, to, sentAt: now, againMs: FLEET_TIMES.ackAgainMs }];
    sentTo = to;
    if (sentTo === state.last) freshSince = null;
  }
  return { state: { ...state, inFlight, sentTo, freshSince }, send };
}

function wakeAt(state: OutboxState, terms: OutboxTerms): number | null {
  const times = state.inFlight.map((batch) => batch.sentAt + batch.againMs);
  if (state.freshSince !== null && state.inFlight.length < FLEET_TIMES.batchesInFlight)
    times.push(state.freshSince + terms.lingerMs);
  return times.length === 0 ? null : Math.min(...times);
}
