import { type Clock, err, ok, type Result } from '@yimen/contracts/base';
import {
  BACK_OFFICE_REQUESTS,
  type BackOfficeAnswer,
  type BackOfficeKind,
  type BackOfficeRequest,
} from '@yimen/contracts/back-office';
import { admit, type CaseState, foldCase, type OperationFacts, owedReport } from './case-machine.ts';
import type { GatewayKeys } from './gateway-keys.ts';
import type { GatewayLog } from './gateway-log.ts';
import { GATEWAY_LIMITS } from './limits.table.ts';
import type { OfficeErrands } from './office-errands.ts';
import type { Ended, OperationBook } from './operation-book.ts';
import { type OperationRecord, stepOf, toldAnswer } from './operation-record.ts';
import { deedOf, givesRight } from './request-words.ts';
import type { Settler } from './settler.ts';

/** Why a request got no operation: HTTP status and the words of `gatewayErrorSchema`. */
export interface Refusal {
  readonly status: 400 | 404 | 409 | 422 | 503;
  readonly code: string;
  readonly message: string;
  readonly field?: string;
}

/** A request whose envelope and body fit their schemas. */
export type CheckedRequest = BackOfficeRequest & { readonly kind: BackOfficeKind };
type Body = Record<string, unknown>;
type Told = Promise<Result<BackOfficeAnswer, Refusal>>;

interface Parts {
  readonly book: OperationBook;
  readonly errands: OfficeErrands;
  readonly keys: GatewayKeys;
  readonly clock: Clock;
  readonly log: GatewayLog;
  /** Takes over what is unknown. */
  readonly settler: () => Settler;
}

/** What an effect is about, found before it is taken in. */
interface Subject {
  readonly caseRef: string;
  readonly billRef: string | null;
}

/** Takes terminals' requests: intent stored before the office is asked, outcome stored before it is told. */
export class OperationDesk {
  readonly #parts: Parts;
  readonly #running = new Map<string, Promise<void>>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Answers a request, within `GATEWAY_LIMITS.answerWithinMs` and the time of the store. */
  async accept(request: CheckedRequest): Told {
    const startedMs = this.#parts.clock.monoMs();
    const told = await this.#answer(request);
    if (told.ok) this.#logAnswer(request, told.value, startedMs);
    return told;
  }

  /** What became of one of the terminal's own operations. */
  async find(operationId: string, terminalId: string): Told {
    const found = await this.#parts.book.find(operationId);
    if (!found.ok) return unavailable();
    const record = found.value;
    if (record === undefined || record.kept.tid !== terminalId)
      return err({ status: 404, code: 'never-seen', message: 'this terminal never sent this operation' });
    return this.#tell(record, true);
  }

  /** Asks once more about an open operation; for the settler. */
  async askAgain(operationId: string): Promise<OperationRecord | undefined> {
    const { book, errands, keys } = this.#parts;
    const found = await book.find(operationId);
    if (!found.ok || found.value === undefined) return undefined;
    if (found.value.kept.settledAt !== null || this.#running.has(operationId)) return found.value;
    const ended = await errands.resume(found.value, keys.reference('bill', operationId));
    const finished = await book.finish(operationId, ended);
    return finished.ok ? finished.value : undefined;
  }

  /** Resolves when nothing is being asked for a terminal any more. */
  async idle(): Promise<void> {
    await Promise.all(this.#running.values());
  }

  async #answer(request: CheckedRequest): Told {
    const { book, keys } = this.#parts;
    const digest = digestOf(keys, request);
    if (digest === undefined)
      return err({ status: 400, code: 'body-invalid', message: 'numbers must be integers', field: 'body' });
    const known = await book.find(request.operationId);
    if (!known.ok) return unavailable();
    if (known.value !== undefined) return this.#repeat(request, digest, known.value);
    if (BACK_OFFICE_REQUESTS[request.kind].nature === 'query') return this.#query(request);
    const taken = await this.#takeIn(request, digest);
    if (!taken.ok) return taken;
    if (!taken.value.fresh) return this.#repeat(request, digest, taken.value.record);
    if (taken.value.record.kept.settledAt === null) this.#run(taken.value.record, request.body, taken.value.maxLifeMs);
    return this.#await(request.operationId, false);
  }

  async #repeat(request: CheckedRequest, digest: string, record: OperationRecord): Told {
    if (record.kept.digest !== digest || record.kept.tid !== request.terminalId) {
      return err({
        status: 409,
        code: 'operation-conflict',
        message: 'this id was used for another request',
        field: 'operationId',
      });
    }
    return this.#await(request.operationId, true);
  }

