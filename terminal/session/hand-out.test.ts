import { describe, expect, it } from 'vitest';
import { operationIdSchema, sessionIdSchema } from '@yimen/contracts/base';
import type { JournalEvent } from '@yimen/contracts/journal';
import { SessionHarness } from './testing/harness.ts';

type Item = 'card' | 'licence' | 'document';

/** A session whose goods were made and not taken, whole, down to its last row. */
async function keptBy(service: string): Promise<SessionHarness> {
  const session = await SessionHarness.create({}, {}, undefined, service);
  session.hall.takesCard = false;
  session.hall.makers.takes = false;
  if (service === 'exit.endorse')
    session.hall.bend(
      'ejectCard',
      { outcome: 'notDone', fault: { code: 'notTaken', message: '', action: 'clear' } },
      false,
    );
  await session.walk();
  expect(session.result()).toMatchObject({ stop: 'produced-not-taken', produced: 1, handedOver: 0 });
  return session;
}

/** The row that core writes when staff give a thing to its holder. */
function handedOut(item: Item): JournalEvent {
  return {
    kind: 'goods-moved',
    fields: {
      operationId: operationIdSchema.parse('01a2047f-95c0-7b3e-9a54-2f6c1d0e8b47'),
      sessionId: sessionIdSchema.parse('session-0001'),
      item,
      from: 'custody',
      to: 'holder',
      outcome: 'done',
    },
  };
}

describe.each<[string, Item, number]>([
  ['exit.endorse', 'card', 1_500],
  ['veh.licence', 'licence', 1_000],
  ['exit.collect', 'document', 0],
  ['hh.idcollect', 'document', 0],
])('%s made, not taken, and handed out by staff afterwards', (service, item, fen) => {
  it('is told to the office as handed over, once, and the books agree', async () => {
    const session = await keptBy(service);
    const { core, office } = session;
    expect(office.confirms).toMatchObject([{ outcome: 'notDone', handedOver: false }]);
    const seen = session.hall.seen.length;
    const behind = await session.settle([handedOut(item)]);
    expect(behind.isOver).toBe(true);
    expect(office.confirms.slice(1)).toMatchObject([{ outcome: 'done', handedOver: true }]);
    expect(core.rowsOf('case-closed').map(({ state }) => state)).toEqual(['confirmed-notDone', 'confirmed-done']);
    expect(core.rowsOf('service-corrected')).toMatchObject([
      { of: session.result()?.['seq'], by: 'staff', outcome: 'done', stop: null, handedOver: 1 },
    ]);
    expect(core.rowsOf('service-corrected')[0]).not.toHaveProperty('chargedFen');
    if (fen > 0) expect(office.bill).toMatchObject({ state: 'captured', amountFen: fen });
    expect(core.rowsOf('compensation').map(({ state }) => state)).toEqual(fen > 0 ? ['opened', 'closed'] : []);
    // No device, no slip, no second end.
    expect(session.hall.seen).toHaveLength(seen);
    expect(core.rowsOf('session-ended')).toHaveLength(1);
    expect(core.rowsOf('service-result')).toHaveLength(1);
    expect(core.rowsOf('incident')).toHaveLength(1);
  });

  it('is told later when the network is dead, and once', async () => {
    const session = await keptBy(service);
    const { core, office } = session;
    office.away = true;
    await session.settle([handedOut(item)]);
    await session.settle();
    expect(office.confirms).toHaveLength(1);
    expect(core.rowsOf('service-corrected')).toEqual([]);
    expect(core.rowsOf('case-closed')).toHaveLength(1);
    office.away = false;
    await session.settle();
    expect(office.confirms.slice(1)).toMatchObject([{ outcome: 'done', handedOver: true }]);
    expect(core.rowsOf('service-corrected')).toHaveLength(1);
    await session.settle();
    expect(office.confirms).toHaveLength(2);
    expect(core.rowsOf('service-corrected')).toHaveLength(1);
  });

  it('is told and written once, whichever of its rows its process dies before', async () => {
    let died = 0;
    for (let row = 1; row === 1 || died === row - 1; row += 1) {
      const session = await keptBy(service);
      const { core, office } = session;
      core.diesAtRow = core.rows.length + 1 + row;
      const first = await session.settle([handedOut(item)]);
      if (!first.isOver) died = row;
      core.diesAtRow = Number.POSITIVE_INFINITY;
      await session.settle();
      expect(office.confirms.slice(1)).toMatchObject([{ outcome: 'done', handedOver: true }]);
      expect(core.rowsOf('service-corrected')).toMatchObject([{ by: 'staff', handedOver: 1 }]);
      expect(core.rowsOf('compensation').map(({ state }) => state)).toEqual(fen > 0 ? ['opened', 'closed'] : []);
    }
    expect(died).toBeGreaterThan(1);
  });

  it('is asked for by its id when the answer was lost, never sent again', async () => {
    const session = await keptBy(service);
    const { office } = session;
    office.bend(`${officeOf(service)}.case.confirm`, 'lost');
    await session.settle([handedOut(item)]);
    expect(office.confirms).toHaveLength(2);
    expect(session.core.rowsOf('case-closed').at(-1)).toMatchObject({ state: 'confirmed-done' });
  });

  it('an earlier word of the session that is only now known to have arrived is not the last one', async () => {
    const session = await SessionHarness.create({}, {}, undefined, service);
    session.hall.takesCard = false;
    session.hall.makers.takes = false;
    session.office.bend(`${officeOf(service)}.case.confirm`, 'lost');
    const lookUp = session.office.lookUp.bind(session.office);
    session.office.lookUp = () => Promise.resolve({ known: 'cannotTell' });
    await session.walk();
    expect(session.core.rowsOf('case-closed')).toEqual([]);
    session.office.lookUp = lookUp;
    await session.settle([handedOut(item)]);
    expect(session.office.confirms.map(({ outcome }) => outcome)).toEqual(['notDone', 'done']);
    expect(session.core.rowsOf('case-closed')).toMatchObject([{ state: 'confirmed-done' }]);
  });

  it('was handed out before the office had heard how the session ended: one confirm tells all', async () => {
    const session = await SessionHarness.create({}, {}, undefined, service);
    session.hall.takesCard = false;
    session.hall.makers.takes = false;
    await session.walkUntil(() =>
      session.core.rowsOf('operation-ended').some(({ verb }) => MAKES.includes(String(verb))),
    );
    session.office.away = true;
    await session.walk();
    expect(session.core.rowsOf('case-closed')).toEqual([]);
    session.office.away = false;
    await session.settle([handedOut(item)]);
    expect(session.office.confirms).toMatchObject([{ outcome: 'done', handedOver: true }]);
    expect(session.core.rowsOf('compensation')).toEqual([]);
    expect(session.core.rowsOf('session-ended')).toHaveLength(1);
  });
});

