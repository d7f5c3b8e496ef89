import { describe, expect, it } from 'vitest';
import { ManualClock } from '@yimen/contracts/testing';
import { SessionHarness } from './testing/harness.ts';

const DAY_MS = 86_400_000;
/** Wall milliseconds until the next time a clock in Shunde shows this hour on this weekday (1 Monday … 7 Sunday). */
function until(wallMs: number, day: number, hour: number): number {
  for (let ms = 0; ms < 8 * DAY_MS; ms += 600_000) {
    const local = new Date(wallMs + ms + 8 * 3_600_000);
    const weekday = local.getUTCDay() === 0 ? 7 : local.getUTCDay();
    if (weekday === day && local.getUTCHours() === hour && local.getUTCMinutes() < 10) return ms;
  }
  throw new Error('no such moment');
}

async function heldAt(day: number, hour: number): Promise<string> {
  const wallOffsetMs = until(new ManualClock().wallMs(), day, hour);
  const session = await SessionHarness.create({ lang: 'en', wallOffsetMs });
  // The card is not taken: kept for staff.
  session.hall.bend(
    'ejectCard',
    { outcome: 'notDone', fault: { code: 'notTaken', message: '', action: 'clear' } },
    false,
  );
  session.hall.takesCard = false;
  await session.walk('stopped');
  return JSON.stringify(session.view.body);
}

describe('what a stop says about the hour', () => {
  it('at two on a Saturday night: the night line answers, the window opens on Monday', async () => {
    const said = await heldAt(6, 2);
    expect(said).toContain('The night line answers now.');
    expect(said).toContain('0757-0000-0000');
    expect(said).toMatch(/keeps for you is handed out at the window: It opens \d{4}-\d\d-\d\d 09:00\./u);
  });

  it('on a Wednesday at ten: the keeper answers, the window is open', async () => {
    const said = await heldAt(3, 10);
    expect(said).toContain('The hall keeper answers now.');
    expect(said).toContain('0757-0000-0001');
    expect(said).toContain('It is open now.');
  });
});

describe('the menu, outside a service’s own hours', () => {
  const why = 'hours.2026-11-30.0900';
  it.each([
    ['zh-CN', why, '2026-11-30 09:00 开始办理'],
    ['en', why, 'Opens 2026-11-30 09:00'],
    ['en', 'policy.fee', 'Not offered in this hall'],
    ['zh-CN', 'package.damaged', '业务正在更新'],
    ['en', 'cardUnit.offline', 'A device is being repaired'],
  ] as const)('says why it is off, in %s: %s', async (lang, reason, told) => {
    const session = await SessionHarness.create({
      lang,
      services: [{ id: 'exit.endorse', state: 'off', why: reason }],
    });
    await session.walkUntil(({ kind }) => kind === 'menu');
    const { view } = session;
    if (view.kind !== 'menu') throw new Error('no menu');
    expect(view.body.tiles.find(({ service }) => service === 'exit.endorse')).toMatchObject({
      state: 'off',
      why: told,
    });
  });
});
