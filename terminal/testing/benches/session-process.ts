import { spawn, type ChildProcess } from 'node:child_process';
import { randomId } from '@yimen/contracts/base';
import { sessionStartSchema } from '@yimen/contracts/terminal';
import { systemRandom } from '../../core/platform/random.ts';
import { connectCore } from '../../session/core-client.ts';
import type { BenchCore, SessionPeer } from './bench-core.ts';
import { runBenchSession } from './bench-session.ts';

/** A session process that waits warm for its citizen. */
export interface WarmProcess {
  readonly peer: SessionPeer;
  /** Resolves when the process is gone, with how. */
  readonly gone: Promise<string>;
  /** SIGKILL, as core ends every session; resolves when it is gone. */
  kill(): Promise<void>;
}

/** Starts one and waits for its hello. @throws Error when it ends before */
export async function warmProcess(core: BenchCore): Promise<WarmProcess> {
  const start = { processId: 'session-bench', key: randomId(systemRandom, 32), coreSocket: core.socketPath };
  const hello = core.expect(start.key);
  const child = spawn(process.execPath, [import.meta.filename], {
    env: { ...process.env, YIMEN_SESSION: JSON.stringify(start) },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const gone = goneOf(child);
  const failed = gone.then((how) => Promise.reject(new Error(`the session process ended before its hello: ${how}`)));
  const peer = await Promise.race([hello, failed]);
  failed.catch(() => undefined);
  return {
    peer,
    gone,
    async kill() {
      child.kill('SIGKILL');
      await gone;
    },
  };
}

function goneOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      resolve(signal ?? `status ${code ?? 'none'}`);
    });
  });
}

/** The process itself: one assignment, then whatever core does with it. */
async function serveOne(): Promise<void> {
  const { processId, key, coreSocket } = sessionStartSchema.parse(JSON.parse(process.env['YIMEN_SESSION'] ?? ''));
  const core = await connectCore({ socketPath: coreSocket, processId, key });
  if (!core.ok) throw new Error(core.error.message);
  core.value.onEvent((event) => {
    if (event.event !== 'assign') return;
    runBenchSession(event.assignment, core.value.link).catch(fail);
  });
  await core.value.closed;
  process.exit(0);
}

function fail(error: unknown): void {
  process.stderr.write(`session: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

if (import.meta.main) await serveOne().catch(fail);
