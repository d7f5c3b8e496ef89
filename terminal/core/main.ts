import { coreStartSchema } from '@yimen/contracts/terminal';
import { composeCore } from './compose.ts';
import { CORE_LIMITS } from './limits.table.ts';
import { createLog } from './platform/logger.ts';

/** Core's process. Started with the environment variable YIMEN_CORE (JSON, `coreStartSchema`); prints one line
 *  `{"ready":true,"pid","uiPort","staffPort"?}` on stdout when it serves. Ends on SIGTERM, SIGINT and when its stdin closes (its
 *  launcher is gone), within 2 s. Exit status: 0 ended, 1 it cannot work here, 2 wrong configuration; the reason is one
 *  sentence on stderr. */
async function main(): Promise<void> {
  const start = coreStartSchema.safeParse(readStart());
  if (!start.success) {
    const issue = start.error.issues[0];
    fail(
      2,
      `the environment variable YIMEN_CORE is missing or wrong: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''} [WRONG_OPTION]`,
    );
    return;
  }
  // Keys in the environment would be inherited and shown to whoever may read this process's.
  delete process.env['YIMEN_CORE'];
  const log = createLog(start.data.logLevel);
  let stop: (why: string) => void = () => undefined;
  const onRestartDue = (): void => {
    stop('to be started again while nobody is served');
  };
  const core = await composeCore(start.data, { log, onRestartDue });
  if (!core.ok) {
    fail(1, `${core.error.message} [${core.error.code}]`);
    return;
  }
  let isStopping = false;
  stop = (why) => {
    if (isStopping) return;
    isStopping = true;
    log.info({ why }, 'core stops');
    // Whatever does not let go must not keep the process; the journal already holds what counts.
    setTimeout(() => process.exit(0), CORE_LIMITS.stopMs).unref();
    void core.value.stop().then(() => process.exit(0));
  };
  process.once('SIGTERM', () => {
    stop('SIGTERM');
  });
  process.once('SIGINT', () => {
    stop('SIGINT');
  });
  process.stdin.once('end', () => {
    stop('the launcher is gone');
  });
  process.stdin.once('close', () => {
    stop('the launcher is gone');
  });
  process.stdin.on('error', () => {
    stop('the launcher is gone');
  });
  process.stdin.resume();
  const { uiPort, staffPort } = core.value;
  process.stdout.write(`${JSON.stringify({ ready: true, pid: process.pid, uiPort, staffPort })}\n`);
}

function readStart(): unknown {
  try {
    return JSON.parse(process.env['YIMEN_CORE'] ?? '');
  } catch {
    return undefined;
  }
}

function fail(status: 1 | 2, sentence: string): void {
  process.stderr.write(`core: ${sentence}\n`);
  process.exitCode = status;
  // A timer or socket of a half-made core must not keep the process.
  process.stdin.destroy();
}

await main();
