import { describe, expect, it } from 'vitest';
import { err, ok } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { checkInvariants } from './testing/invariants.ts';
import { FakeCore } from './testing/fake-core.ts';
import { FakeHall } from './testing/fake-hall.ts';
import { count, straightSession, told, walked } from './testing/straight-session.ts';
import { SessionHarness } from './testing/harness.ts';

const fault = (code: string, action: Fault['action'] = 'reset'): Fault => ({ code, message: '', action });
const notDone = (code: string) => ({ outcome: 'notDone', fault: fault(code) }) as const;
/** Services that take a permit in, and services that read an ID card. */
const CARD = ['exit.endorse', 'exit.card'];
const ID_CARD = ['exit.prereg', 'veh.licence', 'veh.vlic', 'veh.inspect', 'veh.violation'];
const LICENCE = ['veh.licence', 'veh.vlic'];
const LOCKER = ['exit.collect', 'hh.idcollect'];

describe('a card on its way', () => {
  it.each(CARD)(
    'F01 %s: a card that jams entering is kept for staff, and the citizen is told where it is',
    async (service) => {
      const session = await walked(service, { hall: (hall) => (hall.jamsAtEntry = true) });
      expect(session.result()).toMatchObject({ outcome: 'stopped', stop: 'card-held', chargedFen: 0, produced: 0 });
      expect(told(session)).toContain('通行证还在机器内');
      expect(count(session, 'acceptCard')).toBe(1);
      expect(session.office.asked).toEqual([]);
      expect(checkInvariants(session)).toEqual([]);
    },
  );

  it.each([
    ['exit.endorse', 1],
    ['exit.card', 1],
  ])(
    'F02 %s: a finished card that nobody takes is reminded of, then kept; the office and the slip say so',
    async (service, produced) => {
      const session = await straightSession(service);
      await session.walk('produce');
      session.hall.takesCard = false;
      await session.walk('stopped');
      expect(session.view).toMatchObject({ body: { state: 'produced-not-taken' } });
      expect(told(session)).toContain('妥善保管');
      await session.walk();
      expect(session.hall.place).toBe('bin');
      expect(session.result()).toMatchObject({
        outcome: 'stopped',
        stop: 'produced-not-taken',
        produced,
        handedOver: 0,
      });
      expect(session.core.rowsOf('goods-moved').at(-1)).toMatchObject({
        item: 'card',
        to: 'retainBin',
        outcome: 'done',
      });
      expect(session.hall.seen).toContain('printReceipt');
      expect(checkInvariants(session)).toEqual([]);
    },
  );

  it('F02 a card at the gate is reminded of every ten seconds, and the sensor is asked before it is swallowed', async () => {
    const session = await straightSession('exit.endorse');
    await session.walk('produce');
    session.hall.bend('ejectCard', { silent: true }, true);
    session.hall.takesCard = false;
    await session.walk('take');
    await session.clock.advance(21_000);
    expect(session.view).toMatchObject({ kind: 'take', body: { what: 'card', reminder: 2 } });
    const refused = await walked('exit.endorse', {
      hall: (hall) => (hall.takesCard = false),
      office: (office) => (office.refusals = [{ code: 'special-identity', date: null, textZh: null, textEn: null }]),
    });
    const { seen } = refused.hall;
    expect(seen.lastIndexOf('position')).toBeGreaterThan(seen.lastIndexOf('ejectCard'));
    expect(seen.lastIndexOf('captureCard')).toBeGreaterThan(seen.lastIndexOf('position'));
    expect(checkInvariants(refused)).toEqual([]);
  });

  it.each(CARD)(
    'F03 %s: who walks away with the card inside is called back, then the card is kept',
    async (service) => {
      const session = await straightSession(service, { answers: { mode: 'nothing' } });
      await session.walkUntil((view) => view.kind === 'choose' || view.kind === 'face');
      session.hall.takesCard = false;
      await session.clock.advance(240_000);
      expect(session.saw('timeout')).toBe(true);
      await session.walk();
      expect(session.hall.place).toBe('bin');
      expect(session.result()).toMatchObject({ outcome: 'stopped', stop: 'card-held', chargedFen: 0 });
      expect(session.hall.seen.indexOf('ejectCard')).toBeLessThan(session.hall.seen.indexOf('captureCard'));
      expect(checkInvariants(session)).toEqual([]);
    },
  );

  it.each([
    ['F04 the retain bin is full', 'exit.endorse'],
    ['F05 the retain bin was pulled', 'exit.card'],
    ['F06 the shutter is stuck', 'exit.endorse'],
    ['F22 another device answers', 'veh.licence'],
    ['F34 the retract bin is full', 'hh.idcollect'],
    ['F49 the keys of the PIN pad are gone', 'exit.pay'],
    ['F69 a unit is wrongly set up', 'veh.vlic'],
  ])('%s: %s is greyed with its reason and cannot be begun, the others stay', async (_row, service) => {
    const services = ['exit.endorse', 'exit.card', 'veh.licence', 'hh.idcollect', 'exit.pay', 'veh.vlic'].map((id) => ({
      id,
      state: id === service ? 'off' : 'available',
      why: id === service ? 'device' : null,
    }));
    const session = await straightSession(service, { assignment: { services } as never });
    await session.walk('menu');
    if (session.view.kind !== 'menu') throw new Error('no menu');
    const tiles = session.view.body.tiles.filter((tile) => services.some(({ id }) => id === tile.service));
    expect(tiles.filter(({ state }) => state === 'off')).toMatchObject([{ service, why: '设备检修中' }]);
    await session.touch({ kind: 'service', service });
    expect(session.view.kind).toBe('menu');
    await session.touch({ kind: 'leave' });
    await session.walk();
    expect(session.core.rowsOf('service-started')).toEqual([]);
    expect(checkInvariants(session)).toEqual([]);
  });

  it('F06 a unit that breaks while it waits for the card asks nobody to try again', async () => {
    const session = await walked('exit.endorse', {
      hall: (hall) => hall.bend('acceptCard', notDone('hardwareError'), false),
    });
    expect(session.result()).toMatchObject({ outcome: 'refused', reason: 'device-failed', chargedFen: 0 });
    expect(count(session, 'acceptCard')).toBe(1);
    expect(checkInvariants(session)).toEqual([]);
  });

  it.each([['invalidMedia'], ['cardTooShort'], ['cardTooLong'], ['noMedia']])(
    'F07 a card put in wrong (%s) comes back with words, and the next try goes on',
    async (code) => {
      const session = await walked('exit.endorse', { hall: (hall) => hall.bend('acceptCard', notDone(code), false) });
      expect(session.result()).toMatchObject({ outcome: 'done' });
      const again = session.views.find((view) => view.kind === 'read-card' && view.body.phase === 'again');
      expect(again).toMatchObject({ body: { problem: code, attempt: 2, of: 3 } });
      expect(checkInvariants(session)).toEqual([]);
    },
  );

  it('F07 after three tries the citizen is shown another way', async () => {
    const session = await walked('exit.endorse', {
      hall: (hall) => [1, 2, 3].forEach(() => hall.bend('acceptCard', notDone('invalidMedia'), false)),
    });
    expect(session.result()).toMatchObject({ outcome: 'refused', reason: 'doc-unreadable', chargedFen: 0 });
    expect(count(session, 'acceptCard')).toBe(3);
    expect(checkInvariants(session)).toEqual([]);
  });
});

