import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readStartOptions } from './options.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'yimen-options-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

const storeOf = (...args: readonly string[]): unknown => {
  const read = readStartOptions(args);
  return read.ok ? (read.value === 'help' ? 'help' : read.value.store) : read.error;
};
const URL_WITH_SECRET = 'postgres://fleet:hush@db.example:5432/fleet';

describe('--store', () => {
  it('is a file in the data folder, another file or folder, or a database', () => {
    expect(storeOf()).toBeNull();
    expect(storeOf('--store', 'sqlite')).toBeNull();
    expect(storeOf('--store', 'some/file.sqlite')).toBe(resolve('some/file.sqlite'));
    expect(storeOf('--store', dir)).toBe(join(dir, 'fleet.sqlite'));
    expect(storeOf('--store', URL_WITH_SECRET)).toBe(URL_WITH_SECRET);
    expect(storeOf('--store', 'postgresql:///fleet?host=/run/postgresql')).toBe(
      'postgresql:///fleet?host=/run/postgresql',
    );
  });

  it.each(['', 'mysql://x/y', 'postgres://fleet:hush@db.example:port/fleet', 'postgres://fleet:hush@db.example'])(
    'refuses %j, and repeats no password',
    (text) => {
      const refused = storeOf('--store', text);
      expect(refused).toMatchObject({ code: 'WRONG_OPTION', message: expect.stringContaining('expected') as string });
      expect(JSON.stringify(refused)).not.toContain('hush');
    },
  );

  it('empties no database with --fresh', () => {
    const refused = storeOf('--fresh', '--store', URL_WITH_SECRET);
    expect(refused).toMatchObject({
      code: 'WRONG_OPTION',
      message: expect.stringContaining('postgres://fleet@db.example:5432/fleet') as string,
    });
    expect(JSON.stringify(refused)).not.toContain('hush');
  });
});
