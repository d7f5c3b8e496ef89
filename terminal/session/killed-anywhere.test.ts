import { describe, expect, it } from 'vitest';
import { FakeCore } from './testing/fake-core.ts';
import { SessionHarness } from './testing/harness.ts';

/** How many rows a straight run writes: a session may die before each of them but the first, without which nothing begins. */
async function rowsOfAStraightRun(): Promise<number> {
  const session = await SessionHarness.create();
  await session.walk();
  return session.core.rows.length;
}

async function dieAt(row: number): Promise<SessionHarness> {
  const core = new FakeCore();
  core.diesAtRow = row;
  const session = await SessionHarness.create({}, { core });
  await session.walk();
  return session;
}

const TOTAL = await rowsOfAStraightRun();

describe.each(Array.from({ length: TOTAL - 1 }, (_, i) => i + 2))('a session killed before its row %i', (row) => {
  it('comes back as recovery and ends in a named state', async () => {
    const dead = await dieAt(row);
    const { hall, office } = dead;
    const recovery = await dead.recover();
    await recovery.walk();
    const rows = [...dead.core.rows, ...recovery.core.rows];
    const only = (kind: string): typeof rows => rows.filter((event) => event.kind === kind);

    // Property: the card is out with the citizen or, recorded, in the bin; never in the path.
    expect(['outside', 'bin']).toContain(hall.place);
    expect(recovery.isOver).toBe(true);
    // Nothing that moves money or goods was done twice.
    expect(hall.seen.filter((verb) => verb === 'charge').length).toBeLessThanOrEqual(1);
    expect(hall.seen.filter((verb) => verb === 'printEndorsement').length).toBeLessThanOrEqual(1);
    // One result for a begun service, none without.
    expect(only('service-result')).toHaveLength(only('service-started').length);
    const result = only('service-result')[0];
    const paid = office.bill?.state === 'held' || office.bill?.state === 'captured';
    const printed = hall.panel[0]?.startsWith('HKG') === true;
    // Money taken: the goods are out and captured, or an incident is open that says what is owed.
    if (paid) {
      if (result?.['outcome'] === 'done')
        expect({ printed, state: office.bill?.state }).toEqual({ printed: true, state: 'captured' });
      else
        expect({ outcome: result?.['outcome'], opened: only('incident').length }).toEqual({
          outcome: 'stopped',
          opened: 1,
        });
      expect(result?.['chargedFen']).toBe(1500);
    } else expect(result?.['chargedFen'] ?? 0).toBe(0);
    // A printed endorsement that left is told as such.
    if (printed && hall.place === 'outside') expect(result?.['outcome']).toBe('done');
    // Every intent has one end: told by the device, the gateway, or settled afterwards.
    for (const intent of only('operation-intended')) {
      const id = intent['operationId'];
      const ends = rows.filter(
        (event) =>
          event['operationId'] === id && (event.kind === 'operation-ended' || event.kind === 'operation-resolved'),
      );
      expect(ends.length, `${String(intent['verb'])} ${String(id)}`).toBeGreaterThanOrEqual(1);
    }
    // The office knows the end of a case it opened.
    if (office.asked.includes('exitEntry.case.begin')) {
      expect(office.confirms.length + office.cancels.length).toBeGreaterThanOrEqual(1);
    }
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
    expect(dead.core.only('operation-intended').at(-1)?.['verb']).toBe('printEndorsement');
    const recovery = await dead.recover();
    await recovery.walk();
    expect(recovery.core.only('operation-resolved')[0]).toMatchObject({ outcome: 'done' });
    expect(recovery.result()).toMatchObject({ outcome: 'done', produced: 1, handedOver: 1, chargedFen: 1500 });
  });
});