describe('a card on the reader', () => {
  it.each(ID_CARD)(
    'F08 %s: two cards at once are told as such, no part of either is kept, one alone goes on',
    async (service) => {
      const session = await walked(service, {
        hall: (hall) => hall.bendRead('readIdentity', err(fault('cardCollision'))),
      });
      const again = session.views.find((view) => view.kind === 'read-card' && view.body.phase === 'again');
      expect(again).toMatchObject({ body: { problem: 'cardCollision', attempt: 2 } });
      expect(session.result()).toMatchObject({ outcome: 'done' });
      // The cards are lifted before anything is read again.
      const { seen } = session.hall;
      expect(seen.indexOf('waitForRemoval')).toBeLessThan(seen.lastIndexOf('readIdentity'));
      expect(checkInvariants(session)).toEqual([]);
    },
  );

  it.each(CARD)(
    'F09 %s: a permit whose chip stays mute comes back, three times, and nothing was begun',
    async (service) => {
      const mute = err(fault('atrNotObtained'));
      const session = await walked(service, { hall: (hall) => hall.bendRead('readDocument', mute, mute, mute) });
      expect(session.result()).toMatchObject({ outcome: 'refused', reason: 'doc-unreadable', chargedFen: 0 });
      expect(session.hall.place).toBe('outside');
      expect(session.office.asked).toEqual([]);
      expect(checkInvariants(session)).toEqual([]);
    },
  );

  it.each(ID_CARD)(
    'F09 %s: an ID card whose chip stays mute leads to a window, with the card in hand',
    async (service) => {
      const mute = err(fault('atrNotObtained'));
      const session = await walked(service, { hall: (hall) => hall.bendRead('readIdentity', mute, mute, mute) });
      expect(session.result()).toMatchObject({ outcome: 'refused', reason: 'doc-unreadable', chargedFen: 0 });
      expect(checkInvariants(session)).toEqual([]);
    },
  );

  it('F09 the number may be typed where the service allows it', async () => {
    const mute = err(fault('atrNotObtained'));
    const session = await walked('hh.idapply', { hall: (hall) => hall.bendRead('readIdentity', mute, mute, mute) });
    expect(session.views.some((view) => view.kind === 'form' && view.body.field === 'idNo')).toBe(true);
    expect(checkInvariants(session)).toEqual([]);
  });

  it.each(CARD)('F12 %s: a chip reader that hangs gives the card back and asks the office nothing', async (service) => {
    const hung = err(fault('timeOut'));
    const session = await walked(service, { hall: (hall) => hall.bendRead('readDocument', hung, hung, hung) });
    expect(session.result()).toMatchObject({ outcome: 'refused', chargedFen: 0 });
    expect(session.hall.place).toBe('outside');
    expect(session.office.asked).toEqual([]);
    expect(checkInvariants(session)).toEqual([]);
  });

  it.each(CARD)(
    'F12 %s: a printer that hangs as it takes the card in: the card that comes out at the gate proves where it was',
    async (service) => {
      const session = await walked(service, {
        hall: (hall) => {
          hall.bend('takeCard', { outcome: 'unknown', fault: fault('timeOut') }, false);
        },
      });
      expect(session.result()).toMatchObject({ outcome: 'refused', reason: 'device-failed', incident: null });
      const [asked] = session.core.rowsOf('operation-intended').filter(({ verb }) => verb === 'takeCard');
      expect(session.core.rowsOf('operation-resolved')).toMatchObject([
        { operationId: asked?.['operationId'], outcome: 'notDone', by: 'sensor' },
      ]);
      expect(session.hall.place).toBe('outside');
      expect(checkInvariants(session)).toEqual([]);
    },
  );

  it.each(ID_CARD)('F12 %s: an ID card reader that hangs ends with a way, not with a wait', async (service) => {
    const session = await walked(service, { hall: (hall) => hall.bendRead('waitForCard', err(fault('timeOut'))) });
    expect(session.result()).toMatchObject({ outcome: 'refused', reason: 'device-failed', chargedFen: 0 });
    expect(checkInvariants(session)).toEqual([]);
  });

  it.each(['exit.pay', 'exit.collect', 'hh.idcollect'])(
    'F12 %s: a code reader that hangs leads to typing the number',
    async (service) => {
      const session = await walked(service, { hall: (hall) => hall.bendRead('waitForCode', err(fault('timeOut'))) });
      expect(session.views.some((view) => view.kind === 'form' && view.body.field === 'receiptNo')).toBe(true);
      expect(session.result()).toMatchObject({ outcome: 'done' });
      expect(checkInvariants(session)).toEqual([]);
    },
  );

  it('F13 a device that comes back on another path within the wait is asked again, and nothing is repeated', async () => {
    const session = await straightSession('veh.licence');
    await session.walkUntil((view) => view.kind === 'read-card' || view.step?.n === 2);
    session.hall.isHostDown = true;
    for (let i = 0; i < 4; i += 1) await session.clock.advance(1_000);
    session.hall.isHostDown = false;
    await session.walk();
    expect(session.result()).toMatchObject({ outcome: 'done', chargedFen: 1000 });
    expect(checkInvariants(session)).toEqual([]);
  });
});

