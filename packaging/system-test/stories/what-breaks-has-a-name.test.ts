import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PastEvent } from '@yimen/contracts/terminal';
import { RunningDemonstration } from './with-demonstration.ts';

/** What each fault comes to, and how the permit left the card unit's care. */
interface Row {
  readonly says: string;
  readonly args: readonly string[];
  readonly ends: Readonly<Record<string, unknown>>;
  readonly card: 'taken by its holder' | 'kept in the bin' | 'held for staff';
}

const ROWS: readonly Row[] = [
  {
    says: 'F01 the card jams on its way in',
    args: ['--fault', 'F01'],
    ends: { outcome: 'stopped', state: 'card-held', charged: 0, produced: 0, handedOver: 0 },
    card: 'held for staff',
  },
  {
    says: 'F27 the printer jams while producing',
    args: ['--fault', 'F27'],
    ends: { outcome: 'stopped', charged: 1, handedOver: 0 },
    card: 'held for staff',
  },
  {
    says: 'F55 power is cut after paying: core and session die',
    args: ['--fault', 'F55@produce'],
    ends: { charged: 1 },
    card: 'taken by its holder',
  },
  {
    says: 'F51 the office’s answer to the application is lost',
    args: ['--fault', 'F51'],
    ends: { outcome: 'done', charged: 1, produced: 1, handedOver: 1 },
    card: 'taken by its holder',
  },
  {
    says: 'F24 the receipt printer has no paper: a QR stands for the slip',
    args: ['--fault', 'F24'],
    ends: { outcome: 'done', charged: 1, produced: 1, handedOver: 1 },
    card: 'taken by its holder',
  },
  {
    says: 'F02 nobody takes the finished card',
    args: ['--fault', 'F02'],
    ends: { outcome: 'stopped', state: 'produced-not-taken', charged: 1, produced: 1, handedOver: 0 },
    card: 'kept in the bin',
  },
];

let hall: RunningDemonstration;
let charged = 0;

beforeAll(async () => {
  hall = await RunningDemonstration.start(['--light', '0', '--speed', 'fast']);
}, 120_000);
afterAll(async () => {
  await hall.stop();
});

describe('what breaks has a name', () => {
  it.each(ROWS)(
    '$says',
    async ({ args, ends, card }) => {
      const from = hall.lastRow();
      const report = await hall.citizen(...args);
      expect(report).toMatchObject({ ...ends, refunded: 0, fleet: { acknowledged: true } });
      expect(report.outcome === 'stopped').toBe(report.incident !== null);
      if (report.incident !== null) await expectFoundBy(report.incident, report.sessionId);
      await expectMoney(report.charged);
      expect(whereIsTheCard(hall.rows(from))).toBe(card);
      await hall.invites(30_000);
      await expectWholeRecord();
    },
    120_000,
  );

  it('the session is killed after the money was taken and before anything was made: no second charge, card back', async () => {
    const from = hall.lastRow();
    const walking = hall.citizen();
    await hall.journals(from, (row) => row.kind === 'step-ended' && row['step'] === 'pay' && row['outcome'] === 'done');
    await hall.kill('session');
    const report = await walking;
    expect(report.charged).toBe(1);
    expect(['done', 'stopped']).toContain(report.outcome);
    await expectMoney(1);
    expect(whereIsTheCard(hall.rows(from))).toBe('taken by its holder');
    await hall.invites(30_000);
    await expectWholeRecord();
  }, 120_000);
});

/** Staff find the case by the number on the slip. */
async function expectFoundBy(incident: string, sessionId: string): Promise<void> {
  const { events } = await hall.api<{ events: { kind: string; fields: Record<string, unknown> }[] }>(
    `/events?incident=${incident}`,
  );
  expect(events).toContainEqual(
    expect.objectContaining({
      kind: 'service-result',
      fields: expect.objectContaining({ sessionId, outcome: 'stopped' }),
    }),
  );
}

/** Held, captured or owed back: exactly what was charged, never twice. */
async function expectMoney(charges: number): Promise<void> {
  charged += charges;
  const { totals } = await hall.offices();
  expect(totals.balanced).toBe(true);
  expect(totals.held + totals.captured).toBe(charged * 1500);
}

async function expectWholeRecord(): Promise<void> {
  const verified = await hall.verifyJournal();
  expect(verified.stdout).toContain('chain, numbers and checksums hold');
  expect(verified.status).toBe(0);
}

/** How the last motion of the card unit that proved something ended. */
function whereIsTheCard(rows: readonly PastEvent[]): Row['card'] {
  const proved = rows.findLast(
    (row) =>
      (row.kind === 'operation-ended' || row.kind === 'operation-resolved') &&
      row['outcome'] === 'done' &&
      (row['verb'] === 'ejectCard' || row['verb'] === 'captureCard'),
  );
  if (proved === undefined) return 'held for staff';
  return proved['verb'] === 'ejectCard' ? 'taken by its holder' : 'kept in the bin';
}
