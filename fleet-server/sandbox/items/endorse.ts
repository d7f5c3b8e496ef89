import type { BackOfficeBegin } from '../cases/begin-body.ts';
import type { AtCounter, Begun, CaseItem } from '../cases/case-file.ts';
import { createEndorsementGoods, type EndorsementDetails } from '../exit-entry/endorsement-goods.ts';
import type { Permits } from '../exit-entry/permits.ts';
import { assess } from '../exit-entry/rules.ts';
import { permitByNumber } from '../people.ts';
import { refusal } from '../refusals.ts';

type Body = BackOfficeBegin<'exitEntry', 'endorse'>;

/** 往来港澳通行证再次签注: a new endorsement on the holder's own card. */
export function createEndorseItem(permits: Permits): CaseItem<Body, EndorsementDetails> {
  const goods = createEndorsementGoods(permits);
  return {
    name: 'endorse',
    personOf: (body) => permitByNumber(body.permitNo)?.thing ?? null,
    begin: (body, at) => begin(permits, body, at),
    reserve: (file, at) => ({ goods: goods.hold(file, at.today) }),
    release: goods.release,
    produced: goods.written,
    notProduced: goods.notWritten,
    inDoubt: goods.inDoubt,
  };
}

function begin(permits: Permits, body: Body, at: AtCounter): Begun<EndorsementDetails> {
  const { permitNo, destinations, kind, countCode } = body;
  const person = permitByNumber(permitNo);
  const record = { endorsements: permits.endorsements(permitNo), chipCounter: permits.chipCounter(permitNo) };
  const found = person === undefined ? undefined : assess(person, record, at.today);
  const isAllowed = destinations.every((destination) =>
    found?.allowed.some(
      (item) => item.destination === destination && item.kind === kind && item.countCode === countCode,
    ),
  );
  const isGood = isAllowed && new Set(destinations).size === destinations.length;
  return {
    refusal: isGood
      ? refusedPerson(person?.thing)
      : (found?.refusals[0] ?? refusal(found === undefined ? 'record-check' : 'kind-not-here')),
    decision: person?.thing === 'permit-pending-review' ? 'pending' : 'approved',
    details: { permitNo, destinations, kind, countCode },
  };
}

function refusedPerson(thing: string | undefined): ReturnType<typeof refusal> | null {
  if (thing !== 'permit-refused') return null;
  return refusal(
    'refused',
    null,
    '经审核，申请不予批准，请到窗口咨询',
    'The application was not approved; please ask at the window',
  );
}
