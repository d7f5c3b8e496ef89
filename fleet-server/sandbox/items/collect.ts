import type { CaseBooks } from '../cases/case-books.ts';
import type { AtCounter, Begun, CaseFile, CaseItem, CaseOfficeName, OfficeConfirm } from '../cases/case-file.ts';
import type { Dossier, Dossiers } from '../cases/dossiers.ts';
import { type Billing, openErrand } from '../cases/errands.ts';
import { unfitFor } from '../cases/finder.ts';
import { cardByNumber } from '../people.ts';
import { refusal } from '../refusals.ts';

interface Body {
  readonly receiptNo: string;
  readonly idNo: string | null;
}
interface Parts {
  readonly books: CaseBooks;
  readonly dossiers: Dossiers;
  readonly billing: Billing;
}
interface CollectKind {
  readonly name: 'collect' | 'idcollect';
  readonly office: CaseOfficeName;
  readonly what: 'permit' | 'id-card';
}

/** 自助取证, 自助领证: a finished document out of this hall's locker. */
export function createCollectItem(parts: Parts, kind: CollectKind): CaseItem<Body> {
  const { dossiers } = parts;
  const move = (file: CaseFile, change: (dossier: Dossier) => Dossier): void => {
    const dossier = dossiers.get(file.onCase ?? '');
    if (dossier !== undefined) dossiers.keep(change(dossier));
  };
  return {
    name: kind.name,
    personOf: ({ receiptNo, idNo }) => cardByNumber(idNo)?.thing ?? dossiers.get(receiptNo)?.holder ?? null,
    begin: (body, at) => begin(parts, kind, body, at),
    reserve: (file, at) => {
      const dossier = dossiers.get(file.onCase ?? '');
      if (dossier === undefined || dossier.serial === null) return { refusal: refusal('receipt-unknown') };
      const unfit = unfitFor('collect', dossier, at.terminalId);
      if (unfit !== null) return { refusal: unfit };
      dossiers.keep({ ...dossier, document: 'reserved' });
      return { goods: { kind: 'document', serial: dossier.serial, what: kind.what } };
    },
    release: (file) => move(file, (dossier) => (dossier.document === 'reserved' ? backInStock(dossier) : dossier)),
    hasWrongSerial: (file, body) => body.serial !== null && body.serial !== dossiers.get(file.onCase ?? '')?.serial,
    // Given out but not taken: it is in the machine's bin, and staff hand it over at the window.
    produced: (file) => move(file, (dossier) => ({ ...dossier, document: 'atWindow' })),
    handedOver: (file, at) =>
      move(file, (dossier) => ({ ...dossier, document: 'delivered', state: 'delivered', since: at.today })),
    notProduced: (file, body) =>
      move(file, (dossier) => (isNamed(dossier, body) ? suspect(dossier) : backInStock(dossier))),
    inDoubt: (file) => move(file, suspect),
  };
}

function begin(parts: Parts, kind: CollectKind, body: Body, at: AtCounter): Begun<object> {
  const dossier = parts.dossiers.get(body.receiptNo);
  const base = { decision: 'approved', details: {} } as const;
  if (dossier?.office !== kind.office) return { ...base, refusal: refusal('receipt-unknown') };
  if (body.idNo !== null && cardByNumber(body.idNo)?.thing !== dossier.holder)
    return { ...base, refusal: refusal('identity-mismatch') };
  const unfit = unfitFor('collect', dossier, at.terminalId);
  if (unfit !== null) return { ...base, refusal: unfit };
  const opened = openErrand(parts, { receiptNo: body.receiptNo, purpose: 'C', busy: 'already-open' }, at);
  if ('existing' in opened) return opened;
  if ('refusal' in opened) return { ...base, refusal: opened.refusal };
  return { ...base, refusal: null, errand: opened.errand };
}

function isNamed(dossier: Dossier, body: OfficeConfirm): boolean {
  return body.serial !== null && body.serial === dossier.serial;
}

function backInStock(dossier: Dossier): Dossier {
  return dossier.document === 'reserved' || dossier.document === 'suspect'
    ? { ...dossier, document: 'stock' }
    : dossier;
}

function suspect(dossier: Dossier): Dossier {
  return { ...dossier, document: 'suspect' };
}
