import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { operationIdSchema, sessionIdSchema } from '@yimen/contracts/base';
import type { EventFields, JournalEvent } from '@yimen/contracts/journal';
import type { StaffList, StaffWish } from '@yimen/contracts/terminal';
import { BIN } from '../device-manager/testing/fake-device-host.ts';
import { readBook } from './read-book.ts';
import { DeskBench, RUN } from './testing/desk-bench.ts';
import { makeStaff, type TestPerson } from './testing/staff-list.ts';

let list: StaffList;
let people: Record<'technician' | 'keeper', TestPerson>;
beforeAll(async () => {
  ({ list, people } = await makeStaff({ technician: { level: 'intermediate' }, keeper: { level: 'basic' } }));
});

let bench: DeskBench;
beforeEach(async () => {
  bench = new DeskBench(list);
  await bench.start();
  await bench.signIn(people.keeper);
});
afterEach(() => {
  expect(bench.unbalanced()).toEqual([]);
  // What a start of core reads is what all rows together say.
  const { held, sums, variances, exchanges, lock, mode } = bench.book();
  expect(readBook(bench.journal.reader)).toMatchObject({ held, sums, variances, exchanges, lock, mode });
  bench.close();
});

const LICENCE = 'licence-printer';
type Close = Extract<StaffWish, { act: 'closeExchange' }>;

async function open(device = LICENCE): Promise<void> {
  expect(await bench.wish({ act: 'openExchange', device })).toMatchObject({ isDone: true });
}

function close(units: Close['units'], more: Partial<Close> = {}): ReturnType<DeskBench['wish']> {
  return bench.wish({ act: 'closeExchange', device: LICENCE, units, second: null, ...more });
}

function effects(): string[] {
  return bench.host.calls.flatMap((call) => (call.call === 'effect' ? [call.verb] : []));
}

const operationId = (n: number): ReturnType<typeof operationIdSchema.parse> =>
  operationIdSchema.parse(`01a2047f-95c0-7b3e-9a54-${String(n).padStart(12, '0')}`);

const RESULT: Omit<EventFields<'service-result'>, 'sessionId' | 'stop' | 'incident'> = {
  service: 'exit.endorse',
  release: 1,
  outcome: 'stopped',
  reason: null,
  amountFen: 0,
  chargedFen: 0,
  refundedFen: 0,
  produced: 1,
  handedOver: 0,
  steps: [],
  receiptId: 'AAAA-BBBB',
};

/** A card that a session drew into the bin, and the number that its holder was told. */
function capture(n: number, incident: string): void {
  const sessionId = sessionIdSchema.parse(`session-${String(n).padStart(4, '0')}`);
  const unit = bench.host.statuses.get('card-unit')?.units['bin'];
  if (unit === undefined) throw new Error('no bin');
  bench.host.set('card-unit', { units: { bin: { ...unit, count: unit.count + 1 } } });
  const result = { ...RESULT, sessionId, stop: 'produced-not-taken', incident } as const;
  const events: JournalEvent[] = [
    {
      kind: 'goods-moved',
      fields: {
        operationId: operationId(n),
        sessionId,
        item: 'card',
        from: 'cardUnit',
        to: 'retainBin',
        outcome: 'done',
      },
    },
    { kind: 'service-result', fields: result },
    { kind: 'incident', fields: { number: incident, state: 'opened', stop: 'produced-not-taken' } },
  ];
  expect(bench.journal.append(events).ok).toBe(true);
}

