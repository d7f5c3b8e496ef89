import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunningDemonstration } from './with-demonstration.ts';

/** A person at the machine is told within this that it goes on (architecture §2). */
const BACK_MS = 5_000;
const PROCESSES = ['core', 'device-host', 'session', 'fleet', 'sandbox', 'bench', 'payment-channel', 'light-terminals'];

let hall: RunningDemonstration;

beforeAll(async () => {
  hall = await RunningDemonstration.start(['--light', '2', '--speed', 'fast']);
}, 120_000);
afterAll(async () => {
  await hall.stop();
});

describe('kill -9 while nobody is served', () => {
  it.each(PROCESSES)(
    '%s is back within 5 s, and the terminal has looked at its devices before it offers anything',
    async (name) => {
      const from = hall.lastRow();
      const took = await hall.kill(name);
      expect(took).toBeLessThan(BACK_MS);
      await hall.invites(BACK_MS - took);
      if (name === 'core' || name === 'device-host')
        expect(hall.rows(from).map((row) => row.kind)).toContain('device-inspected');
    },
    60_000,
  );

  it('all of them survived it: the next citizen is served', async () => {
    expect(await hall.citizen()).toMatchObject({ outcome: 'done', charged: 1, produced: 1, handedOver: 1 });
  }, 120_000);
});

describe('kill -9 while a citizen’s endorsement is being made', () => {
  it.each(['core', 'session', 'device-host', 'fleet', 'sandbox', 'payment-channel'])(
    '%s: one charge, a named state, the card with its holder, the record whole',
    async (name) => {
      const before = await hall.offices();
      const from = hall.lastRow();
      const walking = hall.citizen();
      await hall.journals(from, (row) => row.kind === 'operation-intended' && row['verb'] === 'printEndorsement');
      await hall.kill(name);
      const report = await walking;
      expect(report.charged).toBe(1);
      expect(report.outcome === 'done' || report.state !== undefined).toBe(true);
      const { totals } = await hall.offices();
      expect(totals.balanced).toBe(true);
      expect(totals.held + totals.captured - before.totals.held - before.totals.captured).toBe(1500);
      expect((await hall.cabinet()).card).toBeNull();
      await hall.invites(30_000);
      expect((await hall.verifyJournal()).status).toBe(0);
    },
    120_000,
  );

  it('F61 the page: it comes back to the same question and the service goes on', async () => {
    expect(await hall.citizen('--fault', 'F61')).toMatchObject({ outcome: 'done', charged: 1, handedOver: 1 });
  }, 120_000);
});
