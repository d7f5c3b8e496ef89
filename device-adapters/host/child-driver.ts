import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { err, type CancelTimer, type Clock, type Result } from '@yimen/contracts/base';
import {
  changedAxes,
  deviceStatusSchema,
  type Description,
  type DeviceKind,
  type DeviceStatus,
  type Fault,
  type Op,
} from '@yimen/contracts/device';
import type { z } from 'zod';
import { offlineFault, silentFault } from '../driver-kit/device-faults.ts';
import type { Driver, EffectResult } from '../driver-kit/driver.ts';
import { within } from '../driver-kit/within.ts';
import { LIMITS } from '../limits.table.ts';
import {
  childMessageSchema,
  describedSchema,
  effectResultSchema,
  resultSchema,
  type ChildRequest,
} from './child-messages.ts';
import type { HostDevice } from './host-config.ts';
import { IpcStream } from './ipc-stream.ts';

const CHILD_ENTRY = fileURLToPath(new URL('child.ts', import.meta.url));

export interface ChildDriverOptions {
  readonly config: HostDevice;
  readonly kind: DeviceKind;
  readonly clock: Clock;
  readonly log: (line: string, fields: Readonly<Record<string, string | number>>) => void;
}

type RequestBody = ChildRequest extends infer R ? (R extends { n: number } ? Omit<R, 'n'> : never) : never;

interface Child {
  readonly process: ChildProcessByStdio<Writable, Readable, null>;
  readonly stream: IpcStream;
  readonly ready: Promise<boolean>;
  readonly startedAt: number;
}

/** A driver that lives in a process of its own, seen from the host. When the process dies, what it was doing is
 *  `unknown`, the status is stale, and a new one is started after a pause; nothing is sent again. */
class ChildDriver implements Driver {
  readonly id: string;
  readonly kind: DeviceKind;
  readonly #options: ChildDriverOptions;
  readonly #listeners = new Set<(changed: Partial<DeviceStatus>) => void>();
  readonly #pending = new Map<number, (value: unknown) => void>();
  #status: DeviceStatus;
  #child: Child | undefined;
  #cancelRestart: CancelTimer = () => undefined;
  #pauseMs: number = LIMITS.childRestartFirstMs;
  #isClosed = false;
  #n = 0;

  constructor(options: ChildDriverOptions) {
    this.id = options.config.driver;
    this.kind = options.kind;
    this.#options = options;
    this.#status = { device: 'starting', supplies: {}, units: {}, since: options.clock.wallMs(), source: 'stale' };
    this.#start();
  }

  /** The process that does the work now, for logs and for tests that kill it. */
  get pid(): number | undefined {
    return this.#child?.process.pid;
  }

  async describe(): Promise<Result<Description, Fault>> {
    const answer = await this.#call({ call: 'describe' }, describedSchema, LIMITS.rpcCallMs);
    return answer.ok ? answer.value : answer;
  }

  async status(maxAgeMs: number): Promise<DeviceStatus> {
    const asked = Number.isFinite(maxAgeMs) ? maxAgeMs : null;
    const answer =
      asked === null
        ? undefined
        : await this.#call({ call: 'status', maxAgeMs: asked }, deviceStatusSchema, LIMITS.rpcCallMs);
    if (answer?.ok === true) this.#told(answer.value);
    else if (answer !== undefined) this.#lost(answer.error);
    return this.#status;
  }

  onStatus(fn: (changed: Partial<DeviceStatus>) => void): () => void {
    this.#listeners.add(fn);
    return () => this.#listeners.delete(fn);
  }

  reset(op: Op, to: 'exit' | 'retain' | 'stay'): Promise<EffectResult> {
    return this.#effect({ call: 'reset', op, to }, op);
  }

  selfTest(op: Op): Promise<EffectResult> {
    return this.#effect({ call: 'selfTest', op }, op);
  }

  perform(verb: string, op: Op, args: unknown, signal: AbortSignal): Promise<EffectResult> {
    return this.#effect({ call: 'perform', verb, op, args }, op, signal);
  }

