import type { BACK_OFFICE_REQUESTS } from '@yimen/contracts/back-office';
import type { z } from 'zod';
import { type CaseOffice, createCaseOffice, type Lookup } from '../cases/case-office.ts';
import { createCollectItem } from '../items/collect.ts';
import { createEndorseItem } from '../items/endorse.ts';
import { createPayItem } from '../items/pay.ts';
import { createPreregItem } from '../items/prereg.ts';
import { createPrintItem } from '../items/print.ts';
import { createSimpleItem } from '../items/simple.ts';
import type { OfficeRoom } from '../office-room.ts';
import { permitByNumber } from '../people.ts';
import { refusal } from '../refusals.ts';
import { createPermits, type Permits } from './permits.ts';
import { checkApplicant } from './applicants.ts';
import { assess } from './rules.ts';

type LookupBody = z.infer<(typeof BACK_OFFICE_REQUESTS)['exitEntry.permit.lookup']['body']>;
const SHOWN_ENDORSEMENTS = 8;

/** The office of exit and entry. */
export function createExitEntryOffice(room: OfficeRoom): CaseOffice {
  const { shelf, clock, books, dossiers, billing } = room;
  const permits = createPermits(shelf, () => clock.today());
  return createCaseOffice({
    name: 'exit-entry',
    prefix: 'exitEntry',
    items: [
      createEndorseItem(permits),
      createPreregItem(dossiers),
      createPrintItem(permits, dossiers),
      createCollectItem(room, { name: 'collect', office: 'exit-entry', what: 'permit' }),
      createPayItem(room),
      createSimpleItem(),
    ],
    lookups: [
      permitLookup(permits),
      {
        kind: 'exitEntry.person.check',
        answer: (body, at) => checkApplicant(body, dossiers, at.today),
      },
    ],
    books,
    dossiers,
    billing,
    clock,
  });
}

function permitLookup(permits: Permits): Lookup {
  return {
    kind: 'exitEntry.permit.lookup',
    emptied: { allowed: [] },
    answer: (body: LookupBody, { today }) => {
      const { permitNo, expiry, birth } = body;
      const person = permitByNumber(permitNo);
      if (person === undefined || person.expiry !== expiry || person.birth !== birth) {
        const nobody = { holderMasked: '＊', permitExpiry: today, endorsements: [], allowed: [] };
        return { ...nobody, refusals: [refusal('record-check')] };
      }
      const all = permits.endorsements(permitNo);
      const endorsements = all
        .filter((old) => !old.cancelled)
        .slice(-SHOWN_ENDORSEMENTS)
        .map(({ destination, kind, validUntil, remaining }) => ({ destination, kind, validUntil, remaining }));
      const record = { endorsements: all, chipCounter: permits.chipCounter(permitNo) };
      return { ...assess(person, record, today), endorsements };
    },
  };
}
