import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { err, ok, type Result } from '@yimen/contracts/base';
import { ManualClock } from '@yimen/contracts/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pagesOf } from '../drivers/document-scanner-sane-any/testing/scripted-bench.ts';
import { ScriptedScanner } from '../drivers/document-scanner-sane-any/testing/scripted-scanner.ts';
import { seededRandom } from '../testing/contract-bench.ts';
import { runUntil } from '../testing/run-until.ts';
import { parseProbe } from './probe-options.ts';
import { scanArgs, writePages } from './probe-scan.ts';
import { argsOf, newOperationOf, openToolSlot, runAction, type Report } from './run-action.ts';

const DRIVER = 'document-scanner-sane-any';
let dir: string;
let out: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'yimen-probe-scan-'));
  out = join(dir, 'page.png');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const second = (): string => join(dir, 'page-2.png');

async function probe(scanner: ScriptedScanner, ...words: readonly string[]): Promise<Report> {
  const parsed = parseProbe([DRIVER, '--at', 'sane:test:0', ...words]);
  if (!parsed.ok || parsed.value.call !== 'run') throw new Error(parsed.ok ? 'not a run' : parsed.error);
  const { action, texts } = parsed.value.options;
  const args = argsOf(action, texts);
  if (!args.ok) throw new Error(args.error);
  const clock = new ManualClock();
  const slot = openToolSlot({
    driver: DRIVER,
    at: 'sane:test:0',
    open: scanner.open,
    clock,
    driverRandom: seededRandom(5),
    log: { debug: () => undefined, info: () => undefined },
  });
  const run = { action, args: args.value, isMasked: true, op: newOperationOf(action) };
  const report = await runUntil(clock, runAction(slot, run, new AbortController().signal));
  await runUntil(clock, slot.close());
  return report;
}

describe('probe scan', () => {
  it('has what it needs from --out alone, and takes the rest', () => {
    expect(scanArgs({ out })).toEqual({
      ok: true,
      value: { wish: { source: 'glass', pages: 1, dpi: 200, mode: 'grey' }, out },
    });
    expect(scanArgs({ out, source: 'feeder', pages: '20', dpi: '300', mode: 'colour' })).toMatchObject({
      value: { wish: { source: 'feeder', pages: 20, dpi: 300, mode: 'colour' } },
    });
  });

  it.each([
    [{ out: 'page.jpg' }, '--out'],
    [{}, '--out'],
    [{ dpi: '100' }, '--dpi'],
    [{ pages: '0' }, '--pages'],
    [{ pages: '21' }, '--pages'],
    [{ pages: 'two' }, '--pages'],
    [{ source: 'tray' }, '--source'],
    [{ mode: 'gray' }, '--mode'],
  ])('%j: says what was expected', (texts, says) => {
    const given = 'out' in texts || says === '--out' ? texts : { out, ...texts };
    expect(scanArgs(given)).toMatchObject({ ok: false, error: expect.stringContaining(`${says}: expected`) as string });
  });

  it('a file that exists is not overwritten, not even the last', () => {
    writeFileSync(second(), 'mine');
    expect(scanArgs({ out, pages: '2' })).toEqual({ ok: false, error: `--out: ${second()} exists already` });
    expect(scanArgs({ out, pages: '1' })).toMatchObject({ ok: true });
  });

  it('writes every page, for this user only, and says which', async () => {
    const scanner = new ScriptedScanner();
    scanner.scan = () => ({ files: pagesOf(2) });
    const report = await probe(scanner, 'scan', '--out', out, '--source', 'feeder', '--pages', '2', '--dpi', '150');
    const sizes = pagesOf(2).map(([, { length }]) => length);
    expect(report).toEqual({
      outcome: 'done',
      fields: {
        pages: [
          { file: out, bytes: sizes[0], width: 118, height: 177 },
          { file: second(), bytes: sizes[1], width: 118, height: 177 },
        ],
      },
    });
    for (const [n, file] of [out, second()].entries()) {
      expect(new Uint8Array(readFileSync(file))).toEqual(pagesOf(2)[n]?.[1]);
      expect(statSync(file).mode & 0o777).toBe(0o600);
    }
  });

  it('a scan that fails writes nothing, and says why', async () => {
    const scanner = new ScriptedScanner();
    scanner.scan = () => ({ code: 6 });
    const report = await probe(scanner, 'scan', '--out', out, '--source', 'feeder', '--dpi', '150');
    expect(report).toMatchObject({ outcome: 'notDone', fault: { code: 'jamming' } });
    expect(existsSync(out)).toBe(false);
  });

  it('a page that cannot be fetched or written takes the others with it', async () => {
    const value = { scanId: 's', pages: [1, 2].map(() => ({ bytes: 3, width: 1, height: 1 })) };
    const made = { wish: { pages: 2 }, out };
    const gone: Result<never, { code: string; message: string; action: 'reset' }> = err({
      code: 'offline',
      message: '',
      action: 'reset',
    });
    const piece = ok({ piece: 'AAAA', end: true });
    const failed = await writePages(made, value, async (_, args) =>
      (args as { page: number }).page === 1 ? gone : piece,
    );
    expect([failed, existsSync(out)]).toEqual([gone, false]);
    writeFileSync(second(), 'mine');
    expect(await writePages(made, value, async () => piece)).toMatchObject({
      ok: false,
      error: { code: 'configuration', message: expect.stringContaining('EEXIST') as string },
    });
    expect([existsSync(out), readFileSync(second(), 'utf8')]).toEqual([false, 'mine']);
  });
});
