import { z } from 'zod';
import { billItemSchema, billRefSchema, type BillItem, PAYMENT_REQUESTS } from '@yimen/contracts/back-office';
import { SANDBOX_LIMITS } from '../limits.table.ts';
import type { OfficeClock } from '../office-clock.ts';
import { done, notDone, type Office, type OfficeCall, type OfficeResult } from '../office-reply.ts';
import type { SwitchAction } from '../switches.ts';
import { type BillEntry, type Books, type ExtraPayment, isLive, type Movement } from './books.ts';

const receiptNo = z.string().max(40);
const ofBill = z.strictObject({ billNo: z.string().max(30) });
const ofCase = z.strictObject({ receiptNo });
const create = z.strictObject({
  receiptNo,
  foreignRef: billRefSchema,
  items: z.array(billItemSchema).min(1).max(16),
  /** The case is held no longer than this, so the bill cannot be paid any longer either. */
  maxLifeMs: z.int().min(0),
});
const refund = PAYMENT_REQUESTS['payment.bill.refund'].body
  .omit({ billRef: true })
  .extend({ billNo: z.string().max(30) });

/** Requests as the provider takes them: the contract's kinds by official numbers, and two by which the gateway ends
 *  what a case holds: `capture` (goods taken) and `release` (closes, voids or refunds; no bill of the case after it). */
const REQUESTS = {
  'payment.bill.query': { nature: 'query', body: ofBill },
  'payment.bill.create': { nature: 'effect', body: create },
  'payment.bill.close': { nature: 'effect', body: ofBill },
  'payment.bill.refund': { nature: 'effect', body: refund },
  'payment.case.capture': { nature: 'effect', body: ofCase },
  'payment.case.release': { nature: 'effect', body: ofCase },
} as const;

/** What a payment channel (card terminal, phone wallet) tells: this bill is being paid. */
export const channelPaymentSchema = z.strictObject({
  billRef: billRefSchema,
  amountFen: z.int().min(1).max(10_000_000),
  channel: z.enum(['qr', 'card']),
  trace: z.string().regex(/^[A-Za-z0-9._-]{1,64}$/),
});
export type ChannelPayment = z.infer<typeof channelPaymentSchema>;

export interface PaymentProvider extends Office {
  /** The channel's own line. `extra`: the bill was paid before by another trace; this money goes back. */
  pay(payment: ChannelPayment): { status: number; json: object };
  channelBill(billRef: string): { status: number; json: object };
  /** Ends bills that ran out unpaid and tries owed refunds of extra payments again. */
  sweep(): void;
}

/** Takes the actions of switches that stand for a step of the provider. `terminalId` null: nobody's terminal asks. */
export type TakeSwitch = (
  kind: string,
  terminalId: string | null,
  only: readonly SwitchAction['do'][],
) => SwitchAction[];

/** What an item costs for a case, in fen for one; undefined: nobody published a price. */
export type PriceOf = (receiptNo: string, item: BillItem) => number | undefined;

const PAYEE = '佛山市顺德区非税收入待解缴户（沙盒）';

export function createPaymentProvider(
  books: Books,
  clock: OfficeClock,
  priceOf: PriceOf,
  takeSwitch: TakeSwitch,
): PaymentProvider {
  const provider = new Provider(books, clock, priceOf, takeSwitch);
  return {
    name: 'payment',
    requests: REQUESTS,
    personOf: () => null,
    carryOut: (kind, body, call) => provider.carryOut(kind as keyof typeof REQUESTS, body, call),
    pay: (payment) => provider.pay(payment),
    channelBill: (billRef) => provider.channelBill(billRef),
    sweep: () => provider.sweep(),
  };
}

class Provider {
  readonly #books: Books;
  readonly #clock: OfficeClock;
  readonly #priceOf: PriceOf;
  readonly #takeSwitch: TakeSwitch;

  constructor(books: Books, clock: OfficeClock, priceOf: PriceOf, takeSwitch: TakeSwitch) {
    this.#books = books;
    this.#clock = clock;
    this.#priceOf = priceOf;
    this.#takeSwitch = takeSwitch;
  }

  carryOut(kind: keyof typeof REQUESTS, body: never, call: OfficeCall): OfficeResult {
    if (call.refuse !== null) return notDone(call.refuse.code, 'refused by the payment provider');
    switch (kind) {
      case 'payment.bill.create':
        return this.#create(body, call.terminalId);
      case 'payment.case.capture':
        return this.#capture((body as z.infer<typeof ofCase>).receiptNo);
      case 'payment.case.release':
        return this.#release((body as z.infer<typeof ofCase>).receiptNo, call.terminalId);
      default:
        return this.#ofBill(kind, (body as z.infer<typeof ofBill>).billNo, call.terminalId);
    }
  }

