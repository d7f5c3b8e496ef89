import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CheckContext, Part } from './parts/part.ts';
import { runParts } from './run-parts.ts';

const ENTRY = join(import.meta.dirname, 'check.mjs');

function check(...args: readonly string[]): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [ENTRY, ...args], { encoding: 'utf8', timeout: 60_000 });
}

describe('npm run check', () => {
  it('explains itself', () => {
    const result = check('--help');
    expect(result).toMatchObject({ status: 0, stderr: '' });
    expect(result.stdout).toContain('--only PART');
    expect(result.stdout).toContain('who may import whom');
  });

  it.each([[['--only', 'weather']], [['--fast']], [['rooms']]])('refuses %j in one sentence with status 2', (args) => {
    const result = check(...args);
    expect(result).toMatchObject({ status: 2, stdout: '' });
    expect(result.stderr).toMatch(/^[^\n]*[Ee]xpected[^\n]*\[WRONG_OPTION\]\n$/);
  });

  it('prints one JSON document with --json, and everything else beside it', () => {
    const result = check('--json', '--only', 'dependencies');
    const report: unknown = JSON.parse(result.stdout);
    expect(report).toMatchObject({ ok: result.status === 0, parts: [{ part: 'dependencies' }] });
    expect(result.stderr).toMatch(/runtime packages/);
  });
});

describe('running parts', () => {
  const context: CheckContext = { root: '/', write: false, graph: () => ({ files: [], edges: [], unreadable: [] }) };
  const part = (name: string, run: Part['run']): Part => ({ name, what: name, run });

  it('keeps their order, and fails a part that breaks down', async () => {
    const told: string[] = [];
    const parts = [
      part('slow', () => new Promise((resolve) => setImmediate(() => resolve({ summary: '', reasons: [] })))),
      part('broken', () => Promise.reject(new Error('no such tool'))),
      part('faulty', () => ({ summary: '', reasons: ['a fault'] })),
    ];
    const results = await runParts(parts, context, 2, (result) => told.push(result.part));
    expect(results.map(({ part: name, ok }) => [name, ok])).toEqual([
      ['slow', true],
      ['broken', false],
      ['faulty', false],
    ]);
    expect(results[1]?.reasons).toEqual(['the check itself failed: no such tool']);
    expect(told.toSorted()).toEqual(['broken', 'faulty', 'slow']);
  });

  it('runs no more at once than allowed', async () => {
    let running = 0;
    let most = 0;
    const parts = Array.from({ length: 6 }, (_, number) =>
      part(String(number), async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise(setImmediate);
        running -= 1;
        return { summary: '', reasons: [] };
      }),
    );
    await runParts(parts, context, 2, () => undefined);
    expect(most).toBe(2);
  });
});
