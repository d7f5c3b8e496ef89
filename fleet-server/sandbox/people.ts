import { ID_CARDS, PEOPLE, type SyntheticIdCard, type SyntheticPerson } from '@yimen/contracts/testing';

/** The offices know people by their numbers; everything else here goes by the thing that somebody brings. */
export function cardByNumber(idNo: string | null): SyntheticIdCard | undefined {
  return idNo === null ? undefined : ID_CARDS.find((card) => card.fields.idNumber === idNo);
}

export function cardByThing(thing: string): SyntheticIdCard | undefined {
  return ID_CARDS.find((card) => card.thing === thing);
}

export function permitByNumber(permitNo: string | null): SyntheticPerson | undefined {
  return permitNo === null ? undefined : PEOPLE.find((person) => person.documentNumber === permitNo);
}

export function permitByThing(thing: string): SyntheticPerson | undefined {
  return PEOPLE.find((person) => person.thing === thing);
}

/** The name as the holder writes it. */
export function nameOf(card: SyntheticIdCard): string {
  return card.fields.name ?? card.fields.chineseName ?? card.latinName;
}

/** First character and a star; a holder that nobody knows is a star alone. */
export function maskedName(name: string | undefined): string {
  return `${Array.from(name ?? '')[0] ?? ''}＊`;
}

export function maskedHolder(thing: string): string {
  const card = cardByThing(thing);
  return maskedName(card === undefined ? undefined : nameOf(card));
}

/** `YYYYMMDD` as on a card → `YYYY-MM-DD`. */
export function dashed(day: string): string {
  return `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6, 8)}`;
}

/** Whole years between two dates `YYYY-MM-DD`. */
function yearsBetween(from: string, to: string): number {
  const years = Number(to.slice(0, 4)) - Number(from.slice(0, 4));
  return to.slice(5) < from.slice(5) ? years - 1 : years;
}

export function ageOf(card: SyntheticIdCard, today: string): number {
  return yearsBetween(dashed(card.fields.birth ?? ''), today);
}
