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
import { CrashBudget } from './crash-budget.ts';
import type { DriverGroup } from './driver-group.ts';
import type { HostDevice } from './host-config.ts';
import { isSealed } from './sealing.ts';

export interface ChildDriverOptions {
  readonly config: HostDevice;
  readonly kind: DeviceKind;
  /** The process in which it runs, alone or with others. */
  readonly group: DriverGroup;
  readonly clock: Clock;
  readonly log: (line: string, fields: Readonly<Record<string, string | number>>) => void;
}

type RequestBody = ChildRequest extends infer R ? (R extends { n: number } ? Omit<R, 'n' | 'device'> : never) : never;

/** The answer of a process that was replaced before it gave one. */
const REPLACED = Symbol('replaced');
/** The process did not start in time, or the one before it does not end. */
const NOBODY = offlineFault('no driver process to ask');

/** A driver that lives in another process, seen from the host. When the process dies, what it was doing is `unknown`, the
 *  status is stale, and a new one is started after a pause; nothing is sent again. One that dies too often is kept down
 *  (`hardwareError`, `maintenance`) until somebody orders a `reset`, or the host starts anew. When it is replaced, so that it
 *  forgets, none of this is so: the status stays until the successor has looked at the device. */
class ChildDriver implements Driver {
  readonly id: string;
  readonly kind: DeviceKind;
  readonly sealingKey: (() => Promise<string | undefined>) | undefined;
  readonly #options: ChildDriverOptions;
  readonly #listeners = new Set<(changed: Partial<DeviceStatus>) => void>();
  readonly #pending = new Map<number, (value: unknown) => void>();
  readonly #crashes: CrashBudget;
  #status: DeviceStatus;
  /** What a successor said before it was well. */
  #unwell: DeviceStatus | undefined;
  #isSettling = false;
  #cancelSettling: CancelTimer = () => undefined;
  /** Counts the processes that came because one died; `undefined` while there is none. */
  #life: number | undefined;
  #lives = 0;
  #cancelRestart: CancelTimer = () => undefined;
  #lastEnd: Fault = offlineFault('driver process is starting');
  #isQuarantined = false;
  /** The life that was asked to make room for a new one. */
  #renewed: number | undefined;
  #isClosed = false;
  #n = 0;

