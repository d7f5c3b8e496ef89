import { describe, expect, it } from 'vitest';
import { POWER_CUT_NEEDS } from '../../power-cut/power-cut-disk.ts';
import { whatIsMissing } from '../../power-cut/rig-tools.ts';
import { SYSCALL_NEEDS } from '../../power-cut/strace.ts';
import { campaign, CAMPAIGN, shown } from './with-campaign.ts';
import { run } from './with-demonstration.ts';

/** What a campaign must show under the journal alone: nothing lost, something refused, and a control that loses. */
async function losesNothing(id: string, size: number): Promise<void> {
  const ran = await campaign(id, '--level', 'journal', '--seed', '1', '--size', String(size));
  const { violations, runs, lostRows, refusals, ackedRows, control } = shown(ran.journal, ran.said);
  expect(violations, ran.said).toEqual([]);
  expect({ runs, lostRows }).toEqual({ runs: size, lostRows: 0 });
  // Nothing refused would mean that no fault came; nothing acknowledged, that there was nothing to lose.
  expect(refusals, ran.said).toBeGreaterThan(0);
  expect(ackedRows).toBeGreaterThan(100);
  expect(control.lostRows, ran.said).toBeGreaterThan(0);
}

async function saysWhatIsMissing(id: string, missing: string): Promise<void> {
  const ran = await run(CAMPAIGN, [id, '--level', 'journal', '--size', '1']);
  expect(ran).toMatchObject({ status: 1, stdout: '' });
  expect(ran.stderr).toContain(missing);
}

const RIGS = [
  { id: 'R4', how: 'whose syncs, writes, reads and opens fail, one at a time', size: 12, needs: SYSCALL_NEEDS },
  { id: 'R5', how: 'that is full, has no inode left, or is worn out', size: 3, needs: POWER_CUT_NEEDS },
].map((rig) => ({ ...rig, missing: whatIsMissing(rig.needs) }));
const HERE = RIGS.filter(({ missing }) => missing === undefined);
const NOT_HERE = RIGS.flatMap(({ id, missing }) => (missing === undefined ? [] : [{ id, missing }]));
for (const { missing } of NOT_HERE) process.stderr.write(`left out: ${missing}\n`);

describe('a disk', () => {
  it.each(HERE)(
    'F57 $how: what was acknowledged is there, the rest was refused; a commit whose error nobody looks at loses rows',
    async ({ id, size }) => {
      await losesNothing(id, size);
    },
    120_000,
  );

  it.each(NOT_HERE)('that fails cannot be shown here by $id, which says why: $missing', async ({ id, missing }) => {
    await saysWhatIsMissing(id, missing);
  });

  it.each(HERE.filter(({ id }) => id === 'R5'))(
    'F57 worn out in the middle of a service ($id): nobody is served, and after its repair the records agree',
    async ({ id }) => {
      const report = await campaign(id, '--level', 'services', '--seed', '5', '--only', '3');
      expect(report.violation, report.said).toBeNull();
      expect(report.kills, report.said).toEqual({ ordered: 1, died: 1 });
    },
    180_000,
  );
});