describe('an exchange', () => {
  it('opens, counts before, sets what is there after, and locks; counts and difference are recorded', async () => {
    await open();
    expect(bench.host.inExchange.has(LICENCE)).toBe(true);
    expect(bench.desk.state().exchanges).toMatchObject([
      {
        device: LICENCE,
        units: [
          { name: 'driving', expected: 3, journaled: null, serials: [{ first: 'D001', count: 3 }] },
          { name: 'retract', expected: 0, serials: null },
          { name: 'ribbon', expected: 480 },
        ],
      },
    ]);
    const answer = await close({
      driving: {
        counted: 2,
        after: 22,
        serials: [
          { first: 'D001', count: 2 },
          { first: 'D021', count: 20 },
        ],
      },
      ribbon: { counted: 480, after: 500 },
    });
    expect(answer).toEqual({ act: 'closeExchange', isDone: true, code: null });
    expect(bench.rows('exchange-counted')).toMatchObject([
      {
        module: 'licencePrinter',
        unit: 'driving',
        expected: 3,
        counted: 2,
        variance: -1,
        after: 22,
        missing: 'D003',
        acceptedBy: null,
      },
      { unit: 'ribbon', expected: 480, counted: 480, variance: 0, after: 500 },
    ]);
    expect(bench.rows('exchange-ended')).toMatchObject([
      { device: LICENCE, outcome: 'counted', who: people.keeper.who },
    ]);
    expect(bench.host.statuses.get(LICENCE)?.units).toMatchObject({ driving: { count: 22 }, ribbon: { count: 500 } });
    expect(bench.host.stackSerials.get(LICENCE)?.['driving']?.slice(1, 4)).toEqual(['D002', 'D021', 'D022']);
    expect(bench.host.inExchange.size).toBe(0);
    expect(bench.desk.state().variances).toMatchObject([{ unit: 'driving', variance: -1 }]);
  });

  it('is on the disk before the device is unlocked, and its counts before they are set', async () => {
    await open();
    await close({ ribbon: { counted: 480, after: 500 } });
    const kinds = bench.journal.reader
      .rawAfter(0, 5_000)
      .map((row) => {
        const { kind, verb = '' } = JSON.parse(String(row['body'])) as { kind: string; verb?: string };
        return `${kind} ${verb}`.trim();
      })
      .filter((kind) => kind.startsWith('exchange') || kind.startsWith('operation-intended'));
    expect(kinds).toEqual([
      'exchange-started',
      'operation-intended startExchange',
      'exchange-counted',
      'operation-intended setUnits',
      'operation-intended endExchange',
      'exchange-ended',
    ]);
  });

  it('keeps the device from citizens until it is over, and the console from being left', async () => {
    await open();
    expect(bench.devices.problemOf(LICENCE)).toBe('exchangeActive');
    expect(await bench.wish({ act: 'signOut' })).toMatchObject({ isDone: false, code: 'exchangeActive' });
    expect(await bench.wish({ act: 'openExchange', device: LICENCE })).toMatchObject({ code: 'exchangeActive' });
    await close({});
    expect(bench.devices.problemOf(LICENCE)).toBeUndefined();
    expect(bench.rows('exchange-ended')).toMatchObject([{ outcome: 'uncounted' }]);
    expect(effects()).toEqual(['startExchange', 'endExchange']);
  });

  it('that the device refuses (an operation is open) is not open', async () => {
    bench.host.refuses.set('startExchange', 'deviceBusy');
    expect(await bench.wish({ act: 'openExchange', device: LICENCE })).toMatchObject({
      isDone: false,
      code: 'deviceBusy',
    });
    expect(bench.desk.state().exchanges).toEqual([]);
    expect(bench.rows('exchange-ended')).toMatchObject([{ outcome: 'uncounted' }]);
    expect(await close({ ribbon: { counted: 1, after: 1 } })).toMatchObject({ code: 'noExchangeActive' });
    expect(bench.rows('exchange-counted')).toEqual([]);
  });

  it('of a device without units is refused', async () => {
    expect(await bench.wish({ act: 'openExchange', device: 'receipt-printer' })).toMatchObject({
      code: 'unsupportedCommand',
    });
    expect(bench.rows('exchange-started')).toEqual([]);
  });

  it.each([
    ['more than it holds', { ribbon: { counted: 480, after: 501 } }],
    ['a unit that is not there', { tray: { counted: 1, after: 1 } }],
    ['fewer numbers than pieces', { driving: { counted: 3, after: 3, serials: [{ first: 'D001', count: 2 }] } }],
    [
      'the same number twice',
      {
        driving: {
          counted: 2,
          after: 2,
          serials: [
            { first: 'D001', count: 1 },
            { first: 'D001', count: 1 },
          ],
        },
      },
    ],
    [
      'one number more than pieces, told twice',
      {
        driving: {
          counted: 2,
          after: 2,
          serials: [
            { first: 'D001', count: 2 },
            { first: 'D002', count: 1 },
          ],
        },
      },
    ],
    ['numbers that run out', { driving: { counted: 2, after: 2, serials: [{ first: 'D999', count: 2 }] } }],
  ] as const)('with %s sets and records nothing', async (_what, units) => {
    await open();
    expect(await close(units as unknown as Close['units'])).toMatchObject({ isDone: false, code: 'invalidUnit' });
    expect(bench.rows('exchange-counted')).toEqual([]);
    expect(effects()).toEqual(['startExchange']);
    expect(bench.desk.state().exchanges).toHaveLength(1);
  });

  it('F65 a corrected count overwrites nothing: it stands beside the first, whose difference stays open', async () => {
    await open();
    bench.host.refuses.set('endExchange', 'deviceNotReady');
    expect(await close({ ribbon: { counted: 400, after: 400 } })).toMatchObject({ code: 'deviceNotReady' });
    expect(bench.desk.state().variances).toMatchObject([{ variance: -80 }]);
    bench.host.refuses.clear();
    expect(await close({ ribbon: { counted: 480, after: 480 } })).toMatchObject({ isDone: true });
    expect(bench.rows('exchange-counted')).toMatchObject([
      { counted: 400, variance: -80, acceptedBy: null },
      { counted: 480, variance: 0 },
    ]);
    expect(bench.desk.state().variances).toMatchObject([{ counted: 400, variance: -80 }]);
    // The unit is set to what was told last.
    expect(bench.host.statuses.get(LICENCE)?.units['ribbon']?.count).toBe(480);
    await bench.restart();
    await bench.signIn(people.technician);
    expect(bench.desk.state().variances).toMatchObject([{ variance: -80, who: people.keeper.who }]);
  });

  it('F65 the same count told again is the same record, which a second person may accept then', async () => {
    await open();
    bench.host.refuses.set('endExchange', 'deviceNotReady');
    const units = { ribbon: { counted: 400, after: 400 } };
    await close(units);
    await close(units);
    expect(bench.rows('exchange-counted')).toHaveLength(1);
    bench.host.refuses.clear();
    const { card, pin } = people.technician;
    expect(await close(units, { second: { card, pin } })).toMatchObject({ isDone: true });
    expect(bench.rows('exchange-counted')).toHaveLength(1);
    expect(bench.rows('variance-accepted')).toMatchObject([{ variance: -80, who: people.technician.who }]);
    expect(bench.desk.state().variances).toEqual([]);
  });
});

