import { z } from 'zod';
import { caseRefSchema, EXIT_ENTRY_REQUESTS } from '@yimen/contracts/back-office';
import { SANDBOX_LIMITS } from '../limits.table.ts';
import type { OfficeClock } from '../office-clock.ts';
import { done, notDone, type Office, type OfficeCall, type OfficeResult } from '../office-reply.ts';
import type { CaseFile, Register, SerialEntry } from './register.ts';
import { assess, journeysOf, lastDayOf, refusal } from './rules.ts';

const receiptNo = z.string().max(30);
const begin = EXIT_ENTRY_REQUESTS['exitEntry.case.begin'].body.extend({ foreignRef: caseRefSchema });
const confirm = EXIT_ENTRY_REQUESTS['exitEntry.case.confirm'].body.omit({ caseRef: true }).extend({ receiptNo });
const lookup = EXIT_ENTRY_REQUESTS['exitEntry.permit.lookup'].body;
const ofCase = z.strictObject({ receiptNo });
const cancel = EXIT_ENTRY_REQUESTS['exitEntry.case.cancel'].body.omit({ caseRef: true }).extend({ receiptNo });
type BeginBody = z.infer<typeof begin>;
type ConfirmBody = z.infer<typeof confirm>;

/** Requests as the office takes them: the contract's kinds, but cases by their official receipt number, and
 *  `exitEntry.case.paid`, by which the gateway tells that the case's bill is paid (its hold is then extended). */
const REQUESTS = {
  'exitEntry.permit.lookup': { nature: 'query', body: lookup },
  'exitEntry.case.find': { nature: 'query', body: ofCase },
  'exitEntry.case.begin': { nature: 'effect', body: begin },
  'exitEntry.case.reserve': { nature: 'effect', body: ofCase },
  'exitEntry.case.paid': { nature: 'effect', body: ofCase },
  'exitEntry.case.confirm': { nature: 'effect', body: confirm },
  'exitEntry.case.cancel': { nature: 'effect', body: cancel },
} as const;

/** An officer's word on a pending case. */
export type DeskDecision = 'approve' | 'refuse' | 'leave';

export interface ExitEntryOffice extends Office {
  decide(receiptNo: string, decision: DeskDecision): CaseFile | undefined;
  /** Releases holds that ran out unpaid. */
  sweep(): void;
}

export function createExitEntryOffice(register: Register, clock: OfficeClock): ExitEntryOffice {
  const desk = new Desk(register, clock);
  return {
    name: 'exit-entry',
    requests: REQUESTS,
    personOf: (_kind, body: { permitNo?: string; receiptNo?: string }) => {
      if (body.permitNo !== undefined) return register.personByPermit(body.permitNo)?.thing ?? null;
      return body.receiptNo === undefined ? null : (register.caseFile(body.receiptNo)?.person ?? null);
    },
    carryOut: (kind, body, call) => desk.carryOut(kind as keyof typeof REQUESTS, body, call),
    decide: (caseNo, decision) => desk.decide(caseNo, decision),
    sweep: () => desk.releaseLapsed(),
  };
}

class Desk {
  readonly #register: Register;
  readonly #clock: OfficeClock;

  constructor(register: Register, clock: OfficeClock) {
    this.#register = register;
    this.#clock = clock;
  }

  carryOut(kind: keyof typeof REQUESTS, body: never, call: OfficeCall): OfficeResult {
    switch (kind) {
      case 'exitEntry.permit.lookup':
        return this.#lookup(body, call);
      case 'exitEntry.case.begin':
        return this.#begin(body, call);
      default:
        return this.#ofCase(kind, body, call);
    }
  }

  decide(caseNo: string, decision: DeskDecision): CaseFile | undefined {
    const file = this.#register.caseFile(caseNo) ?? this.#register.caseByForeignRef(caseNo);
    if (file === undefined || file.decision !== 'pending' || file.stage === 'cancelled') return undefined;
    const decided: CaseFile =
      decision === 'approve'
        ? { ...file, decision: 'approved' }
        : decision === 'refuse'
          ? {
              ...file,
              decision: 'refused',
              refusal: refusal(
                'refused',
                null,
                '经审核，申请不予批准',
                'After review the application was not approved',
              ),
            }
          : file;
    this.#register.keepCase(decided);
    return decided;
  }