  async read(verb: string, deadlineMs: number, args: unknown, signal: AbortSignal): Promise<Result<unknown, Fault>> {
    const answer = await this.#call(
      { call: 'read', verb, deadlineMs, args },
      resultSchema,
      deadlineMs + LIMITS.rpcSlackMs,
      signal,
    );
    return answer.ok ? answer.value : answer;
  }

  async recall(operationId: string): Promise<EffectResult | undefined> {
    const answer = await this.#call({ call: 'recall', operationId }, effectResultSchema.nullable(), LIMITS.recallMs);
    return answer.ok && answer.value !== null ? answer.value : undefined;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelRestart();
    const child = this.#child;
    if (child === undefined) return;
    const gone = new Promise<true>((resolve) => {
      child.process.once('exit', () => resolve(true));
    });
    child.stream.close();
    if ((await within(this.#options.clock, gone, LIMITS.childStopMs, false)) !== true) child.process.kill('SIGKILL');
  }

  #start(): void {
    const { config, clock, log } = this.#options;
    const child = spawn(process.execPath, [CHILD_ENTRY, JSON.stringify(config)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const ready = Promise.withResolvers<boolean>();
    const stream = new IpcStream(child.stdout, child.stdin, (body) => {
      const message = childMessageSchema.parse(body);
      if ('ready' in message) ready.resolve(true);
      else if ('status' in message) this.#told(message.status);
      else this.#pending.get(message.n)?.(message.value);
    });
    this.#child = { process: child, stream, ready: ready.promise, startedAt: clock.monoMs() };
    log('child started', { device: config.device, child: child.pid ?? 0 });
    child.once('error', () => stream.close());
    void stream.closed.then((why) => {
      ready.resolve(false);
      child.kill('SIGKILL');
      this.#died(why);
    });
  }

  #died(why: string): void {
    const { clock, config, log } = this.#options;
    const livedMs = clock.monoMs() - (this.#child?.startedAt ?? 0);
    this.#child = undefined;
    for (const settle of this.#pending.values()) settle(undefined);
    this.#lost(offlineFault(`driver process ended: ${why}`));
    if (this.#isClosed) return;
    if (livedMs >= LIMITS.childHealthyMs) this.#pauseMs = LIMITS.childRestartFirstMs;
    log('child ended', { device: config.device, why, restartMs: this.#pauseMs });
    this.#cancelRestart = clock.after(this.#pauseMs, () => this.#start());
    this.#pauseMs = Math.min(this.#pauseMs * 2, LIMITS.childRestartLongestMs);
  }

  async #effect(body: RequestBody, op: Op, signal?: AbortSignal): Promise<EffectResult> {
    const child = this.#child;
    if (child === undefined)
      return { outcome: 'notDone', evidence: [], fault: offlineFault('driver process is starting') };
    const answer = await this.#call(body, effectResultSchema, op.deadlineMs + LIMITS.rpcSlackMs, signal);
    // Asked, and no answer: nobody knows what it did before it died.
    return answer.ok ? answer.value : { outcome: 'unknown', evidence: [], fault: answer.error };
  }

  async #call<S extends z.ZodType>(
    body: RequestBody,
    schema: S,
    timeoutMs: number,
    signal?: AbortSignal,
  ): Promise<Result<z.output<S>, Fault>> {
    const child = this.#child;
    if (child === undefined) return err(offlineFault('driver process is starting'));
    if (this.#pending.size >= LIMITS.childPending) return err(silentFault('too many calls under way'));
    const isReady = await within(this.#options.clock, child.ready, LIMITS.childReadyMs, false);
    if (!isReady) return err(offlineFault('driver process did not start'));
    this.#n += 1;
    const n = this.#n;
    const answered = Promise.withResolvers<unknown>();
    this.#pending.set(n, answered.resolve);
    const abort = (): void => {
      child.stream.send({ n, call: 'abort' });
    };
    signal?.addEventListener('abort', abort, { once: true });
    if (!child.stream.send({ ...body, n })) answered.resolve(undefined);
    if (signal?.aborted === true) abort();
    const value = await within(this.#options.clock, answered.promise, timeoutMs, undefined);
    signal?.removeEventListener('abort', abort);
    this.#pending.delete(n);
    if (value === undefined) return err(offlineFault('no answer from the driver process'));
    return { ok: true, value: schema.parse(value) };
  }

  #lost(fault: Fault): void {
    this.#told({ ...this.#status, device: 'offline', fault, action: fault.action, source: 'stale' });
  }

  #told(status: DeviceStatus): void {
    const changed = changedAxes(this.#status, status);
    this.#status = status;
    if (changed !== undefined) for (const fn of [...this.#listeners]) fn(changed);
  }
}

/** Starts a process for the driver and stands for it. `pid` is the process's, while there is one. */
export function createChildDriver(options: ChildDriverOptions): Driver & { readonly pid: number | undefined } {
  return new ChildDriver(options);
}