describe('a difference', () => {
  it('is accepted at once by a second person with card and PIN', async () => {
    await open();
    const { card, pin } = people.technician;
    expect(await close({ ribbon: { counted: 470, after: 470 } }, { second: { card, pin } })).toMatchObject({
      isDone: true,
    });
    expect(bench.rows('exchange-counted')).toMatchObject([{ variance: -10, acceptedBy: people.technician.who }]);
    expect(bench.desk.state().variances).toEqual([]);
  });

  it('F65 is not accepted by the person who counted, at once or later; another one does it later', async () => {
    await open();
    const { card, pin } = people.keeper;
    const units = { ribbon: { counted: 470, after: 470 } };
    expect(await close(units, { second: { card, pin } })).toMatchObject({ isDone: false, code: 'secondRefused' });
    expect(bench.rows('exchange-counted')).toEqual([]);
    await close(units);
    const [open_] = bench.desk.state().variances;
    expect(await bench.wish({ act: 'acceptVariance', j: open_?.j ?? 0 })).toMatchObject({ code: 'samePerson' });
    await bench.wish({ act: 'signOut' });
    await bench.settle();
    await bench.signIn(people.technician);
    expect(await bench.wish({ act: 'acceptVariance', j: open_?.j ?? 0 })).toMatchObject({ isDone: true });
    expect(bench.desk.state().variances).toEqual([]);
    expect(await bench.wish({ act: 'acceptVariance', j: open_?.j ?? 0 })).toMatchObject({ code: 'noSuchVariance' });
    expect(bench.rows('variance-accepted')).toMatchObject([
      { of: open_?.j, variance: -10, who: people.technician.who },
    ]);
    // Accepting changes no count.
    expect(bench.host.statuses.get(LICENCE)?.units['ribbon']?.count).toBe(470);
  });

  it('F65 is accepted by the fleet: the one that its word names in every part, once, and no count changes', async () => {
    await open();
    await close({ ribbon: { counted: 470, after: 470 }, retract: { counted: 1, after: 1 } });
    const row = (unit: string): Record<string, unknown> | undefined =>
      bench.rows('exchange-counted').find((one) => one['unit'] === unit);
    const word = {
      j: Number(row('ribbon')?.['j']),
      wall: Number(row('ribbon')?.['wall']),
      module: 'licencePrinter',
      unit: 'ribbon',
      variance: -10,
      decision: 'acc-1-000007',
    };
    expect(bench.desk.hasOpenVariance()).toBe(true);
    bench.desk.fleetAccepted([
      { ...word, wall: word.wall + 1 },
      { ...word, unit: 'retract' },
      { ...word, variance: -9 },
      { ...word, module: 'cardUnit' },
      { ...word, j: Number(row('retract')?.['j']) },
      { ...word, j: 1 },
    ]);
    expect(bench.rows('variance-accepted')).toEqual([]);
    bench.desk.fleetAccepted([word, word]);
    expect(bench.rows('variance-accepted')).toMatchObject([
      { of: word.j, unit: 'ribbon', variance: -10, who: null, decision: 'acc-1-000007' },
    ]);
    expect(bench.desk.state().variances).toMatchObject([{ unit: 'retract' }]);
    expect(bench.host.statuses.get(LICENCE)?.units['ribbon']?.count).toBe(470);
    await bench.restart();
    expect(bench.desk.hasOpenVariance()).toBe(true);
  });

  it('of a bin is held against what the journal moved there since the last exchange', async () => {
    await open('card-unit');
    await close({ bin: { counted: 0, after: 0 } }, { device: 'card-unit' });
    capture(1, 'AAA-111');
    capture(2, 'BBB-222');
    await open('card-unit');
    expect(bench.desk.state().exchanges[0]?.units).toMatchObject([{ name: 'bin', expected: 2, journaled: 2 }]);
    await close({ bin: { counted: 3, after: 0 } }, { device: 'card-unit' });
    expect(bench.rows('exchange-counted').at(-1)).toMatchObject({ expected: 2, journaled: 2, counted: 3, variance: 1 });
  });
});