  releaseLapsed(): void {
    for (const file of this.#register.heldCases()) {
      if (file.heldUntil !== null && file.heldUntil <= this.#clock.nowMs()) this.#release(file, 'released');
    }
  }

  #lookup(body: z.infer<typeof lookup>, call: OfficeCall): OfficeResult {
    const person = this.#register.personByPermit(body.permitNo);
    const today = this.#clock.today();
    if (person === undefined || person.expiry !== body.expiry || person.birth !== body.birth) {
      return done({
        holderMasked: '＊',
        permitExpiry: today,
        endorsements: [],
        allowed: [],
        refusals: [refusal('record-check')],
      });
    }
    const found = assess(person, this.#recordOf(body.permitNo), today);
    const endorsements = this.#register
      .endorsements(body.permitNo)
      .filter((old) => !old.cancelled)
      .slice(-8)
      .map(({ destination, kind, validUntil, remaining }) => ({ destination, kind, validUntil, remaining }));
    const refused = call.refuse === null ? found : { ...found, allowed: [], refusals: [asRefusal(call.refuse)] };
    return done({ ...refused, endorsements });
  }

  #begin(body: BeginBody, call: OfficeCall): OfficeResult {
    const person = this.#register.personByPermit(body.permitNo);
    const today = this.#clock.today();
    const found = person === undefined ? undefined : assess(person, this.#recordOf(body.permitNo), today);
    const isAllowed = body.destinations.every((destination) =>
      found?.allowed.some(
        (item) => item.destination === destination && item.kind === body.kind && item.countCode === body.countCode,
      ),
    );
    const reason =
      call.refuse !== null
        ? asRefusal(call.refuse)
        : isAllowed && new Set(body.destinations).size === body.destinations.length
          ? refusedPerson(person?.thing)
          : (found?.refusals[0] ?? refusal(found === undefined ? 'record-check' : 'kind-not-here'));
    const file: CaseFile = {
      receiptNo: this.#register.newReceiptNo(today),
      foreignRef: body.foreignRef,
      permitNo: body.permitNo,
      person: person?.thing ?? '',
      destinations: body.destinations,
      kind: body.kind,
      countCode: body.countCode,
      decision: reason !== null ? 'refused' : person?.thing === 'permit-pending-review' ? 'pending' : 'approved',
      refusal: reason,
      stage: 'open',
      paid: false,
      heldUntil: null,
      handedOver: false,
      terminalId: call.terminalId,
      begunAt: this.#clock.nowMs(),
    };
    this.#register.keepCase(file);
    return done(stateOf(file));
  }

  #ofCase(
    kind: Exclude<keyof typeof REQUESTS, 'exitEntry.permit.lookup' | 'exitEntry.case.begin'>,
    body: { receiptNo: string },
    call: OfficeCall,
  ): OfficeResult {
    const file = this.#register.caseFile(body.receiptNo);
    if (file === undefined) return notDone('receipt-unknown', 'no such case');
    if (call.refuse !== null && kind !== 'exitEntry.case.reserve')
      return notDone(call.refuse.code, 'refused by the office');
    switch (kind) {
      case 'exitEntry.case.find':
        return done(stateOf(file));
      case 'exitEntry.case.reserve':
        return this.#reserve(file, call);
      case 'exitEntry.case.paid':
        return this.#paid(file);
      case 'exitEntry.case.confirm':
        return this.#confirm(file, body as ConfirmBody);
      case 'exitEntry.case.cancel':
        return this.#cancel(file);
    }
  }

