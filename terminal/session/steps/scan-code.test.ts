import { describe, expect, it } from 'vitest';
import { SYNTHETIC_CODES } from '@yimen/contracts/testing';
import { StepDrive, type StepWorld } from '../testing/drive-step.ts';
import { scanCodeStep } from './scan-code.ts';

const START = 'qr-reader.start';
const WAIT = 'qr-reader.waitForCode';
const STOP = 'qr-reader.stop';
const RECEIPT = { settings: { what: 'receipt' } } as const;
const PHOTO = { settings: { what: 'photo-receipt' } } as const;
const NUMBER = '440620261101900011';
const AWAY = { ...RECEIPT, away: ['qr-reader'] } as const;

const codeOf = (text: string | null, bytes = text ?? '') => ({
  bytes: Buffer.from(bytes).toString('base64'),
  text,
  symbology: ']Q1',
});
const enter = (world: StepWorld = RECEIPT) => new StepDrive('scan-code', scanCodeStep, world);
const lit = (world: StepWorld = RECEIPT) => enter(world).answer(START, {});
const scannedGood = (world: StepWorld = RECEIPT) => lit(world).answer(WAIT, codeOf(NUMBER));

describe('a code before the reader', () => {
  it('is waited for with the light on, and the light goes out before the step is over', () => {
    const step = enter();
    expect(step.effects).toMatchObject([{ verb: 'start', args: { windowMs: 2_000 } }]);
    expect(step.view).toMatchObject({ waits: null, canLeave: false, body: { what: 'receipt', phase: 'scan' } });
    expect(step.answer(START, {}).asked).toEqual(['waitForCode']);
    expect(step.view).toMatchObject({ waits: { ms: 60_000 }, canLeave: true });
    expect(step.answer(WAIT, codeOf(NUMBER)).asked).toEqual(['stop']);
    expect([step.end, step.view?.waits]).toEqual([null, null]);
    step.answer(STOP, {});
    expect([step.end, step.asked]).toEqual([{ end: 'done' }, ['abort']]);
    expect(step.facts.answers).toEqual({ receiptNo: NUMBER });
  });

  it.each([
    [RECEIPT, NUMBER, { receiptNo: NUMBER }],
    [RECEIPT, `yimen:ABCD-2345;${NUMBER}`, { receiptNo: NUMBER }],
    [RECEIPT, `yimen:ABC-234;${NUMBER};paid-not-produced`, { receiptNo: NUMBER }],
    [PHOTO, 'PH20261101000001', { photoReceiptNo: 'PH20261101000001' }],
  ])('%j takes %s, and other answers stay', (world, text, answers) => {
    const step = lit({ ...world, facts: { answers: { how: 'receipt' } } });
    step.answer(WAIT, codeOf(text)).answer(STOP, {});
    expect([step.end, step.facts.answers]).toEqual([{ end: 'done' }, { how: 'receipt', ...answers }]);
  });

  it.each(SYNTHETIC_CODES.map(({ text }) => text))('%s of the bench fits one of the two', (text) => {
    const fits = [RECEIPT, PHOTO].map((world) => lit(world).answer(WAIT, codeOf(text)).asked[0] === 'stop');
    expect(fits.some(Boolean)).toBe(/^[A-Z0-9]{6,30}$/u.test(text));
  });

  it.each([
    ['control bytes behind it (F45)', RECEIPT, codeOf(`${NUMBER}\r`)],
    ['control bytes before it (F45)', RECEIPT, codeOf(`\u0010${NUMBER}`)],
    ['a key prefix (F45)', RECEIPT, codeOf(`Ctrl+${NUMBER}`)],
    ['small letters', RECEIPT, codeOf('abcdef')],
    ['an address', RECEIPT, codeOf('https://example.invalid/440620261101900011')],
    ['a slip without a receipt number', RECEIPT, codeOf('yimen:ABCD-2345;')],
    ['a slip with more behind it', RECEIPT, codeOf(`yimen:ABCD-2345;${NUMBER};x;y`)],
    ['bytes that are no text', RECEIPT, codeOf(null, '\u00ff')],
    ['nothing that a reader says', RECEIPT, {}],
    ['a slip instead of a photo receipt', PHOTO, codeOf(`yimen:ABCD-2345;${NUMBER}`)],
    ['a number too short for a photo receipt', PHOTO, codeOf('PH20261')],
  ])('with %s is not valid and is a try', (_what, world, code) => {
    const step = lit(world).answer(WAIT, code);
    expect(step.body).toMatchObject({ phase: 'again', problem: 'code-not-valid', attempt: 2 });
    expect([step.asked, step.facts.answers]).toEqual([['waitForCode'], {}]);
    step.touch({ kind: 'again' });
    expect(step.body).toMatchObject({ phase: 'scan', problem: null, attempt: 2 });
  });

  it('that is too long is a try too', () => {
    expect(lit().fault(WAIT, 'invalidMedia').body).toMatchObject({ problem: 'code-not-valid', attempt: 2 });
  });

  it('that does not fit is one try however long it is held there (F44)', () => {
    const step = lit();
    for (let n = 0; n < 5; n += 1) step.answer(WAIT, codeOf('wrong'));
    expect(step.body).toMatchObject({ attempt: 2 });
    expect(step.answer(WAIT, codeOf('other')).body).toMatchObject({ attempt: 3 });
  });

  it('leads to the form after three that do not fit, with the light out', () => {
    const step = lit();
    for (const text of ['one', 'two', 'three']) step.answer(WAIT, codeOf(text));
    expect([step.view?.kind, step.asked, step.end]).toEqual(['form', ['abort'], null]);
    expect(step.touch({ kind: 'back' }).end).toEqual({ end: 'back' });
  });

  it('is waited for again when none came, and that is no try', () => {
    const step = lit().fault(WAIT, 'noMedia');
    expect(step.effects).toEqual([{ do: 'timer', name: 'look-again', ms: 1_000 }]);
    expect(step.view).toMatchObject({ canLeave: true, body: { attempt: 1, problem: null } });
    expect(step.again().asked).toEqual(['waitForCode']);
  });

  it('stands even when the reader cannot be stopped: its lease ends', () => {
    const step = scannedGood().fault(STOP, 'timeOut');
    expect([step.end, step.asked, step.facts.answers]).toEqual([{ end: 'done' }, ['abort'], { receiptNo: NUMBER }]);
  });
});

