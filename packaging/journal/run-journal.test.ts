import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bootIdSchema, sessionIdSchema } from '@yimen/contracts/base';
import { ManualClock } from '@yimen/contracts/testing';
import { openJournal, type Journal } from '@yimen/terminal/core';
import { runJournal } from './run-journal.ts';

let folder = '';
let journal: Journal;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yimen-journal-command-'));
  const opened = openJournal({
    folder,
    tid: 'SD-DALIANG-01',
    epoch: 1,
    boot: bootIdSchema.parse('b7f3c1d2'),
    clock: new ManualClock(),
  });
  if (!opened.ok) throw new Error(opened.error.message);
  journal = opened.value;
  journal.append([
    { kind: 'booted', fields: { reason: 'start' } },
    { kind: 'step-started', fields: { sessionId: sessionIdSchema.parse('s7Qk2mVd0aYt'), step: 'pay' } },
  ]);
});
afterEach(() => {
  journal.close();
  rmSync(folder, { recursive: true, force: true });
});

function run(...args: string[]): { status: number; out: string; err: string } {
  const out: string[] = [];
  const err: string[] = [];
  const status = runJournal(args, { out: (line) => out.push(line), err: (line) => err.push(line) });
  return { status, out: out.join('\n'), err: err.join('\n') };
}

describe('npm run journal', () => {
  it('is content with a live journal', () => {
    const { status, out } = run('verify', journal.file);
    expect(status).toBe(0);
    expect(out).toContain('content: chain, numbers and checksums hold');
    expect(JSON.parse(run('verify', journal.file, '--json').out)).toMatchObject({
      ok: true,
      tid: 'SD-DALIANG-01',
      rows: 3,
      lastJ: 3,
      total: 0,
    });
  });

  it('F58 names the row that was changed and what to do next, status 1', () => {
    journal.close();
    const db = new DatabaseSync(journal.file);
    db.exec("DROP TRIGGER journal_no_update; UPDATE journal SET body = replace(body, 'start', 'other') WHERE j = 2");
    db.close();
    const { status, out } = run('verify', journal.file);
    expect(status).toBe(1);
    expect(out).toContain('j 2: its text does not fit its checksum [JOURNAL_TORN]');
    expect(out).toMatch(/next: leave the file as it is, and start the terminal again/u);
    expect(run('verify', journal.file, '--json').out.split('\n')).toHaveLength(1);
    expect(JSON.parse(run('verify', journal.file, '--json').out)).toMatchObject({
      ok: false,
      findings: [{ j: 2, code: 'JOURNAL_TORN' }],
    });
  });

  it('shows rows, of one session when asked', () => {
    expect(run('show', journal.file).out.split('\n')).toHaveLength(3);
    expect(run('show', journal.file, '--session', 's7Qk2mVd0aYt').out).toMatch(
      /^ +3 +- \S+ step-started sessionId=s7Qk2mVd0aYt step=pay$/u,
    );
    expect(run('show', journal.file, '--from', '2', '--to', '2').out).toContain('booted reason=start');
  });

  it('says what was expected on wrong use, status 2', () => {
    for (const args of [
      [],
      ['verify'],
      ['check', 'x'],
      ['verify', 'x', 'y'],
      ['verify', 'x', '--from', '1'],
      ['show', 'x', '--from', '0'],
      ['verify', 'x', '--nope'],
    ]) {
      const { status, err } = run(...args);
      expect([args, status]).toEqual([args, 2]);
      expect(err).toContain('[WRONG_OPTION]');
    }
  });

  it('says why a file cannot be read, status 1', () => {
    const { status, err } = run('verify', join(folder, 'none.sqlite'));
    expect(status).toBe(1);
    expect(err).toMatch(/there is no file .*none\.sqlite \[JOURNAL_UNREADABLE\]\nnext: look whether the name/u);
  });

  it('runs as a command, with one JSON document on stdout and nothing else', () => {
    const entry = join(import.meta.dirname, 'journal.mjs');
    const done = spawnSync(process.execPath, [entry, 'verify', journal.file, '--json'], { encoding: 'utf8' });
    expect([done.status, done.stderr]).toEqual([0, '']);
    expect(JSON.parse(done.stdout)).toMatchObject({ ok: true });
    expect(spawnSync(process.execPath, [entry], { encoding: 'utf8' }).status).toBe(2);
  });
});
