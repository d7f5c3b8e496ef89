import type { BACK_OFFICE_REQUESTS } from '@yimen/contracts/back-office';
import type { z } from 'zod';
import { type CaseOffice, createCaseOffice, type Lookup } from '../cases/case-office.ts';
import { createCollectItem } from '../items/collect.ts';
import { createIdApplyItem, photoRefusal } from '../items/idapply.ts';
import { createSimpleItem } from '../items/simple.ts';
import type { OfficeRoom } from '../office-room.ts';
import { cardByNumber } from '../people.ts';
import { judgePhoto } from '../photo-receipts.ts';
import { portraitOf } from './portrait.ts';
import { checkResident } from './residents.ts';

type FetchBody = z.infer<(typeof BACK_OFFICE_REQUESTS)['household.photo.fetch']['body']>;

/** The office of household registration and ID cards. */
export function createHouseholdOffice(room: OfficeRoom): CaseOffice {
  const { clock, books, dossiers, billing } = room;
  return createCaseOffice({
    name: 'household',
    prefix: 'household',
    items: [
      createIdApplyItem(dossiers),
      createCollectItem(room, { name: 'idcollect', office: 'household', what: 'id-card' }),
      createSimpleItem(),
    ],
    lookups: [{ kind: 'household.person.check', answer: (body, at) => checkResident(body, at.today) }, photoFetch()],
    books,
    dossiers,
    billing,
    clock,
  });
}

function photoFetch(): Lookup {
  return {
    kind: 'household.photo.fetch',
    emptied: { photo: null },
    answer: (body: FetchBody, { today }) => {
      const judged = judgePhoto(body.photoReceiptNo, cardByNumber(body.idNo)?.thing, today);
      if (judged !== 'good') return { photo: null, refusals: [photoRefusal(judged)] };
      return { photo: portraitOf(body.photoReceiptNo).toString('base64'), refusals: [] };
    },
  };
}
