import { describe, expect, it } from 'vitest';
import type { PolicyRow } from '@yimen/contracts/service';
import { ManualClock } from '@yimen/contracts/testing';
import { shanghaiDay } from './documents/shanghai-time.ts';
import { SessionHarness } from './testing/harness.ts';

const DAY_MS = 86_400_000;
const TODAY = shanghaiDay(new ManualClock().wallMs());
const TOMORROW = shanghaiDay(new ManualClock().wallMs() + DAY_MS);
/** Milliseconds from the clock's first moment to five minutes before midnight in Shunde. */
const EVENING_MS = Date.parse(`${TOMORROW}T00:00:00+08:00`) - new ManualClock().wallMs() - 300_000;

const fee = (id: string, value: number, from: string, to: string | null): PolicyRow => ({
  id,
  kind: 'fee',
  serviceId: 'exit.endorse',
  variant: 'once',
  place: '4406',
  effectiveFrom: from,
  effectiveTo: to,
  value,
  unit: 'fen',
  source: 'test',
  status: 'active',
});
const ROWS = [fee('fee.old', 1500, '2017-07-01', TODAY), fee('fee.new', 1800, TOMORROW, null)];

/** A citizen who begins five minutes before midnight and reads the review until the day is over. */
async function overMidnight(): Promise<SessionHarness> {
  const session = await SessionHarness.create({ wallOffsetMs: EVENING_MS }, { policy: ROWS });
  await session.walk('review');
  expect(session.view).toMatchObject({ body: { totalFen: 1500 } });
  for (let passed = 0; passed < 360_000; passed += 60_000) {
    await session.clock.advance(60_000);
    if (session.view.kind === 'timeout') await session.touch({ kind: 'extend' });
  }
  return session;
}

describe('a fee that changes at midnight during a session', () => {
  it('is paid as it was shown when the office bills the day on which it began', async () => {
    const session = await overMidnight();
    await session.walk();
    expect(session.result()).toMatchObject({ outcome: 'done', amountFen: 1500, chargedFen: 1500 });
  });

  it('is asked about again when the office bills the new day, and paid as agreed', async () => {
    const session = await overMidnight();
    session.office.amountFen = 1800;
    await session.walk('choose');
    expect(session.view).toMatchObject({ kind: 'choose', body: { question: 'newFee' } });
    expect(JSON.stringify(session.view)).toContain('18.00');
    expect(session.hall.seen).not.toContain('charge');
    await session.walk();
    expect(session.result()).toMatchObject({ outcome: 'done', amountFen: 1800, chargedFen: 1800 });
  });

  it('is not paid when he does not agree: the bill is closed, the case cancelled', async () => {
    const session = await overMidnight();
    session.office.amountFen = 1800;
    await session.walk('choose');
    session.answers = { newFee: 'decline' };
    await session.walk();
    expect(session.result()).toMatchObject({ outcome: 'refused', chargedFen: 0 });
    expect(session.office.bill?.state).toBe('closed');
    expect(session.hall.seen).not.toContain('charge');
  });

  it('another amount that no published row explains asks nobody', async () => {
    const session = await overMidnight();
    session.office.amountFen = 1900;
    await session.walk();
    expect(session.result()).toMatchObject({ outcome: 'refused', reason: 'fee-mismatch', chargedFen: 0 });
  });
});
