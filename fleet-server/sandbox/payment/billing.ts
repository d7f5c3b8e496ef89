import type { Billing } from '../cases/errands.ts';
import { dayOf, type OfficeClock } from '../office-clock.ts';
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
    returned: (receiptNo) => {
      const back = books.movementsOfCase(receiptNo).filter(({ what }) => what === 'refund' || what === 'void');
      const last = back.at(-1);
      if (last === undefined) return null;
      return { amountFen: back.reduce((sum, { amountFen }) => sum + amountFen, 0), on: dayOf(last.at) };
    },
    close: (receiptNo) => books.closeForBilling(receiptNo),
  };
}
