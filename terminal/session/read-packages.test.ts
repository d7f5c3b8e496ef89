import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readPackages } from './read-packages.ts';

const SERVICES = join(import.meta.dirname, '../services');
let folder = '';
let servicesDir = '';
let released = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yimen-packages-'));
  servicesDir = join(folder, 'services');
  for (const id of ['exit.pay', 'exit.card']) cpSync(join(SERVICES, id), join(servicesDir, id), { recursive: true });
  released = join(folder, 'exit.pay@2');
  cpSync(join(SERVICES, 'exit.pay'), released, { recursive: true });
  releaseAs(2);
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Seals `released` anew under another number. */
function releaseAs(release: number): void {
  const manifest = join(released, 'manifest.json');
  const text = JSON.stringify({ ...JSON.parse(readFileSync(manifest, 'utf8')), release });
  writeFileSync(manifest, text);
  const list = JSON.parse(readFileSync(join(released, 'release.json'), 'utf8')) as {
    files: { path: string; bytes: number; sha256: string }[];
  };
  const files = list.files.map((file) =>
    file.path === 'manifest.json'
      ? { ...file, bytes: Buffer.byteLength(text), sha256: createHash('sha256').update(text).digest('hex') }
      : file,
  );
  writeFileSync(join(released, 'release.json'), JSON.stringify({ ...list, release, files }));
}

async function releases(installed?: Record<string, string>): Promise<Record<string, number>> {
  const found = await readPackages(installed === undefined ? { servicesDir } : { servicesDir, installed });
  return Object.fromEntries([...found].map(([id, { manifest }]) => [id, manifest.release]));
}

describe('F68 the packages of a session', () => {
  it('are those that came with the software, each replaced by what was released to this terminal since', async () => {
    expect(await releases()).toEqual({ 'exit.card': 1, 'exit.pay': 1 });
    expect(await releases({ 'exit.pay': released })).toEqual({ 'exit.card': 1, 'exit.pay': 2 });
    rmSync(join(servicesDir, 'exit.pay'), { recursive: true });
    expect(await releases({ 'exit.pay': released })).toEqual({ 'exit.card': 1, 'exit.pay': 2 });
  });

  it('do not change with the disk once they were read', async () => {
    const found = await readPackages({ servicesDir, installed: { 'exit.pay': released } });
    rmSync(released, { recursive: true });
    rmSync(servicesDir, { recursive: true });
    expect(found.get('exit.pay')?.manifest.release).toBe(2);
    expect(found.get('exit.pay')?.workflow.steps.length).toBeGreaterThan(0);
  });

  it('never hold the older one where the released one cannot be read', async () => {
    writeFileSync(join(released, 'policy.json'), '{"rows":[]}');
    expect(await releases({ 'exit.pay': released })).toEqual({ 'exit.card': 1 });
  });
});
