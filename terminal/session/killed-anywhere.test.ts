import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '@yimen/contracts/service';
import { FakeCore } from './testing/fake-core.ts';
import { FakeHall } from './testing/fake-hall.ts';
import { FakeOffice } from './testing/fake-office.ts';
import { SessionHarness } from './testing/harness.ts';
import { checkInvariants } from './testing/invariants.ts';

/** A session of a service at its first moment, with the answers of its straight way. */
async function sessionOf(service: string, core = new FakeCore()): Promise<SessionHarness> {
  const [office, hall] = [new FakeOffice(), new FakeHall()];
  if (service === 'hh.idapply') {
    office.decision = 'accepted';
    hall.readers.code = 'PH20261101000001';
  }
  const session = await SessionHarness.create({}, { core, office, hall }, undefined, service);
  if (service === 'exit.card') session.answers = { mode: 'approved' };
  if (service === 'hh.idapply') session.answers = { reason: 'loss' };
  return session;
}

/** How many rows a straight run writes: a session may die before each of them but the first, without which nothing begins. */
async function rowsOfAStraightRun(service: string): Promise<number> {
  const session = await sessionOf(service);
  await session.walk();
  return session.core.rows.length;
}

async function dieAt(row: number, service = 'exit.endorse'): Promise<SessionHarness> {
  const core = new FakeCore();
  core.diesAtRow = row;
  const session = await sessionOf(service, core);
  await session.walk();
  return session;
}

const CASES = await Promise.all(CATALOGUE.map(async ({ id }) => [id, await rowsOfAStraightRun(id)] as const));
const BOUNDARIES = CASES.flatMap(([service, total]) =>
  Array.from({ length: total - 1 }, (_, i) => [service, i + 2] as const),
);

describe.each(BOUNDARIES)('F55 %s killed before its row %i', (service, row) => {
  it('comes back as recovery and ends in a named state', async () => {
    const dead = await dieAt(row, service);
    const { hall, office } = dead;
    const recovery = await dead.recover();
    await recovery.walk();
    const rows = [...dead.core.rows, ...recovery.core.rows];
    const only = (kind: string): typeof rows => rows.filter((event) => event.kind === kind);

    // I4, property: the card is out with the citizen or, recorded, in the bin; goods are his or drawn back.
    expect(['outside', 'bin']).toContain(hall.place);
    const places = [...hall.makers.blanks.values(), ...hall.makers.documents.values()];
    for (const place of places) expect(['taken', 'retract', 'reject']).toContain(place);
    expect(recovery.isOver).toBe(true);
    // I7: nothing that moves money or goods was done twice.
    for (const verb of ['charge', 'printEndorsement', 'make', 'acceptOld'])
      expect(hall.seen.filter((seen) => seen === verb).length, verb).toBeLessThanOrEqual(1);
    expect(office.asked.filter((kind) => kind.endsWith('.case.begin')).length).toBeLessThanOrEqual(1);
    // One result for a begun service, none without.
    expect(only('service-result')).toHaveLength(only('service-started').length);
    const result = only('service-result')[0];
    const paid = office.bill?.state === 'held' || office.bill?.state === 'captured';
    // I3, money taken: the goods are out and captured, or an incident is open that says what is owed.
    if (paid) {
      if (result?.['outcome'] === 'done') expect(office.bill?.state).toBe('captured');
      else {
        expect({ outcome: result?.['outcome'], opened: only('incident').length }).toEqual({
          outcome: 'stopped',
          opened: 1,
        });
        if (only('case-closed').length > 0)
          expect(only('compensation').filter((event) => event['state'] === 'opened')).toHaveLength(1);
      }
      expect(result?.['chargedFen']).toBe(office.bill?.amountFen);
    } else expect(result?.['chargedFen'] ?? 0).toBe(0);
    // Goods that are with the citizen are told as such; an old document is kept only for a new one.
    if (places.includes('taken')) expect(result).toMatchObject({ outcome: 'done', handedOver: 1 });
    if (hall.makers.recovered > 0) expect(places.length).toBeGreaterThan(0);
    // Every intent has one end: told by the device, the gateway, or settled afterwards.
    for (const intent of only('operation-intended')) {
      const id = intent['operationId'];
      if (['printReceipt', 'printDocument'].includes(String(intent['verb']))) continue;
      const ends = rows.filter(
        (event) =>
          event['operationId'] === id && (event.kind === 'operation-ended' || event.kind === 'operation-resolved'),
      );
      expect(ends.length, `${String(intent['verb'])} ${String(id)}`).toBeGreaterThanOrEqual(1);
    }
    // The office knows the end of a case it opened.
    if (office.asked.some((kind) => kind.endsWith('.case.begin'))) {
      expect(office.confirms.length + office.cancels.length).toBeGreaterThanOrEqual(1);
    }
    // A blank that was made into something and kept is named: the office would hold it for one in the stack.
    const kept = [...hall.makers.blanks].filter(([, place]) => place === 'retract' || place === 'reject');
    for (const [serial] of kept) expect(office.confirms.map((confirm) => confirm['serial'])).toContain(serial);
    expect(checkInvariants(dead, recovery)).toEqual([]);
  });
});