  constructor(options: ChildDriverOptions) {
    this.id = options.config.driver;
    this.kind = options.kind;
    this.#options = options;
    this.#crashes = new CrashBudget(options.clock);
    this.#status = { device: 'starting', supplies: {}, units: {}, since: options.clock.wallMs(), source: 'stale' };
    const { group } = options;
    if (group.seesCitizens) this.sealingKey = () => group.sealingKey();
    group.join({
      config: options.config,
      onStatus: (status) => {
        if (this.#life !== undefined) this.#heard(status);
      },
      onAnswer: (n, value) => this.#pending.get(n)?.(value),
      onEnded: (why) => this.#died(why),
      onReplaced: () => this.#replaced(),
    });
  }

  /** Starts it, once every device of its group has its seat. */
  begin(): void {
    this.#start();
  }

  async describe(): Promise<Result<Description, Fault>> {
    const answer = await this.#call({ call: 'describe' }, describedSchema, LIMITS.rpcCallMs);
    return answer.ok ? answer.value : answer;
  }

  async status(maxAgeMs: number): Promise<DeviceStatus> {
    const life = this.#life;
    if (life === undefined || !Number.isFinite(maxAgeMs)) return this.#status;
    const answer = await this.#call({ call: 'status', maxAgeMs }, deviceStatusSchema, LIMITS.rpcCallMs);
    // Of a process that died meanwhile it is already told how it is, and perhaps of its successor too.
    if (life !== this.#life) return this.#status;
    if (answer.ok) this.#heard(answer.value);
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
    const work = this.#options.group.begin(isSealed(args));
    const body = { call: 'read', verb, deadlineMs, args } as const;
    const answer = await this.#call(body, resultSchema, deadlineMs + LIMITS.rpcSlackMs, signal);
    work.end();
    return answer.ok ? answer.value : answer;
  }

  async recall(operationId: string): Promise<EffectResult | undefined> {
    const work = this.#options.group.begin();
    const answer = await this.#call({ call: 'recall', operationId }, effectResultSchema.nullable(), LIMITS.recallMs);
    const recalled = answer.ok && answer.value !== null ? answer.value : undefined;
    // Whoever does not know it now may be a successor, which never will.
    const isSettled = recalled !== undefined && recalled.outcome !== 'unknown';
    work.end(isSettled ? { operationId, isSettled } : undefined);
    return recalled;
  }

  /** Makes a new way to the device. Alone in its process: that is ended and a new one takes its place; asked for, this is no
   *  death and costs nothing of the crash budget; one that is kept down stays so. With neighbours: the channel is closed
   *  under the driver.
   *  @fault hardwareError it is kept down; offline the driver is closed, or the old process does not end */
  async renew(): Promise<Result<void, Fault>> {
    if (this.#isQuarantined) return err(this.#downFault());
    if (this.#isClosed) return err(offlineFault('the driver is closed'));
    // It died by itself a moment ago; its successor comes with a way of its own.
    if (this.#life === undefined) return ok(undefined);
    if (this.#options.group.isShared) return this.#giveUp();
    this.#renewed = this.#life;
    return (await this.#options.group.stop()) ? ok(undefined) : err(offlineFault('the driver process does not end'));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelRestart();
    this.#cancelSettling();
    await this.#options.group.close();
  }

  async #giveUp(): Promise<Result<void, Fault>> {
    const answer = await this.#call({ call: 'giveUp' }, resultSchema, LIMITS.rpcCallMs);
    if (!answer.ok) return answer;
    return answer.value.ok ? ok(undefined) : answer.value;
  }

  #start(): void {
    const { config, group, log } = this.#options;
    this.#isQuarantined = false;
    this.#lives += 1;
    this.#life = this.#lives;
    group.start();
    log('child started', { device: config.device, child: group.pid ?? 0 });
    const { supplies, units, since } = this.#status;
    this.#told({ device: 'starting', supplies, units, since, source: 'stale' });
  }

  #died(why: string): void {
    if (this.#life === undefined) return;
    const { clock, config, log } = this.#options;
    const wasAsked = this.#life === this.#renewed;
    this.#life = undefined;
    this.#settled();
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

  /** Questions that the old process did not answer go to the new one; it is asked at once, because drivers look at their
   *  devices when they are asked. */
  #replaced(): void {
    for (const settle of this.#pending.values()) settle(REPLACED);
    if (this.#life === undefined) return;
    const { clock } = this.#options;
    this.#isSettling = true;
    this.#cancelSettling();
    this.#cancelSettling = clock.after(LIMITS.successorMs, () => {
      const last = this.#unwell;
      this.#settled();
      if (last !== undefined) this.#told(last);
    });
    void this.#lookUntilWell();
  }

  async #lookUntilWell(): Promise<void> {
    while (this.#isSettling && !this.#isClosed) {
      await this.status(0);
      if (this.#isSettling) await new Promise<void>((next) => this.#options.clock.after(LIMITS.reconnectFirstMs, next));
    }
  }

  #settled(): void {
    this.#isSettling = false;
    this.#unwell = undefined;
    this.#cancelSettling();
  }

  async #effect(body: RequestBody, op: Op, signal?: AbortSignal): Promise<EffectResult> {
    if (this.#life === undefined) return { outcome: 'notDone', evidence: [], fault: this.#downFault() };
    const { group } = this.#options;
    const work = group.begin('args' in body && isSealed(body.args));
    if (!(await group.running())) {
      work.end();
      return { outcome: 'notDone', evidence: [], fault: NOBODY };
    }
    const answer = await this.#call(body, effectResultSchema, op.deadlineMs + LIMITS.rpcSlackMs, signal);
    // Asked, and no answer: nobody knows what it did before it died.
    const result: EffectResult = answer.ok ? answer.value : { outcome: 'unknown', evidence: [], fault: answer.error };
    work.end({ operationId: op.operationId, isSettled: result.outcome !== 'unknown' });
    return result;
  }

  async #call<S extends z.ZodType>(
    body: RequestBody,
    schema: S,
    timeoutMs: number,
    signal?: AbortSignal,
  ): Promise<Result<z.output<S>, Fault>> {
    const life = this.#life;
    const { group, config } = this.#options;
    if (life === undefined) return err(this.#downFault());
    if (this.#pending.size >= LIMITS.childPending) return err(silentFault('too many calls under way'));
    if (!(await group.running())) return err(NOBODY);
    this.#n += 1;
    const n = this.#n;
    const answered = Promise.withResolvers<unknown>();
    this.#pending.set(n, answered.resolve);
    const abort = (): void => {
      group.send(config.device, { n, call: 'abort' });
    };
    signal?.addEventListener('abort', abort, { once: true });
    if (!group.send(config.device, { ...body, n })) answered.resolve(undefined);
    if (signal?.aborted === true) abort();
    const value = await within(this.#options.clock, answered.promise, timeoutMs, undefined);
    signal?.removeEventListener('abort', abort);
    this.#pending.delete(n);
    // Only questions can be under way when a process is replaced: they are asked again.
    if (value === REPLACED) return this.#call(body, schema, timeoutMs, signal);
    if (value === undefined)
      return err(life === this.#life ? offlineFault('no answer from the driver process') : this.#lastEnd);
    const parsed = schema.safeParse(value);
    // One driver that answers nonsense must not take the host along.
    return parsed.success
      ? ok(parsed.data)
      : err(deviceFault('hardwareError', 'the driver process gave no valid answer', 'reset'));
  }

  #downFault(): Fault {
    return (this.#isQuarantined ? this.#status.fault : undefined) ?? this.#lastEnd;
  }

  #lost(fault: Fault): void {
    this.#heard({ ...this.#status, device: 'offline', fault, action: fault.action, source: 'stale' });
  }

  /** A successor is on its way to the device: what it says before it is there is not how the device is. */
  #heard(status: DeviceStatus): void {
    const { media } = status;
    if (media !== undefined && status.source !== 'stale')
      this.#options.group.holds(this.#options.config.device, media !== 'notPresent');
    const isThere = status.source !== 'stale' && status.device !== 'offline' && status.device !== 'starting';
    if (this.#isSettling && !isThere) {
      this.#unwell = status;
      return;
    }
    this.#settled();
    this.#told(status);
  }

  #told(status: DeviceStatus): void {
    const changed = changedAxes(this.#status, status);
    this.#status = status;
    if (changed !== undefined) for (const fn of [...this.#listeners]) fn(changed);
  }
}

/** Stands for a driver that runs in another process. */
export function createChildDriver(options: ChildDriverOptions): Driver & Pick<ChildDriver, 'begin' | 'renew'> {
  return new ChildDriver(options);
}
