import type { Reservation } from '@yimen/contracts/back-office';
import { SANDBOX_LIMITS } from '../limits.table.ts';
import type { OfficeClock } from '../office-clock.ts';
import { done, notDone, type OfficeCall, type OfficeResult } from '../office-reply.ts';
import { refusal, switchedRefusal } from '../refusals.ts';
import type { CaseBooks } from './case-books.ts';
import type { AtCounter, CaseFile, CaseItem, CaseOfficeName, OfficeConfirm } from './case-file.ts';

/** An officer's word on a case that waits for it. */
export type DeskDecision = 'approve' | 'refuse' | 'leave';

/** What is done with a case after its begin, in the office's own short words. */
export type CaseVerb = 'state' | 'reserve' | 'paid' | 'confirm' | 'cancel';

export interface CaseDeskParts {
  readonly office: CaseOfficeName;
  readonly items: readonly CaseItem[];
  readonly books: CaseBooks;
  readonly clock: OfficeClock;
}

/** The counter of one office for everything that has a case: which order is allowed, holds, payment, the officer's
 *  word. What an errand gives and takes is its item's. */
export class CaseDesk {
  readonly #parts: CaseDeskParts;

  constructor(parts: CaseDeskParts) {
    this.#parts = parts;
  }

  begin(body: { item: string; foreignRef: string }, call: OfficeCall): OfficeResult {
    const { office, books } = this.#parts;
    const item = this.#item(body.item);
    const at = this.#at(call.terminalId);
    // A switched refusal is the office's word before it looked at anything.
    const switched = call.refuse === null ? null : switchedRefusal(call.refuse);
    const begun =
      switched === null ? item.begin(body, at) : ({ refusal: switched, decision: 'approved', details: {} } as const);
    if ('existing' in begun) return this.#beginAgain(begun.existing, body.foreignRef, call);
    const { details, errand } = begun;
    const file: CaseFile = {
      receiptNo: errand?.receiptNo ?? books.newReceiptNo(at.today),
      foreignRef: body.foreignRef,
      office,
      item: body.item,
      person: item.personOf(body) ?? '',
      onCase: errand?.onCase ?? null,
      details,
      decision: begun.refusal === null ? begun.decision : 'refused',
      refusal: begun.refusal,
      stage: 'open',
      paid: false,
      notProduced: false,
      heldUntil: null,
      handedOver: false,
      terminalId: call.terminalId,
      begunAt: at.nowMs,
    };
    books.keep(file);
    if (file.decision !== 'refused') item.opened?.(file, at);
    return done(stateOf(file, null));
  }

