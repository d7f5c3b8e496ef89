import { createInterface } from 'node:readline';
import { app, BrowserWindow, Menu, session } from 'electron';
import { systemClock } from '../ipc/index.ts';
import { runShell } from './run-shell.ts';

/** Unanswered, Electron shows a window with the error on the citizen's screen (K27). The launcher starts another. */
function giveUp(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  app.exit(1);
}

process.on('uncaughtException', giveUp);
process.on('unhandledRejection', giveUp);

// Not awaited: Electron is ready only when this module has been loaded.
runShell(
  { app, BrowserWindow, Menu, session },
  {
    clock: systemClock(),
    env: process.env,
    args: [...process.execArgv, ...process.argv.slice(1)],
    uid: process.getuid?.() ?? -1,
    // Read from when somebody listens: a line that comes before is not lost.
    orders: { [Symbol.asyncIterator]: () => createInterface({ input: process.stdin })[Symbol.asyncIterator]() },
    say: (line) => process.stdout.write(`${line}\n`),
    complain: (sentence) => process.stderr.write(`${sentence}\n`),
  },
).catch(giveUp);