  /** Under the locks of terminal and case: judge, and keep the intent. Nothing is asked in here. */
  async #takeIn(
    request: CheckedRequest,
    digest: string,
  ): Promise<Result<{ fresh: boolean; record: OperationRecord; maxLifeMs: number }, Refusal>> {
    const { book } = this.#parts;
    const subject = await this.#subjectOf(request);
    if (!subject.ok) return subject;
    return book.lock.run(`terminal ${request.terminalId}`, async () => {
      const owed = await this.#refuseWhileOwed(request, subject.value.caseRef);
      if (!owed.ok) return owed;
      return book.lock.run(`case ${subject.value.caseRef}`, () => this.#claim(request, digest, subject.value));
    });
  }

  async #claim(
    request: CheckedRequest,
    digest: string,
    subject: Subject,
  ): Promise<Result<{ fresh: boolean; record: OperationRecord; maxLifeMs: number }, Refusal>> {
    const { book, clock } = this.#parts;
    const before = await book.ofCase(subject.caseRef);
    if (!before.ok) return unavailable();
    if (before.value.length >= GATEWAY_LIMITS.operationsPerCase)
      return err({ status: 503, code: 'case-too-busy', message: 'this case has too many operations' });
    const state = foldCase(before.value.map(stepOf));
    const { operationId, kind, terminalId } = request;
    const ended = decideHere(state, request, clock.wallMs());
    const facts = factsOfBody(kind, request.body as Body);
    const claimed = await book.claim({ operationId, digest, kind, terminalId, ...subject, facts, ended }, before.value);
    if (!claimed.ok) return unavailable();
    return ok({ ...claimed.value, maxLifeMs: Math.max(0, (state.right?.heldUntil ?? 0) - clock.wallMs()) });
  }

  /** `report-last-first` (services §5): a terminal that was told a reserve with a right, and has since neither sent confirm
   *  or cancel for that case nor reported by `lastOperation`, gets no other case to begin or reserve. */
  async #refuseWhileOwed(request: CheckedRequest, caseRef: string): Promise<Result<void, Refusal>> {
    if (!['case.begin', 'case.reserve'].includes(deedOf(request.kind))) return ok(undefined);
    const { book, clock } = this.#parts;
    const newest = await book.newestReserve(request.terminalId);
    if (!newest.ok) return unavailable();
    const owedCase = newest.value?.kept.caseRef ?? null;
    if (owedCase === null || owedCase === caseRef) return ok(undefined);
    const steps = await book.ofCase(owedCase);
    if (!steps.ok) return unavailable();
    const owed = owedReport(foldCase(steps.value.map(stepOf)), request.terminalId, clock.wallMs());
    if (owed === undefined) return ok(undefined);
    const last = request.lastOperation;
    if (last !== null && reportsOn(last.operationId, owed.operationId)) {
      const reported = await book.amend(owed.operationId, { reported: { outcome: last.outcome, ...last.counts } });
      return reported.ok ? ok(undefined) : unavailable();
    }
    const message = `report operation ${owed.operationId} first: confirm or cancel its case, or name it in lastOperation`;
    return err({ status: 422, code: 'report-last-first', message, field: 'lastOperation' });
  }

  /** Which case an effect is about. What refers to nothing known is kept under its own id, so that a repeat is one. */
  async #subjectOf(request: CheckedRequest): Promise<Result<Subject, Refusal>> {
    const { book, keys } = this.#parts;
    if (deedOf(request.kind) === 'case.begin')
      return ok({ caseRef: keys.reference('case', request.operationId), billRef: null });
    const { caseRef, billRef } = request.body as { caseRef?: string; billRef?: string };
    if (caseRef !== undefined) return ok({ caseRef, billRef: null });
    const found = await book.ofBill(billRef ?? '');
    if (!found.ok) return unavailable();
    // A bill goes over to the next errand on the same official case, when that asks for it.
    const holder = found.value.findLast((record) => deedOf(record.kept.kind) === 'bill.create');
    return ok({
      caseRef: holder?.kept.caseRef ?? `none-${billRef ?? ''}`.slice(0, 40),
      billRef: billRef ?? null,
    });
  }

  #run(record: OperationRecord, body: unknown, maxLifeMs: number): void {
    const { book, errands, keys, log } = this.#parts;
    const { operationId } = record.kept;
    const running = errands
      .carryOut(record, { body, newBillRef: keys.reference('bill', operationId), maxLifeMs })
      // A right that is given while its terminal waits is told with the same commit.
      .then((ended) => book.finish(operationId, toldWith(record.kept.kind, ended)))
      .catch((error: unknown) => {
        log.broken({ what: `operation ${operationId}`, error: error instanceof Error ? error.message : String(error) });
        return undefined;
      })
      .then((finished) => {
        this.#running.delete(operationId);
        const isOpen = finished === undefined || !finished.ok || finished.value.kept.settledAt === null;
        if (isOpen) this.#parts.settler().add(record);
      });
    this.#running.set(operationId, running);
  }

  /** Waits for what is being asked, but not longer than the terminal may be kept waiting; then stores `unknown`. From
   *  here on an operation exists, so a store that fails is never a refusal: what cannot be read or noted is `unknown`. */
  async #await(operationId: BackOfficeAnswer['operationId'], duplicate: boolean): Told {
    const { book, clock } = this.#parts;
    const running = this.#running.get(operationId);
    if (running !== undefined) await within(clock, GATEWAY_LIMITS.answerWithinMs, running);
    const found = await book.find(operationId);
    if (!found.ok || found.value === undefined) return ok(unknownAnswer(operationId, duplicate, clock.wallMs()));
    if (found.value.kept.outcome !== null) return this.#tell(found.value, duplicate);
    const unknown = await book.finish(operationId, SILENT);
    if (!unknown.ok) return ok(unknownAnswer(operationId, duplicate, clock.wallMs()));
    return this.#tell(unknown.value, duplicate);
  }

  async #tell(record: OperationRecord, duplicate: boolean): Told {
    const { book, clock } = this.#parts;
    const { operationId, kind, outcome } = record.kept;
    if (isRight(kind, outcome, record.facts) && record.facts.told !== true) {
      const noted = await book.amend(operationId, { told: true });
      // A right that is not noted as told must not be told: the terminal would owe no report for it.
      if (!noted.ok)
        return ok(unknownAnswer(operationId as BackOfficeAnswer['operationId'], duplicate, clock.wallMs()));
    }
    return ok(toldAnswer(record, duplicate, clock.wallMs()));
  }

  async #query(request: CheckedRequest): Told {
    const { book, errands, clock } = this.#parts;
    const { operationId, kind, terminalId, body } = request;
    const { caseRef = null, billRef = null } = body as { caseRef?: string; billRef?: string };
    const subject = billRef === null ? ok({ caseRef, billRef }) : await this.#subjectOf(request);
    if (!subject.ok) return subject;
    const end = await errands.query({ operationId, kind, terminalId, body, ...subject.value });
    const told = { operationId, duplicate: false, srv: clock.wallMs() };
    // A question has no effect: without an answer it certainly did nothing, and it may be asked again.
    if (end.outcome !== 'done')
      return ok({ ...told, outcome: 'notDone', answer: null, fault: end.outcome === 'unknown' ? AWAY : end.fault });
    if (deedOf(kind) !== 'case.state') return ok({ ...told, outcome: 'done', answer: end.answer, fault: null });
    const steps = await book.ofCase(caseRef ?? '');
    if (!steps.ok) return unavailable();
    const { end: caseEnd } = foldCase(steps.value.map(stepOf));
    const isCancelled = caseEnd === 'cancelling' || caseEnd === 'cancelled';
    return ok({
      ...told,
      outcome: 'done',
      answer: isCancelled ? { ...(end.answer as Body), ...CANCELLED } : end.answer,
      fault: null,
    });
  }

  #logAnswer(request: CheckedRequest, answer: BackOfficeAnswer, startedMs: number): void {
    const { operationId, kind, terminalId } = request;
    const { outcome, fault, duplicate } = answer;
    const ms = Math.round(this.#parts.clock.monoMs() - startedMs);
    this.#parts.log.answered({ operationId, kind, terminalId, outcome, fault: fault?.code ?? null, duplicate, ms });
  }
}

