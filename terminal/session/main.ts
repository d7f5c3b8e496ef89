import { pino } from 'pino';
import { sessionStartSchema } from '@yimen/contracts/terminal';
import { runSession, type FaceMatcher } from './compose.ts';

/** Entry of a session process, with whatever face matcher is installed on this machine. Ends when core is gone or the
 *  process that launched it is: a citizen's data never outlives both. */
export async function startSessionProcess(matcher: FaceMatcher | null): Promise<void> {
  const start = sessionStartSchema.safeParse(readStart());
  if (!start.success) {
    process.stderr.write('session: the environment variable YIMEN_SESSION is missing or wrong [WRONG_OPTION]\n');
    process.exit(2);
  }
  // What is in the environment is seen by whoever can read this process's: the key is not left there.
  delete process.env['YIMEN_SESSION'];
  const log = pino(
    {
      name: 'session',
      level: start.data.logLevel ?? 'info',
      base: { process: 'session', processId: start.data.processId },
    },
    pino.destination({ fd: 2, sync: true }),
  );
  process.stdin.on('end', () => process.exit(0));
  process.stdin.resume();
  process.on('SIGTERM', () => process.exit(0));
  const ended = await runSession({
    start: start.data,
    matcher,
    log: { info: (fields, line) => log.info(fields, line) },
  });
  if (!ended.ok) process.stderr.write(`session: ${ended.error.message} [${ended.error.code}]\n`);
  process.exit(ended.ok ? 0 : 1);
}

function readStart(): unknown {
  try {
    return JSON.parse(process.env['YIMEN_SESSION'] ?? '');
  } catch {
    return undefined;
  }
}

if (import.meta.main) await startSessionProcess(null);
