import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { StepDrive, type StepWorld } from '../testing/drive-step.ts';
import { scanDocumentStep } from './scan-document.ts';

const SCAN = 'document-scanner.scan';
const PAGE = 'document-scanner.readPage';
const CANCEL = 'document-scanner.cancel';
const ONE = { settings: { what: 'insurance', source: 'glass', pages: 1 } } as const;
const TWO = { settings: { what: 'tax', source: 'feeder', pages: 2 } } as const;
const BYTES = Buffer.from('a page of five-and-twenty');

const told = (bytes: Buffer) => ({
  bytes: bytes.length,
  width: 1240,
  height: 1754,
  sha256: createHash('sha256').update(bytes).digest('hex'),
});
const set = (...pages: Buffer[]) => ({ scanId: 'scan-1', pages: pages.map(told) });
const piece = (bytes: Buffer, end = true) => ({ piece: bytes.toString('base64'), end });

const enter = (world: StepWorld = ONE) => new StepDrive('scan-document', scanDocumentStep, world);
const scanning = (world: StepWorld = ONE) => enter(world).touch({ kind: 'confirm' });
const fetching = (world: StepWorld = ONE) => scanning(world).answer(SCAN, set(BYTES));
const again = (world: StepWorld = ONE) => scanning(world).fault(SCAN, 'doubleDetect');
const PHASES = { scanning: { at: scanning, key: SCAN }, fetching: { at: fetching, key: PAGE } } as const;

describe('a page', () => {
  it('is scanned when the citizen has laid it in, fetched, and kept', () => {
    const step = enter();
    expect([step.all, step.facts.scans]).toEqual([[], []]);
    expect(step.view).toMatchObject({
      body: { what: '交强险保单', phase: 'lay', source: 'glass', pages: 1, problem: null, canSkip: true },
      waits: { ms: 120_000 },
      canBack: true,
      canLeave: true,
    });
    step.touch({ kind: 'confirm' });
    expect(step.effects).toMatchObject([
      { verb: 'scan', args: { source: 'glass', pages: 1, dpi: 150, mode: 'grey' }, deadlineMs: 90_000 },
    ]);
    expect(step.view).toMatchObject({ waits: null, canBack: false, canLeave: false, body: { phase: 'scanning' } });
    step.answer(SCAN, set(BYTES));
    expect(step.effects).toMatchObject([{ verb: 'readPage', args: { scanId: 'scan-1', page: 0, offset: 0 } }]);
    step.answer(PAGE, piece(BYTES));
    expect([step.end, step.asked]).toEqual([{ end: 'done' }, ['abort']]);
    expect(step.facts.scans).toEqual([{ what: 'insurance', png: BYTES.toString('base64') }]);
  });

  it('is put together from pieces whose ends fall anywhere', () => {
    for (let cut = 1; cut < BYTES.length; cut += 1) {
      const step = fetching().answer(PAGE, piece(BYTES.subarray(0, cut), false));
      expect(step.effects).toMatchObject([{ args: { page: 0, offset: cut } }]);
      step.answer(PAGE, piece(BYTES.subarray(cut)));
      expect(step.facts.scans).toEqual([{ what: 'insurance', png: BYTES.toString('base64') }]);
    }
  });

  it('takes the place of the one that was scanned before, and of no other', () => {
    const scans = [
      { what: 'insurance', png: 'b2xk' },
      { what: 'tax', png: 'dGF4' },
    ] as const;
    const step = fetching({ ...ONE, facts: { scans } }).answer(PAGE, piece(BYTES));
    expect(step.facts.scans).toEqual([scans[1], { what: 'insurance', png: BYTES.toString('base64') }]);
  });

  it.each([
    [750_000, true],
    [750_001, false],
  ])('of %i bytes is within what the office takes: %s', (bytes, isTaken) => {
    const step = scanning().answer(SCAN, { scanId: 'scan-1', pages: [{ ...told(BYTES), bytes }] });
    if (isTaken) expect(step.asked).toEqual(['readPage']);
    else expect(step.body).toMatchObject({ phase: 'again', problem: 'invalidMedia' });
  });
});