  ofCase(verb: CaseVerb, body: { receiptNo: string }, call: OfficeCall): OfficeResult {
    const file = this.#parts.books.file(body.receiptNo);
    if (file === undefined || file.office !== this.#parts.office) return notDone('receipt-unknown', 'no such case');
    if (call.refuse !== null && verb !== 'reserve') return notDone(call.refuse.code, 'refused by the office');
    const at = this.#at(call.terminalId);
    switch (verb) {
      case 'state':
        return done(stateOf(file, this.#lapsed(file, at)));
      case 'reserve':
        return this.#reserve(file, (body as { spoiledSerial?: string | null }).spoiledSerial ?? null, at, call);
      case 'paid':
        return this.#paid(file, at);
      case 'confirm':
        return this.#confirm(file, body as unknown as OfficeConfirm, at);
      case 'cancel':
        return this.#cancel(file);
    }
  }

  /** @param caseNo receipt number, or the asker's own reference
   *  @returns undefined when no such case waits for a decision */
  decide(caseNo: string, decision: DeskDecision): CaseFile | undefined {
    const { books, office } = this.#parts;
    const file = books.file(caseNo) ?? books.byForeignRef(caseNo);
    if (file === undefined || file.office !== office || !isWaiting(file)) return undefined;
    if (decision === 'leave') return file;
    const isPassed = decision === 'approve';
    const item = this.#item(file.item);
    const said = refusal(
      item.refusedCode ?? 'refused',
      null,
      '经审核，申请不予批准',
      'After review the application was not approved',
    );
    const decided: CaseFile = isPassed
      ? { ...file, decision: 'approved' }
      : { ...file, decision: 'refused', refusal: said };
    books.keep(decided);
    const at = this.#at(file.terminalId);
    item.decided?.(decided, isPassed, at);
    books.tell({ office, foreignRef: file.foreignRef, result: isPassed ? 'passed' : 'refused', at: at.nowMs });
    return decided;
  }

  releaseLapsed(): void {
    for (const file of this.#parts.books.held()) {
      const isOver = file.heldUntil !== null && file.heldUntil <= this.#parts.clock.nowMs();
      if (file.office === this.#parts.office && isOver) this.#release(file, 'released');
    }
  }

  /** The same errand again: the newest asker is the one who is told. */
  #beginAgain(existing: CaseFile, foreignRef: string, call: OfficeCall): OfficeResult {
    const file: CaseFile = { ...existing, foreignRef, terminalId: call.terminalId };
    this.#parts.books.keep(file);
    return done(stateOf(file, null));
  }

  #reserve(file: CaseFile, spoiledSerial: string | null, at: AtCounter, call: OfficeCall): OfficeResult {
    if (file.stage === 'cancelled' || file.stage === 'produced')
      return notDone('out-of-order', `the case is ${file.stage}`);
    if (file.stage === 'inCheck') return notDone('out-of-order', 'the last production of this case is being checked');
    const { receiptNo, decision } = file;
    if (call.refuse !== null) return refusedReserve(receiptNo, switchedRefusal(call.refuse));
    if (decision === 'pending' || decision === 'refused')
      return done({ receiptNo, decision, refusal: file.refusal, heldUntil: null, goods: null });
    const lapsed = this.#lapsed(file, at);
    if (lapsed !== null) return refusedReserve(receiptNo, lapsed);
    const given = this.#item(file.item).reserve(file, at, spoiledSerial);
    if ('refusal' in given) return refusedReserve(receiptNo, given.refusal);
    const heldUntil = at.nowMs + (file.paid ? SANDBOX_LIMITS.holdPaidMs : SANDBOX_LIMITS.holdUnpaidMs);
    const details = given.details ?? file.details;
    this.#parts.books.keep({ ...file, details, stage: 'reserved', notProduced: false, heldUntil });
    return done({ receiptNo, decision, refusal: null, heldUntil, goods: given.goods });
  }

  #paid(file: CaseFile, at: AtCounter): OfficeResult {
    if (file.stage === 'cancelled' || file.stage === 'produced')
      return notDone('out-of-order', `the case is ${file.stage}`);
    // A payment that came after the hold ran out takes the hold back up, when the goods are still there.
    const again = file.stage === 'released' ? this.#item(file.item).reserve(file, at, null) : undefined;
    const isHeld = file.stage === 'reserved' || (again !== undefined && !('refusal' in again));
    const heldUntil = isHeld ? at.nowMs + SANDBOX_LIMITS.holdPaidMs : file.heldUntil;
    this.#parts.books.keep({
      ...file,
      details: again !== undefined && 'goods' in again ? (again.details ?? file.details) : file.details,
      paid: true,
      heldUntil,
      stage: isHeld ? 'reserved' : file.stage,
    });
    return done({ receiptNo: file.receiptNo, heldUntil });
  }

  #confirm(file: CaseFile, body: OfficeConfirm, at: AtCounter): OfficeResult {
    if (file.stage === 'produced') {
      return body.outcome === 'done'
        ? this.#told(file, body, at)
        : notDone('out-of-order', 'the case was confirmed as produced');
    }
    if (file.stage === 'open' || file.stage === 'cancelled')
      return notDone('out-of-order', `the case is ${file.stage}`);
    // Goods that were made and kept are handed out by staff long after a hold ran out.
    const isKept = file.notProduced && body.outcome === 'done' && body.handedOver;
    if (file.stage === 'released' && !isKept) return notDone('out-of-order', 'the hold ran out unpaid');
    const item = this.#item(file.item);
    const { books } = this.#parts;
    switch (body.outcome) {
      case 'done':
        if (item.hasWrongSerial?.(file, body) === true)
          return notDone('serial-differs', 'another serial was reserved for this case');
        item.produced?.(file, body, at);
        return this.#told({ ...file, stage: 'produced', heldUntil: null }, body, at);
      case 'notDone':
        item.notProduced?.(file, body);
        books.keep({ ...file, stage: 'reserved', notProduced: true });
        break;
      case 'unknown':
        item.inDoubt?.(file, body);
        books.keep({ ...file, stage: 'inCheck' });
        break;
    }
    return done({ receiptNo: file.receiptNo, closed: false });
  }

  /** A produced case may still learn that the goods were handed over later. */
  #told(file: CaseFile, body: OfficeConfirm, at: AtCounter): OfficeResult {
    const told: CaseFile = { ...file, handedOver: file.handedOver || body.handedOver };
    this.#parts.books.keep(told);
    if (told.handedOver && !file.handedOver) this.#item(file.item).handedOver?.(told, at);
    return done({ receiptNo: file.receiptNo, closed: true });
  }

  #cancel(file: CaseFile): OfficeResult {
    const refused = file.stage === 'produced' ? 'confirmed' : file.stage === 'inCheck' ? 'in-check' : null;
    if (refused === null && file.stage !== 'cancelled') this.#release(file, 'cancelled');
    return done({ receiptNo: file.receiptNo, cancelled: refused === null, refusedBecause: refused });
  }

  #release(file: CaseFile, stage: 'released' | 'cancelled'): void {
    this.#item(file.item).release?.(file, stage);
    this.#parts.books.keep({ ...file, stage, heldUntil: null });
  }

  #lapsed(file: CaseFile, at: AtCounter): ReturnType<typeof refusal> | null {
    if (file.decision === 'refused' || file.stage === 'produced') return null;
    return this.#item(file.item).lapsed?.(file, at) ?? null;
  }

  #item(name: string): CaseItem {
    const item = this.#parts.items.find((known) => known.name === name);
    if (item === undefined) throw new Error(`the office ${this.#parts.office} has no item ${name}`);
    return item;
  }

  #at(terminalId: string): AtCounter {
    const { clock } = this.#parts;
    return { terminalId, today: clock.today(), nowMs: clock.nowMs() };
  }
}

/** Whether an officer has still to say something about it. */
export function isWaiting(file: Pick<CaseFile, 'decision' | 'stage'>): boolean {
  return (file.decision === 'pending' || file.decision === 'accepted') && file.stage !== 'cancelled';
}

/** What the asker is told of a case; a cancel that came first is the end of it, whatever the officer decided. */
function stateOf(file: CaseFile, lapsed: ReturnType<typeof refusal> | null): object {
  const { receiptNo, decision } = file;
  if (file.stage === 'cancelled') return { receiptNo, decision: 'refused', refusal: refusal('case-cancelled') };
  if (lapsed !== null) return { receiptNo, decision: 'refused', refusal: lapsed };
  return { receiptNo, decision, refusal: file.refusal };
}

function refusedReserve(receiptNo: string, said: ReturnType<typeof refusal>): OfficeResult {
  const answer: Omit<Reservation, 'caseRef'> = { decision: 'refused', refusal: said, heldUntil: null, goods: null };
  return done({ receiptNo, ...answer });
}
