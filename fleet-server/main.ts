import { fstatSync } from 'node:fs';
import { access, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { err, ok, type Result } from '@yimen/contracts/base';
import pino from 'pino';
import { z } from 'zod';
import { composeFleetServer, fleetServerConfigSchema, type FleetServerConfig } from './compose.ts';
import { limits } from './limits.table.ts';
import { systemClock } from './store/index.ts';

/** Exit status: 1 the work failed, 2 wrong use. */
const FAILED = 1;
const WRONG_USE = 2;

/** The last line on stderr is the reason, in one sentence. */
function leave(status: number, reason: string): never {
  process.stderr.write(`${reason}\n`);
  process.exit(status);
}

/** Reads and checks the configuration file.
 *  @fault a sentence that names the file, the field and what it should be */
async function readConfig(file: string): Promise<Result<FleetServerConfig, string>> {
  let value: unknown;
  try {
    if ((await stat(file)).size > limits.configBytes)
      return err(`${file} is larger than ${limits.configBytes} bytes: this is not a configuration`);
    value = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    return err(
      error instanceof SyntaxError
        ? `${file} is not JSON: ${error.message}`
        : `${file} cannot be read: ${(error as Error).message}`,
    );
  }
  const parsed = fleetServerConfigSchema.safeParse(value);
  if (parsed.success) return ok(parsed.data);
  return err(`${file} does not fit: ${z.prettifyError(parsed.error).replaceAll('\n', ' ')}`);
}

/** Ends the program when asked by signal, or when the program that started it is gone: its end of our stdin closes then.
 *  A terminal or /dev/null on stdin means that nobody holds the other end. */
function onEnd(stop: (why: string) => void): void {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop(signal));
  const stdin = fstatSync(0, { throwIfNoEntry: false });
  if (stdin?.isFIFO() !== true && stdin?.isSocket() !== true) return;
  process.stdin.once('end', () => stop('stdin closed')).once('error', () => stop('stdin closed'));
  process.stdin.resume();
}

/** The production fleet server: `main.ts CONFIG.json`. Prints one JSON line when ready. */
async function main(args: readonly string[]): Promise<void> {
  const [file, ...rest] = args;
  if (file === undefined || rest.length > 0)
    leave(WRONG_USE, 'expected one argument: the path of the configuration file (JSON)');
  const read = await readConfig(file);
  if (!read.ok) leave(WRONG_USE, read.error);
  const config = read.value;
  const page =
    config.dashboardDir === undefined
      ? ok(undefined)
      : await access(join(config.dashboardDir, 'index.html')).then(() => ok(undefined), err);
  if (!page.ok) leave(WRONG_USE, `${file}: there is no built dashboard in ${config.dashboardDir ?? ''}`);
  const log = pino({ level: 'info', base: null }, pino.destination({ fd: 2, sync: true }));
  const started = await composeFleetServer(config, { clock: systemClock(), log });
  if (!started.ok) leave(FAILED, `${started.error.message} [${started.error.code}]`);
  const server = started.value;
  onEnd((why) => {
    log.info({ why }, 'stopping');
    void server.stop().then(() => process.exit(0));
  });
  process.stdout.write(`${JSON.stringify({ ready: true, pid: process.pid, ports: server.ports })}\n`);
}

await main(process.argv.slice(2));
