import type { CountCode, Destination, OfficeRefusal } from '@yimen/contracts/back-office';
import { PEOPLE, type SyntheticPerson } from '@yimen/contracts/testing';
import type { Shelf } from '../shelf.ts';
import type { RegisteredEndorsement } from './rules.ts';

/** A case of the office. `decision` is the officer's, `stage` says how far the production is. */
export interface CaseFile {
  readonly receiptNo: string;
  /** The asker's own reference, kept so that people can find the case by it. */
  readonly foreignRef: string;
  readonly permitNo: string;
  readonly person: string;
  readonly destinations: readonly Destination[];
  readonly kind: 'G' | 'L';
  readonly countCode: CountCode;
  readonly decision: 'approved' | 'pending' | 'refused';
  readonly refusal: OfficeRefusal | null;
  /** open → reserved ⇄ released; reserved → inCheck; → produced or cancelled (both final). */
  readonly stage: 'open' | 'reserved' | 'released' | 'inCheck' | 'produced' | 'cancelled';
  readonly paid: boolean;
  readonly heldUntil: number | null;
  readonly handedOver: boolean;
  readonly terminalId: string;
  readonly begunAt: number;
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

/** Reads and writes of the exit-entry office. */
export interface Register {
  personByPermit(permitNo: string): SyntheticPerson | undefined;
  endorsements(permitNo: string): RegisteredEndorsement[];
  chipCounter(permitNo: string): number;
  setChipCounter(permitNo: string, chipCounter: number): void;
  addEndorsement(endorsement: RegisteredEndorsement): void;
  cancelEndorsements(permitNo: string, destination: Destination): void;
  caseFile(receiptNo: string): CaseFile | undefined;
  caseByForeignRef(foreignRef: string): CaseFile | undefined;
  keepCase(file: CaseFile): void;
  newReceiptNo(today: string): string;
  heldCases(): CaseFile[];
  serials(receiptNo: string): SerialEntry[];
  keepSerial(entry: SerialEntry): void;
  newSerial(): string;
}

const FULL_CHIP = 255;

export function createRegister(shelf: Shelf): Register {
  return {
    personByPermit: (permitNo) => PEOPLE.find((person) => person.documentNumber === permitNo),
    endorsements: (permitNo) => [
      ...firstEndorsements(permitNo),
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
    caseFile: (receiptNo) => shelf.get<CaseFile>('case', receiptNo),
    caseByForeignRef: (foreignRef) => shelf.owned<CaseFile>('case', foreignRef)[0],
    keepCase: (file) =>
      shelf.put('case', file.receiptNo, file, { owner: file.foreignRef, live: file.stage === 'reserved' }),
    newReceiptNo: (today) => `4406${today.replaceAll('-', '')}${String(shelf.next('receipt')).padStart(7, '0')}`,
    heldCases: () => shelf.live<CaseFile>('case'),
    serials: (receiptNo) => shelf.owned<SerialEntry>('serial', receiptNo),
    keepSerial: (entry) => shelf.put('serial', entry.serial, entry, { owner: entry.receiptNo }),
    newSerial: () => `S${String(shelf.next('serial')).padStart(9, '0')}`,
  };
}

/** Everybody but the one who was never endorsed has an old, used-up endorsement. */
function firstEndorsements(permitNo: string): RegisteredEndorsement[] {
  const person = PEOPLE.find((candidate) => candidate.documentNumber === permitNo);
  if (person === undefined || person.thing === 'permit-first') return [];
  return [{ permitNo, destination: 'HKG', kind: 'L', validUntil: '2025-08-31', remaining: 0, cancelled: false }];
}

function firstChipCounter(permitNo: string): number {
  return PEOPLE.some((person) => person.documentNumber === permitNo && person.thing === 'permit-chip-full')
    ? FULL_CHIP
    : 1;
}
