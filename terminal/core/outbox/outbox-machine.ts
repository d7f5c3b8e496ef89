import { FLEET_TIMES } from '@yimen/contracts/fleet';
import { CORE_LIMITS } from '../limits.table.ts';
import {
  boundary,
  doubtOf,
  halve,
  isSetAside,
  judge,
  noteSend,
  settle,
  told,
  type Doubt,
  type SeqRange,
} from './doubts.ts';

export type { SeqRange } from './doubts.ts';

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
  /** What was sent and is not known to be committed; outlives a link, so that a batch that ends links is found too. */
  readonly doubts: readonly Doubt[];
  /** How many batches were sent. */
  readonly sent: number;
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
  /** Rows that the fleet cannot read: they go as `unreadable` from now on, those of `send` too. */
  readonly unreadable: readonly number[];
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
    doubts: [],
    sent: 0,
  };
}

/** Decides what to send (fleet contract §2.5, rules 2, 3 and 9): ≤4 batches in flight; one without an ack goes again
 *  after 15 s, doubling to 120 s; the first ack after a birth sets the cursor forward or back, later ones only
 *  forward; missing ranges go at once, lowest first; a fresh batch lingers. A PUBACK is no input: it means nothing.
 *  A batch that is never answered is halved, until a row that the fleet cannot read stands alone (`doubts.ts`). */
export function decideOutbox(before: OutboxState, input: OutboxInput, terms: OutboxTerms): OutboxDecision {
  const state = take(before, input);
  if (!state.linked) return { state, send: [], unreadable: [], wakeAt: null };
  const again = sendAgain(state, input.now, terms);
  const asked = sendMissing(again.state, input.now, terms);
  const fresh = sendFresh(asked.state, input.now, terms);
  const steps = [again, asked, fresh];
  return {
    state: fresh.state,
    send: [...steps.flatMap(({ send }) => send), ...(again.isSilent ? lookForLife(state) : [])],
    unreadable: steps.flatMap(({ unreadable }) => unreadable),
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
    doubts: settle(state.doubts, upTo, missing),
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
  readonly unreadable: readonly number[];
}

interface Planned extends Sent {
  readonly batch: InFlight;
}

/** One batch that begins at `from` and ends at `wanted` or before: as it is, the first half of it, or as `unreadable`. */
function plan(state: OutboxState, from: number, wanted: number, now: number): Planned {
  const end = boundary(state.doubts, from, wanted);
  const doubt = doubtOf(state.doubts, from, end);
  const verdict = doubt === undefined ? 'send' : judge(doubt, state.cursor > 0);
  let doubts = state.doubts;
  if (doubt !== undefined && verdict === 'halve') doubts = halve(doubts, doubt);
  if (doubt !== undefined && verdict === 'unreadable') doubts = told(doubts, doubt);
  const to = verdict === 'halve' ? boundary(doubts, from, end) : end;
  const sent = state.sent + 1;
  return {
    state: { ...state, sent, doubts: noteSend(doubts, [from, to], sent) },
    send: [[from, to]],
    unreadable: verdict === 'unreadable' ? [from] : [],
    batch: { from, to, sentAt: now, againMs: FLEET_TIMES.ackAgainMs },
  };
}

function hasRoom(state: OutboxState): boolean {
  const waiting = state.inFlight.filter(({ from, to }) => !isSetAside(doubtOf(state.doubts, from, to)));
  return waiting.length < FLEET_TIMES.batchesInFlight;
}

/** The newest confirmed row once more: a fleet that answers this, and not the batch before it, cannot read that. */
function lookForLife(state: OutboxState): SeqRange[] {
  return state.cursor === 0 ? [] : [[state.cursor, state.cursor]];
}

function sendAgain(before: OutboxState, now: number, terms: OutboxTerms): Sent & { readonly isSilent: boolean } {
  let state = before;
  const send: SeqRange[] = [];
  const unreadable: number[] = [];
  const inFlight: InFlight[] = [];
  let isSilent = false;
  for (const batch of before.inFlight) {
    if (now < batch.sentAt + batch.againMs) {
      inFlight.push(batch);
      continue;
    }
    const planned = plan(state, batch.from, terms.batchEnd(batch.from, batch.to), now);
    const { to } = planned.batch;
    state = planned.state;
    if (to < batch.to) state = { ...state, missing: merge([...state.missing, [to + 1, batch.to]]) };
    const againMs = to < batch.to ? FLEET_TIMES.ackAgainMs : Math.min(batch.againMs * 2, FLEET_TIMES.ackAgainMaxMs);
    inFlight.push({ ...planned.batch, againMs });
    send.push(...planned.send);
    unreadable.push(...planned.unreadable);
    const doubt = doubtOf(state.doubts, batch.from, to);
    if (doubt !== undefined && doubt.sends >= FLEET_TIMES.sendsBeforeDoubt) isSilent = true;
  }
  return { state: { ...state, inFlight }, send, unreadable, isSilent };
}

function sendMissing(before: OutboxState, now: number, terms: OutboxTerms): Sent {
  let state = before;
  const send: SeqRange[] = [];
  const unreadable: number[] = [];
  for (let next = state.missing[0]; next !== undefined && hasRoom(state); next = state.missing[0]) {
    const [from, wanted] = next;
    const planned = plan(state, from, terms.batchEnd(from, wanted), now);
    const { batch } = planned;
    const rest = state.missing.slice(1);
    send.push(...planned.send);
    unreadable.push(...planned.unreadable);
    state = {
      ...planned.state,
      inFlight: [...state.inFlight, batch],
      resent: [...state.resent, batch],
      missing: batch.to < wanted ? [[batch.to + 1, wanted], ...rest] : rest,
    };
  }
  return { state, send, unreadable };
}

function sendFresh(before: OutboxState, now: number, terms: OutboxTerms): Sent {
  let state = before;
  const send: SeqRange[] = [];
  const unreadable: number[] = [];
  while (state.sentTo < state.last && state.freshSince !== null && hasRoom(state)) {
    const from = state.sentTo + 1;
    const end = terms.batchEnd(from, state.last);
    // What was sent before need not wait for company.
    const isFull = boundary(state.doubts, from, end) < state.last;
    if (!isFull && now < state.freshSince + terms.lingerMs) break;
    const planned = plan(state, from, end, now);
    const { to } = planned.batch;
    send.push(...planned.send);
    unreadable.push(...planned.unreadable);
    state = {
      ...planned.state,
      inFlight: [...state.inFlight, planned.batch],
      sentTo: to,
      freshSince: to === state.last ? null : state.freshSince,
    };
  }
  return { state, send, unreadable };
}

function wakeAt(state: OutboxState, terms: OutboxTerms): number | null {
  const times = state.inFlight.map((batch) => batch.sentAt + batch.againMs);
  if (state.freshSince !== null && hasRoom(state)) times.push(state.freshSince + terms.lingerMs);
  return times.length === 0 ? null : Math.min(...times);
}
