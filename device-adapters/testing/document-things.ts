import { ID_CARDS, PEOPLE } from '@yimen/contracts/testing';
import { CARD_PACK } from '../drivers/card-unit-creator-crt591/simulator-stack.ts';
import { DOCUMENTS } from '../drivers/document-locker-yimen-ref1/simulator-stock.table.ts';
import { ID_CARD_NAMES } from './id-card-texts.table.ts';
import type { Thing } from './thing.ts';

/** What goes into the licence maker: old licences into its slot, packs of blanks while staff have it open. */
const LICENCE_THINGS: readonly Thing[] = [
  maker('old-licence', 'old-driving-licence', '旧驾驶证', 'An old driving licence', '换证时收回', 'given back'),
  maker('old-licence', 'old-vehicle-licence', '旧行驶证', 'An old vehicle licence', '换证时收回', 'given back'),
  maker(
    'blanks',
    'blanks-driving',
    '一包驾驶证证芯',
    'A pack of driving blanks',
    '20 张，补充时放入',
    '20, while open',
  ),
  maker(
    'blanks',
    'blanks-vehicle',
    '一包行驶证证芯',
    'A pack of vehicle blanks',
    '20 张，补充时放入',
    '20, while open',
  ),
];

/** Finished documents: most lie in the locker when the bench begins, staff put the others in. */
const FINISHED_THINGS: readonly Thing[] = DOCUMENTS.map(({ thing, serial }) => ({
  thing,
  type: 'document',
  device: 'document-locker',
  ...namesOf(thing),
  noteZh: `编号 ${serial}`,
  noteEn: `number ${serial}`,
}));

/** New cards for the card unit's stack. */
const CARD_THINGS: readonly Thing[] = [
  {
    thing: CARD_PACK.thing,
    type: 'blanks',
    device: 'card-unit',
    zh: '一盒新卡',
    en: 'A pack of new cards',
    noteZh: `${CARD_PACK.cards} 张，放入发卡箱`,
    noteEn: `${CARD_PACK.cards}, into the stack`,
  },
];

/** What the licence maker, the locker and the card unit's stack are given. */
export const DOCUMENT_THINGS: readonly Thing[] = [...LICENCE_THINGS, ...CARD_THINGS, ...FINISHED_THINGS];

function namesOf(thing: string): { readonly zh: string; readonly en: string } {
  const holder = PEOPLE.find((person) => `document-${person.thing}` === thing);
  if (holder !== undefined)
    return { zh: `${holder.chineseName}的新通行证`, en: `New permit of ${holder.mrzName.replace('<<', ' ')}` };
  const card = ID_CARDS.find((candidate) => `document-${candidate.thing}` === thing);
  if (card === undefined) return { zh: thing, en: thing };
  const { zh, en } = ID_CARD_NAMES[card.kind];
  return { zh: `${card.fields.name ?? card.fields.chineseName ?? ''}的新${zh}`, en: `New ${en} of ${card.latinName}` };
}

function maker(
  type: 'old-licence' | 'blanks',
  thing: string,
  zh: string,
  en: string,
  noteZh: string,
  noteEn: string,
): Thing {
  return { thing, type, device: 'licence-printer', zh, en, noteZh, noteEn };
}
