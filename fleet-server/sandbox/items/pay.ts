import type { BackOfficeBegin } from '../cases/begin-body.ts';
import type { CaseBooks } from '../cases/case-books.ts';
import type { AtCounter, Begun, CaseItem } from '../cases/case-file.ts';
import { type Dossiers, making, openItems } from '../cases/dossiers.ts';
import { type Billing, openErrand } from '../cases/errands.ts';
import { unfitFor } from '../cases/finder.ts';
import { refusal } from '../refusals.ts';

type Body = BackOfficeBegin<'exitEntry', 'pay'>;
interface Parts {
  readonly books: CaseBooks;
  readonly dossiers: Dossiers;
  readonly billing: Billing;
}

/** 自助缴费: the right to pay a case of the office here; nobody else may be at it. */
export function createPayItem(parts: Parts): CaseItem<Body> {
  const { dossiers } = parts;
  return {
    name: 'pay',
    personOf: ({ receiptNo }) => dossiers.get(receiptNo)?.holder ?? null,
    begin: (body, at) => begin(parts, body, at),
    reserve: (file) => {
      const dossier = dossiers.get(file.onCase ?? '');
      if (dossier === undefined) return { refusal: refusal('receipt-unknown') };
      const items = openItems(dossier);
      // Paid or void since the errand was begun.
      if (items.length === 0) return { refusal: unfitFor('pay', dossier, '') ?? refusal('not-payable') };
      return { goods: { kind: 'payment', items: [...items] } };
    },
    produced: (file, _body, at) => {
      const dossier = dossiers.get(file.onCase ?? '');
      if (dossier !== undefined) dossiers.keep(making({ ...dossier, paidOn: at.today }, at.today));
    },
  };
}

function begin(parts: Parts, body: Body, at: AtCounter): Begun<object> {
  const dossier = parts.dossiers.get(body.receiptNo);
  const base = { decision: 'approved', details: {} } as const;
  if (dossier?.office !== 'exit-entry') return { ...base, refusal: refusal('receipt-unknown') };
  const unfit = unfitFor('pay', dossier, at.terminalId);
  if (unfit !== null) return { ...base, refusal: unfit };
  const opened = openErrand(parts, { receiptNo: body.receiptNo, purpose: 'P', busy: 'bill-busy' }, at);
  if ('existing' in opened) return opened;
  if ('refusal' in opened) return { ...base, refusal: opened.refusal };
  return { ...base, refusal: null, errand: opened.errand };
}
