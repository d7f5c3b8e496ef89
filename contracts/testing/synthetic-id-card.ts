import type { IdCardKind, Identity } from '../device/ports/id-card-reader.ts';
import { idNumber } from './id-number.ts';

/** An ID card of the simulated world. Nobody on it exists; its number is made up inside the published form. */
export interface SyntheticIdCard {
  /** Thing id of the bench: `id-li-na`. */
  readonly thing: string;
  /** The permit of the same person (`permit-li-na`), when there is one. */
  readonly permit: string | null;
  readonly kind: IdCardKind;
  /** What the chip says, by the port's names: the text without the spaces behind it. */
  readonly fields: Readonly<Identity['fields']>;
  /** The newest address that was written to the chip later; null when none was. */
  readonly addedAddress: string | null;
  readonly hasFingerprint: boolean;
  /** For whoever does not read characters. */
  readonly latinName: string;
  /** What is special, for the bench page and for whoever reads a test. */
  readonly note: string;
}

interface CitizenRow {
  readonly thing: string;
  readonly permit?: string;
  readonly latinName: string;
  readonly name: string;
  /** Code of GB/T 3304; Han when left out. */
  readonly nation?: string;
  /** Where the number was given, 6 digits. */
  readonly place: string;
  readonly birth: string;
  /** Three digits, odd for men: the sex follows. */
  readonly sequence: string;
  readonly address: string;
  readonly issuer: string;
  readonly valid: readonly [from: string, to: string];
  readonly addedAddress?: string;
  readonly hasFingerprint?: boolean;
  readonly note: string;
}

/** A citizen's card. */
export function citizen(row: CitizenRow): SyntheticIdCard {
  const { thing, permit = null, latinName, note, addedAddress = null, hasFingerprint = true } = row;
  const fields = { ...holder(row), nation: row.nation ?? '01' };
  return { thing, permit, kind: 'citizen', fields, addedAddress, hasFingerprint, latinName, note };
}

type ResidentRow = Omit<CitizenRow, 'permit' | 'nation' | 'issuer' | 'addedAddress' | 'hasFingerprint'> & {
  readonly passNumber: string;
};

/** A residence permit of somebody from Hong Kong, Macau or Taiwan; its number begins with 81, 82 or 83. */
export function resident(row: ResidentRow): SyntheticIdCard {
  const { thing, latinName, note, passNumber } = row;
  const fields = { ...holder({ ...row, issuer: '佛山市公安局' }), passNumber, issueCount: '01' };
  return {
    thing,
    permit: null,
    kind: 'hmt-resident',
    fields,
    addedAddress: null,
    hasFingerprint: true,
    latinName,
    note,
  };
}

/** What citizens and residents have alike. */
function holder({ name, place, birth, sequence, address, issuer, valid }: CitizenRow): SyntheticIdCard['fields'] {
  const [validFrom, validTo] = valid;
  const sex = Number(sequence) % 2 === 1 ? '1' : '2';
  return { name, sex, birth, address, idNumber: idNumber(place, birth, sequence), issuer, validFrom, validTo };
}
