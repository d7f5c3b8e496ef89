import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '@yimen/contracts/base';
import { SANDBOX_LIMITS } from './limits.table.ts';
import { createSandbox, type Sandbox } from './sandbox.ts';

/** The one argument of this program, as JSON. */
export const sandboxConfigSchema = z.strictObject({
  port: z.int().min(0).max(65_535),
  dataDir: z.string().min(1),
  clockOffsetMs: z.int().optional(),
  publicHolidays: z.array(z.iso.date()).max(60).optional(),
});

const realClock: Clock = {
  wallMs: () => Date.now(),
  monoMs: () => performance.now(),
  after: (ms, fn) => {
    const timer = setTimeout(fn, ms);
    return () => clearTimeout(timer);
  },
};

/** Starts the sandbox, prints one JSON ready line `{"ready":true,"pid":…,"url":"http://127.0.0.1:…"}`, and stops on
 *  SIGTERM, SIGINT or when stdin closes (the starter died). Exit status: 2 wrong use, 1 cannot run. */
export async function main(argument: string | undefined): Promise<void> {
  const config = sandboxConfigSchema.safeParse(parseJson(argument));
  if (!config.success) {
    const issue = config.error.issues[0];
    return leave(
      2,
      `sandbox: one JSON argument {port, dataDir} is expected: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`,
    );
  }
  const { port, dataDir, clockOffsetMs, publicHolidays } = config.data;
  let sandbox: Sandbox;
  try {
    sandbox = createSandbox({
      dataDir,
      clock: realClock,
      random: (n) => randomBytes(n),
      clockOffsetMs,
      publicHolidays,
    });
  } catch (error) {
    return leave(
      1,
      `sandbox: the data folder ${dataDir} cannot be used: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  const heard = await sandbox.listen(port);
  if (!heard.ok) {
    await sandbox.close();
    return leave(1, `sandbox: ${heard.error.message}`);
  }
  stopWhenAsked(sandbox);
  process.stdout.write(
    `${JSON.stringify({ ready: true, pid: process.pid, url: `http://127.0.0.1:${heard.value}` })}\n`,
  );
}

function stopWhenAsked(sandbox: Sandbox): void {
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), SANDBOX_LIMITS.closeMs).unref();
    void sandbox.close().then(() => process.exit(0));
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  process.stdin.once('end', stop);
  process.stdin.once('close', stop);
  process.stdin.resume();
}

function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}

function leave(status: number, sentence: string): void {
  process.stderr.write(`${sentence}\n`);
  process.exitCode = status;
}

if (import.meta.main) await main(process.argv[2]);
