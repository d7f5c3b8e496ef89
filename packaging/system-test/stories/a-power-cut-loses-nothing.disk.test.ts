import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import { POWER_CUT_NEEDS } from '../../power-cut/power-cut-disk.ts';
import { whatIsMissing } from '../../power-cut/rig-tools.ts';
import { campaign, CAMPAIGN, shown } from './with-campaign.ts';
import { run } from './with-demonstration.ts';

const missing = whatIsMissing(POWER_CUT_NEEDS);
if (missing !== undefined) process.stderr.write(`left out: ${missing}\n`);
/** Each story once where the rig can run, and never elsewhere: there it must say why it cannot. */
const HERE = missing === undefined ? [{ rig: 'nbdkit' }] : [];
const NOT_HERE = missing === undefined ? [] : [{ missing }];

/** Everything of a run lies in this folder: its mounts, its loop devices' files, its processes' arguments name it. */
function leftOf(folder: string): readonly string[] {
  const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n');
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  const loops = readdirSync('/sys/block').filter((name) => name.startsWith('loop'));
  return [
    ...mounts.filter((line) => line.includes(folder)),
    ...processes.map((pid) => textOf(`/proc/${pid}/cmdline`)).filter((line) => line.includes(folder)),
    ...loops.map((name) => textOf(`/sys/block/${name}/loop/backing_file`)).filter((file) => file.includes(folder)),
    ...readdirSync(folder),
  ];
}

/** '' for what is gone by now. */
function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

/** Starts a long campaign and ends it in the middle. @returns what it left */
async function endedBy(signal: NodeJS.Signals, folder: string): Promise<readonly string[]> {
  const child = spawn(process.execPath, [CAMPAIGN, 'R2', '--level', 'journal', '--size', '30', '--seed', '2'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, TMPDIR: folder },
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const cut = new Promise<void>((resolve) => {
    createInterface({ input: child.stderr }).on('line', (line) => {
      if (line.startsWith('cut 1:')) resolve();
    });
  });
  await Promise.race([cut, ended]);
  expect(leftOf(folder).length, 'a disk that is there while the campaign runs').toBeGreaterThan(3);
  child.kill(signal);
  await ended;
  return leftOf(folder);
}

describe('a power cut loses nothing', () => {
  it.each(NOT_HERE)(
    'cannot be shown on this machine, and the campaign says why: $missing',
    async ({ missing: why }) => {
      const ran = await run(CAMPAIGN, ['R2', '--level', 'journal', '--size', '1']);
      expect(ran).toMatchObject({ status: 1, stdout: '' });
      expect(ran.stderr).toContain(why);
    },
  );

  it.each(HERE)(
    'F55 no row that was acknowledged is gone after the cut, and without its syncs the same journal loses rows',
    async () => {
      const { journal, said } = await campaign('R2', '--level', 'journal', '--seed', '1', '--size', '6');
      expect(shown(journal, said).violations, said).toEqual([]);
      expect(journal).toMatchObject({ runs: 6, lostRows: 0, refusals: 0 });
      // Nothing acknowledged would be nothing lost.
      expect(journal?.ackedRows).toBeGreaterThan(100);
      expect(journal?.control.lostRows, said).toBeGreaterThan(0);
    },
    120_000,
  );

  it.each(HERE)(
    'F55 cut in the middle of a service: the terminal comes back, and money, goods, journal and fleet say the same',
    async () => {
      const report = await campaign('R2', '--level', 'services', '--seed', '11', '--size', '1');
      expect(report.violation, report.said).toBeNull();
      expect(report.kills, report.said).toEqual({ ordered: 1, died: 1 });
    },
    180_000,
  );

  it.each(HERE)(
    'a rig that is ended by Ctrl-C leaves no process, mount, loop device or file; a killed one is cleaned up after by the next',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'yimen-ended-'));
      try {
        expect(await endedBy('SIGINT', folder)).toEqual([]);
        expect(await endedBy('SIGKILL', folder)).not.toEqual([]);
        const next = await run(CAMPAIGN, ['R5', '--level', 'journal', '--size', '1', '--seed', '3'], {
          TMPDIR: folder,
        });
        expect(next.status, next.stderr).toBe(0);
        expect(leftOf(folder)).toEqual([]);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
    120_000,
  );
});
