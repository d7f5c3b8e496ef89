import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { verifyJournal } from '../../core/journal/index.ts';
import { openBenchCore, openBenchJournal } from './bench-core.ts';
import { plainSyncs } from './plain-syncs.ts';
import { openSessionBench, type SessionBench } from './session-bench.ts';
import { warmProcess } from './session-process.ts';

let bench: SessionBench;
beforeEach(async () => {
  bench = await openSessionBench();
});
afterEach(async () => {
  await bench.close();
});

describe('a session on the bench', () => {
  it('serves a citizen on the real journal, and its appends can be written again', async () => {
    const run = await bench.here();
    expect(run.rows).toBeGreaterThan(run.appends);
    const rows = (folder: string): unknown => verifyJournal(join(bench.folder, folder, 'journal.sqlite'));
    // The row of the first start, and nobody else's.
    expect(rows('core')).toMatchObject({ ok: true, value: { rows: run.rows + 1, findings: [] } });
    const times = bench.appendsBesideSyncs();
    expect([times.appends.length, times.syncs.length]).toEqual([run.appends, run.appends]);
    expect(rows('again')).toMatchObject({ ok: true, value: { rows: run.rows + 1, findings: [] } });
    bench.syncsAlone();
    expect(statSync(join(bench.folder, 'plain')).size).toBe(2 * run.appends * 512);
  });

  it('writes the same rows in a process of its own, and another process for the next one', async () => {
    const here = await bench.here();
    const away = await bench.inItsProcess();
    const next = await bench.inItsProcess();
    expect([away.rows, next.rows]).toEqual([here.rows, here.rows]);
    const all = verifyJournal(join(bench.folder, 'core', 'journal.sqlite'));
    expect(all).toMatchObject({ ok: true, value: { rows: 3 * here.rows + 1, findings: [] } });
  });

  it('gives no figure for a session that was not served', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'yimen-journal-'));
    openBenchJournal(folder).close();
    // As much room as a journal without sessions takes: the disk is full after some rows of the first.
    const full = await openSessionBench(statSync(join(folder, 'journal.sqlite')).size);
    await expect(full.here()).rejects.toThrow(/did not end well/);
    await expect(full.inItsProcess()).rejects.toThrow(/did not end well/);
    await full.close();
    rmSync(folder, { recursive: true });
  });

  it('says so when the session process ends before it is ready', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'yimen-core-'));
    const core = await openBenchCore(folder);
    await expect(warmProcess({ ...core, socketPath: join(folder, 'none.sock') })).rejects.toThrow(
      /before its hello: status 1/,
    );
    await core.close();
    rmSync(folder, { recursive: true });
  });
});

it('a plain sync leaves its record in the file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'yimen-syncs-'));
  const syncs = plainSyncs(join(folder, 'plain'));
  syncs.sync(3);
  syncs.close();
  expect(statSync(join(folder, 'plain')).size).toBe(3 * 512);
  rmSync(folder, { recursive: true });
});
