import { describe, expect, it } from 'vitest';
import type { Action, DeviceStatus } from '@yimen/contracts/device';
import { callOf, conditionsOf, verdictOf, type Surroundings } from './ladder-conditions.ts';
import { LADDER, type Condition, type Rung, type RungRow } from './recovery-ladder.table.ts';
import { BIN } from './testing/fake-device-host.ts';

const fit: DeviceStatus = { device: 'online', supplies: {}, units: {}, since: 1, source: 'reported' };
const calm: Surroundings = { others: [], isSessionRunning: false, doesCoreMove: false, isJournalSynced: true };

function fault(action: Action, device: DeviceStatus['device'] = 'hardwareError'): DeviceStatus {
  return { ...fit, device, fault: { code: 'hardwareError', message: '', action }, action };
}

describe('what a status calls for', () => {
  const rows: readonly [string, string, DeviceStatus, string][] = [
    ['well', 'card-unit', fit, 'nothing'],
    ['in use', 'card-unit', { ...fit, device: 'deviceBusy' }, 'nothing'],
    ['a card the wrong way round', 'card-unit', { ...fit, device: 'userError' }, 'nothing'],
    ['being looked at', 'card-unit', { ...fit, device: 'starting', source: 'stale' }, 'starting'],
    ['not asked since the start', 'card-unit', { ...fit, source: 'stale' }, 'starting'],
    ['the machine can help itself', 'card-unit', fault('reset'), 'climb'],
    ['our own mistake', 'card-unit', fault('softwareError'), 'climb'],
    ['gone, with a fault', 'qr-reader', { ...fault('reset', 'offline'), source: 'stale' }, 'climb'],
    ['a state without a fault', 'qr-reader', { ...fit, device: 'powerOff' }, 'climb'],
    ['it cools down', 'receipt-printer', fault('suspend'), 'suspend'],
    ['hall staff', 'card-unit', fault('clear'), 'person'],
    ['a technician', 'card-unit', fault('maintenance'), 'person'],
    ['whoever set it up', 'card-unit', fault('configuration'), 'person'],
    ['paper out', 'receipt-printer', { ...fit, supplies: { paper: 'out' } }, 'person'],
    ['bin full', 'card-unit', { ...fit, units: { bin: { ...BIN, replenishment: 'full' } } }, 'person'],
    ['an overlay', 'card-unit', { ...fault('reset'), antiFraud: 'deviceDetected' }, 'person'],
    ['fraud, whatever its action', 'card-unit', fault('reset', 'potentialFraud'), 'person'],
    ['fraud attempt', 'card-unit', fault('reset', 'fraudAttempt'), 'person'],
  ];
  for (const [what, kind, status, call] of rows)
    it(`${what}: ${call}`, () => {
      expect(callOf({ kind, status })).toBe(call);
    });
});

