import { describe, expect, it } from 'vitest';
import { ID_CARDS } from '@yimen/contracts/testing';
import { StepDrive, type StepWorld } from '../testing/drive-step.ts';
import { readIdStep } from './read-id.ts';

const WAIT = 'id-card-reader.waitForCard';
const READ = 'id-card-reader.readIdentity';
const LIFT = 'id-card-reader.waitForRemoval';
const TYPED = { settings: { typed: true } } as const;
const GOOD_NO = '440606199001010010';

function cardOf(thing: string, over: Readonly<Record<string, string>> = {}) {
  const card = ID_CARDS.find((one) => one.thing === thing);
  if (card === undefined) throw new Error(`no ${thing}`);
  return { kind: card.kind, fields: { ...card.fields, ...over }, photo: null, fingerprint: null };
}
const card = cardOf('id-li-na');

const enter = (world: StepWorld = {}) => new StepDrive('read-id', readIdStep, world);
const lying = (world: StepWorld = {}) => enter(world).answer(WAIT, { present: true });
/** In each phase: what the reader is asked then, and what it is asked about. */
const PHASES = {
  waiting: { at: enter, key: WAIT },
  reading: { at: lying, key: READ },
  lifting: { at: (world: StepWorld = {}) => lying(world).fault(READ, 'invalidMedia'), key: LIFT },
} as const;

describe('an ID card on the reader', () => {
  it('is waited for, read whole, and stays where the citizen laid it', () => {
    const step = enter();
    expect(step.effects).toEqual([
      { do: 'read', key: WAIT, device: 'id-card-reader', verb: 'waitForCard', args: {}, deadlineMs: 60_000 },
    ]);
    expect(step.body).toMatchObject({ what: 'id-card', phase: 'insert', canOther: false, problem: null, attempt: 1 });
    expect(step.answer(WAIT, { present: true }).asked).toEqual(['readIdentity']);
    expect(step.view).toMatchObject({ waits: null, canLeave: false, canBack: false, body: { phase: 'reading' } });
    step.answer(READ, card);
    expect([step.end, step.asked]).toEqual([{ end: 'done' }, ['abort']]);
    expect(step.facts).toMatchObject({ identity: card, idCard: 'onReader', typedIdNo: null });
  });

  it.each(ID_CARDS.map(({ thing }) => thing))('%s is taken when it is not expired', (thing) => {
    const step = lying({ today: '2024-06-01' }).answer(READ, cardOf(thing));
    const validTo = cardOf(thing).fields.validTo ?? '';
    const isOver = validTo !== '长期' && validTo < '20240601';
    expect(step.end).toEqual(
      isOver ? { end: 'refuse', refusal: expect.objectContaining({ code: 'doc-expired' }) } : { end: 'done' },
    );
  });

  it.each([
    ['nothing at all', { kind: 'citizen' }],
    ['a wrong check digit', cardOf('id-li-na', { idNumber: '440606199001010011' })],
    ['no number', cardOf('id-li-na', { idNumber: '' })],
    ['no end', cardOf('id-li-na', { validTo: '' })],
    ['an end that is none', cardOf('id-li-na', { validTo: '2030051' })],
  ])('that tells %s counts as not read: none of it is kept', (_what, told) => {
    const step = lying().answer(READ, told);
    expect(step.facts.identity).toBeNull();
    expect(step.body).toMatchObject({ phase: 'again', problem: 'doc-unreadable', attempt: 2 });
    expect(step.asked).toEqual(['waitForRemoval']);
  });

  it.each([
    ['noMedia', ['waitForCard'], 'lifted'],
    ['invalidMedia', ['waitForRemoval'], 'onReader'],
    ['cardCollision', ['waitForRemoval'], 'onReader'],
    ['securityFail', ['waitForRemoval'], 'onReader'],
  ])('that fails with %s is tried again: %j', (code, asked, idCard) => {
    const step = lying().fault(READ, code);
    expect([step.asked, step.facts.idCard]).toEqual([asked, idCard]);
    expect(step.body).toMatchObject({ phase: 'again', problem: code, attempt: 2 });
  });

  it('is refused after three tries', () => {
    const step = lying();
    for (let n = 0; n < 2; n += 1)
      step.fault(READ, 'invalidMedia').answer(LIFT, { present: false }).answer(WAIT, { present: true });
    step.fault(READ, 'invalidMedia');
    expect(step.end).toEqual({ end: 'refuse', refusal: { code: 'doc-unreadable', date: null, office: null } });
    expect([step.code, step.asked, step.facts.idCard]).toEqual(['invalidMedia', ['abort'], 'onReader']);
  });

  it('is read once more without being lifted when the citizen wants that', () => {
    const step = lying().fault(READ, 'invalidMedia').touch({ kind: 'again' });
    expect(step.asked).toEqual(['abort']);
    expect(step.fault(LIFT, 'canceled').asked).toEqual(['waitForCard']);
    const paused = lying().fault(READ, 'invalidMedia').fault(LIFT, 'notTaken').touch({ kind: 'again' });
    expect(paused.effects.map((effect) => effect.do)).toEqual(['stopTimer', 'read']);
  });

  it.each([
    [WAIT, 'noMedia', enter, 'waitForCard'],
    [LIFT, 'notTaken', PHASES.lifting.at, 'waitForRemoval'],
  ])('%s that ends with %s is asked again after a pause, and is no try', (key, code, at, verb) => {
    const step = at();
    const { attempt } = step.body;
    step.fault(key, code);
    expect(step.effects).toEqual([{ do: 'timer', name: 'look-again', ms: 1_000 }]);
    expect(step.view).toMatchObject({ waits: { ms: 60_000 }, body: { attempt } });
    expect(step.again().asked).toEqual([verb]);
  });

  describe('past its end', () => {
    const old = cardOf('id-li-na', { validTo: '20261126' });

    it('is refused with the date', () => {
      const step = lying().answer(READ, old);
      expect(step.end).toEqual({ end: 'refuse', refusal: { code: 'doc-expired', date: '2026-11-26', office: null } });
      expect(step.facts).toMatchObject({ identity: null, idCard: 'onReader' });
    });

    it.each([
      ['its last day', {}, cardOf('id-li-na', { validTo: '20261127' })],
      ['a card for ever', {}, cardOf('id-li-na', { validTo: '长期' })],
      ['where the workflow takes it', { settings: { expiredOk: true } }, old],
      ['where it is renewed for that', { domain: 'household', facts: { answers: { reason: 'expiry' } } } as const, old],
    ])('not on %s', (_when, world, told) => {
      expect(lying(world).answer(READ, told).end).toEqual({ end: 'done' });
    });

    it('also where another document is renewed because that one has expired', () => {
      const step = lying({ domain: 'vehicle', facts: { answers: { reason: 'expiry' } } }).answer(READ, old);
      expect(step.end).toMatchObject({ refusal: { code: 'doc-expired' } });
    });
  });
});

