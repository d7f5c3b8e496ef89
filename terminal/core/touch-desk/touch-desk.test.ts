import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bootIdSchema, err, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { ManualClock } from '@yimen/contracts/testing';
import { openJournal, type Journal } from '../journal/index.ts';
import { CORE_LIMITS } from '../limits.table.ts';
import { faultOf } from '../platform/fault.ts';
import { touchDesk, type TouchDesk } from './index.ts';
import { silentAfter } from './silent-sessions.ts';

const WHO = { who: 'W'.repeat(43), workOrder: 'WO-2026-0001' };
const SILENT = { how: 'timeout', isUsed: false } as const;

let folder = '';
let clock: ManualClock;
let journal: Journal;
let desk: TouchDesk;
let isServed = false;
let changes = 0;
/** What the journal answers instead of writing. */
let refusal: Fault | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yimen-touch-'));
  clock = new ManualClock();
  isServed = false;
  refusal = undefined;
  start();
});
afterEach(() => {
  journal.close();
  rmSync(folder, { recursive: true, force: true });
});

function start(): void {
  const opened = openJournal({ folder, tid: 'SD-DALIANG-01', epoch: 1, boot: bootIdSchema.parse('b7f3c1d2'), clock });
  if (!opened.ok) throw new Error(opened.error.message);
  journal = opened.value;
  changes = 0;
  desk = touchDesk({
    journal: {
      reader: journal.reader,
      append: (events): ReturnType<Journal['append']> =>
        refusal === undefined ? journal.append(events) : (err(refusal) as Result<never, Fault>),
    },
    clock,
    services: () => ['exit.endorse', 'household.card'],
    isCitizenThere: () => isServed,
    onChange: () => {
      changes += 1;
    },
  });
}

function restart(): void {
  journal.close();
  start();
}

function told(): unknown[] {
  return journal.reader
    .rawAfter(0, 100)
    .filter(({ kind }) => kind === 'device-status' || kind === 'staff-action')
    .map(({ body }) => JSON.parse(String(body)) as unknown);
}

const FAULTY = { module: 'touchScreen', state: 'hardwareError', media: null, lost: ['exit.endorse', 'household.card'] };

describe('F64 a touch screen that acts by itself', () => {
  it('F64 is recorded and told at once, takes the machine out, and stays so whatever else is seen', async () => {
    expect([desk.fault(), desk.isOut(), desk.modules()]).toEqual([undefined, false, []]);
    const since = clock.wallMs();
    desk.ghostSeen();
    await clock.advance(60_000);
    desk.ghostSeen();
    expect([desk.fault(), desk.isOut(), changes]).toEqual([{ what: 'ghost', since }, true, 1]);
    expect(desk.modules()).toEqual([{ module: 'touchScreen', state: 'hardwareError', fault: 'touch.ghost' }]);
    expect(told()).toMatchObject([{ ...FAULTY, fault: 'touch.ghost' }]);
  });

  it('F64 cuts off nobody: it counts from the end of the session', () => {
    isServed = true;
    desk.ghostSeen();
    expect([desk.fault()?.what, desk.isOut()]).toEqual(['ghost', false]);
    isServed = false;
    expect(desk.isOut()).toBe(true);
  });

  it('F64 is not forgotten over a restart, and neither is that staff cleared it', async () => {
    desk.ghostSeen();
    const since = clock.wallMs();
    await clock.advance(86_400_000);
    restart();
    expect([desk.fault(), desk.isOut()]).toEqual([{ what: 'ghost', since }, true]);
    expect(desk.clear(WHO).ok).toBe(true);
    expect([desk.fault(), desk.isOut(), changes]).toEqual([undefined, false, 1]);
    restart();
    expect([desk.fault(), desk.modules()]).toEqual([undefined, [{ module: 'touchScreen', state: 'online' }]]);
    desk.ghostSeen();
    expect(desk.isOut()).toBe(true);
  });

  it('F64 is cleared with the name of who tested it, and only when it is recorded', () => {
    expect(desk.clear(WHO)).toMatchObject({ ok: false, error: { code: 'configuration' } });
    desk.ghostSeen();
    refusal = faultOf('JOURNAL_IO', 'the disk takes nothing', 'maintenance');
    expect(desk.clear(WHO)).toMatchObject({ ok: false, error: { code: 'JOURNAL_IO' } });
    expect(desk.isOut()).toBe(true);
    refusal = undefined;
    expect(desk.clear(WHO).ok).toBe(true);
    expect(told().slice(1)).toMatchObject([
      { ...WHO, action: 'touch-cleared', before: 'touchScreen: touch.ghost' },
      { module: 'touchScreen', state: 'online', fault: null, lost: [] },
    ]);
  });

  it('F64 is out while the journal refuses, and recorded once as soon as it takes it', () => {
    refusal = faultOf('JOURNAL_IO', 'the disk takes nothing', 'maintenance');
    desk.ghostSeen();
    expect([desk.isOut(), told()]).toEqual([true, []]);
    refusal = undefined;
    desk.retry();
    desk.retry();
    expect(told()).toMatchObject([FAULTY]);
  });
});

describe('F64 sessions in which nobody touches anything', () => {
  function sessions(count: number, end: Parameters<TouchDesk['sessionEnded']>[0]): void {
    for (let i = 0; i < count; i += 1) desk.sessionEnded(end);
  }

  it('F64 five in a row put it out, four do not', () => {
    sessions(CORE_LIMITS.silentSessions - 1, SILENT);
    expect([desk.fault(), told()]).toEqual([undefined, []]);
    sessions(1, SILENT);
    expect([desk.fault()?.what, desk.isOut()]).toEqual(['noTouch', true]);
    expect(told()).toMatchObject([{ ...FAULTY, fault: 'touch.silent' }]);
    restart();
    expect(desk.fault()?.what).toBe('noTouch');
  });

  it('F64 one with a touch begins the count anew; so does its being cleared', () => {
    sessions(CORE_LIMITS.silentSessions - 1, SILENT);
    sessions(1, { how: 'timeout', isUsed: true });
    sessions(CORE_LIMITS.silentSessions - 1, SILENT);
    expect(desk.fault()).toBeUndefined();
    sessions(1, SILENT);
    desk.clear(WHO);
    sessions(CORE_LIMITS.silentSessions - 1, SILENT);
    expect(desk.fault()).toBeUndefined();
  });

  it.each([
    ['timeout', false, 4],
    ['timeout', true, 0],
    ['timeout', undefined, 3],
    ['finished', true, 0],
    ['finished', false, 3],
    ['cancelled', true, 0],
    ['cancelled', false, 3],
    ['killed', undefined, 3],
  ] as const)('F64 after three, %s with touched %s leaves %i', (how, isUsed, count) => {
    expect(silentAfter(3, { how, isUsed })).toBe(count);
  });
});
