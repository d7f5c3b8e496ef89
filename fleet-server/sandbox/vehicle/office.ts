import type { BACK_OFFICE_REQUESTS } from '@yimen/contracts/back-office';
import type { z } from 'zod';
import { type CaseOffice, createCaseOffice, type Lookup } from '../cases/case-office.ts';
import { createInspectItem } from '../items/inspect.ts';
import { createLicenceItem } from '../items/licence.ts';
import { createSimpleItem } from '../items/simple.ts';
import { createViolationItem } from '../items/violation.ts';
import { createVlicItem } from '../items/vlic.ts';
import { addDays } from '../office-clock.ts';
import type { OfficeRoom } from '../office-room.ts';
import { cardByNumber, maskedHolder } from '../people.ts';
import { refusal } from '../refusals.ts';
import { type Blanks, createBlanks } from './blanks.ts';
import type { VehicleRegister } from './register.ts';
import { carRefusals, FINE_LIMIT_FEN, inspectionRules, licenceRefusals } from './rules.ts';

type Bodies = typeof BACK_OFFICE_REQUESTS;
type BodyOf<K extends keyof Bodies> = z.infer<Bodies[K]['body']>;
const SHOWN_VIOLATIONS = 6;

/** The office of drivers and vehicles. */
export function createVehicleOffice(room: OfficeRoom, register: VehicleRegister): CaseOffice {
  const { shelf, clock, books, dossiers, billing } = room;
  const blanks: Blanks = createBlanks(shelf);
  return createCaseOffice({
    name: 'vehicle',
    prefix: 'vehicle',
    items: [
      createLicenceItem(register, blanks),
      createVlicItem(register, blanks),
      createInspectItem(register),
      createViolationItem(register),
      createSimpleItem(),
    ],
    lookups: [licenceLookup(register), carLookup(register), violationList(register)],
    books,
    dossiers,
    billing,
    clock,
  });
}

function licenceLookup(register: VehicleRegister): Lookup {
  return {
    kind: 'vehicle.licence.lookup',
    answer: (body: BodyOf<'vehicle.licence.lookup'>, { today }) => {
      const thing = cardByNumber(body.idNo)?.thing ?? '';
      const driver = register.driver(thing);
      const open = register.openViolationsOfOwner(thing);
      return {
        holderMasked: maskedHolder(thing),
        licenceNo: driver?.licenceNo ?? '',
        class: driver?.class ?? '',
        expiry: driver?.expiry ?? today,
        points: driver?.points ?? 0,
        openViolations: open.length,
        healthOk: driver?.healthOk ?? false,
        photoOk: driver?.photoOk ?? false,
        newTerm: driver?.newTerm ?? '6',
        carsHandled: driver?.carsHandled ?? 0,
        refusals: licenceRefusals(driver, body.reason, open, today),
      };
    },
  };
}

function carLookup(register: VehicleRegister): Lookup {
  return {
    kind: 'vehicle.car.lookup',
    emptied: { rules: [] },
    answer: (body: BodyOf<'vehicle.car.lookup'>, { today }) => {
      const car = register.car(body.plateType, body.plateNo);
      const asker = cardByNumber(body.idNo)?.thing;
      const refusals = carRefusals(car, asker, body.purpose, today);
      // Who does not own it learns nothing of it.
      const own = car !== undefined && car.owner === asker ? car : undefined;
      return {
        ownerMasked: own === undefined ? '＊' : maskedHolder(own.owner),
        modelZh: own?.modelZh ?? '',
        modelEn: own?.modelEn ?? '',
        registered: own?.registered ?? today,
        rules: own === undefined || body.purpose === 'vlic' ? [] : inspectionRules(own, today),
        refusals,
      };
    },
  };
}

function violationList(register: VehicleRegister): Lookup {
  return {
    kind: 'vehicle.violation.list',
    emptied: { violations: [] },
    answer: (body: BodyOf<'vehicle.violation.list'>, { today }) => {
      const car = register.car(body.plateType, body.plateNo);
      if (car?.engineTail !== body.engineTail) return { violations: [], refusals: [refusal('engine-differs')] };
      const all = car.violations;
      const here = all.filter(({ fineFen }) => fineFen <= FINE_LIMIT_FEN);
      const why = all.length === 0 ? 'none-found' : 'over-limit';
      return {
        violations: here
          .slice(0, SHOWN_VIOLATIONS)
          .map(({ daysAgo, ...one }) => ({ ...one, at: addDays(today, -daysAgo) })),
        refusals: here.length > 0 ? [] : [refusal(why)],
      };
    },
  };
}
