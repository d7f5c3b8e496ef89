import { describe, expect, it } from 'vitest';
import type { CampaignReport } from '../../campaign/run-campaign.ts';
import { run } from './with-demonstration.ts';

/** The campaigns at the size of every change; `npm run campaign` runs them whole. A violation names its session and the
 *  command that walks it again. */
async function campaign(...args: readonly string[]): Promise<CampaignReport & { readonly said: string }> {
  const ran = await run('packaging/campaign/campaign.mjs', [...args, '--json']);
  const report = JSON.parse(ran.stdout || '{}') as CampaignReport;
  return { ...report, said: ran.stderr };
}

describe('whatever breaks, the records agree', () => {
  it('F55 killed at sampled journal rows: nothing is lost, doubled or stuck', async () => {
    const report = await campaign('F55', '--seed', '3', '--size', '6');
    expect(report.violation, report.said).toBeNull();
    expect(report.sessions).toBe(6);
    // A boundary that nobody reaches would prove nothing.
    expect(report.kills.died).toBeGreaterThanOrEqual(4);
  }, 240_000);

  it('seeded sessions with one fault each: money, goods, journal and fleet say the same', async () => {
    const report = await campaign('random', '--seed', '7', '--size', '6');
    expect(report.violation, report.said).toBeNull();
    expect(report.sessions).toBe(6);
    expect(report.outcomes['done'] ?? 0).toBeGreaterThanOrEqual(2);
  }, 240_000);
});