describe('a reader that goes away', () => {
  it.each(Object.entries(PHASES))('while %s refuses', (_phase, { at, key }) => {
    const step = at().fault(key, 'offline');
    expect(step.end).toMatchObject({ end: 'refuse', refusal: { code: 'device-failed' } });
    expect([step.code, step.asked]).toEqual(['offline', ['abort']]);
  });

  it.each(Object.entries(PHASES))('while %s leads to the form where that is allowed', (_phase, { at, key }) => {
    const step = at(TYPED).fault(key, 'hardwareError');
    expect([step.view?.kind, step.end, step.asked]).toEqual(['form', null, ['abort']]);
    expect(step.touch({ kind: 'back' }).end).toEqual({ end: 'back' });
  });

  it('before the step refuses, or shows the form at once', () => {
    expect(enter({ away: ['id-card-reader'] }).end).toMatchObject({ refusal: { code: 'device-failed' } });
    const typed = enter({ ...TYPED, away: ['id-card-reader'] });
    expect([typed.view?.kind, typed.all]).toEqual(['form', []]);
    expect(typed.touch({ kind: 'back' }).end).toEqual({ end: 'back' });
  });
});

describe('whoever leaves', () => {
  it.each(Object.entries(PHASES))('while %s waits for the reader’s answer first', (_phase, { at, key }) => {
    for (const how of ['cancelled', 'timeout'] as const) {
      const step = at().leave(how);
      expect([step.asked, step.end]).toEqual([['abort'], null]);
      expect(step.view).toMatchObject({ waits: null, canLeave: false });
      step.fault(key, 'canceled');
      expect(step.end).toEqual({ end: 'leave', how });
    }
  });

  it('while the card is read leaves no identity behind, only that the card lies there', () => {
    const step = lying().leave('cancelled').answer(READ, card);
    expect(step.end).toEqual({ end: 'leave', how: 'cancelled' });
    expect(step.facts).toMatchObject({ identity: null, idCard: 'onReader' });
  });

  it('is not kept by an earlier wish, nor by a second one', () => {
    const step = enter(TYPED).touch({ kind: 'other' }).leave('timeout').leave('cancelled');
    expect(step.effects).toEqual([]);
    expect(step.fault(WAIT, 'canceled').end).toEqual({ end: 'leave', how: 'timeout' });
  });

  it('during a pause ends it', () => {
    const step = enter().fault(WAIT, 'noMedia').leave('timeout');
    expect(step.effects.map((effect) => effect.do)).toEqual(['stopTimer', 'abort']);
    expect(step.end).toEqual({ end: 'leave', how: 'timeout' });
  });

  it('by the way back waits too', () => {
    const step = enter().touch({ kind: 'back' });
    expect([step.asked, step.end]).toEqual([['abort'], null]);
    expect(step.fault(WAIT, 'canceled').end).toEqual({ end: 'back' });
  });

  it('from the form just leaves', () => {
    expect(enter({ ...TYPED, away: ['id-card-reader'] }).leave('cancelled').end).toEqual({
      end: 'leave',
      how: 'cancelled',
    });
  });
});