describe('a power cut in an exchange', () => {
  it('after the device was unlocked: it is shown as open, kept from citizens, and no count has changed', async () => {
    await open();
    const before = structuredClone(bench.host.statuses.get(LICENCE)?.units);
    await bench.restart();
    expect(bench.devices.problemOf(LICENCE)).toBe('exchangeActive');
    expect(bench.host.statuses.get(LICENCE)?.units).toEqual(before);
    bench.turn(RUN);
    expect(bench.devices.problemOf(LICENCE)).toBe('exchangeActive');
    await bench.signIn(people.technician);
    expect(bench.desk.state().exchanges).toMatchObject([{ device: LICENCE, units: [{ name: 'driving' }, {}, {}] }]);
    expect(await close({ ribbon: { counted: 480, after: 500 } })).toMatchObject({ isDone: true });
    expect(bench.devices.problemOf(LICENCE)).toBeUndefined();
  });

  it('before the device heard of it: it is closed, with every count as it was', async () => {
    const named = { module: 'licencePrinter', device: LICENCE, who: people.keeper.who, workOrder: null };
    expect(bench.journal.append([{ kind: 'exchange-started', fields: named }]).ok).toBe(true);
    await bench.restart();
    expect(bench.rows('exchange-ended')).toMatchObject([{ device: LICENCE, outcome: 'uncounted' }]);
    expect(bench.devices.problemOf(LICENCE)).toBeUndefined();
    expect(effects()).toEqual([]);
  });

  it('of the device too, after counts were set: told as counted when the device has them, else not', async () => {
    await open();
    bench.host.refuses.set('endExchange', 'deviceNotReady');
    await close({ ribbon: { counted: 480, after: 500 } });
    bench.host.inExchange.clear();
    await bench.restart();
    expect(bench.rows('exchange-ended')).toMatchObject([{ outcome: 'counted' }]);
    bench.host.refuses.set('setUnits', 'deviceNotReady');
    await bench.signIn(people.keeper);
    await open();
    await close({ ribbon: { counted: 500, after: 450 } });
    bench.host.inExchange.clear();
    await bench.restart();
    expect(bench.rows('exchange-ended').at(-1)).toMatchObject({ outcome: 'uncounted' });
    expect(bench.host.statuses.get(LICENCE)?.units['ribbon']?.count).toBe(500);
  });

  it('a time that is over leaves it open: nothing is locked or counted behind anybody’s back', async () => {
    await open();
    await bench.clock.advance(31 * 60_000);
    await bench.settle();
    expect(bench.desk.state().mode).toBe('inactive');
    expect(bench.host.inExchange.has(LICENCE)).toBe(true);
    expect(bench.devices.problemOf(LICENCE)).toBe('exchangeActive');
  });
});

