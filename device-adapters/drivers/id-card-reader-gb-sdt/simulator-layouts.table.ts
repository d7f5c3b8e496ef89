import type { SyntheticIdCard } from '@yimen/contracts/testing';

type Kind = SyntheticIdCard['kind'];
type Field = keyof SyntheticIdCard['fields'];

/** One place in the text of a card: bytes `at` … `at + bytes`; `from` is the first UTF-16 unit of the field that stands
 *  there, for what is written in two pieces. */
export interface TextPlace {
  readonly field: Field;
  readonly at: number;
  readonly bytes: number;
  readonly from?: number;
}

interface TextLayout {
  /** The character at byte offset 248. */
  readonly letter: string;
  readonly places: readonly TextPlace[];
}

const TERM = [place('validFrom', 188, 16), place('validTo', 204, 16)] as const;
const HEAD = [place('sex', 30, 2), place('birth', 36, 16)] as const;
const NATIVE = [
  place('name', 0, 30),
  ...HEAD,
  place('address', 52, 70),
  place('idNumber', 122, 36),
  place('issuer', 158, 30),
  ...TERM,
] as const;

/** Where the four kinds of card keep their text.
 *  @source GA/T 490 and its successors, as the protocol document tells them */
export const LAYOUTS: Readonly<Record<Kind, TextLayout>> = {
  citizen: { letter: ' ', places: [...NATIVE, place('nation', 32, 4)] },
  'hmt-resident': { letter: 'J', places: [...NATIVE, place('passNumber', 220, 18), place('issueCount', 238, 4)] },
  'foreigner-2017': {
    letter: 'I',
    places: [
      place('englishName', 0, 120),
      place('sex', 120, 2),
      place('idNumber', 122, 30),
      place('nationality', 152, 6),
      place('chineseName', 158, 30),
      ...TERM,
      place('birth', 220, 16),
      place('cardVersion', 236, 4),
      place('authority', 240, 8),
    ],
  },
  'foreigner-2023': {
    letter: 'Y',
    places: [
      place('chineseName', 0, 30),
      ...HEAD,
      place('renewCount', 32, 4),
      place('englishName', 52, 70),
      { ...place('englishName', 220, 22), from: 35 },
      place('idNumber', 122, 36),
      ...TERM,
      place('nationality', 242, 6),
      place('oldNumberLink', 250, 6),
    ],
  },
};

function place(field: Field, at: number, bytes: number): TextPlace {
  return { field, at, bytes };
}