describe('a session that dies after a blank went to the reject bin', () => {
  it('F17 the recovery names the blank, which is void', async () => {
    const spoiled: Parameters<FakeHall['bend']>[1] = {
      outcome: 'notDone',
      fault: { code: 'ribbonOut', message: '', action: 'clear' },
      value: { blank: 'rejected' },
      evidence: [{ kind: 'countDelta', detail: 'reject +1', customerAccess: 'none', at: 0 }],
    };
    const straight = await sessionOf('veh.licence');
    straight.hall.bend('make', spoiled, false);
    await straight.walk();
    const made = straight.core.rows.findIndex((row) => row.kind === 'operation-ended' && row['verb'] === 'make');
    const core = new FakeCore();
    core.diesAtRow = made + 2;
    const dead = await sessionOf('veh.licence', core);
    dead.hall.bend('make', spoiled, false);
    await dead.walk();
    const recovery = await dead.recover();
    await recovery.walk();
    expect(dead.office.confirms).toMatchObject([{ outcome: 'notDone', serial: 'D2026000001' }]);
  });
});

describe('a session that dies with a wrong endorsement on the card', () => {
  it.each([
    ['before it could journal what it saw', 'operation-ended'],
    ['after it had journaled what it saw', 'step-ended'],
  ])('%s: the card is kept, never presented', async (_when, kind) => {
    const wrong = {
      outcome: 'unknown',
      fault: { code: 'verifyMismatch', message: '', action: 'maintenance' },
    } as const;
    const straight = await SessionHarness.create();
    straight.hall.bend('printEndorsement', wrong, false);
    await straight.walk();
    const printed = straight.core.rows.findIndex(
      (event) => event.kind === 'operation-ended' && event['verb'] === 'printEndorsement',
    );
    const row = straight.core.rows.findIndex((event, at) => at >= printed && event.kind === kind) + 1;
    const core = new FakeCore();
    core.diesAtRow = row;
    const dead = await SessionHarness.create({}, { core });
    dead.hall.bend('printEndorsement', wrong, false);
    await dead.walk();
    const recovery = await dead.recover();
    await recovery.walk();
    expect(dead.hall.place).toBe('bin');
    expect(dead.hall.seen).not.toContain('ejectCard');
    expect(recovery.result()).toMatchObject({ outcome: 'stopped', stop: 'card-held', chargedFen: 1500 });
  });
});

describe('the control', () => {
  it('a recovery that does not settle first would be caught: an unproved print is asked for, not printed again', async () => {
    const straight = await SessionHarness.create();
    await straight.walk();
    const row =
      straight.core.rows.findIndex(
        (event) => event.kind === 'operation-ended' && event['verb'] === 'printEndorsement',
      ) + 1;
    const dead = await dieAt(row);
    expect(dead.core.rowsOf('operation-intended').at(-1)?.['verb']).toBe('printEndorsement');
    const recovery = await dead.recover();
    await recovery.walk();
    expect(recovery.core.rowsOf('operation-resolved')[0]).toMatchObject({ outcome: 'done' });
    expect(recovery.result()).toMatchObject({ outcome: 'done', produced: 1, handedOver: 1, chargedFen: 1500 });
  });
});