const MAKES: readonly string[] = ['printEndorsement', 'make', 'present'];

function officeOf(service: string): string {
  return service.startsWith('veh') ? 'vehicle' : service.startsWith('hh') ? 'household' : 'exitEntry';
}

describe('what is no hand-out of goods', () => {
  it('a card on which nothing was made goes back to its holder: the office hears nothing of it', async () => {
    const session = await SessionHarness.create();
    session.office.refusals = [{ code: 'special-identity', date: null, textZh: null, textEn: null }];
    session.hall.jamsAtEject = true;
    await session.walk();
    expect(session.result()).toMatchObject({ stop: 'card-held', produced: 0 });
    const asked = session.office.asked.length;
    await session.settle([handedOut('card')]);
    expect(session.office.asked).toHaveLength(asked);
    expect(session.core.rowsOf('service-corrected')).toEqual([]);
  });

  it('a case that came to another end meanwhile is not taken: that is recorded, and not asked for again', async () => {
    const session = await keptBy('veh.licence');
    session.office.refusesConfirm = 'case-cancelled';
    await session.settle([handedOut('licence')]);
    expect(session.core.rowsOf('case-closed').at(-1)).toMatchObject({ state: 'handed-out-refused' });
    // It is with its holder all the same: the closing shows that the books disagree, and people look.
    expect(session.core.rowsOf('service-corrected')).toMatchObject([{ by: 'staff', handedOver: 1 }]);
    expect(session.core.rowsOf('compensation').map(({ state }) => state)).toEqual(['opened']);
    const effects = session.office.effects.length;
    await session.settle();
    expect(session.office.effects).toHaveLength(effects);
  });
});
