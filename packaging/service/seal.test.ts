import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { releaseSchema } from '@yimen/contracts/service';
import { sealPackage } from './seal.ts';

const SERVICES = join(import.meta.dirname, '../../terminal/services');
const TOOL = join(import.meta.dirname, 'seal.ts');
const ID = 'exit.endorse';
let dir = '';
beforeEach(() => {
  dir = join(mkdtempSync(join(tmpdir(), 'yimen-seal-')), ID);
  cpSync(join(SERVICES, ID), dir, { recursive: true });
  sealPackage(dir);
});
afterEach(() => {
  rmSync(join(dir, '..'), { recursive: true, force: true });
});

const path = (file: string): string => join(dir, file);
const read = (file: string): string => readFileSync(path(file), 'utf8');

/** Files that are not as the package's list says: what a terminal refuses. */
function unfit(): readonly string[] {
  const { files } = releaseSchema.parse(JSON.parse(read('release.json')));
  const isFit = (file: (typeof files)[number]): boolean => {
    const bytes = readFileSync(path(file.path));
    return bytes.length === file.bytes && createHash('sha256').update(bytes).digest('hex') === file.sha256;
  };
  return files.filter((file) => !isFit(file)).map((file) => file.path);
}

describe('sealing a service package', () => {
  it('changes nothing the second time', () => {
    expect(sealPackage(dir)).toEqual([]);
  });

  it('writes what was written by hand in canonical form, and a list that fits it', () => {
    const policy = read('policy.json');
    writeFileSync(path('policy.json'), JSON.stringify(JSON.parse(policy)));
    expect(sealPackage(dir)).toEqual(['policy.json']);
    expect(read('policy.json')).toBe(policy);
  });

  it('makes a changed package one that a terminal accepts again', () => {
    writeFileSync(path('policy.json'), read('policy.json').replace('1500', '1600'));
    expect(unfit()).toEqual(['policy.json']);
    expect(sealPackage(dir)).toEqual(['release.json']);
    expect(unfit()).toEqual([]);
  });

  it('writes nothing at all when one file is no JSON', () => {
    writeFileSync(path('manifest.json'), JSON.stringify(JSON.parse(read('manifest.json'))));
    writeFileSync(path('texts.en.json'), '{');
    const before = read('manifest.json');
    expect(() => sealPackage(dir)).toThrow(/texts\.en\.json is not JSON/);
    expect(read('manifest.json')).toBe(before);
  });

  it('names the file that is missing', () => {
    rmSync(path('workflow.json'));
    expect(() => sealPackage(dir)).toThrow(/workflow\.json/);
  });
});

describe('the command', () => {
  it('seals each folder and says what it wrote', () => {
    rmSync(path('release.json'));
    expect(execFileSync(process.execPath, [TOOL, dir], { encoding: 'utf8' })).toBe(`${dir}: wrote release.json\n`);
  });

  it('goes on after a folder that cannot be sealed, and fails', () => {
    const run = spawnSync(process.execPath, [TOOL, path('nowhere'), dir], { encoding: 'utf8' });
    expect(run).toMatchObject({ status: 1, stdout: `${dir}: sealed already\n` });
    expect(run.stderr).toContain('not sealed');
  });

  it('without a folder says how it is used', () => {
    expect(spawnSync(process.execPath, [TOOL], { encoding: 'utf8' })).toMatchObject({ status: 2 });
  });
});
