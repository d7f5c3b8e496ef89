import { FLEET_TIMES } from '@yimen/contracts/fleet';

/** Fleet numbers from the first to the second, both included. */
export type SeqRange = readonly [from: number, to: number];

/** A batch that was sent and is not known to be committed: what came of its sends so far. */
export interface Doubt {
  readonly from: number;
  readonly to: number;
  readonly sends: number;
  /** The place of its first send in the order of all sends; 0: not sent in this form yet. */
  readonly firstNo: number;
  /** The place of its first send that was not passed yet; 0: none. */
  readonly openNo: number;
  /** The fleet acknowledged something, though not this, after one of its sends. */
  readonly isPassedOver: boolean;
  /** How many of its sends were passed: something sent after it for the first time was committed, and it was not. */
  readonly passes: number;
  /** It goes as `unreadable` from now on. */
  readonly isTold: boolean;
}

/** What to do with a batch whose turn has come. */
export type Verdict = 'send' | 'halve' | 'unreadable';

/** Where a batch that begins at `from` ends, so that what was halved is not joined again. */
export function boundary(doubts: readonly Doubt[], from: number, to: number): number {
  const within = doubts.find((doubt) => doubt.from <= from && from <= doubt.to);
  if (within !== undefined) return Math.min(to, within.to);
  const next = doubts.filter((doubt) => doubt.from > from).map((doubt) => doubt.from - 1);
  return Math.min(to, ...next);
}

export function doubtOf(doubts: readonly Doubt[], from: number, to: number): Doubt | undefined {
  return doubts.find((doubt) => doubt.from === from && doubt.to === to);
}

/** Notes one more send of a batch. */
export function noteSend(doubts: readonly Doubt[], [from, to]: SeqRange, no: number): Doubt[] {
  const known = doubtOf(doubts, from, to) ?? doubtful(from, to, 0);
  const others = doubts.filter((doubt) => doubt.to < from || to < doubt.from);
  return [...others, { ...known, sends: known.sends + 1, firstNo: known.firstNo || no, openNo: known.openNo || no }];
}

/** After an ack: forgets what is committed, and counts what was passed by it. Nothing overtakes on one link, so the fleet
 *  had a row before it committed one that was sent later for the first time. */
export function settle(doubts: readonly Doubt[], upTo: number, missing: readonly SeqRange[]): Doubt[] {
  const open: Doubt[] = [];
  let passedBy = 0;
  for (const doubt of doubts) {
    if (doubt.to > upTo || missing.some(([from, to]) => from <= doubt.from && doubt.to <= to)) open.push(doubt);
    else passedBy = Math.max(passedBy, doubt.firstNo);
  }
  return open.map((doubt) => {
    const isPassed = doubt.to <= upTo && doubt.openNo > 0 && doubt.openNo < passedBy;
    const isPassedOver = doubt.isPassedOver || doubt.sends > 0;
    return isPassed ? { ...doubt, isPassedOver, passes: doubt.passes + 1, openNo: 0 } : { ...doubt, isPassedOver };
  });
}

/** The fleet keeps a payload that it cannot read at all, and does not answer it (fleet contract §2.3). One of several
 *  rows that stayed without an answer three times is halved, once the fleet is known to answer others. A row alone is
 *  given up only when each of three sends was passed: silence alone, of a fleet that stands still, proves nothing.
 *  @param canAsk something is confirmed that can be sent again to see whether the fleet answers at all; if nothing is,
 *         halving, which costs nothing but size, goes on without */
export function judge(doubt: Doubt, canAsk: boolean): Verdict {
  if (doubt.sends < FLEET_TIMES.sendsBeforeDoubt) return 'send';
  if (doubt.from < doubt.to) return doubt.isPassedOver || !canAsk ? 'halve' : 'send';
  return doubt.passes >= FLEET_TIMES.sendsBeforeDoubt && !doubt.isTold ? 'unreadable' : 'send';
}

/** Whether it no longer takes the place of another: a few such would hold up everything. */
export function isSetAside(doubt: Doubt | undefined): boolean {
  return doubt !== undefined && doubt.isPassedOver && doubt.sends >= FLEET_TIMES.sendsBeforeDoubt;
}

/** Two in its place. A half needs one more send without an answer to be halved again; a row alone begins anew. */
export function halve(doubts: readonly Doubt[], { from, to }: Doubt): Doubt[] {
  const middle = Math.floor((from + to) / 2);
  const others = doubts.filter((doubt) => doubt.to < from || to < doubt.from);
  const half = (a: number, b: number): Doubt => doubtful(a, b, a === b ? 0 : FLEET_TIMES.sendsBeforeDoubt - 1);
  return [...others, half(from, middle), half(middle + 1, to)];
}

export function told(doubts: readonly Doubt[], { from, to }: Doubt): Doubt[] {
  return doubts.map((doubt) => (doubt.from === from && doubt.to === to ? { ...doubt, isTold: true } : doubt));
}

function doubtful(from: number, to: number, sends: number): Doubt {
  return { from, to, sends, firstNo: 0, openNo: 0, isPassedOver: false, passes: 0, isTold: false };
}