const AWAY = { code: 'office-away', message: 'the office does not answer; nothing was changed' };
const EMPTY = { answer: null, official: null, fault: null, facts: {}, billRef: null } as const;
const SILENT: Ended = {
  ...EMPTY,
  outcome: 'unknown',
  fault: { code: 'GATEWAY_TIMEOUT', message: 'the office has not answered yet: ask this id again' },
};
/** A cancel that came first is the end of a case, whatever an officer decides later. */
const CANCELLED = { decision: 'refused', refusal: { code: 'case-cancelled', date: null, textZh: null, textEn: null } };

/** What ends without asking an office: an effect out of order, and a cancel that comes after the goods. */
function decideHere(state: CaseState, request: CheckedRequest, now: number): Ended | null {
  const inadmissible = admit(state, request.kind, request.terminalId, now);
  if (inadmissible !== undefined) return { ...EMPTY, outcome: 'notDone', fault: { ...inadmissible } };
  const isLate = state.end === 'confirming' || state.end === 'confirmed';
  if (deedOf(request.kind) !== 'case.cancel' || !isLate) return null;
  const { caseRef } = request.body as { caseRef: string };
  const answer = { caseRef, cancelled: false, refusedBecause: state.end, refundedFen: 0 };
  return { ...EMPTY, outcome: 'done', answer, facts: { cancelled: false } };
}