describe('a start of core', () => {
  it('walks through no movements of citizens that nothing of the staff’s depends on', async () => {
    const asked: [readonly string[], number][] = [];
    const { reader } = bench.journal;
    const watched = {
      staffRows: (...given: Parameters<typeof reader.staffRows>) => {
        asked.push(given);
        return reader.staffRows(...given);
      },
    };
    readBook(watched);
    expect(asked).toHaveLength(1);
    expect(asked[0]?.[0]).not.toContain('goods-moved');
    await open('card-unit');
    await close({ bin: { counted: 0, after: 0 } }, { device: 'card-unit' });
    const since = bench.journal.head().j;
    capture(1, 'AAA-111');
    await open('card-unit');
    await bench.wish({ act: 'handOut', incident: 'AAA-111', checked: true });
    await close({}, { device: 'card-unit' });
    bench.host.set('card-unit', { units: { bin: { ...BIN, count: 0 } } });
    asked.length = 0;
    const book = readBook(watched);
    expect(asked[1]).toEqual([['goods-moved', 'service-result'], since]);
    expect(book.sums.get('cardUnit.bin')).toEqual({ after: 0, since: 0 });
  });
});

describe('held things', () => {
  it('are listed by incident number with where they lie, and handed out while that bin is open', async () => {
    capture(1, 'AAA-111');
    capture(2, 'BBB-222');
    expect(bench.desk.state().held).toMatchObject([
      { incident: 'AAA-111', item: 'card', module: 'cardUnit', place: 'bin', device: 'card-unit' },
      { incident: 'BBB-222' },
    ]);
    const out = { act: 'handOut', incident: 'AAA-111', checked: true } as const;
    expect(await bench.wish(out)).toMatchObject({ isDone: false, code: 'exchangeFirst' });
    await open('card-unit');
    expect(await bench.wish(out)).toMatchObject({ isDone: true });
    expect(await bench.wish(out)).toMatchObject({ code: 'noSuchIncident' });
    expect(bench.rows('staff-action')).toMatchObject([
      { action: 'handed-out', before: 'AAA-111: card at cardUnit.bin' },
    ]);
    expect(bench.rows('goods-moved').at(-1)).toMatchObject({ item: 'card', from: 'cardUnit.bin', to: 'holder' });
    expect(bench.rows('incident').at(-1)).toMatchObject({ number: 'AAA-111', state: 'closed' });
    await close({ bin: { counted: 2, after: 1 } }, { device: 'card-unit' });
    expect(bench.desk.state().held).toMatchObject([{ incident: 'BBB-222', place: 'bin' }]);
  });

  it('taken out with the whole bin are with the staff, and handed out from there', async () => {
    capture(1, 'AAA-111');
    await open('card-unit');
    await close({ bin: { counted: 1, after: 0 } }, { device: 'card-unit' });
    expect(bench.desk.state().held).toMatchObject([{ incident: 'AAA-111', place: 'custody', device: null }]);
    await bench.restart();
    await bench.signIn(people.keeper);
    expect(await bench.wish({ act: 'handOut', incident: 'AAA-111', checked: true })).toMatchObject({ isDone: true });
    expect(bench.rows('goods-moved').at(-1)).toMatchObject({ from: 'custody', to: 'holder' });
    expect(bench.desk.state().held).toEqual([]);
  });

  it('that jammed, and were put away by core later under a second number, are one thing: handed out by either', async () => {
    const sessionId = sessionIdSchema.parse('session-0009');
    const result = { ...RESULT, sessionId, stop: 'card-held', incident: 'EEE-555' } as const;
    const opened = (number: string): JournalEvent => ({
      kind: 'incident',
      fields: { number, state: 'opened', stop: 'card-held' },
    });
    const found = { operationId: operationId(9), sessionId, item: 'card', from: 'cardUnit', to: 'retainBin' } as const;
    expect(bench.journal.append([{ kind: 'service-result', fields: result }, opened('EEE-555')]).ok).toBe(true);
    expect(bench.desk.state().held).toMatchObject([{ incident: 'EEE-555', item: 'card', place: 'inside' }]);
    const put = { kind: 'goods-moved', fields: { ...found, outcome: 'done' } } as const;
    expect(bench.journal.append([put, opened('FFF-666')]).ok).toBe(true);
    expect(bench.desk.state().held).toMatchObject([
      { incident: 'EEE-555', module: 'cardUnit', place: 'bin' },
      { incident: 'FFF-666', place: 'bin' },
    ]);
    await open('card-unit');
    expect(await bench.wish({ act: 'handOut', incident: 'EEE-555', checked: true })).toMatchObject({ isDone: true });
    expect(bench.desk.state().held).toEqual([]);
    expect(bench.rows('goods-moved').filter(({ to }) => to === 'holder')).toHaveLength(1);
    await close({}, { device: 'card-unit' });
  });

  it('that are still inside are not handed out', async () => {
    const stop = { number: 'CCC-333', state: 'opened', stop: 'card-held' } as const;
    expect(bench.journal.append([{ kind: 'incident', fields: stop }]).ok).toBe(true);
    expect(bench.desk.state().held).toMatchObject([{ place: 'inside' }]);
    expect(await bench.wish({ act: 'handOut', incident: 'CCC-333', checked: true })).toMatchObject({
      code: 'stillInside',
    });
  });

  it('an incident without a thing is none of them', async () => {
    const stop = { number: 'DDD-444', state: 'opened', stop: 'unknown' } as const;
    expect(bench.journal.append([{ kind: 'incident', fields: stop }]).ok).toBe(true);
    expect(bench.desk.state().held).toEqual([]);
  });
});