/** Dies before the end of `verb` is written; `happened`: whether the device did it all the same. */
async function diesIn(service: string, verb: string, happened: boolean): Promise<[SessionHarness, SessionHarness]> {
  const straight = await walked(service);
  const { rows } = straight.core;
  const row = rows.findIndex((event) => event.kind === 'operation-ended' && event['verb'] === verb) + 1;
  const core = new FakeCore();
  core.diesAtRow = row;
  const hall = new FakeHall();
  if (!happened) hall.bend(verb, { outcome: 'notDone', fault: fault('offline') }, false);
  const dead = await SessionHarness.create({}, { core, hall }, undefined, service);
  if (service === 'exit.card') dead.answers = { mode: 'approved' };
  await dead.walk();
  const recovery = await dead.recover();
  await recovery.walk();
  return [dead, recovery];
}

describe('power that fails while something is personalised', () => {
  it.each(CARD)('F11 %s: what is on the card decides: as intended is done, handed over and told', async (service) => {
    const [dead, recovery] = await diesIn(service, 'printEndorsement', true);
    expect(recovery.result()).toMatchObject({ outcome: 'done', produced: 1, handedOver: 1 });
    expect(checkInvariants(dead, recovery)).toEqual([]);
  });

  it.each(CARD)('F11 %s: a card that was not printed goes back, and the fee is owed, not lost', async (service) => {
    const [dead, recovery] = await diesIn(service, 'printEndorsement', false);
    expect(recovery.result()).toMatchObject({ produced: 0, handedOver: 0 });
    expect(dead.hall.place).toBe('outside');
    expect(checkInvariants(dead, recovery)).toEqual([]);
  });

  it.each(LICENCE)(
    'F11 %s: a licence that was made is drawn back and kept, never given to whoever stands there',
    async (service) => {
      const [dead, recovery] = await diesIn(service, 'make', true);
      expect(recovery.result()).toMatchObject({ outcome: 'stopped', produced: 1, handedOver: 0 });
      expect([...dead.hall.makers.blanks.values()]).toEqual(['retract']);
      expect(checkInvariants(dead, recovery)).toEqual([]);
    },
  );
});

