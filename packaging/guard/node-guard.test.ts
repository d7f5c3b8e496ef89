import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findOldNode, type OldNode } from './old-node.ts';

const ROOT = join(import.meta.dirname, '../..');
const SENTENCE = 'yimen needs Node 24, which npm ci brings along: run npm ci and start it with npm start [OLD_NODE]\n';

/** The entries behind the commands of the root package.json that exist. */
const ENTRIES = [...readFileSync(join(ROOT, 'package.json'), 'utf8').matchAll(/"exec node (\S+\.mjs)"/g)]
  .map((match) => match[1] ?? '')
  .filter((path) => existsSync(join(ROOT, path)));

describe('an old Node', () => {
  let oldNode: OldNode;
  beforeAll(() => {
    oldNode = findOldNode();
  }, 180_000);
  afterAll(() => oldNode[Symbol.dispose]());

  it('is really older than 24', () => {
    expect(Number(oldNode.version.split('.')[0])).toBeLessThan(24);
  });

  it.each(ENTRIES)('is stopped by %s with one sentence and status 2', (entry) => {
    const result = spawnSync(oldNode.path, [join(ROOT, entry)], { encoding: 'utf8', timeout: 30_000 });
    expect(result).toMatchObject({ status: 2, stdout: '', stderr: SENTENCE });
  });

  it('would not be stopped without the guard', () => {
    const folder = mkdtempSync(join(tmpdir(), 'yimen-guard-'));
    try {
      writeFileSync(join(folder, 'entry.mjs'), `void import('./program.ts');\n`);
      writeFileSync(join(folder, 'program.ts'), `console.log('running' satisfies string);\n`);
      const result = spawnSync(oldNode.path, [join(folder, 'entry.mjs')], { encoding: 'utf8', timeout: 30_000 });
      expect(result.stderr).not.toBe(SENTENCE);
      expect(result.status).not.toBe(2);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe('the present Node', () => {
  it('passes the guard without a word', () => {
    const guard = join(import.meta.dirname, 'node-guard.mjs');
    const result = spawnSync(process.execPath, [guard], { encoding: 'utf8', timeout: 30_000 });
    expect(result).toMatchObject({ status: 0, stdout: '', stderr: '' });
  });
});
