import type { Clock } from '@yimen/contracts/base';
import type { CaseOffice } from '@yimen/contracts/back-office';
import { type CaseState, foldCase } from '../case-machine.ts';
import type { GatewayLog } from '../gateway-log.ts';
import { GATEWAY_LIMITS } from '../limits.table.ts';
import { createNoticeLoop, type NoticeLoop } from './notice-loop.ts';
import type { CaseOfficeAdapter, ReviewNotice } from '../office-adapter.ts';
import type { Ended, OperationBook } from '../operation-book.ts';
import { type OperationRecord, stepOf } from '../operation-record.ts';
import type { Settler } from '../settler.ts';

interface Parts {
  readonly office: CaseOffice;
  readonly adapter: CaseOfficeAdapter;
  readonly book: OperationBook;
  /** Drives a refusal on until its money is back. */
  readonly settler: Settler;
  readonly clock: Clock;
  readonly log: GatewayLog;
}

const PASSED: Ended = { outcome: 'done', answer: null, official: null, billRef: null, facts: {}, fault: null };

/** Learns what the officers of one office decided about accepted cases. A decision becomes an operation of its case with
 *  an id made of the case's, so that it is taken in once however often it is told: `passed` is at its end at once,
 *  `refused` when the money is back. A notice is acknowledged only when that end is stored; a crash at any moment lets
 *  it come again, and what was begun is taken up by the settler. */
export function createReviewNews(parts: Parts): NoticeLoop {
  const { office, clock, log } = parts;
  const strange = new StrangeNotices(log);
  return createNoticeLoop({
    what: `reviews of ${office}`,
    everyMs: GATEWAY_LIMITS.reviewsMs,
    awayMs: GATEWAY_LIMITS.reviewsAwayMs,
    clock,
    log,
    look: () => look(parts, strange),
  });
}

/** @returns true when the office does not answer. */
async function look(parts: Parts, strange: StrangeNotices): Promise<boolean> {
  const notices = await parts.adapter.notices();
  if (notices === undefined) return true;
  const ended: string[] = [];
  for (const notice of notices) if (await isEnded(parts, strange, notice)) ended.push(notice.id);
  if (ended.length > 0) await parts.adapter.acknowledge(ended);
  return false;
}

async function isEnded(parts: Parts, strange: StrangeNotices, notice: ReviewNotice): Promise<boolean> {
  const { book, settler } = parts;
  const taken = await book.lock.run(`case ${notice.caseRef}`, () => takeIn(parts, strange, notice));
  if (taken === 'wait') return false;
  if (taken === 'nothing-to-do' || taken.kept.settledAt !== null) return true;
  settler.add(taken);
  return false;
}

/** In the lock of the case: keeps the decision.
 *  @returns `wait`: for the answer to the begin or reserve that accepted the case, or for the store */
async function takeIn(
  parts: Parts,
  strange: StrangeNotices,
  notice: ReviewNotice,
): Promise<OperationRecord | 'wait' | 'nothing-to-do'> {
  const { book, office } = parts;
  const { caseRef, result } = notice;
  const steps = await book.ofCase(caseRef);
  if (!steps.ok) return 'wait';
  const operationId = `${caseRef}.review`;
  const known = steps.value.find((record) => record.kept.operationId === operationId);
  if (known !== undefined) {
    if (known.facts.review !== result) strange.tell(notice, 'decided otherwise before');
    return known;
  }
  const state = foldCase(steps.value.map(stepOf));
  const begin = steps.value[0];
  if (begin === undefined || state.office !== office) {
    // The begin may be on its way; a case that this gateway never had may be another's, or be missing in a restored
    // database: both are for people to look at, and nothing is confirmed.
    if (begin === undefined || state.begun) strange.tell(notice, 'about a case that this office does not have here');
    return 'wait';
  }
  if (!state.accepted) return notAccepted(state, strange, notice);
  const ended = result === 'passed' ? PASSED : null;
  const { tid } = begin.kept;
  const kind = `${office}.case.review`;
  const facts = { review: result };
  const intent = { operationId, digest: result, kind, terminalId: tid, caseRef, billRef: null, facts, ended };
  const claimed = await book.claim(intent, steps.value);
  return claimed.ok ? claimed.value.record : 'wait';
}

/** A case that was only pending had no right and so no bill: the terminal asks for its state itself. */
function notAccepted(state: CaseState, strange: StrangeNotices, notice: ReviewNotice): 'wait' | 'nothing-to-do' {
  if (state.reserving) return 'wait';
  const hadRight = state.wasReserved || state.end === 'confirmed';
  if (hadRight && notice.result === 'refused') strange.tell(notice, 'about a case that had been approved');
  return 'nothing-to-do';
}

/** Tells each notice that does not fit once: an unacknowledged one comes again every few seconds. */
class StrangeNotices {
  readonly #log: GatewayLog;
  readonly #told = new Set<string>();

  constructor(log: GatewayLog) {
    this.#log = log;
  }

  tell(notice: ReviewNotice, error: string): void {
    if (this.#told.has(notice.id)) return;
    if (this.#told.size >= GATEWAY_LIMITS.noticesAtOnce) this.#told.clear();
    this.#told.add(notice.id);
    this.#log.broken({ what: `review of case ${notice.caseRef}`, error });
  }
}