describe('two pages', () => {
  const other = Buffer.from('the other page');

  it('are fetched one after the other and kept in their order', () => {
    const step = scanning(TWO).answer(SCAN, set(BYTES, other));
    expect(step.body).toMatchObject({ what: '车船税完税证明', source: 'feeder', pages: 2 });
    step.answer(PAGE, piece(BYTES));
    expect(step.effects).toMatchObject([{ args: { page: 1, offset: 0 } }]);
    expect(step.facts.scans).toEqual([]);
    step.answer(PAGE, piece(other));
    expect(step.facts.scans).toEqual([BYTES, other].map((page) => ({ what: 'tax', png: page.toString('base64') })));
  });

  it('are two: one is no set', () => {
    expect(scanning(TWO).answer(SCAN, set(BYTES)).body).toMatchObject({ phase: 'again' });
  });

  it('are kept both or none', () => {
    const step = scanning(TWO).answer(SCAN, set(BYTES, other)).answer(PAGE, piece(BYTES)).fault(PAGE, 'softwareError');
    expect([step.body['phase'], step.facts.scans]).toEqual(['again', []]);
    expect(step.touch({ kind: 'confirm' }).answer(SCAN, set(BYTES, other)).effects).toMatchObject([
      { args: { page: 0, offset: 0 } },
    ]);
  });
});

describe('F48: a set that came out wrong', () => {
  it.each([
    ['doubleDetect', 'doubleDetect'],
    ['noMedia', 'noMedia'],
    ['invalidMedia', 'invalidMedia'],
    ['userError', 'userError'],
    ['coverOpen', 'coverOpen'],
  ])('with %s is laid in again whole', (code, problem) => {
    const step = scanning().fault(SCAN, code);
    expect(step.view).toMatchObject({ body: { phase: 'again', problem, canSkip: true }, canLeave: true });
    expect([step.effects, step.facts.scans]).toEqual([[], []]);
    expect(step.touch({ kind: 'again' }).body).toMatchObject({ phase: 'lay', problem: null });
    expect(step.touch({ kind: 'confirm' }).asked).toEqual(['scan']);
    expect(again().touch({ kind: 'confirm' }).asked).toEqual(['scan']);
  });

  it.each([
    ['what no scanner tells', (step: ReturnType<typeof enter>) => step.answer(SCAN, {})],
    ['no page', (step: ReturnType<typeof enter>) => step.answer(SCAN, { scanId: 'scan-1', pages: [] })],
    [
      'another page than was told',
      (step: ReturnType<typeof enter>) =>
        step.answer(SCAN, set(BYTES)).answer(PAGE, piece(Buffer.from('A page of five-and-twenty'))),
    ],
    [
      'an end too soon',
      (step: ReturnType<typeof enter>) => step.answer(SCAN, set(BYTES)).answer(PAGE, piece(BYTES.subarray(1))),
    ],
    [
      'more than was told',
      (step: ReturnType<typeof enter>) =>
        step.answer(SCAN, set(BYTES)).answer(PAGE, piece(Buffer.concat([BYTES, BYTES]), false)),
    ],
    [
      'a piece of nothing',
      (step: ReturnType<typeof enter>) => step.answer(SCAN, set(BYTES)).answer(PAGE, piece(Buffer.alloc(0), false)),
    ],
    [
      'a piece that is none',
      (step: ReturnType<typeof enter>) => step.answer(SCAN, set(BYTES)).answer(PAGE, { piece: '*', end: true }),
    ],
  ])('because the scanner gave %s is laid in again too', (_what, spoil) => {
    const step = spoil(scanning());
    expect(step.body).toMatchObject({ phase: 'again', problem: 'userError' });
    expect(step.facts.scans).toEqual([]);
  });

  it.each([
    [ONE, 'no-insurance'],
    [TWO, 'no-tax'],
  ])('three times refuses: %j', (world, code) => {
    const step = enter(world);
    for (let n = 0; n < 3; n += 1) step.touch({ kind: 'confirm' }).fault(SCAN, 'noMedia');
    expect([step.asked, step.end]).toEqual([['cancel'], null]);
    step.answer(CANCEL, {});
    expect(step.end).toEqual({ end: 'refuse', refusal: { code, date: null, office: null } });
    expect([step.code, step.asked]).toEqual(['noMedia', ['abort']]);
  });
});

