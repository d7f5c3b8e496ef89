import {
  SYNTHETIC_CARS,
  SYNTHETIC_LICENCES,
  type SyntheticCar,
  type SyntheticLicence,
  type SyntheticViolation,
} from '@yimen/contracts/testing';
import { addDays } from '../office-clock.ts';
import type { Shelf } from '../shelf.ts';

/** A driver as the office has him today. */
export interface Driver extends Omit<SyntheticLicence, 'expiresInDays' | 'note'> {
  /** `YYYY-MM-DD`. */
  readonly expiry: string;
}
export interface Car extends Omit<SyntheticCar, 'dueInDays' | 'registeredDaysAgo' | 'note'> {
  readonly registered: string;
  /** The day its next inspection mark is due. */
  readonly due: string;
  readonly markNo: string | null;
}
/** A violation that nobody decided yet. */
export interface OpenViolation extends SyntheticViolation {
  readonly car: Car;
}

/** Drivers, cars and violations of the office. */
export interface VehicleRegister {
  driver(thing: string): Driver | undefined;
  drivers(): Driver[];
  car(plateType: string, plateNo: string): Car | undefined;
  /** All cars with what is open of theirs. */
  cars(): Car[];
  openViolationsOfOwner(thing: string): OpenViolation[];
  openViolation(violationId: string): OpenViolation | undefined;
  renewLicence(thing: string, expiry: string): void;
  /** Points on the licence, and one more car of somebody else that its holder dealt with. */
  chargeDriver(thing: string, points: number, otherCar: string | null): void;
  giveMark(car: Car, markNo: string, until: string): void;
  /** A case is about to decide it, or has: nobody else may. */
  claimViolation(violationId: string, receiptNo: string): void;
  claimantOf(violationId: string): string | undefined;
  freeViolation(violationId: string): void;
  nextNumber(counter: 'decision' | 'mark'): number;
}

interface DriverChanges {
  readonly expiry: string | null;
  readonly points: number;
  readonly otherCars: readonly string[];
}
const UNCHANGED: DriverChanges = { expiry: null, points: 0, otherCars: [] };

export function createVehicleRegister(shelf: Shelf, today: () => string): VehicleRegister {
  const changes = (thing: string): DriverChanges => shelf.get<DriverChanges>('driver', thing) ?? UNCHANGED;
  const claimantOf = (violationId: string): string | undefined =>
    shelf.get<{ receiptNo: string }>('violation', violationId)?.receiptNo;
  const drivers = (): Driver[] => SYNTHETIC_LICENCES.map((row) => driverNow(row, changes(row.holder), today()));
  const cars = (): Car[] => SYNTHETIC_CARS.map((row) => carNow(shelf, row, today(), claimantOf));
  const open = (): OpenViolation[] => cars().flatMap((car) => car.violations.map((one) => ({ ...one, car })));
  return {
    driver: (thing) => drivers().find((driver) => driver.holder === thing),
    drivers,
    car: (plateType, plateNo) => cars().find((car) => car.plateType === plateType && car.plateNo === plateNo),
    cars,
    openViolationsOfOwner: (thing) => open().filter(({ car }) => car.owner === thing),
    openViolation: (violationId) => open().find((one) => one.violationId === violationId),
    renewLicence: (thing, expiry) => shelf.put('driver', thing, { ...changes(thing), expiry }),
    chargeDriver: (thing, points, otherCar) => {
      const old = changes(thing);
      const otherCars = otherCar === null ? old.otherCars : [...new Set([...old.otherCars, otherCar])];
      shelf.put('driver', thing, { ...old, points: old.points + points, otherCars });
    },
    giveMark: (car, markNo, until) => shelf.put('mark', car.plateNo, { markNo, until }),
    claimViolation: (violationId, receiptNo) => shelf.put('violation', violationId, { receiptNo }),
    claimantOf,
    freeViolation: (violationId) => shelf.drop('violation', violationId),
    nextNumber: (counter) => shelf.next(counter),
  };
}

function driverNow(
  { expiresInDays, note: _note, ...row }: SyntheticLicence,
  changed: DriverChanges,
  today: string,
): Driver {
  return {
    ...row,
    expiry: changed.expiry ?? addDays(today, expiresInDays),
    points: row.points + changed.points,
    carsHandled: row.carsHandled + changed.otherCars.length,
  };
}

function carNow(
  shelf: Shelf,
  { dueInDays, registeredDaysAgo, note: _note, ...row }: SyntheticCar,
  today: string,
  claimantOf: (violationId: string) => string | undefined,
): Car {
  const mark = shelf.get<{ markNo: string; until: string }>('mark', row.plateNo);
  return {
    ...row,
    registered: addDays(today, -registeredDaysAgo),
    due: mark?.until ?? addDays(today, dueInDays),
    markNo: mark?.markNo ?? null,
    violations: row.violations.filter(({ violationId }) => claimantOf(violationId) === undefined),
  };
}
