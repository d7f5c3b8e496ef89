import type { CountCode, Destination } from '@yimen/contracts/back-office';
import { PEOPLE, SYNTHETIC_ENDORSEMENTS } from '@yimen/contracts/testing';
import { addDays } from '../office-clock.ts';
import type { Shelf } from '../shelf.ts';

/** An endorsement on a permit, as the office's register has it. */
export interface RegisteredEndorsement {
  readonly permitNo: string;
  readonly destination: Destination;
  readonly kind: 'G' | 'L';
  readonly countCode: CountCode;
  readonly issued: string;
  readonly validUntil: string;
  readonly serial: string;
  /** Journeys left; null = any number. */
  readonly remaining: number | null;
  readonly cancelled: boolean;
}

/** A serial number of an endorsement: in exactly one state at any time. */
export interface SerialEntry {
  readonly serial: string;
  readonly receiptNo: string;
  readonly destination: Destination;
  readonly issued: string;
  readonly validUntil: string;
  readonly state: 'reserved' | 'released' | 'suspect' | 'produced';
}

/** The office's register of permits: endorsements, the count of each chip, serial numbers. */
export interface Permits {
  endorsements(permitNo: string): RegisteredEndorsement[];
  chipCounter(permitNo: string): number;
  setChipCounter(permitNo: string, chipCounter: number): void;
  addEndorsement(endorsement: RegisteredEndorsement): void;
  cancelEndorsements(permitNo: string, destination: Destination): void;
  serials(receiptNo: string): SerialEntry[];
  keepSerial(entry: SerialEntry): void;
  newSerial(): string;
}

const FULL_CHIP = 255;

export function createPermits(shelf: Shelf, today: () => string): Permits {
  return {
    endorsements: (permitNo) => [
      ...firstEndorsements(permitNo, today()),
      ...shelf.owned<RegisteredEndorsement>('endorsement', permitNo),
    ],
    chipCounter: (permitNo) => shelf.get<{ value: number }>('chip', permitNo)?.value ?? firstChipCounter(permitNo),
    setChipCounter: (permitNo, value) => shelf.put('chip', permitNo, { value }),
    addEndorsement: (endorsement) => {
      const key = String(shelf.next('endorsement')).padStart(9, '0');
      shelf.put('endorsement', key, { ...endorsement, key }, { owner: endorsement.permitNo });
    },
    cancelEndorsements: (permitNo, destination) => {
      for (const old of shelf.owned<RegisteredEndorsement & { key: string }>('endorsement', permitNo)) {
        if (old.destination === destination && !old.cancelled)
          shelf.put('endorsement', old.key, { ...old, cancelled: true }, { owner: permitNo });
      }
    },
    serials: (receiptNo) => shelf.owned<SerialEntry>('serial', receiptNo),
    keepSerial: (entry) => shelf.put('serial', entry.serial, entry, { owner: entry.receiptNo }),
    newSerial: () => `S${String(shelf.next('serial')).padStart(9, '0')}`,
  };
}

/** Everybody but the one who was never endorsed has an old, used-up endorsement; some have one that is still valid. */
function firstEndorsements(permitNo: string, today: string): RegisteredEndorsement[] {
  const person = PEOPLE.find((candidate) => candidate.documentNumber === permitNo);
  if (person === undefined || person.thing === 'permit-first') return [];
  const used: RegisteredEndorsement = {
    permitNo,
    destination: 'HKG',
    kind: 'L',
    countCode: 'once',
    issued: '2025-06-01',
    validUntil: '2025-08-31',
    serial: `S0${permitNo.slice(1)}`,
    remaining: 0,
    cancelled: false,
  };
  const valid = SYNTHETIC_ENDORSEMENTS.filter(({ permit }) => permit === person.thing).map(
    ({ destination, kind, issuedDaysAgo, validForDays }): RegisteredEndorsement => ({
      ...used,
      destination,
      kind,
      issued: addDays(today, -issuedDaysAgo),
      validUntil: addDays(today, validForDays),
      serial: `S1${permitNo.slice(1)}`,
      remaining: 1,
    }),
  );
  return [used, ...valid];
}

function firstChipCounter(permitNo: string): number {
  return PEOPLE.some((person) => person.documentNumber === permitNo && person.thing === 'permit-chip-full')
    ? FULL_CHIP
    : 1;
}