function factsOfBody(kind: BackOfficeKind, body: Body): OperationFacts {
  if (deedOf(kind) !== 'case.confirm') return {};
  return {
    verdict: body['outcome'] as NonNullable<OperationFacts['verdict']>,
    handedOver: body['handedOver'] === true,
  };
}

function toldWith(kind: string, ended: Ended): Ended {
  return isRight(kind, ended.outcome, ended.facts) ? { ...ended, facts: { ...ended.facts, told: true } } : ended;
}

function isRight(kind: string, outcome: OperationRecord['kept']['outcome'], facts: OperationFacts): boolean {
  return deedOf(kind) === 'case.reserve' && outcome === 'done' && givesRight(facts.decision);
}

/** Characters of a UUIDv7 that are its time of making, dash included (RFC 9562 §5.7: the first 48 bits). */
const UUID_TIME = 13;

/** Whether `lastOperation` tells what became of a reserve: it names the reserve, or an operation that this terminal made
 *  later. Both ids are of the terminal's own clock; after it was set back only a confirm or cancel is a report. */
function reportsOn(last: string, reserve: string): boolean {
  return last === reserve || last.slice(0, UUID_TIME) > reserve.slice(0, UUID_TIME);
}

function unknownAnswer(
  operationId: BackOfficeAnswer['operationId'],
  duplicate: boolean,
  srv: number,
): BackOfficeAnswer {
  return { operationId, outcome: 'unknown', answer: null, fault: SILENT.fault, duplicate, srv };
}

function digestOf(keys: GatewayKeys, request: CheckedRequest): string | undefined {
  try {
    return keys.digest(request.kind, request.body);
  } catch (error) {
    // RFC 8785 over floats or lone surrogates: such a body has no canonical form, so no repeat could be recognised.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function unavailable(): { readonly ok: false; readonly error: Refusal } {
  return err({ status: 503, code: 'store-away', message: 'the request could not be kept; send it again' });
}

/** Resolves with `work`, or after `ms` without it. */
async function within(clock: Clock, ms: number, work: Promise<void>): Promise<void> {
  let cancel = (): void => undefined;
  const deadline = new Promise<void>((resolve) => {
    cancel = clock.after(ms, resolve);
  });
  await Promise.race([work, deadline]);
  cancel();
}