describe('whoever has no such paper', () => {
  it.each([
    [ONE, 'no-insurance'],
    [TWO, 'no-tax'],
  ])('is refused, for it is needed: %j', (world, code) => {
    expect(enter(world).touch({ kind: 'skip' }).end).toMatchObject({ refusal: { code } });
    const late = again(world).touch({ kind: 'skip' });
    expect([late.asked, late.end]).toEqual([['cancel'], null]);
    expect(late.answer(CANCEL, {}).end).toMatchObject({ refusal: { code } });
  });
});

describe('a scanner that goes away', () => {
  it.each(Object.entries(PHASES))('while %s refuses, once it was told to forget', (_phase, { at, key }) => {
    for (const code of ['offline', 'hardwareError', 'timeOut', 'jamming']) {
      const step = at().fault(key, code);
      expect([step.asked, step.end]).toEqual([['cancel'], null]);
      step.fault(CANCEL, 'offline');
      expect(step.end).toMatchObject({ end: 'refuse', refusal: { code: 'device-failed' } });
      expect([step.code, step.facts.scans]).toEqual([code, []]);
    }
  });

  it('before the step refuses at once', () => {
    const step = enter({ ...ONE, away: ['document-scanner'] });
    expect([step.end, step.all]).toMatchObject([{ refusal: { code: 'device-failed' } }, []]);
  });
});

describe('whoever turns away', () => {
  it('before anything was scanned just goes', () => {
    for (const how of ['cancelled', 'timeout'] as const)
      expect([enter().leave(how).end, enter().leave(how).effects]).toEqual([{ end: 'leave', how }, []]);
    expect(enter().touch({ kind: 'back' }).end).toEqual({ end: 'back' });
  });

  it.each([
    ['leaves', (step: ReturnType<typeof enter>) => step.leave('timeout'), { end: 'leave', how: 'timeout' }],
    ['goes back', (step: ReturnType<typeof enter>) => step.touch({ kind: 'back' }), { end: 'back' }],
  ])('after a wrong set %s when the scanner has forgotten it', (_who, away, end) => {
    const step = away(again());
    expect([step.asked, step.end, step.view?.waits]).toEqual([['cancel'], null, null]);
    step.answer(CANCEL, {});
    expect([step.end, step.asked]).toEqual([end, ['abort']]);
  });

  it.each(Object.entries(PHASES))('while %s: it is called off, then emptied, then over', (_phase, { at, key }) => {
    for (const how of ['cancelled', 'timeout'] as const) {
      const step = at().leave(how);
      expect([step.asked, step.end]).toEqual([['abort'], null]);
      expect(step.fault(key, 'canceled').asked).toEqual(['cancel']);
      step.answer(CANCEL, {});
      expect([step.end, step.asked, step.facts.scans]).toEqual([{ end: 'leave', how }, ['abort'], []]);
    }
  });

  it('as the last piece comes takes nothing along', () => {
    const step = fetching().leave('cancelled').answer(PAGE, piece(BYTES)).answer(CANCEL, {});
    expect([step.end, step.facts.scans]).toEqual([{ end: 'leave', how: 'cancelled' }, []]);
  });

  it('while the scanner forgets still leaves', () => {
    expect(again().touch({ kind: 'skip' }).leave('timeout').answer(CANCEL, {}).end).toEqual({
      end: 'leave',
      how: 'timeout',
    });
  });
});

describe('what changes nothing', () => {
  const forgetting = () => again().touch({ kind: 'skip' });
  const WISHES = ['confirm', 'again', 'skip', 'back'] as const;

  it.each([
    ['it scans', scanning],
    ['it gives a page', fetching],
    ['it forgets', forgetting],
  ])('any wish while %s', (_what, at) => {
    for (const kind of WISHES) {
      const step = at();
      const before = step.view;
      step.touch({ kind });
      expect([step.view, step.effects, step.end]).toEqual([before, [], null]);
    }
  });

  it.each([
    ['an answer to another question', { kind: 'read', key: PAGE, result: { ok: true, value: piece(BYTES) } }],
    ['a foreign timer', { kind: 'timer', name: 'poll' }],
    ['core’s wish', { kind: 'wrapUp' }],
  ] as const)('%s', (_what, input) => {
    for (const at of [enter, scanning, again]) {
      const step = at();
      const before = step.view;
      step.on(input);
      expect([step.view, step.effects, step.end, step.facts.scans]).toEqual([before, [], null, []]);
    }
  });
});
