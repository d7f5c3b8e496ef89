import { SYNTHETIC_CARS } from '@yimen/contracts/testing';
import type { CaseBooks } from '../cases/case-books.ts';
import { type Dossiers, openItems } from '../cases/dossiers.ts';
import { FEE_FEN } from './fees.table.ts';
import type { PriceOf } from './provider.ts';

/** Prices as the offices have them: what is open of a case for an errand that pays it, the violation's fine for a
 *  decision, the published table for everything else. */
export function createPrices(books: CaseBooks, dossiers: Dossiers): PriceOf {
  return (receiptNo, { feeRow, variant }) => {
    const file = books.file(receiptNo);
    if (file?.item === 'pay') {
      const dossier = dossiers.get(file.onCase ?? '');
      const item = (dossier === undefined ? [] : openItems(dossier)).find((one) => one.variant === variant);
      return item === undefined ? undefined : item.amountFen / item.count;
    }
    if (feeRow === 'fine') return fineOf(variant);
    return feeRow.startsWith('fee.') ? FEE_FEN[variant] : undefined;
  };
}

function fineOf(violationId: string): number | undefined {
  return SYNTHETIC_CARS.flatMap(({ violations }) => violations).find((one) => one.violationId === violationId)?.fineFen;
}
