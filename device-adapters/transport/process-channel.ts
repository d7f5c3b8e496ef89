import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { err, ok, type CancelTimer, type Clock, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { LIMITS } from '../limits.table.ts';
import type { ByteChannel, CloseReason, OpenChannel } from './byte-channel.ts';
import { ChunkQueue } from './chunk-queue.ts';
import type { ProcessCommand } from './process-command.ts';

export interface ProcessOptions {
  readonly clock: Clock;
  /** Told what the program writes to stderr: whole lines, cut, and no more than `LIMITS.processLogBytes` of them. */
  readonly log?: (line: string) => void;
  readonly queueBytes?: number;
  readonly writeMs?: number;
}

type Settings = Required<ProcessOptions>;
type Process = ChildProcessByStdio<Writable, Readable, Readable>;

/** A program's stdin and stdout. It leads a process group, and the whole group ends with the channel. */
class ProcessChannel implements ByteChannel {
  readonly chunks: ChunkQueue;
  readonly closed: Promise<CloseReason>;
  readonly #process: Process;
  readonly #settings: Settings;
  readonly #gone: Promise<void>;
  #reason: CloseReason | undefined;
  #settle: (reason: CloseReason) => void = () => undefined;
  #cancelDrain: CancelTimer = () => undefined;

  constructor(process: Process, settings: Settings) {
    this.#process = process;
    this.#settings = settings;
    this.closed = new Promise((resolve) => {
      this.#settle = resolve;
    });
    const { stdout, stdin, stderr } = process;
    this.chunks = new ChunkQueue(() => {
      if (this.chunks.bytes < settings.queueBytes) stdout.resume();
    });
    stdout.on('data', (chunk: Uint8Array) => {
      this.chunks.push(chunk);
      if (this.chunks.bytes >= settings.queueBytes) stdout.pause();
    });
    for (const stream of [stdin, stdout]) stream.on('error', (error: Error) => this.#end(lost(codeOf(error))));
    stderr.on('error', () => undefined);
    logLines(stderr, settings.log);
    this.#gone = new Promise((resolve) => {
      process.once('exit', (status, signal) => {
        resolve();
        const why = signal === null ? `the program ended with status ${status}` : `the program ended by ${signal}`;
        // What it said last is still in the pipe; a descendant that holds the pipe open must not keep us waiting.
        this.#cancelDrain = settings.clock.after(LIMITS.processDrainMs, () => this.#end(lost(why)));
        process.once('close', () => this.#end(lost(why)));
      });
    });
  }

  write(bytes: Uint8Array): Promise<Result<void, Fault>> {
    if (this.#reason !== undefined) return Promise.resolve(err(offline('the channel is closed')));
    const copy = Uint8Array.from(bytes);
    return new Promise((resolve) => {
      const cancel = this.#settings.clock.after(this.#settings.writeMs, () => {
        this.#end(lost('write not taken in time'));
        resolve(err(offline('write not taken in time')));
      });
      this.#process.stdin.write(copy, (error) => {
        cancel();
        resolve(error ? err(offline(codeOf(error))) : ok(undefined));
      });
    });
  }

  /** Asks the group to end, then ends it. Resolves when the program is gone. */
  async close(): Promise<void> {
    this.#end({ why: 'closed' });
    await this.#gone;
  }

  #end(reason: CloseReason): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    this.#cancelDrain();
    this.chunks.end(reason.why === 'closed');
    const { stdin, stdout, stderr, exitCode, signalCode } = this.#process;
    if (exitCode === null && signalCode === null) {
      // Written bytes still go out, then the end of input asks it to stop.
      stdin.end();
      endGroup(this.#process, 'SIGTERM');
      const cancel = this.#settings.clock.after(LIMITS.processStopMs, () => endGroup(this.#process, 'SIGKILL'));
      void this.#gone.then(() => {
        cancel();
        endGroup(this.#process, 'SIGKILL');
      });
    } else {
      // The program itself is gone; what it started goes with it.
      endGroup(this.#process, 'SIGKILL');
    }
    stdout.destroy();
    stderr.destroy();
    this.#settle(reason);
  }
}

function endGroup(child: Process, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group is already gone, which is what was wanted.
  }
}

/** Hands on whole lines, bounded in length and in sum: a program that complains for ever must not fill a disk. */
function logLines(stderr: Readable, log: (line: string) => void): void {
  let left: number = LIMITS.processLogBytes;
  let held = '';
  stderr.on('data', (chunk: Uint8Array) => {
    if (left <= 0) return;
    const lines = (held + Buffer.from(chunk).toString('latin1')).split('\n');
    held = (lines.pop() ?? '').slice(0, LIMITS.processLogLine);
    for (const line of lines) {
      if (left <= 0) break;
      const cut = line.slice(0, LIMITS.processLogLine);
      left -= cut.length + 1;
      log(left > 0 ? cut : 'the program says more than is kept');
    }
  });
}

/** Starts a program and carries bytes over its stdin and stdout: bridges to carriers that have no binding here, and
 *  simulators. No shell. A program that ends is a lost line.
 *  @fault configuration no such program, or it may not be run; offline it did not start before the deadline. */
export function openProcess(command: ProcessCommand, options: ProcessOptions): OpenChannel {
  const settings: Settings = {
    clock: options.clock,
    log: options.log ?? (() => undefined),
    queueBytes: options.queueBytes ?? LIMITS.channelQueueBytes,
    writeMs: options.writeMs ?? LIMITS.channelWriteMs,
  };
  return (deadlineMs) =>
    new Promise((resolve) => {
      // Detached: a process group of its own, so that it ends with all that it started.
      const child = spawn(command.program, [...command.args], { detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
      const cancel = options.clock.after(deadlineMs, () => {
        endGroup(child, 'SIGKILL');
        resolve(err(offline('the program did not start in time')));
      });
      child.once('error', (error) => {
        cancel();
        resolve(err(startFault(command, codeOf(error))));
      });
      child.once('spawn', () => {
        cancel();
        resolve(ok(new ProcessChannel(child, settings)));
      });
    });
}

function startFault(command: ProcessCommand, code: string): Fault {
  const what = { ENOENT: 'no such program', EACCES: 'it may not be run' }[code] ?? code;
  const message = `exec: ${command.program.slice(0, 80)}: ${what}; check the command and its rights`;
  return { code: 'configuration', message, action: 'configuration' };
}

function lost(detail: string): CloseReason {
  return { why: 'lost', detail: `exec: ${detail}` };
}

function offline(detail: string): Fault {
  return { code: 'offline', message: `exec: ${detail}`, action: 'reset' };
}

function codeOf(error: Error): string {
  return (error as NodeJS.ErrnoException).code ?? error.message.slice(0, 60);
}
