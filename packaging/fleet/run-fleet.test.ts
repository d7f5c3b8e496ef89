import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readFleetOptions } from './options.ts';
import { runFleet } from './run-fleet.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yimen-fleet-command-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function run(...args: readonly string[]): Promise<{ status: number; out: string; err: string }> {
  const out: string[] = [];
  const err: string[] = [];
  const world = { out: (line: string) => out.push(line), err: (line: string) => err.push(line) };
  const status = await runFleet(args, { ...world, wallMs: () => 0, settleMs: 0 });
  return { status, out: out.join('\n'), err: err.join('\n') };
}

describe('npm run fleet', () => {
  it('says what was expected on wrong use, status 2', async () => {
    for (const args of [
      [],
      ['compare'],
      ['reconcile', 'more'],
      ['reconcile', '--nope'],
      ['reconcile', '--day', '2026-02-30'],
      ['reconcile', '--day', 'today'],
      ['reconcile', '--lang', 'fr'],
      ['reconcile', '--held-hours', 'many'],
    ]) {
      const { status, err } = await run(...args);
      expect([args, status]).toEqual([args, 2]);
      expect(err).toMatch(/expected|Unknown option/u);
      expect(err).toContain('[WRONG_OPTION]');
    }
  });

  it.each(['backup', 'restore', 'verify-audit', 'first-admin'])('refuses %s, which comes later', async (chore) => {
    const { status, out, err } = await run(chore, 'FILE');
    expect([status, out]).toEqual([2, '']);
    expect(err).toContain(`${chore}: not part of this release; nothing was done`);
  });

  it('tells in its help which chores come later', async () => {
    const { status, out } = await run('--help');
    expect(status).toBe(0);
    expect(out).toContain('(backup, restore, verify-audit, first-admin) are not part of this release');
  });

  it('finds the books of a data folder, or where it is told', () => {
    const { ok, ...own } = readFleetOptions(['reconcile', '--data', folder]);
    expect(ok).toBe(true);
    expect(own).toMatchObject({
      value: {
        files: {
          journals: [join(folder, 'core/journal.sqlite')],
          fleet: join(folder, 'fleet/fleet.sqlite'),
          provider: join(folder, 'sandbox/sandbox.sqlite'),
        },
        ...{ day: null, lang: 'zh-CN', json: false, heldMs: 72 * 3_600_000 },
      },
    });
    const told = ['--journal', '/a', '--journal', '/b', '--fleet', '/c', '--provider', '/d', '--held-hours', '1'];
    expect(readFleetOptions(['reconcile', ...told])).toMatchObject({
      value: { files: { journals: ['/a', '/b'], fleet: '/c', provider: '/d' }, heldMs: 3_600_000 },
    });
  });

  it('names the book that cannot be read, status 1', async () => {
    const { status, err } = await run('reconcile', '--data', folder);
    expect(status).toBe(1);
    expect(err).toMatch(/core\/journal\.sqlite.*\[JOURNAL_UNREADABLE\]/u);
  });

  it('runs as a command', () => {
    const entry = join(import.meta.dirname, 'fleet.mjs');
    const done = spawnSync(process.execPath, [entry, 'reconcile', '--data', folder], { encoding: 'utf8' });
    expect([done.status, done.stdout]).toEqual([1, '']);
    expect(done.stderr).toContain('[JOURNAL_UNREADABLE]');
  });
});
