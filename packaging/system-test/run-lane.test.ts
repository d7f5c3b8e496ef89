import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { reportText, type LaneReport } from './lane-report.ts';
import type { Lane } from './lanes.table.ts';
import { runLane } from './run-lane.ts';

const LANE: Lane = {
  name: 'unit',
  what: 'a lane of this test',
  projects: [
    {
      name: 'unit',
      include: ['*.test.ts'],
      pool: 'forks',
      isolate: true,
      serial: false,
      testTimeoutMs: 60_000,
    },
  ],
  debianPackages: [],
  needsRoot: false,
  proofs: [],
  budgetSeconds: 60,
};

const CONFIG = `export default { test: { projects: [{ test: { name: 'unit', include: ['*.test.ts'] } }] } };\n`;
const IMPORT = `import { expect, it } from 'vitest';\n`;

/** Real runs of the real test runner over a small repository. */
describe('one lane', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'yimen-lane-test-'));
    symlinkSync(join(import.meta.dirname, '../../node_modules'), join(root, 'node_modules'));
    writeFileSync(join(root, 'vitest.config.mjs'), CONFIG);
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  function run(
    files: Readonly<Record<string, string>>,
    lane = LANE,
    signal = new AbortController().signal,
  ): Promise<LaneReport> {
    for (const [path, text] of Object.entries(files)) writeFileSync(join(root, path), IMPORT + text);
    return runLane({ root, lane, output: 'ignore', signal });
  }

  it('counts what passed and names the slowest file', async () => {
    const report = await run({
      'a.test.ts': `it('adds', () => expect(1 + 1).toBe(2));\nit('holds', () => expect(1).toBe(1));`,
    });
    expect(report).toMatchObject({ lane: 'unit', passed: 2, failed: 0, failures: [] });
    expect(report.slowest.map(({ file }) => file)).toEqual(['a.test.ts']);
  });

  it('counts a failure, a skipped test, a file that cannot be loaded and an empty file', async () => {
    const report = await run({
      'fails.test.ts': `it('fails', () => expect(1).toBe(2));`,
      'skips.test.ts': `it.skip('is skipped', () => expect(1).toBe(1));\nit.todo('is not written');`,
      'broken.test.ts': `import './gone.ts';\nit('never runs', () => expect(1).toBe(1));`,
      'empty.test.ts': `void [expect, it];`,
    });
    expect(report.passed).toBe(0);
    expect(report.failed).toBe(5);
    expect(report.failures.map(({ file, test }) => `${file} ${test}`).sort()).toEqual([
      'broken.test.ts (file)',
      'empty.test.ts (file)',
      'fails.test.ts fails',
      'skips.test.ts is not written',
      'skips.test.ts is skipped',
    ]);
    expect(reportText(report)).toContain('FAILED fails.test.ts › fails: AssertionError: expected 1 to be 2');
  });

  it('fails for an error outside every test', async () => {
    const report = await run({
      'a.test.ts': `it('passes', () => { setImmediate(() => { throw new Error('later'); }); expect(1).toBe(1); });`,
    });
    expect(report).toMatchObject({ passed: 1, failed: 1 });
  });

  it('fails when it has no test', async () => {
    expect(await run({})).toMatchObject({ passed: 0, failed: 1 });
  });

  it('is ended at its budget', async () => {
    const files = { 'a.test.ts': `it('hangs', () => new Promise(() => undefined), 300_000);` };
    const report = await run(files, { ...LANE, budgetSeconds: 0.5 });
    expect(report).toMatchObject({ passed: 0, failed: 1 });
    expect(report.failures[0]?.reason).toContain('longer than its 0.5 s');
  });

  it('is stopped from outside with everything it started', async () => {
    const pidFile = join(root, 'pid');
    const outside = new AbortController();
    const running = run(
      {
        'a.test.ts': `import { spawn } from 'node:child_process';
          import { writeFileSync } from 'node:fs';
          it('hangs', async () => {
            writeFileSync(${JSON.stringify(pidFile)}, String(spawn('sleep', ['300']).pid));
            await new Promise(() => undefined);
          }, 300_000);`,
      },
      LANE,
      outside.signal,
    );
    const pid = await vi.waitFor(() => Number(readFileSync(pidFile, 'utf8')), 15_000);
    expect(isRunning(pid)).toBe(true);
    outside.abort();
    expect((await running).failures[0]?.reason).toContain('stopped');
    await vi.waitFor(() => expect(isRunning(pid)).toBe(false), 5_000);
  });
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A killed child whose parent died waits as a zombie for whoever inherits it; it runs no more.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