describe('blanks and documents', () => {
  it.each(LICENCE)(
    'F15 %s: the blank is reserved before anybody pays; none to be had is told before the payment',
    async (service) => {
      const session = await walked(service, {
        office: (office) => office.bend('vehicle.case.reserve', 'refuse'),
      });
      expect(session.result()).toMatchObject({ outcome: 'refused', chargedFen: 0 });
      expect(count(session, 'charge')).toBe(0);
      expect(checkInvariants(session)).toEqual([]);
    },
  );

  it.each(LICENCE)('F15 %s: a stack that runs empty all the same makes nothing and owes the fee', async (service) => {
    const session = await walked(service, {
      hall: (hall) => hall.bend('make', { ...notDone('storageUnitError'), value: { blank: 'untouched' } }, false),
    });
    expect(session.result()).toMatchObject({
      outcome: 'stopped',
      stop: 'paid-not-produced',
      chargedFen: 1000,
      produced: 0,
    });
    expect(session.core.rowsOf('compensation')).toMatchObject([{ state: 'opened', why: 'paid-not-produced' }]);
    expect(checkInvariants(session)).toEqual([]);
  });

  it.each(LOCKER)('F15 %s: a document that is not in its place is never another one', async (service) => {
    const session = await walked(service, { hall: (hall) => hall.bend('present', notDone('storageUnitError'), false) });
    expect(session.result()).toMatchObject({ outcome: 'refused', reason: 'device-failed', produced: 0 });
    expect(checkInvariants(session)).toEqual([]);
  });

  it.each([
    ['F16', 'doubleFeed', 'veh.licence'],
    ['F16', 'doubleFeed', 'veh.vlic'],
    ['F17', 'ribbonOut', 'veh.licence'],
    ['F17', 'ribbonOut', 'veh.vlic'],
  ])(
    '%s %s on %s: the blank is void, told to the office by its serial, and a second one is made',
    async (_row, code, service) => {
      const session = await walked(service, {
        hall: (hall) => hall.bend('make', { ...notDone(code), value: { blank: 'rejected' } }, false),
      });
      const [first, second] = session.office.reserves;
      expect(first).toMatchObject({ spoiledSerial: null });
      expect(second?.['spoiledSerial']).toMatch(/^[DV]2026/u);
      expect(session.result()).toMatchObject({ outcome: 'done', produced: 1, handedOver: 1 });
      expect([...session.hall.makers.blanks.values()].toSorted()).toEqual(['reject', 'taken']);
      expect(checkInvariants(session)).toEqual([]);
    },
  );

  it.each(LICENCE)(
    'F18 %s: a licence that reads back wrong stops the line after one: no second blank, window, no detail',
    async (service) => {
      const session = await walked(service, {
        hall: (hall) => hall.bend('make', { ...notDone('verifyMismatch'), value: { blank: 'rejected' } }, false),
      });
      expect(session.result()).toMatchObject({
        outcome: 'stopped',
        stop: 'paid-not-produced',
        produced: 0,
        handedOver: 0,
      });
      expect(count(session, 'make')).toBe(1);
      expect(told(session)).not.toMatch(/verifyMismatch|不一致|他人/u);
      expect(checkInvariants(session)).toEqual([]);
    },
  );

  it('F18 a permit that reads back wrong is never presented', async () => {
    const session = await walked('exit.endorse', {
      hall: (hall) =>
        hall.bend('printEndorsement', { outcome: 'unknown', fault: fault('verifyMismatch', 'maintenance') }, true),
    });
    expect(session.result()).toMatchObject({ outcome: 'stopped', stop: 'card-held', handedOver: 0 });
    expect(session.hall.place).toBe('bin');
    expect(count(session, 'ejectCard')).toBe(0);
    expect(checkInvariants(session)).toEqual([]);
  });

  it.each(LICENCE)(
    'F19 %s: another’s text on the blank is never handed out: drawn back, told as unknown',
    async (service) => {
      const session = await walked(service, {
        hall: (hall) =>
          hall.bend('make', { outcome: 'unknown', fault: fault('verifyMismatch', 'maintenance'), isKept: true }, true),
      });
      expect(session.result()).toMatchObject({ outcome: 'stopped', stop: 'unknown', chargedFen: 1000, handedOver: 0 });
      expect(session.office.confirms).toMatchObject([{ outcome: 'unknown', handedOver: false }]);
      expect([...session.hall.makers.blanks.values()]).toEqual(['retract']);
      expect(count(session, 'present')).toBe(0);
      expect(checkInvariants(session)).toEqual([]);
      const other = await walked(service, {
        hall: (hall) => hall.bendRead('verify', ok({ blankSerial: 'D2026000099', digest: 'd'.repeat(64) })),
      });
      expect(other.result()).toMatchObject({ outcome: 'stopped', stop: 'unknown', handedOver: 0 });
      expect([...other.hall.makers.blanks.values()]).toEqual(['retract']);
      expect(count(other, 'present')).toBe(0);
      expect(checkInvariants(other)).toEqual([]);
    },
  );

  it.each(LOCKER)('F19 %s: another document than asked for never reaches the exit', async (service) => {
    const session = await walked(service, { hall: (hall) => (hall.makers.slips = true) });
    expect(session.result()).toMatchObject({
      outcome: 'refused',
      reason: 'wrong-document',
      produced: 0,
      handedOver: 0,
    });
    expect([...session.hall.makers.documents.values()]).not.toContain('taken');
    expect(checkInvariants(session)).toEqual([]);
  });
});

describe('fraud', () => {
  it.each([
    ['F20 a skimmer at the slot', 'fraudAttempt'],
    ['F21 a card that never settles', 'fraudAttempt'],
  ])('%s: nothing is taken in, nothing asked of the office, the citizen is led elsewhere', async (_row, code) => {
    const session = await walked('exit.endorse', { hall: (hall) => hall.bend('acceptCard', notDone(code), false) });
    expect(session.result()).toMatchObject({ outcome: 'refused', reason: 'device-failed', chargedFen: 0 });
    expect(session.hall.place).toBe('outside');
    expect(session.office.asked).toEqual([]);
    expect(checkInvariants(session)).toEqual([]);
  });
});
