import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunningDemonstration } from './with-demonstration.ts';

/** Each row: what breaks, and the named state in which the citizen and the machine end. */
const ROWS = [
  { fault: 'F51', ends: { outcome: 'done', charged: 1, produced: 1, handedOver: 1 } },
  { fault: 'F24', ends: { outcome: 'done', charged: 1, produced: 1, handedOver: 1 } },
  { fault: 'F27', ends: { charged: 1, handedOver: 0 } },
  { fault: 'F61@produce', ends: { charged: 1 } },
  { fault: 'F62@produce', ends: { charged: 1 } },
  { fault: 'F55@produce', ends: { charged: 1 } },
  { fault: 'F02', ends: { outcome: 'stopped', state: 'produced-not-taken', charged: 1, produced: 1, handedOver: 0 } },
  { fault: 'F01', ends: { charged: 0, produced: 0 } },
] as const;

const NAMED = ['approval-pending', 'paid-not-produced', 'produced-not-taken', 'card-held', 'unknown'];

describe.each(ROWS)('$fault', ({ fault, ends }) => {
  let hall: RunningDemonstration;
  beforeAll(async () => {
    hall = await RunningDemonstration.start();
  }, 120_000);
  afterAll(() => hall.stop());

  it('ends in a named state, charges at most once, and the journal is content', async () => {
    const report = await hall.citizen('--fault', fault);
    expect(report).toMatchObject(ends);
    if (report.outcome === 'stopped') {
      expect(NAMED).toContain(report.state);
      expect(report.incident).toMatch(/^[2-9A-Z]{3}-[2-9A-Z]{3}$/u);
    } else expect(['done', 'refused', 'abandoned']).toContain(report.outcome);
    expect(report.charged).toBeLessThanOrEqual(1);
    expect(await hall.verifyJournal()).toMatchObject({ status: 0 });
    expect(report.fleet.acknowledged).toBe(true);
  }, 180_000);
});
