import { err, ok, type CancelTimer, type Clock, type Result } from '@yimen/contracts/base';
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
import { deviceFault, offlineFault, silentFault } from '../driver-kit/device-faults.ts';
import type { Driver, EffectResult } from '../driver-kit/driver.ts';
import { within } from '../driver-kit/within.ts';
import { LIMITS } from '../limits.table.ts';
import { describedSchema, effectResultSchema, resultSchema, type ChildRequest } from './child-messages.ts';
import { startDriverProcess, type DriverProcess } from './child-process.ts';
import { CrashBudget } from './crash-budget.ts';
import type { HostDevice } from './host-config.ts';

export interface ChildDriverOptions {
  readonly config: HostDevice;
  readonly kind: DeviceKind;
  readonly clock: Clock;
  readonly log: (line: string, fields: Readonly<Record<string, string | number>>) => void;
}

type RequestBody = ChildRequest extends infer R ? (R extends { n: number } ? Omit<R, 'n'> : never) : never;

/** A driver that lives in a process of its own, seen from the host. When the process dies, what it was doing is
 *  `unknown`, the status is stale, and a new one is started after a pause; nothing is sent again. One that dies too
 *  often is kept down (`hardwareError`, `maintenance`) until somebody orders a `reset`, or the host starts anew. */
class ChildDriver implements Driver {
  readonly id: string;
  readonly kind: DeviceKind;
  readonly #options: ChildDriverOptions;
  readonly #listeners = new Set<(changed: Partial<DeviceStatus>) => void>();
  readonly #pending = new Map<number, (value: unknown) => void>();
  readonly #crashes: CrashBudget;
  #status: DeviceStatus;
  #child: DriverProcess | undefined;
  #cancelRestart: CancelTimer = () => undefined;
  #lastEnd: Fault = offlineFault('driver process is starting');
  #isQuarantined = false;
  /** The process that was asked to make room for a new one. */
  #renewed: DriverProcess | undefined;
  #isClosed = false;
  #n = 0;

  constructor(options: ChildDriverOptions) {
    this.id = options.config.driver;
    this.kind = options.kind;
    this.#options = options;
    this.#crashes = new CrashBudget(options.clock);
    this.#status = { device: 'starting', supplies: {}, units: {}, since: options.clock.wallMs(), source: 'stale' };
    this.#start();
  }

  /** The process that does the work now, for logs and for tests that kill it. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  async describe(): Promise<Result<Description, Fault>> {
    const answer = await this.#call({ call: 'describe' }, describedSchema, LIMITS.rpcCallMs);
    return answer.ok ? answer.value : answer;
  }

  async status(maxAgeMs: number): Promise<DeviceStatus> {
    const child = this.#child;
    if (child === undefined || !Number.isFinite(maxAgeMs)) return this.#status;
    const answer = await this.#call({ call: 'status', maxAgeMs }, deviceStatusSchema, LIMITS.rpcCallMs);
    // Of a process that died meanwhile it is already told how it is, and perhaps of its successor too.
    if (child !== this.#child) return this.#status;
    if (answer.ok) this.#told(answer.value);
    else this.#lost(answer.error);
    return this.#status;
  }

  onStatus(fn: (changed: Partial<DeviceStatus>) => void): () => void {
    this.#listeners.add(fn);
    return () => this.#listeners.delete(fn);
  }

  reset(op: Op, to: 'exit' | 'retain' | 'stay'): Promise<EffectResult> {
    if (this.#isQuarantined && !this.#isClosed) this.#start();
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

  /** The process holds the way to the device: it is ended and a new one takes its place. Asked for, this is no death and
   *  costs nothing of the crash budget; one that is kept down stays so.
   *  @fault hardwareError it is kept down; offline the driver is closed, or the old process does not end */
  async renew(): Promise<Result<void, Fault>> {
    if (this.#isQuarantined) return err(this.#downFault());
    if (this.#isClosed) return err(offlineFault('the driver is closed'));
    const child = this.#child;
    // It died by itself a moment ago; its successor comes with a way of its own.
    if (child === undefined) return ok(undefined);
    this.#renewed = child;
    await child.stop();
    const gone = child.ended.then(() => true);
    const isGone = await within(this.#options.clock, gone, LIMITS.childStopMs, false);
    return isGone ? ok(undefined) : err(offlineFault('the driver process does not end'));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelRestart();
    await this.#child?.stop();
  }

  #start(): void {
    const { config, clock, log } = this.#options;
    this.#isQuarantined = false;
    const child = startDriverProcess(config, clock, {
      onStatus: (status) => this.#told(status),
      onAnswer: (n, value) => this.#pending.get(n)?.(value),
    });
    this.#child = child;
    log('child started', { device: config.device, child: child.pid ?? 0 });
    const { supplies, units, since } = this.#status;
    this.#told({ device: 'starting', supplies, units, since, source: 'stale' });
    void child.ended.then((why) => this.#died(why));
  }

  #died(why: string): void {
    const { clock, config, log } = this.#options;
    const wasAsked = this.#child === this.#renewed;
    this.#child = undefined;
    this.#lastEnd = offlineFault(`driver process ended: ${why}`);
    for (const settle of this.#pending.values()) settle(undefined);
    this.#lost(this.#lastEnd);
    if (this.#isClosed) return;
    if (wasAsked) {
      log('child renewed', { device: config.device });
      this.#start();
      return;
    }
    const next = this.#crashes.died();
    if (next === 'quarantine') {
      log('child kept down', { device: config.device, why });
      this.#quarantined(why);
    } else {
      log('child ended', { device: config.device, why, ...next });
      this.#cancelRestart = clock.after(next.restartMs, () => this.#start());
    }
  }

  #quarantined(why: string): void {
    this.#isQuarantined = true;
    const sentence = `driver process ended too often (last: ${why}); it is kept down until a reset`;
    const fault = deviceFault('hardwareError', sentence, 'maintenance');
    this.#told({ ...this.#status, device: 'hardwareError', fault, action: fault.action, source: 'inferred' });
  }

  async #effect(body: RequestBody, op: Op, signal?: AbortSignal): Promise<EffectResult> {
    const child = this.#child;
    if (child === undefined) return { outcome: 'notDone', evidence: [], fault: this.#downFault() };
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
    if (child === undefined) return err(this.#downFault());
    if (this.#pending.size >= LIMITS.childPending) return err(silentFault('too many calls under way'));
    if (!(await child.ready)) return err(offlineFault('driver process did not start in time'));
    this.#n += 1;
    const n = this.#n;
    const answered = Promise.withResolvers<unknown>();
    this.#pending.set(n, answered.resolve);
    const abort = (): void => {
      child.send({ n, call: 'abort' });
    };
    signal?.addEventListener('abort', abort, { once: true });
    if (!child.send({ ...body, n })) answered.resolve(undefined);
    if (signal?.aborted === true) abort();
    const value = await within(this.#options.clock, answered.promise, timeoutMs, undefined);
    signal?.removeEventListener('abort', abort);
    this.#pending.delete(n);
    if (value === undefined)
      return err(child === this.#child ? offlineFault('no answer from the driver process') : this.#lastEnd);
    return { ok: true, value: schema.parse(value) };
  }

  #downFault(): Fault {
    return (this.#isQuarantined ? this.#status.fault : undefined) ?? this.#lastEnd;
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
export function createChildDriver(options: ChildDriverOptions): Driver & Pick<ChildDriver, 'pid' | 'renew'> {
  return new ChildDriver(options);
}