  pay(payment: ChannelPayment): { status: number; json: object } {
    const bill = this.#books.billByForeignRef(payment.billRef);
    if (bill === undefined) return channelError(404, 'bill-unknown', 'no such bill', 'billRef');
    if (bill.trace === payment.trace)
      return { status: 200, json: { paid: true, state: bill.state, extra: false, duplicate: true } };
    const known = this.#books.extra(bill.billNo, payment.trace);
    if (known !== undefined)
      return { status: 200, json: { paid: true, state: bill.state, extra: true, duplicate: true } };
    if (bill.amountFen !== payment.amountFen)
      return channelError(409, 'amount-differs', 'the bill has another amount', 'amountFen');
    if (this.#takeSwitch('channel.paid', null, ['decline']).length > 0) return this.#decline(bill);
    if (bill.state === 'open' && bill.expiresAt > this.#clock.nowMs()) return this.#hold(bill, payment);
    if (bill.state === 'held' || bill.state === 'captured') return this.#payAgain(bill, payment);
    return channelError(409, 'bill-not-payable', `the bill is ${this.#fresh(bill).state}`, 'billRef');
  }

  channelBill(billRef: string): { status: number; json: object } {
    const bill = this.#books.billByForeignRef(billRef);
    if (bill === undefined) return channelError(404, 'bill-unknown', 'no such bill', 'billRef');
    const { amountFen, state, expiresAt } = this.#fresh(bill);
    return { status: 200, json: { billRef, payee: PAYEE, amountFen, state, expiresAt } };
  }

  sweep(): void {
    for (const bill of this.#books.openBills()) this.#fresh(bill);
    for (const extra of this.#books.dueExtras()) this.#refundExtra(extra);
  }

  #create(body: z.infer<typeof create>, terminalId: string): OfficeResult {
    if (this.#books.isClosedForBilling(body.receiptNo))
      return notDone('out-of-order', 'the case is closed for billing');
    const first = this.#books
      .billsOfCase(body.receiptNo)
      .map((bill) => this.#fresh(bill))
      .find(isLive);
    if (first !== undefined) return done(this.#shown(first));
    const items = this.#priced(body.receiptNo, body.items);
    if (items === undefined) return notDone('fee-unknown', 'an item is not in the published table');
    const other = this.#takeSwitch('payment.bill.create', terminalId, ['otherAmount']).find(
      (action) => action.do === 'otherAmount',
    );
    const expires = this.#takeSwitch('payment.bill.create', terminalId, ['expireBill']).length > 0;
    const now = this.#clock.nowMs();
    const bill: BillEntry = {
      billNo: this.#books.newBillNo(this.#clock.today()),
      foreignRef: body.foreignRef,
      receiptNo: body.receiptNo,
      amountFen: other?.amountFen ?? items.reduce((sum, item) => sum + item.amountFen, 0),
      items,
      state: 'open',
      channel: 'none',
      trace: null,
      expiresAt: expires ? now : now + Math.min(SANDBOX_LIMITS.billMs, body.maxLifeMs),
      refundDue: false,
      createdAt: now,
    };
    this.#books.keepBill(bill);
    return done(this.#shown(bill));
  }

  /** Items with the office's own amounts; `undefined` when one has no price. */
  #priced(caseNo: string, items: readonly BillItem[]): BillItem[] | undefined {
    const result: BillItem[] = [];
    for (const item of items) {
      const fee = this.#priceOf(caseNo, item);
      if (fee === undefined) return undefined;
      result.push({ ...item, amountFen: fee * item.count });
    }
    return result;
  }

  #ofBill(
    kind: 'payment.bill.query' | 'payment.bill.close' | 'payment.bill.refund',
    billNo: string,
    terminalId: string,
  ): OfficeResult {
    const known = this.#books.bill(billNo);
    if (known === undefined) return notDone('bill-unknown', 'no such bill');
    const bill = this.#fresh(known);
    if (kind === 'payment.bill.refund') return this.#refund(bill, terminalId);
    if (kind === 'payment.bill.close' && bill.state === 'open')
      return done(this.#shown(this.#keep({ ...bill, state: 'closed' })));
    return done(this.#shown(bill));
  }

  #refund(bill: BillEntry, terminalId: string): OfficeResult {
    if (bill.state === 'refunded' || bill.state === 'voided') return done(this.#shown(bill));
    if (bill.state !== 'held' && bill.state !== 'captured') return notDone('not-paid', `the bill is ${bill.state}`);
    const back = this.#giveBack(bill, terminalId);
    return back === undefined
      ? notDone('refund-failed', 'the channel did not take the refund')
      : done(this.#shown(back));
  }

  #capture(caseNo: string): OfficeResult {
    let capturedFen = 0;
    for (const bill of this.#books.billsOfCase(caseNo)) {
      if (bill.state === 'held') this.#enter('capture', this.#keep({ ...bill, state: 'captured' }));
      if (bill.state === 'held' || bill.state === 'captured') capturedFen += bill.amountFen;
    }
    // After the goods are taken nobody may be asked to pay for this case again.
    this.#books.closeForBilling(caseNo);
    for (const bill of this.#books.billsOfCase(caseNo))
      if (bill.state === 'open') this.#keep({ ...bill, state: 'closed' });
    return done({ receiptNo: caseNo, capturedFen });
  }

  #release(caseNo: string, terminalId: string): OfficeResult {
    this.#books.closeForBilling(caseNo);
    let failed = false;
    for (const bill of this.#books.billsOfCase(caseNo)) {
      if (bill.state === 'open') this.#keep({ ...bill, state: 'closed' });
      if (bill.state === 'held' || bill.state === 'captured')
        failed = this.#giveBack(bill, terminalId) === undefined || failed;
    }
    if (failed) return notDone('refund-failed', 'the channel did not take the refund');
    const back = this.#books.billsOfCase(caseNo).filter((bill) => bill.state === 'voided' || bill.state === 'refunded');
    return done({ receiptNo: caseNo, refundedFen: back.reduce((sum, bill) => sum + bill.amountFen, 0) });
  }

  /** Voids a hold or refunds a capture (红冲, once). @returns undefined when the channel did not take it: owed. */
  #giveBack(bill: BillEntry, terminalId: string): BillEntry | undefined {
    if (this.#takeSwitch('payment.bill.refund', terminalId, ['refundFails']).length > 0) {
      if (bill.state === 'captured') this.#keep({ ...bill, refundDue: true });
      return undefined;
    }
    const isCaptured = bill.state === 'captured';
    const back = this.#keep({ ...bill, state: isCaptured ? 'refunded' : 'voided', refundDue: false });
    this.#enter(isCaptured ? 'refund' : 'void', back);
    return back;
  }

  #hold(bill: BillEntry, payment: ChannelPayment): { status: number; json: object } {
    const held = this.#keep({ ...bill, state: 'held', channel: payment.channel, trace: payment.trace });
    this.#enter('hold', held);
    this.#tell(held, payment);
    return { status: 200, json: { paid: true, state: 'held', extra: false, duplicate: false } };
  }

  #payAgain(bill: BillEntry, payment: ChannelPayment): { status: number; json: object } {
    const extra: ExtraPayment = {
      billNo: bill.billNo,
      trace: payment.trace,
      amountFen: payment.amountFen,
      state: 'due',
      at: this.#clock.nowMs(),
    };
    this.#books.keepExtra(extra);
    this.#enter('extraIn', bill);
    this.#tell(bill, payment);
    this.#refundExtra(extra);
    return { status: 200, json: { paid: true, state: bill.state, extra: true, duplicate: false } };
  }

  #refundExtra(extra: ExtraPayment): void {
    if (this.#takeSwitch('payment.extra.refund', null, ['refundFails']).length > 0) return;
    const bill = this.#books.bill(extra.billNo);
    if (bill === undefined) return;
    this.#books.keepExtra({ ...extra, state: 'refunded' });
    this.#enter('extraRefund', bill);
  }

  #decline(bill: BillEntry): { status: number; json: object } {
    if (bill.state === 'open') this.#keep({ ...bill, state: 'failed' });
    return channelError(402, 'declined', 'the payment was declined', 'trace');
  }

  #tell(bill: BillEntry, payment: ChannelPayment): void {
    this.#books.keepNotice({
      id: this.#books.newNoticeId(),
      billNo: bill.billNo,
      foreignRef: bill.foreignRef,
      trace: payment.trace,
      amountFen: payment.amountFen,
      at: this.#clock.nowMs(),
      again: this.#takeSwitch('payment.notice', null, ['duplicateNotice']).length,
      early: this.#takeSwitch('payment.notice', null, ['reorderNotices']).length > 0,
    });
  }

  /** A bill that ran out unpaid is failed from that moment, whoever looks first. */
  #fresh(bill: BillEntry): BillEntry {
    return bill.state === 'open' && bill.expiresAt <= this.#clock.nowMs()
      ? this.#keep({ ...bill, state: 'failed' })
      : bill;
  }

  #keep(bill: BillEntry): BillEntry {
    this.#books.keepBill(bill);
    return bill;
  }

  #enter(what: Movement['what'], bill: BillEntry): void {
    this.#books.enter({
      at: this.#clock.nowMs(),
      what,
      billNo: bill.billNo,
      receiptNo: bill.receiptNo,
      amountFen: bill.amountFen,
    });
  }

  #shown(bill: BillEntry): object {
    const { billNo, foreignRef, receiptNo: caseNo, amountFen, items, state, expiresAt, channel } = bill;
    // `.invalid` (RFC 2606): nobody's phone can be led anywhere by a sandbox code. The last part is the bill's reference.
    return {
      receiptNo: caseNo,
      billNo,
      foreignRef,
      payee: PAYEE,
      amountFen,
      items,
      state,
      expiresAt,
      channel,
      qrText: `https://pay.sandbox.invalid/bill/${foreignRef}`,
    };
  }
}

function channelError(status: number, code: string, message: string, field: string): { status: number; json: object } {
  return { status, json: { error: { code, message, field } } };
}
