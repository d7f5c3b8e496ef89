import { randomBytes } from 'node:crypto';
import { ID_CARDS, PEOPLE, permitMrzLine, SYNTHETIC_CARS, SYNTHETIC_LICENCES } from '@yimen/contracts/testing';
import {
  marksOfFinger,
  marksOfIdCard,
  marksOfPermit,
  marksOfSignature,
  type PersonalMark,
} from '@yimen/device-adapters/personal-marks';
import type { Visit } from '../citizen/visits.table.ts';
import type { Canary } from './canary.ts';

/** What one citizen gives at the screen itself: made anew for each, so that nothing else in the world is the same. */
export interface Given {
  readonly phone: string;
  /** A camera's frame, and the photo that is taken: JPEGs with a mark of their own inside. */
  readonly face: Uint8Array;
  readonly photoMark: Uint8Array;
}

const FRAME_BYTES = 600;

export function newGiven(): Given {
  const digits = [...randomBytes(9)].map((byte) => byte % 10).join('');
  return {
    phone: `13${digits}`,
    face: Uint8Array.from(randomBytes(FRAME_BYTES)),
    photoMark: Uint8Array.from(randomBytes(64)),
  };
}

/** Everything that this citizen brings, is, types and shows, as canaries. Numbers that the offices make are added while he
 *  is served (`numbersSeen`). */
export function canariesOf(visit: Visit, given: Given): readonly Canary[] {
  return [
    ...cardCanaries(visit.idCard),
    ...permitCanaries(visit.permit),
    ...carCanaries(visit.answers['plateNo']),
    ...visit.fingers.flatMap((finger) => named(finger, marksOfFinger(finger))),
    ...named(visit.signature, marksOfSignature(visit.signature)),
    { name: 'phone', value: given.phone },
    { name: 'camera frame', value: given.face.slice(200, 264), isPiece: true },
    { name: 'photo', value: given.photoMark, isPiece: true },
  ];
}

/** Numbers by which an office knows a case or bill; they are the citizen's, too (services.md §8, rule 14). */
export function numbersSeen(numbers: readonly string[]): readonly Canary[] {
  return [...new Set(numbers)].map((value) => ({ name: `office number ${value}`, value }));
}

function cardCanaries(thing: string): readonly Canary[] {
  const card = ID_CARDS.find((candidate) => candidate.thing === thing);
  if (card === undefined) return [];
  const { name, chineseName, idNumber, address, birth = '', passNumber } = card.fields;
  const licence = SYNTHETIC_LICENCES.find(({ holder }) => holder === thing);
  return [
    ...texts(thing, { name: name ?? chineseName, number: idNumber, address, pass: passNumber }),
    ...texts(thing, { 'added address': card.addedAddress ?? undefined, 'latin name': card.latinName }),
    ...texts(thing, { licence: licence?.licenceNo }),
    ...birthCanaries(thing, birth),
    ...named(thing, marksOfIdCard(thing)),
  ];
}

function permitCanaries(thing: string): readonly Canary[] {
  const person = PEOPLE.find((candidate) => candidate.thing === thing);
  if (person === undefined) return [];
  return [
    ...texts(thing, {
      number: person.documentNumber,
      name: person.chineseName,
      'name in the zone': person.mrzName,
      zone: permitMrzLine(person),
    }),
    ...named(thing, marksOfPermit(thing)),
  ];
}

function carCanaries(plateNo: string | undefined): readonly Canary[] {
  const car = SYNTHETIC_CARS.find((candidate) => candidate.plateNo === plateNo);
  return car === undefined ? [] : texts('car', { plate: car.plateNo });
}

/** A birth date as people, forms and chips write it. */
function birthCanaries(thing: string, birth: string): readonly Canary[] {
  const [year, month, day] = [birth.slice(0, 4), birth.slice(4, 6), birth.slice(6)];
  return texts(thing, {
    birth,
    'birth ISO': `${year}-${month}-${day}`,
    'birth in Chinese': `${year}年${month}月${day}日`,
    'birth in Chinese, short': `${year}年${Number(month)}月${Number(day)}日`,
    'birth with dots': `${year}.${month}.${day}`,
  });
}

function texts(of: string, values: Readonly<Record<string, string | undefined>>): readonly Canary[] {
  return Object.entries(values).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [{ name: `${of} ${name}`, value }],
  );
}

function named(of: string, marks: readonly PersonalMark[]): readonly Canary[] {
  return marks.map(({ name, value }) => ({ name: `${of} ${name}`, value, isPiece: typeof value !== 'string' }));
}
