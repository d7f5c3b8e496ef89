import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { holderOf, holdPlaces } from './held-places.ts';

const AT = 'tcp:127.0.0.1:9100';
const MODULE = join(import.meta.dirname, 'held-places.ts');
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yimen-held-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Another process that holds the place, until it is killed. */
async function another(): Promise<{ readonly pid: number; kill(): Promise<void> }> {
  const script = `import { holdPlaces } from '${MODULE}';
    holdPlaces([{ at: '${AT}', device: 'receipt-printer' }], 1_000, '${folder}');
    console.log('held'); setInterval(() => undefined, 1_000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (child.stdout === null || child.pid === undefined) throw new Error('no child');
  await once(child.stdout, 'data');
  return {
    pid: child.pid,
    kill: async () => {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

describe('a place that is held', () => {
  it('names who holds it and since when, as long as that process lives', async () => {
    const host = await another();
    expect(holderOf(AT, folder)).toMatchObject({ device: 'receipt-printer', pid: host.pid, since: 1_000 });
    expect(holderOf('tcp:127.0.0.1:9101', folder)).toBeUndefined();
    await host.kill();
    expect(holderOf(AT, folder)).toBeUndefined();
  });

  it('is nobody’s when another process has got the number meanwhile', async () => {
    const host = await another();
    const [note = ''] = readdirSync(folder);
    const kept = { device: 'receipt-printer', pid: host.pid, began: '1', since: 1_000 };
    writeFileSync(join(folder, note), JSON.stringify(kept));
    expect(holderOf(AT, folder)).toBeUndefined();
    await host.kill();
  });

  it('is no obstacle to its own holder, and the note goes with it', () => {
    const release = holdPlaces([{ at: AT, device: 'card-unit' }], 5, folder);
    expect(holderOf(AT, folder)).toBeUndefined();
    expect(readdirSync(folder)).toHaveLength(1);
    release();
    release();
    expect(readdirSync(folder)).toHaveLength(0);
  });

  it.each(['', 'not JSON', '{"pid":"x"}'])('a spoilt note says nothing: %j', (text) => {
    holdPlaces([{ at: AT, device: 'card-unit' }], 5, folder);
    const [note = ''] = readdirSync(folder);
    writeFileSync(join(folder, note), text);
    expect(holderOf(AT, folder)).toBeUndefined();
  });

  it('a folder that cannot be made costs nothing but the note', () => {
    const file = join(folder, 'a-file');
    writeFileSync(file, '');
    expect(() => holdPlaces([{ at: AT, device: 'card-unit' }], 5, join(file, 'below'))()).not.toThrow();
  });
});
