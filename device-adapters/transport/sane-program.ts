import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { constants } from 'node:os';
import type { Readable } from 'node:stream';
import { err, ok, type CancelTimer, type Clock, type Result } from '@yimen/contracts/base';
import { SANE_BOUNDS, type SaneEnd } from '../framing/sane-run.ts';
import { LIMITS } from '../limits.table.ts';

export interface ProgramOptions {
  readonly clock: Clock;
  readonly program: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly deadlineMs: number;
}

/** What a program's own end tells. */
export type ProgramEnd = Omit<SaneEnd, 'files'>;

/** scanimage's last line of a batch. */
const LAST_WORD = 'Batch terminated, ';

type Process = ChildProcessByStdio<null, Readable, Readable>;

/** One run of a program: no shell, no input, a process group of its own, and never longer than its deadline. */
export class ProgramRun {
  readonly ended: Promise<ProgramEnd>;
  readonly #process: Process;
  readonly #clock: Clock;
  readonly #said: { stdout: Buffer[]; stdoutBytes: number; stderr: Buffer };
  #isKilledAtDeadline = false;
  #isCancelled = false;
  #isTooLarge = false;
  #isKilledAtExit = false;
  #cancelKill: CancelTimer = () => undefined;

  private constructor(child: Process, options: ProgramOptions) {
    this.#process = child;
    this.#clock = options.clock;
    let cancelExit: CancelTimer | undefined;
    this.#said = listen(child, (stderr) => {
      if (cancelExit !== undefined || !stderr.includes(LAST_WORD)) return;
      cancelExit = options.clock.after(LIMITS.saneExitMs, () => {
        this.#isKilledAtExit = true;
        this.kill();
      });
    });
    const cancelDeadline = options.clock.after(options.deadlineMs, () => {
      this.#isKilledAtDeadline = true;
      this.kill();
    });
    this.ended = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        cancelDeadline();
        cancelExit?.();
        this.#cancelKill();
        // What it started goes with it.
        this.kill();
        const settle = (): void => {
          cancelDrain();
          child.stdout.destroy();
          child.stderr.destroy();
          resolve(this.#endOf(code, signal));
        };
        // What it said last is still in the pipes; what holds them open otherwise must not keep us waiting.
        const cancelDrain = options.clock.after(LIMITS.processDrainMs, settle);
        child.once('close', settle);
      });
    });
  }

  /** @returns the error is the system's word why it did not start. */
  static start(options: ProgramOptions): Promise<Result<ProgramRun, string>> {
    return new Promise((resolve) => {
      const { program, args, env } = options;
      const child = spawn(program, [...args], { detached: true, stdio: ['ignore', 'pipe', 'pipe'], env });
      child.once('error', (error: NodeJS.ErrnoException) => resolve(err(error.code ?? error.message.slice(0, 60))));
      child.once('spawn', () => resolve(ok(new ProgramRun(child, options))));
    });
  }

  /** Asks it to stop, and ends it when it does not. */
  cancel(): void {
    if (this.#isCancelled || this.#hasEnded) return;
    this.#isCancelled = true;
    this.#process.kill('SIGINT');
    this.#cancelKill = this.#clock.after(LIMITS.saneCancelMs, () => this.kill());
  }

  /** It has written more than it may. */
  killTooLarge(): void {
    if (this.#hasEnded) return;
    this.#isTooLarge = true;
    this.kill();
  }

  /** Ends it and all that it started. */
  kill(): void {
    const { pid } = this.#process;
    if (pid === undefined) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // The group is already gone, which is what was wanted.
    }
  }

  get #hasEnded(): boolean {
    return this.#process.exitCode !== null || this.#process.signalCode !== null;
  }

  #endOf(code: number | null, signal: NodeJS.Signals | null): ProgramEnd {
    return {
      how: signal === null ? 'exited' : 'signalled',
      code: signal === null ? (code ?? 0) : constants.signals[signal],
      isKilledAtDeadline: this.#isKilledAtDeadline,
      isCancelled: this.#isCancelled,
      isTooLarge: this.#isTooLarge,
      isKilledAtExit: this.#isKilledAtExit,
      stderr: this.#said.stderr.toString('utf8'),
      stdout: new Uint8Array(Buffer.concat(this.#said.stdout)),
    };
  }
}

/** Keeps the first bytes of stdout and the last of stderr; the rest is read and forgotten, so that nobody blocks. */
function listen(
  { stdout, stderr }: Process,
  onStderr: (tail: Buffer) => void,
): { stdout: Buffer[]; stdoutBytes: number; stderr: Buffer } {
  const said = { stdout: [] as Buffer[], stdoutBytes: 0, stderr: Buffer.alloc(0) };
  for (const stream of [stdout, stderr]) stream.on('error', () => undefined);
  stdout.on('data', (chunk: Buffer) => {
    const kept = chunk.subarray(0, SANE_BOUNDS.stdoutBytes - said.stdoutBytes);
    said.stdoutBytes += kept.length;
    if (kept.length > 0) said.stdout.push(kept);
  });
  stderr.on('data', (chunk: Buffer) => {
    said.stderr = Buffer.concat([said.stderr, chunk]).subarray(-SANE_BOUNDS.stderrBytes);
    onStderr(said.stderr);
  });
  return said;
}