  #reserve(file: CaseFile, call: OfficeCall): OfficeResult {
    if (file.stage === 'cancelled' || file.stage === 'produced')
      return notDone('out-of-order', `the case is ${file.stage}`);
    if (file.stage === 'inCheck') return notDone('out-of-order', 'the last production of this case is being checked');
    const none = { heldUntil: null, print: [] };
    if (call.refuse !== null)
      return done({ receiptNo: file.receiptNo, decision: 'refused', refusal: asRefusal(call.refuse), ...none });
    if (file.decision !== 'approved')
      return done({ receiptNo: file.receiptNo, decision: file.decision, refusal: file.refusal, ...none });
    const heldUntil = this.#clock.nowMs() + (file.paid ? SANDBOX_LIMITS.holdPaidMs : SANDBOX_LIMITS.holdUnpaidMs);
    this.#register.keepCase({ ...file, stage: 'reserved', heldUntil });
    const serials = this.#holdSerials(file);
    const print = serials.map(({ destination, issued, validUntil, serial }) => ({
      destination,
      kind: file.kind,
      countCode: file.countCode,
      issued,
      validUntil,
      serial,
    }));
    return done({ receiptNo: file.receiptNo, decision: 'approved', refusal: null, heldUntil, print });
  }

  /** The serials of the case: those it had before, or new ones; a serial never goes to another case. */
  #holdSerials(file: CaseFile): SerialEntry[] {
    const today = this.#clock.today();
    const old = this.#register.serials(file.receiptNo);
    const serials =
      old.length > 0
        ? old.map((entry): SerialEntry => ({ ...entry, state: 'reserved' }))
        : file.destinations.map((destination): SerialEntry => ({
            serial: this.#register.newSerial(),
            receiptNo: file.receiptNo,
            destination,
            issued: today,
            validUntil: lastDayOf(file.countCode, today),
            state: 'reserved',
          }));
    for (const entry of serials) this.#register.keepSerial(entry);
    return serials;
  }

  #paid(file: CaseFile): OfficeResult {
    if (file.stage === 'cancelled' || file.stage === 'produced')
      return notDone('out-of-order', `the case is ${file.stage}`);
    const isHeld = file.stage === 'reserved' || file.stage === 'released';
    const heldUntil = isHeld ? this.#clock.nowMs() + SANDBOX_LIMITS.holdPaidMs : file.heldUntil;
    this.#register.keepCase({
      ...file,
      paid: true,
      heldUntil,
      stage: file.stage === 'released' ? 'reserved' : file.stage,
    });
    if (file.stage === 'released') this.#holdSerials(file);
    return done({ receiptNo: file.receiptNo, heldUntil });
  }

  #confirm(file: CaseFile, body: ConfirmBody): OfficeResult {
    if (file.stage === 'produced') {
      return body.outcome === 'done'
        ? this.#told(file, body)
        : notDone('out-of-order', 'the case was confirmed as produced');
    }
    if (file.stage === 'open' || file.stage === 'cancelled')
      return notDone('out-of-order', `the case is ${file.stage}`);
    if (file.stage === 'released') return notDone('out-of-order', 'the hold ran out unpaid');
    if (body.chipCounter !== null) this.#register.setChipCounter(file.permitNo, body.chipCounter);
    switch (body.outcome) {
      case 'done':
        return this.#produced(file, body);
      case 'notDone':
        this.#setSerials(file, 'reserved');
        this.#register.keepCase({ ...file, stage: 'reserved' });
        break;
      case 'unknown':
        this.#setSerials(file, 'suspect');
        this.#register.keepCase({ ...file, stage: 'inCheck' });
        break;
    }
    return done({ receiptNo: file.receiptNo, closed: false });
  }

  #produced(file: CaseFile, body: ConfirmBody): OfficeResult {
    this.#setSerials(file, 'produced');
    for (const entry of this.#register.serials(file.receiptNo)) {
      this.#register.cancelEndorsements(file.permitNo, entry.destination);
      this.#register.addEndorsement({
        permitNo: file.permitNo,
        destination: entry.destination,
        kind: file.kind,
        validUntil: entry.validUntil,
        remaining: journeysOf(file.countCode),
        cancelled: false,
      });
    }
    if (body.chipCounter === null)
      this.#register.setChipCounter(file.permitNo, this.#register.chipCounter(file.permitNo) + 1);
    return this.#told({ ...file, stage: 'produced', heldUntil: null }, body);
  }

  /** A produced case may still learn that the goods were handed over later. */
  #told(file: CaseFile, body: ConfirmBody): OfficeResult {
    this.#register.keepCase({ ...file, handedOver: file.handedOver || body.handedOver });
    return done({ receiptNo: file.receiptNo, closed: true });
  }

  #cancel(file: CaseFile): OfficeResult {
    const refused = file.stage === 'produced' ? 'confirmed' : file.stage === 'inCheck' ? 'in-check' : null;
    if (refused === null && file.stage !== 'cancelled') this.#release(file, 'cancelled');
    return done({ receiptNo: file.receiptNo, cancelled: refused === null, refusedBecause: refused });
  }

  #release(file: CaseFile, stage: 'released' | 'cancelled'): void {
    this.#setSerials(file, 'released');
    this.#register.keepCase({ ...file, stage, heldUntil: null });
  }

  #setSerials(file: CaseFile, state: SerialEntry['state']): void {
    for (const entry of this.#register.serials(file.receiptNo)) this.#register.keepSerial({ ...entry, state });
  }

  #recordOf(permitNo: string): Parameters<typeof assess>[1] {
    return { endorsements: this.#register.endorsements(permitNo), chipCounter: this.#register.chipCounter(permitNo) };
  }
}

/** What the asker is told of a case; a cancel that came first is the end of it, whatever the officer decided. */
function stateOf(file: CaseFile): object {
  if (file.stage === 'cancelled')
    return { receiptNo: file.receiptNo, decision: 'refused', refusal: refusal('case-cancelled') };
  return { receiptNo: file.receiptNo, decision: file.decision, refusal: file.refusal };
}

function asRefusal(switched: NonNullable<OfficeCall['refuse']>): ReturnType<typeof refusal> {
  return refusal(switched.code, null, switched.textZh, switched.textEn);
}

function refusedPerson(thing: string | undefined): ReturnType<typeof refusal> | null {
  if (thing !== 'permit-refused') return null;
  return refusal(
    'refused',
    null,
    '经审核，申请不予批准，请到窗口咨询',
    'The application was not approved; please ask at the window',
  );
}
