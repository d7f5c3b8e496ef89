import type { BillItem, BillState } from '@yimen/contracts/back-office';
import type { Shelf } from '../shelf.ts';

/** A bill of the provider. Money: `held` is reserved, `captured` is the payee's, `refunded` went back. */
export interface BillEntry {
  readonly billNo: string;
  /** The asker's own reference: what the QR code and the payment channel call the bill. */
  readonly foreignRef: string;
  readonly receiptNo: string;
  readonly amountFen: number;
  readonly items: readonly BillItem[];
  readonly state: BillState;
  readonly channel: 'qr' | 'card' | 'none';
  readonly trace: string | null;
  readonly expiresAt: number;
  /** A refund was asked for and did not work yet: money that is owed. */
  readonly refundDue: boolean;
  readonly createdAt: number;
}

/** A second payment of a paid bill: the money is kept visible and goes back. */
export interface ExtraPayment {
  readonly billNo: string;
  readonly trace: string;
  readonly amountFen: number;
  readonly state: 'due' | 'refunded';
  readonly at: number;
}

/** One line of the ledger; never changed, never removed. */
export interface Movement {
  readonly no: number;
  readonly at: number;
  readonly what: 'hold' | 'void' | 'capture' | 'refund' | 'extraIn' | 'extraRefund';
  readonly billNo: string;
  readonly receiptNo: string;
  readonly amountFen: number;
}

/** “This bill was paid”, told until the asker acknowledges it. */
export interface Notice {
  readonly id: string;
  readonly billNo: string;
  readonly foreignRef: string;
  readonly trace: string;
  readonly amountFen: number;
  readonly at: number;
  /** How often it will still be told after an acknowledgement (a switch tells it twice). */
  readonly again: number;
  /** Handed out before older ones (a switch reorders). */
  readonly early: boolean;
}

/** Sums in fen. `owed` is money taken whose purpose is not met and which is not back yet. */
export interface Totals {
  readonly held: number;
  readonly captured: number;
  readonly refunded: number;
  readonly owed: number;
  /** True when ledger and bills say the same. */
  readonly balanced: boolean;
}

/** Reads and writes of the payment provider. */
export interface Books {
  bill(billNo: string): BillEntry | undefined;
  billByForeignRef(foreignRef: string): BillEntry | undefined;
  billsOfCase(receiptNo: string): BillEntry[];
  openBills(): BillEntry[];
  keepBill(bill: BillEntry): void;
  newBillNo(today: string): string;
  isClosedForBilling(receiptNo: string): boolean;
  closeForBilling(receiptNo: string): void;
  extra(billNo: string, trace: string): ExtraPayment | undefined;
  dueExtras(): ExtraPayment[];
  keepExtra(extra: ExtraPayment): void;
  enter(line: Omit<Movement, 'no'>): void;
  /** The ledger's lines about one case, oldest first. */
  movementsOfCase(receiptNo: string): Movement[];
  notices(): Notice[];
  notice(id: string): Notice | undefined;
  keepNotice(notice: Notice): void;
  dropNotice(id: string): void;
  newNoticeId(): string;
  totals(): Totals;
}

const LIVE: readonly BillState[] = ['open', 'held', 'captured'];

/** Whether money of this bill is, or may still come to be, with the provider. */
export function isLive(bill: BillEntry): boolean {
  return LIVE.includes(bill.state);
}

export function createBooks(shelf: Shelf): Books {
  const bill = (billNo: string): BillEntry | undefined => shelf.get<BillEntry>('bill', billNo);
  return {
    bill,
    billByForeignRef: (foreignRef) => {
      const alias = shelf.get<{ billNo: string }>('billRef', foreignRef);
      return alias === undefined ? undefined : bill(alias.billNo);
    },
    billsOfCase: (receiptNo) => shelf.owned<BillEntry>('bill', receiptNo),
    openBills: () => shelf.live<BillEntry>('bill'),
    keepBill: (entry) => {
      shelf.put('bill', entry.billNo, entry, { owner: entry.receiptNo, live: entry.state === 'open' });
      shelf.put('billRef', entry.foreignRef, { billNo: entry.billNo });
    },
    newBillNo: (today) => `44${today.replaceAll('-', '')}${String(shelf.next('bill')).padStart(8, '0')}`,
    isClosedForBilling: (receiptNo) => shelf.get('noBilling', receiptNo) !== undefined,
    closeForBilling: (receiptNo) => shelf.put('noBilling', receiptNo, {}),
    extra: (billNo, trace) => shelf.get<ExtraPayment>('extra', `${billNo} ${trace}`),
    dueExtras: () => shelf.live<ExtraPayment>('extra'),
    keepExtra: (extra) =>
      shelf.put('extra', `${extra.billNo} ${extra.trace}`, extra, { owner: extra.billNo, live: extra.state === 'due' }),
    enter: (line) => {
      const no = shelf.next('movement');
      shelf.put('movement', String(no).padStart(9, '0'), { ...line, no }, { owner: line.receiptNo });
    },
    movementsOfCase: (receiptNo) => shelf.owned<Movement>('movement', receiptNo),
    notices: () => shelf.live<Notice>('notice'),
    notice: (id) => shelf.get<Notice>('notice', id),
    keepNotice: (notice) => shelf.put('notice', notice.id, notice, { live: true }),
    dropNotice: (id) => shelf.drop('notice', id),
    newNoticeId: () => `n${String(shelf.next('notice')).padStart(9, '0')}`,
    totals: () => totals(shelf),
  };
}

/** Adds the ledger up and compares it with what the bills say. */
function totals(shelf: Shelf): Totals {
  const moved = shelf.sum('movement', 'amountFen', 'what');
  const byState = shelf.sum('bill', 'amountFen', 'state');
  const extras = shelf.sum('extra', 'amountFen', 'state');
  const due = shelf.sum('bill', 'amountFen', 'refundDue')['1'] ?? 0;
  const of = (what: Movement['what']): number => moved[what] ?? 0;
  const held = of('hold') - of('void') - of('capture');
  const captured = of('capture') + of('extraIn');
  const refunded = of('refund') + of('extraRefund');
  return {
    held,
    captured,
    refunded,
    owed: due + (extras['due'] ?? 0),
    balanced:
      held === (byState['held'] ?? 0) &&
      of('capture') - of('refund') === (byState['captured'] ?? 0) &&
      of('refund') === (byState['refunded'] ?? 0) &&
      of('extraIn') - of('extraRefund') === (extras['due'] ?? 0),
  };
}