describe('the number by hand', () => {
  const atForm = () => enter(TYPED).touch({ kind: 'other' }).fault(WAIT, 'canceled');

  it('is typed once the reader has let go', () => {
    const step = enter(TYPED);
    expect(step.body).toMatchObject({ canOther: true });
    expect([step.touch({ kind: 'other' }).asked, step.view?.kind]).toEqual([['abort'], 'read-card']);
    step.fault(WAIT, 'canceled');
    expect(step.view).toMatchObject({ kind: 'form', body: { field: 'idNo', keyboard: 'id-number', problem: null } });
  });

  it.each([
    ['440606199001010011', 'a wrong check digit'],
    ['44060619900101001', 'one digit short'],
    ['440606199002300018', 'a day that is none'],
    ['', 'nothing'],
  ])('%s is told wrong: %s', (value) => {
    const step = atForm().touch({ kind: 'submit', field: 'idNo', value });
    expect(step.body).toMatchObject({ value, problem: expect.any(String) });
    expect([step.end, step.facts.typedIdNo]).toEqual([null, null]);
  });

  it.each([
    GOOD_NO,
    '440606 19900101 0010',
    ID_CARDS.find((one) => one.fields.idNumber?.endsWith('X'))?.fields.idNumber?.toLowerCase() ?? GOOD_NO,
  ])('%s is taken', (value) => {
    const step = atForm().touch({ kind: 'submit', field: 'idNo', value });
    expect([step.end, step.facts.typedIdNo]).toEqual([{ end: 'done' }, value.replaceAll(' ', '').toUpperCase()]);
  });

  it('goes back to the reader', () => {
    expect(atForm().touch({ kind: 'back' }).asked).toEqual(['waitForCard']);
  });

  it('is the way on when three tries have failed', () => {
    const step = lying(TYPED);
    for (let n = 0; n < 2; n += 1)
      step.fault(READ, 'invalidMedia').answer(LIFT, { present: false }).answer(WAIT, { present: true });
    step.fault(READ, 'invalidMedia');
    expect([step.view?.kind, step.end]).toEqual(['form', null]);
    expect(step.touch({ kind: 'back' }).end).toEqual({ end: 'back' });
  });
});

describe('what changes nothing', () => {
  it.each([
    ['another way where it is not allowed', enter, { kind: 'other' }],
    ['another way while the card is read', () => lying(TYPED), { kind: 'other' }],
    ['once more while nothing was wrong', enter, { kind: 'again' }],
    ['a number nobody asked for', enter, { kind: 'submit', field: 'idNo', value: GOOD_NO }],
    [
      'another field',
      () => enter({ ...TYPED, away: ['id-card-reader'] }),
      { kind: 'submit', field: 'phone', value: '1' },
    ],
    ['a wish while the reader is called off', () => enter(TYPED).touch({ kind: 'other' }), { kind: 'other' }],
  ] as const)('%s', (_what, at, wish) => {
    const step = at();
    const before = step.view;
    step.touch(wish);
    expect([step.view, step.effects, step.end]).toEqual([before, [], null]);
  });

  it.each([
    ['an answer to another question', { kind: 'read', key: READ, result: { ok: true, value: card } }],
    ['a foreign timer', { kind: 'timer', name: 'figures' }],
    ['the timer of a pause that is not', { kind: 'timer', name: 'look-again' }],
    ['a picture’s match', { kind: 'matched', key: 'face', result: { ok: true, value: { score: 1, passed: true } } }],
    ['core’s wish', { kind: 'wrapUp' }],
  ] as const)('%s', (_what, input) => {
    const step = enter();
    const before = step.view;
    step.on(input);
    expect([step.view, step.effects, step.end, step.facts.identity]).toEqual([before, [], null, null]);
  });
});
