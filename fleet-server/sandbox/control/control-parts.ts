import type { CaseBooks } from '../cases/case-books.ts';
import type { CaseOffice } from '../cases/case-office.ts';
import type { Dossiers } from '../cases/dossiers.ts';
import type { OfficeClock } from '../office-clock.ts';
import type { Books } from '../payment/books.ts';
import type { Shelf } from '../shelf.ts';
import type { Switches } from '../switches.ts';
import type { VehicleRegister } from '../vehicle/register.ts';

/** What the control sees and moves. */
export interface ControlParts {
  readonly shelf: Shelf;
  readonly switches: Switches;
  readonly clock: OfficeClock;
  readonly offices: readonly CaseOffice[];
  readonly cases: CaseBooks;
  readonly dossiers: Dossiers;
  readonly register: VehicleRegister;
  readonly books: Books;
}