describe('what stands against a rung', () => {
  const jammed: DeviceStatus = { ...fault('reset'), media: 'jammed', units: { bin: BIN } };
  const rows: readonly [string, string, DeviceStatus, Partial<Surroundings>, readonly Condition[]][] = [
    ['nothing', 'card-unit', { ...fault('reset'), media: 'notPresent', units: { bin: BIN } }, {}, []],
    ['a card inside', 'card-unit', jammed, {}, ['mediaInside']],
    [
      'a card inside and no room',
      'card-unit',
      { ...jammed, units: { bin: { ...BIN, replenishment: 'full' } } },
      {},
      ['noDestination', 'mediaInside'],
    ],
    [
      'a card inside and the bin pulled',
      'card-unit',
      { ...jammed, units: { bin: { ...BIN, status: 'missing' } } },
      {},
      ['noDestination', 'mediaInside'],
    ],
    ['a full bin that nothing goes to', 'card-unit', { ...fault('reset'), media: 'notPresent', units: {} }, {}, []],
    ['a unit that does not say', 'card-unit', { ...fault('reset'), units: { bin: BIN } }, {}, ['mediaInside']],
    [
      'a line that is gone: what was inside is not believed',
      'card-unit',
      { ...fault('reset', 'offline'), media: 'notPresent', source: 'stale', units: { bin: BIN } },
      {},
      ['deaf', 'mediaInside'],
    ],
    ['a printer holds no card', 'receipt-printer', fault('reset', 'offline'), {}, ['deaf']],
    ['a sheet that nobody has been handed yet', 'document-printer', fault('reset'), {}, []],
    [
      'a licence printer that does not say, with room for both',
      'licence-printer',
      { ...fault('reset'), units: { retract: BIN, reject: BIN } },
      {},
      ['mediaInside'],
    ],
    [
      'a licence inside and one of its bins full',
      'licence-printer',
      { ...fault('reset'), media: 'present', units: { retract: BIN, reject: { ...BIN, replenishment: 'full' } } },
      {},
      ['noDestination', 'mediaInside'],
    ],
    [
      'a locker with a document at its exit, its reject bin of no account',
      'document-locker',
      { ...fault('reset'), media: 'entering', units: { retract: BIN, reject: { ...BIN, replenishment: 'full' } } },
      {},
      ['mediaInside'],
    ],
    ['a document on the glass', 'id-card-reader', { ...fault('reset'), media: 'present' }, {}, ['mediaInside']],
    ['a session', 'qr-reader', fault('reset'), { isSessionRunning: true }, ['inUse']],
    ['core itself', 'qr-reader', fault('reset'), { doesCoreMove: true }, ['coreMoves']],
    ['the journal', 'qr-reader', fault('reset'), { isJournalSynced: false }, ['journalUnsynced']],
    [
      'a neighbour in motion',
      'qr-reader',
      fault('reset'),
      { others: [{ kind: 'card-unit', status: { ...fit, device: 'deviceBusy' } }] },
      ['othersMove'],
    ],
    [
      'a card on its way in next door',
      'qr-reader',
      fault('reset'),
      { others: [{ kind: 'card-unit', status: { ...fit, media: 'entering' } }] },
      ['othersMove'],
    ],
    ['a calm neighbour', 'qr-reader', fault('reset'), { others: [{ kind: 'card-unit', status: fit }] }, []],
  ];
  for (const [what, kind, status, around, conditions] of rows)
    it(what, () => {
      expect([...conditionsOf({ kind, status }, { ...calm, ...around })]).toEqual(conditions);
    });
});

describe('the verdict on a rung', () => {
  const rowOf = (rung: Rung): RungRow => LADDER.find((row) => row.rung === rung) as RungRow;
  const against = (rung: Rung, ...holds: Condition[]) => verdictOf(rowOf(rung), 'card-unit', false, new Set(holds));

  it.each([
    ['L1', 'deaf', 'may'],
    ['L2', 'noDestination', { skip: 'noDestination' }],
    ['L2', 'deaf', { skip: 'deaf' }],
    ['L2', 'inUse', { wait: 'inUse' }],
    ['L2', 'mediaInside', 'may'],
    ['L3', 'inUse', 'may'],
    ['L3', 'mediaInside', 'may'],
    ['L4', 'othersMove', { wait: 'othersMove' }],
    ['L4', 'inUse', { wait: 'inUse' }],
    ['L5', 'mediaInside', { skip: 'mediaInside' }],
    ['L6', 'mediaInside', { skip: 'mediaInside' }],
    ['L7', 'inUse', { wait: 'inUse' }],
    ['L7', 'journalUnsynced', { skip: 'journalUnsynced' }],
  ] as const)('%s, %s: %j', (rung, condition, verdict) => {
    expect(against(rung, condition)).toEqual(verdict);
  });

  it('what is spent is skipped, and what is switched off for a kind', () => {
    expect(verdictOf(rowOf('L3'), 'card-unit', true, new Set())).toEqual({ skip: 'spent' });
    expect(verdictOf(rowOf('L7'), 'receipt-printer', false, new Set())).toEqual({ skip: 'switchedOff' });
    expect(verdictOf(rowOf('L7'), 'card-unit', false, new Set())).toBe('may');
  });

  it('the budgets are those of the design', () => {
    const hour = 3_600_000;
    const day = 24 * hour;
    expect(LADDER.map(({ rung, budget }) => [rung, ...budget.map(({ times, windowMs }) => [times, windowMs])])).toEqual(
      [
        ['L1', [6, 60_000]],
        ['L2', [6, hour], [20, day]],
        ['L3', [3, hour], [12, day]],
        ['L4', [3, 600_000], [12, day]],
        ['L5', [2, hour], [4, day]],
        ['L6', [1, hour], [2, day]],
        ['L7', [1, day]],
      ],
    );
  });
});