describe('a reader that goes away', () => {
  it.each([
    ['before the light is on', enter, START],
    ['while it waits', lit, WAIT],
  ])('%s leads to the form', (_when, at, key) => {
    const step = at().fault(key, 'offline');
    expect([step.view?.kind, step.asked, step.end]).toEqual(['form', ['abort'], null]);
    expect(step.touch({ kind: 'back' }).end).toEqual({ end: 'back' });
  });

  it('before the step leads to the form at once', () => {
    const step = enter(AWAY);
    expect([step.view?.kind, step.all]).toEqual(['form', []]);
  });
});

describe('whoever leaves', () => {
  it.each([
    ['before the light is on', enter, START],
    ['while it waits', lit, WAIT],
    ['while it goes dark', scannedGood, STOP],
  ])('%s waits for the reader’s answer, and leaves nothing scanned', (_when, at, key) => {
    for (const how of ['cancelled', 'timeout'] as const) {
      const step = at().leave(how);
      expect([step.asked, step.end, step.view?.waits]).toEqual([['abort'], null, null]);
      step.fault(key, 'canceled');
      expect([step.end, step.facts.answers]).toEqual([{ end: 'leave', how }, {}]);
    }
  });

  it('as a code comes takes no number along', () => {
    const step = lit().leave('cancelled').answer(WAIT, codeOf(NUMBER));
    expect([step.end, step.facts.answers]).toEqual([{ end: 'leave', how: 'cancelled' }, {}]);
  });

  it('during a pause gives the reader back at once', () => {
    const step = lit().fault(WAIT, 'noMedia').leave('timeout');
    expect(step.effects.map((effect) => effect.do)).toEqual(['stopTimer', 'abort']);
    expect(step.end).toEqual({ end: 'leave', how: 'timeout' });
  });

  it('by the way back waits too', () => {
    const step = lit().touch({ kind: 'back' });
    expect([step.asked, step.end]).toEqual([['abort'], null]);
    expect(step.touch({ kind: 'other' }).fault(WAIT, 'canceled').end).toEqual({ end: 'back' });
  });
});

describe('the number by hand', () => {
  const atForm = (world: StepWorld = RECEIPT) => lit(world).touch({ kind: 'other' }).fault(WAIT, 'canceled');

  it('is typed once the reader has let go; the way back lights it again', () => {
    const step = atForm();
    expect(step.view).toMatchObject({ kind: 'form', body: { field: 'receiptNo', keyboard: 'code', maxLength: 30 } });
    expect(step.touch({ kind: 'back' }).asked).toEqual(['start']);
    expect(step.view?.kind).toBe('scan-code');
  });

  it('is reached from a pause at once', () => {
    const step = lit().fault(WAIT, 'noMedia').touch({ kind: 'other' });
    expect([step.view?.kind, step.effects.map((effect) => effect.do)]).toEqual(['form', ['stopTimer', 'abort']]);
  });

  it.each([
    [RECEIPT, 'receiptNo', '440620 2611 0190 0011', NUMBER],
    [PHOTO, 'photoReceiptNo', 'ph20261101000001', 'PH20261101000001'],
  ])('%j is taken: %s %s', (world, field, value, number) => {
    const step = atForm(world).touch({ kind: 'submit', field, value });
    expect([step.end, step.facts.answers]).toEqual([{ end: 'done' }, { [field]: number }]);
  });

  it.each([
    [RECEIPT, 'receiptNo', '4406'],
    [RECEIPT, 'receiptNo', '粤A12345'],
    [PHOTO, 'photoReceiptNo', 'PH20261'],
  ])('%j is told wrong: %s %s', (world, field, value) => {
    const step = atForm(world).touch({ kind: 'submit', field, value });
    expect(step.body).toMatchObject({ value, problem: expect.any(String) });
    expect([step.end, step.facts.answers]).toEqual([null, {}]);
  });
});

describe('what changes nothing', () => {
  it.each([
    ['another way before the light is on', enter, { kind: 'other' }],
    ['another way while it goes dark', scannedGood, { kind: 'other' }],
    ['a number nobody asked for', lit, { kind: 'submit', field: 'receiptNo', value: NUMBER }],
    ['another field', () => enter(AWAY), { kind: 'submit', field: 'photoReceiptNo', value: 'PH20261101000001' }],
    ['a wish while the reader is called off', () => lit().touch({ kind: 'other' }), { kind: 'other' }],
  ] as const)('%s', (_what, at, wish) => {
    const step = at();
    const before = step.view;
    step.touch(wish);
    expect([step.view, step.effects, step.end]).toEqual([before, [], null]);
  });

  it.each([
    ['an answer to another question', { kind: 'read', key: START, result: { ok: true, value: {} } }],
    ['a foreign timer', { kind: 'timer', name: 'poll' }],
    ['the timer of a pause that is not', { kind: 'timer', name: 'look-again' }],
    ['core’s wish', { kind: 'wrapUp' }],
  ] as const)('%s', (_what, input) => {
    const step = lit();
    const before = step.view;
    step.on(input);
    expect([step.view, step.effects, step.end]).toEqual([before, [], null]);
  });
});
