import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NAME, ScanHost, scanOf } from './simulator-test-host.ts';
import { SANE, SANE_WORDS } from './simulator-words.table.ts';

let dir = '';
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'yimen-scan-paper-'));
  writeFileSync(join(dir, 'dll.conf'), 'test\n');
  writeFileSync(join(dir, 'test.conf'), 'number_of_devices 1\n');
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** The same arguments for scanimage itself: its test backend has another name and another word for the feeder. */
function realArgs(args: readonly string[]): string[] {
  return args.map((arg) =>
    arg.replace('{folder}', dir).replace(NAME, 'test:0').replace('ADF Front', 'Automatic Document Feeder'),
  );
}

const env = (): NodeJS.ProcessEnv => ({ ...process.env, SANE_CONFIG_DIR: dir, LC_ALL: 'C' });

interface Ended {
  readonly code: number;
  readonly stderr: string;
}

/** The real one's test backend hangs at its end now and then, or ends with another code than it had: seen once or twice in
 *  forty runs. So it is asked again, a few times. */
const TRIES = 5;
const HANGS_MS = 4_000;

/** How scanimage itself ended: the first time that was as wanted, else the last. */
function real(args: readonly string[], isWanted: (ended: Ended) => boolean): Ended {
  let ended: Ended = { code: Number.NaN, stderr: '' };
  for (let tries = 0; tries < TRIES; tries += 1) {
    const options = { env: env(), encoding: 'utf8', timeout: HANGS_MS, killSignal: 'SIGKILL' } as const;
    const { status, signal, stderr } = spawnSync('scanimage', realArgs(args), options);
    ended = { code: status ?? constants.signals[signal ?? 'SIGKILL'], stderr: plain(stderr) };
    if (isWanted(ended)) break;
  }
  return ended;
}

/** The simulator and the real one end alike. */
function expectAlike(own: Ended, args: readonly string[]): void {
  expect(real(args, (ended) => ended.code === own.code && ended.stderr === own.stderr)).toEqual(own);
}

async function simulated(args: readonly string[], fault?: string): Promise<Ended> {
  const host = new ScanHost();
  // The test backend's feeder has ten sheets.
  host.put('form-3-pages', 'form-3-pages', 'form-3-pages', 'form-a4');
  if (fault !== undefined) host.scanner.fault(fault);
  const { code, stderr } = await host.run(args, { ms: 400 });
  return { code, stderr: plain(stderr) };
}

function plain(stderr: string): string {
  return stderr.replaceAll(dir, '{folder}').replaceAll(NAME, 'test:0');
}

const returning = (status: string): string => `--read-return-value=SANE_STATUS_${status}`;

describe('what scanimage itself does, the simulator does', () => {
  it.each([
    ['a device that is none', ['-d', 'nix:0', '-A']],
    ['a source that is none', scanOf(1, '--source=Nix')],
    ['a mode that is none', scanOf(1, '--mode=Nix')],
    ['an option that is none', scanOf(1, '--nix')],
    ['a number that is none', scanOf(1, '-x', 'abc')],
    ['two pages of ten', scanOf(2)],
    ['one page from the glass', scanOf(1, '--source=Flatbed')],
    ['twelve pages of ten', scanOf(12)],
    ['all pages', scanOf('all')],
    ['other numbers', scanOf(2, '--batch-increment=3')],
    ['a folder that is none', ['-d', NAME, '--format=png', '--batch=/nix/%d.png']],
  ])('%s', async (_, args) => {
    expectAlike(await simulated(args), args);
  });

  it.each([
    ['jammed', 'JAMMED'],
    ['io-error', 'IO_ERROR'],
    ['stop-pressed', 'CANCELLED'],
    ['zero-file', 'EOF'],
  ])('%s is %s', async (fault, status) => {
    expectAlike(await simulated(scanOf(2), fault), scanOf(2, returning(status)));
  });

  it('a list has the same fields', async () => {
    const args = ['-f', '%d\t%v\t%m\t%t%n'];
    const { stdout } = spawnSync('scanimage', args, { env: env(), encoding: 'utf8', timeout: 10 * HANGS_MS });
    expect((await new ScanHost().run(args)).stdout.replace(/[^\t\n]+/g, 'x')).toBe(stdout.replace(/[^\t\n]+/g, 'x'));
  });

  it.each([
    ['UNSUPPORTED', SANE.unsupported],
    ['CANCELLED', SANE.cancelled],
    ['DEVICE_BUSY', SANE.busy],
    ['INVAL', SANE.inval],
    ['JAMMED', SANE.jammed],
    ['NO_DOCS', SANE.noDocs],
    ['COVER_OPEN', SANE.coverOpen],
    ['IO_ERROR', SANE.ioError],
    ['ACCESS_DENIED', SANE.accessDenied],
  ] as const)('%s is %i, in the same words', (status, code) => {
    const sentence = `scanimage: sane_read: ${SANE_WORDS[code]}\n`;
    const isAsTold = (ended: Ended): boolean => ended.code === code && ended.stderr.includes(sentence);
    const ended = real(scanOf(1, returning(status)), isAsTold);
    expect(ended.code).toBe(code);
    expect(ended.stderr).toContain(sentence);
  });

  it.each(['Gray', 'Color'])(
    'a page in %s is a picture to programs of other people, and cut it is none',
    async (mode) => {
      const host = new ScanHost();
      host.put('form-a4');
      await host.run(scanOf(1, `--mode=${mode}`, '-x', '210', '-y', '297'));
      const page = join(dir, 'page.png');
      const png = await host.file(0);
      /** 4: read, and no bar code found. */
      const read = (bytes: Uint8Array): number | null => {
        writeFileSync(page, bytes);
        return spawnSync('zbarimg', ['-q', page]).status;
      };
      expect(read(png)).toBe(4);
      expect(read(png.subarray(0, 60))).not.toBe(4);
    },
  );
});
