import type { Billing } from '../cases/errands.ts';
import type { OfficeClock } from '../office-clock.ts';
import type { BillEntry, Books } from './books.ts';

/** What the offices may ask the payment provider about a case. */
export function createBilling(books: Books, clock: OfficeClock): Billing {
  const isOpen = (bill: BillEntry): boolean => bill.state === 'open' && bill.expiresAt > clock.nowMs();
  return {
    standing: (receiptNo) => {
      const bills = books.billsOfCase(receiptNo);
      if (bills.some(({ state }) => state === 'held' || state === 'captured')) return 'taken';
      return bills.some(isOpen) ? 'open' : 'none';
    },
    close: (receiptNo) => books.closeForBilling(receiptNo),
  };
}
