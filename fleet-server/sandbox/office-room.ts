import type { CaseBooks } from './cases/case-books.ts';
import type { Dossiers } from './cases/dossiers.ts';
import type { Billing } from './cases/errands.ts';
import type { OfficeClock } from './office-clock.ts';
import type { Shelf } from './shelf.ts';

/** What every office with cases is furnished with. */
export interface OfficeRoom {
  readonly shelf: Shelf;
  readonly clock: OfficeClock;
  readonly books: CaseBooks;
  readonly dossiers: Dossiers;
  readonly billing: Billing;
}
