import { setTimeout as wait } from 'node:timers/promises';
import type { PastEvent } from '@yimen/contracts/terminal';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runFleet } from '../../fleet/run-fleet.ts';
import type { CitizenReport } from '../../citizen/report.ts';
import { run, RunningDemonstration } from './with-demonstration.ts';

let hall: RunningDemonstration;

beforeAll(async () => {
  hall = await RunningDemonstration.start(['--light', '0', '--speed', 'fast']);
}, 120_000);
afterAll(async () => {
  await hall.stop();
});

interface Report {
  readonly differences: readonly { readonly kind: string; readonly ref: string }[];
  readonly open: readonly { readonly what: string; readonly why: string }[];
  readonly days: readonly { readonly services: readonly { readonly refundedFen: number; readonly done: number }[] }[];
}

async function reconcile(): Promise<Report> {
  let told = '';
  await runFleet(['reconcile', '--data', hall.dataDir, '--json'], {
    out: (line) => (told += `${line}\n`),
    err: (line) => (told += `${line}\n`),
    wallMs: () => Date.now(),
    settleMs: 2_000,
  });
  return JSON.parse(told) as Report;
}

async function applyForIdCard(): Promise<CitizenReport> {
  const ran = await run('packaging/citizen/citizen.mjs', [
    ...['hh.idapply', '--json'],
    ...['--port-base', String(hall.portBase)],
  ]);
  if (ran.status !== 0) throw new Error(`citizen ended with ${ran.status}: ${ran.stderr}`);
  return JSON.parse(ran.stdout) as CitizenReport;
}

/** The terminal asks ever more rarely: the first looks come after 20 s, a minute, and two minutes and twenty seconds. */
async function corrected(j: number): Promise<PastEvent> {
  for (let i = 0; i < 1_600; i += 1) {
    const found = hall.rows(j).find(({ kind }) => kind === 'service-corrected');
    if (found !== undefined) return found;
    await wait(100);
  }
  throw new Error('the result was not corrected');
}

describe('an application that was paid and is refused by its officer after the session', () => {
  it('has its money back, and terminal, fleet, gateway and provider say the same', async () => {
    expect(await applyForIdCard()).toMatchObject({ outcome: 'done' });
    await hall.invites(60_000);
    const paid = await reconcile();
    expect(paid.differences).toEqual([]);
    expect(paid.open).toMatchObject([{ what: 'review' }]);

    const j = hall.lastRow();
    const [file] = (await hall.offices()).cases;
    await hall.office(`/desk/${file?.receiptNo ?? ''}`, { decision: 'refuse' });
    expect(await corrected(j)).toMatchObject({ by: 'session', refundedFen: 4_000 });
    const rows = hall.rows(j);
    expect(rows.filter(({ kind }) => kind === 'compensation')).toMatchObject([{ state: 'closed', why: 'refunded' }]);
    expect(rows.filter(({ kind }) => kind === 'session-started' || kind.startsWith('step-'))).toEqual([]);
    expect((await hall.offices()).totals).toMatchObject({ captured: 4_000, refunded: 4_000, owed: 0, balanced: true });
    const back = await reconcile();
    expect(back.differences).toEqual([]);
    expect(back.open).toEqual([]);
    expect(back.days[0]?.services).toMatchObject([{ done: 1, refundedFen: 4_000 }]);
    expect((await hall.verifyJournal()).status).toBe(0);
  }, 300_000);
});
