import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { readLine, SHELL_VARIABLE, shellReportSchema, type ShellReport } from './shell-lines.ts';
import { START } from './testing/with-shell.ts';

let child: ChildProcessWithoutNullStreams | null = null;
afterEach(() => {
  child?.kill('SIGKILL');
});

interface Running {
  readonly process: ChildProcessWithoutNullStreams;
  /** Resolves with the first line that says this. */
  readonly hears: (said: ShellReport['said']) => Promise<ShellReport>;
  readonly words: () => string;
  readonly exit: Promise<number | null>;
}

/** The real `main.ts` in a process of its own; only the module `electron` is a stand-in. */
function startMain(env: Readonly<Record<string, string>>): Running {
  const preload = fileURLToPath(new URL('./testing/with-stand-in-electron.ts', import.meta.url));
  const args = ['--disable-warning=ExperimentalWarning', '--import', preload, join(import.meta.dirname, 'main.ts')];
  const started = spawn(process.execPath, args, { env });
  child = started;
  const heard: ShellReport[] = [];
  let wake: () => void = () => undefined;
  createInterface({ input: started.stdout }).on('line', (line) => {
    const report = readLine(shellReportSchema, line);
    if (report !== undefined) heard.push(report);
    wake();
  });
  let words = '';
  started.stderr.on('data', (bytes: Buffer) => (words += bytes.toString('utf8')));
  return {
    process: started,
    words: () => words,
    exit: new Promise((resolve) => {
      started.once('close', resolve);
    }),
    async hears(said) {
      for (;;) {
        const found = heard.find((report) => report.said === said);
        if (found !== undefined) return found;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}

const STARTED = { [SHELL_VARIABLE]: JSON.stringify(START) };

describe('the shell’s program', () => {
  it('serves its launcher line by line and ends with it', async () => {
    const shell = startMain(STARTED);
    await shell.hears('ready');
    expect(await shell.hears('page')).toEqual({ said: 'page', is: 'shown' });
    shell.process.stdin.write('{"do":"replace","n":3}\n');
    expect(await shell.hears('replaced')).toEqual({ said: 'replaced', n: 3 });
    shell.process.stdin.end();
    expect(await shell.exit).toBe(0);
    expect(shell.words()).toBe('');
  });

  it('ends with status 1 and one sentence when nobody launched it', async () => {
    const shell = startMain({});
    expect(await shell.exit).toBe(1);
    expect(shell.words()).toMatch(/^the shell is started by the launcher: .*\n$/u);
  });
});
