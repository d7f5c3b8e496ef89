import { describe, expect, it } from 'vitest';
import type { AlarmFacts } from '../store/index.ts';
import type { AlarmCondition, RuleTime } from './alarm-condition.ts';
import { ALARM_RULES } from './rules.table.ts';

const NOW = 1_795_371_000_000;
const MINUTE = 60_000;
const TIME: RuleTime = { now: NOW, offlineFrom: NOW - MINUTE, beatStaleMs: 150_000 };
const WELL: AlarmFacts = {
  tid: 'SD-DALIANG-01',
  link: 'up',
  linkSince: NOW - 60 * MINUTE,
  heardAt: NOW - 30_000,
  modules: [{ module: 'cardUnit', state: 'online', fault: null, since: NOW - 60 * MINUTE, lost: [] }],
  supplies: [{ unit: 'receiptPaper', count: 412 }],
  stops: [],
  differences: [],
  damages: null,
  releases: [{ service: 'exit.pay', state: 'inForce', at: NOW - MINUTE }],
  forks: null,
  holes: null,
  quarantined: null,
  services: 11,
};

function conditions(facts: Partial<AlarmFacts>, time: Partial<RuleTime> = {}): AlarmCondition[] {
  return ALARM_RULES.flatMap((rule) => rule({ ...WELL, ...facts }, { ...TIME, ...time }));
}
/** The active conditions, as `code module severity`. */
function active(facts: Partial<AlarmFacts>, time: Partial<RuleTime> = {}): string[] {
  return conditions(facts, time)
    .filter((one) => one.active)
    .map((one) => `${one.code} ${one.module} ${one.severity}`);
}
const moduleIn = (state: string, lost: string[] = []): Partial<AlarmFacts> => ({
  modules: [{ module: 'cardUnit', state, fault: 'x', since: NOW - MINUTE, lost }],
});
const stop = (
  kind: 'paid-not-produced' | 'unknown' | 'card-held' | 'approval-pending' | 'produced-not-taken',
  ageMs: number,
): AlarmFacts['stops'][number] => ({
  seq: 9,
  service: 'exit.endorse',
  stop: kind,
  at: NOW - ageMs,
  incident: 'A1',
});

describe('the rules', () => {
  it.each<[string, string[], Partial<AlarmFacts>, Partial<RuleTime>]>([
    ['all is well', [], {}, {}],
    [
      'F65 counts differ: one alarm for each unit',
      ['unit.variance licencePrinter.driving major', 'unit.variance cardUnit.bin major'],
      {
        differences: [
          { module: 'licencePrinter', unit: 'driving', at: NOW - MINUTE },
          { module: 'cardUnit', unit: 'bin', at: NOW - MINUTE },
          { module: 'licencePrinter', unit: 'driving', at: NOW },
        ],
      },
      {},
    ],
    ['the link is down', ['terminal.offline terminal major'], { link: 'down' }, {}],
    ['the link is down, but the server has just started', [], { link: 'down' }, { offlineFrom: NOW + 1 }],
    ['it never came', [], { link: 'never', heardAt: null, linkSince: null }, {}],
    ['the link stands without beats', ['terminal.offline terminal major'], { heardAt: NOW - 150_000 }, {}],
    ['a beat is late', [], { heardAt: NOW - 149_999 }, {}],
    ['no beat yet on a fresh link', [], { heardAt: NOW - 60 * MINUTE, linkSince: NOW - 10_000 }, {}],
    ['no beats, as asked', [], { heardAt: NOW - 60 * MINUTE }, { beatStaleMs: null }],
    ['a device failed, nothing is lost', ['module.hardwareError cardUnit warning'], moduleIn('hardwareError'), {}],
    [
      'a device failed, some services are lost',
      ['module.hardwareError cardUnit minor'],
      moduleIn('hardwareError', ['exit.endorse']),
      {},
    ],
    [
      'a device failed, all services are lost',
      ['module.hardwareError cardUnit major'],
      { ...moduleIn('hardwareError', ['exit.endorse']), services: 1 },
      {},
    ],
    ['a device was tampered with', ['module.fraud cardUnit critical'], moduleIn('fraudAttempt'), {}],
    ['a device may have been tampered with', ['module.fraud cardUnit critical'], moduleIn('potentialFraud'), {}],
    ['a device is off', ['module.offline cardUnit warning'], moduleIn('powerOff'), {}],
    ['a device is gone', ['module.offline cardUnit warning'], moduleIn('noDevice'), {}],
    ['a device wants its user', [], moduleIn('userError'), {}],
    ['paper is out', ['supply.empty receiptPaper major'], { supplies: [{ unit: 'receiptPaper', count: 0 }] }, {}],
    [
      'money is open for a quarter of an hour',
      ['money.unresolved money critical'],
      { stops: [stop('paid-not-produced', 15 * MINUTE)] },
      {},
    ],
    [
      'an effect is unknown for a quarter of an hour',
      ['money.unresolved money critical'],
      { stops: [stop('unknown', 15 * MINUTE)] },
      {},
    ],
    ['money is open a little less', [], { stops: [stop('unknown', 15 * MINUTE - 1)] }, {}],
    [
      'an approval is pending for long',
      [],
      { stops: [stop('approval-pending', 60 * MINUTE), stop('produced-not-taken', 60 * MINUTE)] },
      {},
    ],
    ['a card is held', ['card.held cardUnit major'], { stops: [stop('card-held', 0)] }, {}],
    ['F58 the journal was damaged', ['journal.damaged journal critical'], { damages: { count: 1, last: NOW } }, {}],
    [
      'F68 releases cannot be used, or were refused',
      ['release.unusable exit.pay minor', 'release.unusable exit.card major', 'release.refused exit.card minor'],
      {
        releases: [
          { service: 'exit.pay', state: 'fellBack', at: NOW },
          { service: 'exit.card', state: 'off', at: NOW },
          { service: 'exit.card', state: 'refused', at: NOW },
        ],
      },
      {},
    ],
    ['the ledger forked', ['ledger.fork ledger critical'], { forks: { count: 1, last: NOW } }, {}],
    ['rows are missing', ['ledger.hole ledger major'], { holes: { count: 1, oldest: NOW - MINUTE } }, {}],
    ['rows are held', ['contract.quarantine ledger major'], { quarantined: { count: 1, last: NOW } }, {}],
  ])('%s → %j', (_what, expected, facts, time) => {
    expect(active(facts, time)).toEqual(expected);
  });

  it('say when to look again at what changes by time alone', () => {
    const lookAt = (facts: Partial<AlarmFacts>, time: Partial<RuleTime> = {}): (number | null)[] =>
      [...new Set(conditions(facts, time).map((one) => one.lookAgainAt))].filter((at) => at !== null);
    expect(lookAt({})).toEqual([NOW - 30_000 + 150_000]);
    expect(lookAt({ link: 'down' }, { offlineFrom: NOW + 5 })).toEqual([NOW + 5]);
    expect(lookAt({ link: 'down', stops: [stop('unknown', 10 * MINUTE)] })).toEqual([NOW + 5 * MINUTE]);
  });
});
