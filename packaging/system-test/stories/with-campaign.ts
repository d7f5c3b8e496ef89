import { join } from 'node:path';
import type { WholeReport } from '../../campaign/report.ts';
import { run } from './with-demonstration.ts';

export const CAMPAIGN = join(import.meta.dirname, '../../campaign/campaign.mjs');

/** A campaign at the size of every change. `said`: its lines, for whoever looks into a failure. */
export async function campaign(...args: readonly string[]): Promise<WholeReport & { readonly said: string }> {
  const ran = await run(CAMPAIGN, [...args, '--json']);
  const report = JSON.parse(ran.stdout || '{}') as WholeReport;
  return { ...report, said: ran.stderr };
}

/** @throws with the campaign's own words when it has nothing to show */
export function shown<T>(part: T | null | undefined, said: string): T {
  if (part === null || part === undefined) throw new Error(`the campaign shows nothing: ${said}`);
  return part;
}
