import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { placeRelease } from './testing/place-release.ts';
import { dropFolders, makeFolders, openOn, type ReleaseFolders } from './testing/release-bench.ts';

const PAY = 'exit.pay';
const CHILD = fileURLToPath(new URL('./testing/release-child.ts', import.meta.url));
const marked = (files: Map<string, string>): void => {
  for (const path of ['texts.en.json', 'texts.zh-CN.json'])
    files.set(path, JSON.stringify({ ...JSON.parse(files.get(path) ?? ''), 'guide.fee': '18' }));
};

/** A real process takes a release in and brings it into force, and dies at its step `dieAt`.
 *  @returns which release was in force afterwards; undefined: it had no such step */
async function die(dieAt: number): Promise<number | undefined> {
  const folders = makeFolders([PAY]);
  try {
    placeRelease(folders.inbox, { id: PAY, release: 2, change: marked });
    const child = spawn(process.execPath, [CHILD, JSON.stringify({ folders, dieAt })]);
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    const [, signal] = (await once(child, 'close')) as [number | null, string | null];
    expect(said).toBe('');
    return signal === null ? undefined : startAfterDeath(folders);
  } finally {
    dropFolders(folders);
  }
}

function startAfterDeath(folders: ReleaseFolders): number | undefined {
  const { releases, rows, close } = openOn(folders);
  const inForce = (): [number | undefined, boolean] => {
    const found = releases.services().packages.find(({ id }) => id === PAY);
    return [found?.release, found?.texts.en['guide.fee'] === '18'];
  };
  const [now, isMarked] = inForce();
  expect([1, 2]).toContain(now);
  expect(isMarked).toBe(now === 2);
  expect(releases.services().damaged).toEqual([]);
  expect(rows().at(-1)).toMatch(new RegExp(`^in-force exit.pay@${String(now)};`, 'u'));
  // What the journal said to be in force is never in force less.
  if (rows().includes('release-activated exit.pay@2')) expect(now).toBe(2);
  releases.look(() => true);
  expect(inForce()).toEqual([2, true]);
  expect(existsSync(join(folders.inbox, PAY))).toBe(false);
  expect(readdirSync(join(folders.data, 'services/releases'))).toEqual(['exit.pay@2']);
  close();
  return now;
}

describe('F68 a kill -9 anywhere between placing and use', () => {
  it('leaves the old release or the new one, whole, in force as the journal says, and the new one after it', async () => {
    const deaths: number[] = [];
    // A few processes at a time; the first that outlives its step has been through all of them.
    for (let first = 1; ; first += 4) {
      const some = await Promise.all([0, 1, 2, 3].map((n) => die(first + n)));
      deaths.push(...some.filter((release) => release !== undefined));
      if (some.includes(undefined)) break;
    }
    expect(deaths.length).toBeGreaterThanOrEqual(15);
    // The switch is one moment: before it the old one, from then on the new one.
    expect(new Set(deaths)).toEqual(new Set([1, 2]));
    expect(deaths).toEqual(deaths.toSorted((a, b) => a - b));
  }, 120_000);
});
