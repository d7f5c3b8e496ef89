import { describe, expect, it } from 'vitest';
import type { OperationId } from '@yimen/contracts/base';
import type { PolicyRow } from '@yimen/contracts/service';
import { SessionHarness } from './testing/harness.ts';

const jam = { code: 'mediaJam', message: 'jam', action: 'clear' } as const;

describe('exit.endorse', () => {
  it('charges once, prints once, hands over and tells the office', async () => {
    const session = await SessionHarness.create();
    await session.walk();
    expect(session.result()).toMatchObject({
      outcome: 'done',
      amountFen: 1500,
      chargedFen: 1500,
      refundedFen: 0,
      produced: 1,
      handedOver: 1,
      stop: null,
    });
    expect(session.hall.seen.filter((verb) => verb === 'charge')).toHaveLength(1);
    expect(session.hall.seen.filter((verb) => verb === 'printEndorsement')).toHaveLength(1);
    expect(session.office.confirms).toMatchObject([{ outcome: 'done', handedOver: true, chipCounter: 4 }]);
    expect(session.office.bill?.state).toBe('captured');
    expect(session.core.ended_).toEqual({ how: 'finished', propertyOut: true });
    expect(session.core.kinds().at(-1)).toBe('session-ended');
  });

  it('journals every effect before it is asked for, and each intent ends once', async () => {
    const session = await SessionHarness.create();
    await session.walk();
    const intended = session.core.rowsOf('operation-intended').map((row) => row['operationId']);
    const ended = session.core.rowsOf('operation-ended').map((row) => row['operationId']);
    expect(new Set(intended).size).toBe(intended.length);
    expect(new Set(ended)).toEqual(new Set(intended));
    expect(ended).toHaveLength(intended.length);
    const order = session.core.rows.filter((row) => row.kind.startsWith('operation-'));
    for (const id of intended)
      expect(order.findIndex((row) => row['operationId'] === id && row.kind === 'operation-intended')).toBeLessThan(
        order.findIndex((row) => row['operationId'] === id && row.kind === 'operation-ended'),
      );
  });

  it('F54 makes ids after the newest of the terminal, also when its clock was set back', async () => {
    const newest = 'ffffffff-0000-7aca-b2f0-000000000000' as OperationId;
    const session = await SessionHarness.create({ newestOperationId: newest });
    await session.walk();
    const ids = session.core.rowsOf('operation-intended').map((row) => String(row['operationId']));
    expect([newest, ...ids]).toEqual([newest, ...ids].toSorted());
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('keeps the order approve → bill → charge → print → eject → confirm', async () => {
    const session = await SessionHarness.create();
    await session.walk();
    const verbs = session.core.rowsOf('operation-intended').map((row) => row['verb']);
    const at = (verb: string): number => verbs.lastIndexOf(verb);
    const order = [
      'exitEntry.case.begin',
      'exitEntry.case.reserve',
      'payment.bill.create',
      'charge',
      'printEndorsement',
      'ejectCard',
      'exitEntry.case.confirm',
    ].map(at);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(order.every((index) => index >= 0)).toBe(true);
  });
});

describe('a refusal', () => {
  it('returns the card first, charges nothing, and names a next step', async () => {
    const session = await SessionHarness.create();
    session.office.refusals = [{ code: 'recent-application', date: '2026-10-30', textZh: null, textEn: null }];
    await session.walk('refused');
    expect(session.view).toMatchObject({ kind: 'refused', body: { code: 'recent-application', charged: false } });
    // Nothing has stopped in the middle, so no number may be asked for that nobody has.
    expect(JSON.stringify(session.view)).not.toContain('编号');
    expect(session.hall.place).toBe('outside');
    await session.walk();
    expect(session.result()).toMatchObject({ outcome: 'refused', reason: 'recent-application', chargedFen: 0 });
    expect(session.office.asked).not.toContain('exitEntry.case.begin');
  });

  it('by the office after begin cancels nothing and bills nothing', async () => {
    const session = await SessionHarness.create();
    session.office.decision = 'refused';
    await session.walk();
    expect(session.result()).toMatchObject({ outcome: 'refused', reason: 'refused', chargedFen: 0 });
    expect(session.office.asked).not.toContain('payment.bill.create');
  });

  it('of a bill that differs from the published fee closes bill and case', async () => {
    const session = await SessionHarness.create();
    session.office.amountFen = 9900;
    await session.walk();
    expect(session.result()).toMatchObject({ outcome: 'refused', reason: 'fee-mismatch', chargedFen: 0 });
    expect(session.office.bill?.state).toBe('closed');
    expect(session.office.cancels).toHaveLength(1);
    expect(session.hall.seen).not.toContain('charge');
  });
});

describe('a valid endorsement', () => {
  const keep: PolicyRow = {
    id: 'limit.test',
    kind: 'limit',
    serviceId: 'exit.endorse',
    variant: 'stillValid',
    place: '4406',
    effectiveFrom: '2017-07-01',
    effectiveTo: null,
    value: 'refuse',
    unit: 'code',
    source: 'test',
    status: 'active',
  };

  it('is replaced after a warning where policy says cancel-old', async () => {
    const session = await SessionHarness.create();
    session.office.validUntil = '2027-01-31';
    await session.walk('review');
    expect(session.view).toMatchObject({ kind: 'review', body: { warnings: [expect.stringContaining('作废')] } });
    await session.walk();
    expect(session.result()).toMatchObject({ outcome: 'done' });
  });

  it('is kept, and nothing begun, where policy says refuse', async () => {
    const session = await SessionHarness.create({}, { policy: [keep] });
    session.office.validUntil = '2027-01-31';
    await session.walk('refused');
    expect(session.view).toMatchObject({
      kind: 'refused',
      body: { code: 'still-valid', detail: expect.stringContaining('2027-01-31') },
    });
    await session.walk();
    expect(session.result()).toMatchObject({ outcome: 'refused', reason: 'still-valid', chargedFen: 0 });
    expect(session.office.asked).not.toContain('exitEntry.case.begin');
  });
});

describe('approval-pending', () => {
  it('is reached when the officer does not decide, and the card goes back', async () => {
    const session = await SessionHarness.create();
    session.office.decision = 'pending';
    await session.walk('stopped');
    expect(session.view).toMatchObject({
      kind: 'stopped',
      body: { state: 'approval-pending', receiptNo: 'SD20260001' },
    });
    expect(session.hall.place).toBe('outside');
    await session.walk();
    expect(session.result()).toMatchObject({
      outcome: 'stopped',
      stop: 'approval-pending',
      chargedFen: 0,
      incident: 'ABC-DEF',
    });
  });

  it('a lost answer to begin is asked for by its id, never begun again', async () => {
    const session = await SessionHarness.create();
    session.office.bend('exitEntry.case.begin', 'lost');
    await session.walk();
    expect(session.office.asked.filter((kind) => kind === 'exitEntry.case.begin')).toHaveLength(1);
    expect(session.result()).toMatchObject({ outcome: 'done', chargedFen: 1500 });
  });
});

describe('money', () => {
  it('paid although the device lost its answer: the bill decides, nobody pays twice', async () => {
    const session = await SessionHarness.create();
    session.hall.bend('charge', { outcome: 'unknown' }, true);
    await session.walk();
    expect(session.result()).toMatchObject({ outcome: 'done', chargedFen: 1500 });
    expect(session.hall.seen.filter((verb) => verb === 'charge')).toHaveLength(1);
  });

  it('declined three times: nothing charged, bill closed, case cancelled, card back', async () => {
    const session = await SessionHarness.create();
    session.hall.onCharge = () => 'declined';
    for (let i = 0; i < 3; i += 1) {
      await session.walk('pay');
      await session.clock.advance(0);
      if (session.view.kind === 'pay' && session.view.body.state === 'declined') await session.touch({ kind: 'again' });
    }
    await session.walk();
    expect(session.result()).toMatchObject({ outcome: 'refused', reason: 'pay-failed', chargedFen: 0 });
    expect(session.office.bill?.state).toBe('closed');
    expect(session.hall.place).toBe('outside');
  });

  it('"not paid" by the device while the provider holds the money goes on to the goods', async () => {
    const session = await SessionHarness.create();
    session.hall.bend('charge', { outcome: 'notDone', fault: { code: 'timeOut', message: '', action: 'reset' } }, true);
    await session.walk();
    expect(session.result()).toMatchObject({ outcome: 'done', chargedFen: 1500 });
  });
});

describe('paid-not-produced', () => {
  it('when the printer takes no card: money kept, office told notDone, card back, incident', async () => {
    const session = await SessionHarness.create();
    session.hall.bend('erase', { outcome: 'notDone', fault: jam }, false);
    await session.walk('stopped');
    expect(session.view).toMatchObject({ kind: 'stopped', body: { state: 'paid-not-produced' } });
    expect(session.office.confirms).toMatchObject([{ outcome: 'notDone', handedOver: false }]);
    expect(session.hall.place).toBe('outside');
    await session.walk();
    expect(session.result()).toMatchObject({
      outcome: 'stopped',
      stop: 'paid-not-produced',
      chargedFen: 1500,
      produced: 0,
    });
  });

  it('a print that certainly failed is tried once more on the unspoiled card', async () => {
    const session = await SessionHarness.create();
    session.hall.bend('printEndorsement', { outcome: 'notDone', fault: jam }, false);
    await session.walk();
    expect(session.result()).toMatchObject({ outcome: 'done', produced: 1 });
    expect(session.hall.seen.filter((verb) => verb === 'printEndorsement')).toHaveLength(2);
  });
});

describe('unknown', () => {
  it('a print nobody can vouch for is never repeated, the card goes back, the fee stays held', async () => {
    const session = await SessionHarness.create();
    session.hall.bend('printEndorsement', { outcome: 'unknown' }, false);
    session.hall.panel = ['smeared'];
    const erase = { outcome: 'done' } as const;
    session.hall.bend('erase', erase, false);
    await session.walk('stopped');
    expect(session.view).toMatchObject({ body: { state: 'unknown' } });
    expect(session.hall.seen.filter((verb) => verb === 'printEndorsement')).toHaveLength(1);
    expect(session.office.confirms).toMatchObject([{ outcome: 'unknown' }]);
    expect(session.hall.place).toBe('outside');
  });

  it('a print whose answer was lost is settled by the device’s own memory', async () => {
    const session = await SessionHarness.create();
    session.hall.bend('printEndorsement', { outcome: 'unknown' }, true);
    await session.walk();
    expect(session.result()).toMatchObject({ outcome: 'done', produced: 1 });
  });
});

describe('card-held and produced-not-taken', () => {
  it('a finished card that nobody takes is kept, the office told, the citizen told where', async () => {
    const session = await SessionHarness.create();
    session.hall.bend(
      'ejectCard',
      { outcome: 'notDone', fault: { code: 'notTaken', message: '', action: 'clear' } },
      false,
    );
    session.hall.takesCard = false;
    await session.walk('produce');
    await session.walk('stopped');
    expect(session.view).toMatchObject({ body: { state: 'produced-not-taken' } });
    expect(session.hall.place).toBe('bin');
    await session.walk();
    expect(session.result()).toMatchObject({
      outcome: 'stopped',
      stop: 'produced-not-taken',
      produced: 1,
      handedOver: 0,
    });
  });

  it('a jammed card after a refusal is card-held', async () => {
    const session = await SessionHarness.create();
    session.office.refusals = [{ code: 'special-identity', date: null, textZh: null, textEn: null }];
    session.hall.jamsAtEject = true;
    await session.walk('stopped');
    expect(session.view).toMatchObject({ body: { state: 'card-held' } });
    await session.walk();
    expect(session.result()).toMatchObject({ outcome: 'stopped', stop: 'card-held', chargedFen: 0 });
  });

  it.each(['takeCard', 'erase'])('F62 a lost answer to %s is asked for, and production goes on', async (verb) => {
    const session = await SessionHarness.create();
    // The first takeCard reads the printed line; the second is production's.
    if (verb === 'takeCard') session.hall.bend(verb, {}, true);
    session.hall.bend(verb, { outcome: 'unknown' }, true);
    await session.walk();
    expect(session.result()).toMatchObject({ outcome: 'done', chargedFen: 1500, produced: 1, handedOver: 1 });
    expect(session.hall.seen.filter((seen) => seen === verb)).toHaveLength(verb === 'takeCard' ? 2 : 1);
    expect(session.core.rowsOf('operation-resolved')).toMatchObject([{ outcome: 'done', by: 'device' }]);
  });

  it('F62 an erasing that nobody can prove stops, with the money taken and the card back', async () => {
    const session = await SessionHarness.create();
    session.hall.bend('erase', { outcome: 'unknown' }, false);
    await session.walk();
    expect(session.result()).toMatchObject({ outcome: 'stopped', stop: 'paid-not-produced', chargedFen: 1500 });
    expect(session.hall.seen).not.toContain('printEndorsement');
    expect(session.hall.place).toBe('outside');
  });

  it('a card with a wrong endorsement is never presented', async () => {
    const session = await SessionHarness.create();
    session.hall.bend(
      'printEndorsement',
      { outcome: 'unknown', fault: { code: 'verifyMismatch', message: '', action: 'maintenance' } },
      true,
    );
    await session.walk('stopped');
    expect(session.view).toMatchObject({ body: { state: 'card-held' } });
    expect(session.hall.place).toBe('bin');
    expect(session.hall.seen.filter((verb) => verb === 'ejectCard')).toHaveLength(0);
  });
});

describe('time', () => {
  it('a citizen who walks away is warned, then the card is offered and kept', async () => {
    const session = await SessionHarness.create();
    await session.walk('choose');
    session.hall.takesCard = false;
    await session.clock.advance(61_000);
    expect(session.view.kind).toBe('timeout');
    await session.clock.advance(21_000);
    await session.clock.advance(0);
    expect(session.hall.place).toBe('bin');
    await session.walk();
    expect(session.result()).toMatchObject({ outcome: 'stopped', stop: 'card-held', chargedFen: 0 });
  });

  it('asks again for more time as often as ten times', async () => {
    const session = await SessionHarness.create();
    await session.walk('review');
    for (let i = 0; i < 10; i += 1) {
      await session.clock.advance(121_000);
      expect(session.view.kind).toBe('timeout');
      await session.touch({ kind: 'extend' });
      expect(session.view.kind).toBe('review');
    }
  });

  it('a stopped screen waits five minutes after its slip is out, then clears; a page that comes back sees what is left', async () => {
    const session = await SessionHarness.create();
    session.office.decision = 'pending';
    await session.walk('stopped');
    await session.clock.advance(0);
    expect(session.view).toMatchObject({ body: { slip: 'printed' }, left: { ms: 300_000, extendable: false } });
    await session.clock.advance(200_000);
    expect(session.runner.view).toMatchObject({ kind: 'stopped', left: { ms: 100_000 } });
    await session.clock.advance(99_000);
    expect(session.view.kind).toBe('stopped');
    await session.clock.advance(2_000);
    expect(session.view.kind).toBe('end');
  });

  it('an answer to an older view is dropped', async () => {
    const session = await SessionHarness.create();
    await session.walk('guide');
    session.runner.intent({ view: session.view.view - 1, kind: 'confirm' });
    await session.clock.advance(0);
    expect(session.view.kind).toBe('guide');
  });
});

describe('a card put in the wrong way', () => {
  it('and pulled back before the unit could offer it is asked for again, and goes its way', async () => {
    const session = await SessionHarness.create();
    await session.walkUntil((view) => view.kind === 'consent');
    const wrongWay = { outcome: 'notDone', fault: { code: 'invalidMedia', message: '', action: 'reset' } } as const;
    session.hall.bend('acceptCard', wrongWay, false);
    session.hall.place = 'gate';
    session.hall.bend(
      'ejectCard',
      { outcome: 'notDone', fault: { code: 'noMedia', message: '', action: 'reset' } },
      true,
    );
    await session.walk();
    expect(session.result()).toMatchObject({ outcome: 'done', handedOver: 1 });
  });
});

describe('a journal that cannot be written', () => {
  it('stops effects and still returns the card', async () => {
    const session = await SessionHarness.create();
    await session.walk('choose');
    session.core.fullAt = session.core.rows.length;
    await session.walk();
    expect(session.hall.place).toBe('outside');
    expect(session.hall.seen).not.toContain('charge');
    expect(session.core.ended_?.propertyOut).toBe(true);
  });
});
