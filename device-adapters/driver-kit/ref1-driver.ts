import { err, ok, type Result } from '@yimen/contracts/base';
import type { Description, DeviceStatus, Fault, Op } from '@yimen/contracts/device';
import { silentFault, unsupportedFault } from './device-faults.ts';
import type { Driver, DriverContext, EffectResult } from './driver.ts';
import { Ref1Device, type Ref1Facts } from './ref1-device.ts';
import { recallRef1Effect, runRef1Effect, type Ref1Order } from './ref1-effect.ts';
import { REF1_LIMITS } from './ref1-limits.table.ts';
import { destinationField, REF1_COMMAND, type RawMemory } from './ref1-protocol.ts';
import { ref1Judge, type Ref1Judge } from './ref1-verdict.ts';
import { within } from './within.ts';

/** One read verb: asks a ready device and gives the port's value. `signal` aborts when the caller goes away; only reads
 *  that wait or take long need to look at it. */
export type Ref1Read = (
  device: Ref1Device,
  args: unknown,
  deadlineMs: number,
  signal: AbortSignal,
) => Promise<Result<unknown, Fault>>;

/** Makes the order of one effect verb. `leftMs` is what remains until its deadline.
 *  @fault softwareError, timeOut: what was asked cannot be said to the device; nothing goes out. */
export type Ref1OrderOf = (args: unknown, leftMs: number) => Result<Ref1Order, Fault>;

/** A kind of reference device as data: everything that its driver adds to the shared protocol. */
export interface Ref1Kind extends Ref1Facts {
  readonly effects: Readonly<Record<string, Ref1OrderOf>>;
  readonly reads: Readonly<Record<string, Ref1Read>>;
  /** Status may be asked while an effect runs: it moves nothing that a question could interrupt. */
  readonly isAskedWhileBusy: boolean;
  /** How to judge a remembered effect whose order is no longer known; by its command number.
   *  @returns `undefined` when without the order nothing can be said. */
  readonly judgeOf: (memory: RawMemory) => Ref1Judge | undefined;
  /** Adds what the record of a verb says in any case, also when nothing went out. */
  readonly completes?: (verb: string, result: EffectResult) => EffectResult;
}

const NEVER = new AbortController().signal;

/** A driver of a reference device: the shared protocol with one kind's verbs. */
class Ref1Driver implements Driver {
  readonly id: string;
  readonly kind: Driver['kind'];
  readonly #device: Ref1Device;
  readonly #ref: Ref1Kind;
  /** Judges of the latest effects: a remembered print is compared with what it was to print. */
  readonly #judges = new Map<string, Ref1Judge>();
  #running = 0;

  constructor(context: DriverContext, ref: Ref1Kind) {
    this.id = ref.driver;
    this.kind = ref.kind;
    this.#ref = ref;
    this.#device = new Ref1Device(context, ref);
  }

  describe(): Promise<Result<Description, Fault>> {
    return this.#device.describe();
  }

  async status(maxAgeMs: number): Promise<DeviceStatus> {
    const { watcher } = this.#device;
    // A question can interrupt a physical grab; what changes meanwhile the device tells by itself.
    const mayAsk = this.#running === 0 || this.#ref.isAskedWhileBusy;
    // What came of it, the watcher knows.
    if (mayAsk && watcher.ageMs() > maxAgeMs) void (await this.#device.look());
    return watcher.current;
  }

  onStatus(fn: (changed: Partial<DeviceStatus>) => void): () => void {
    return this.#device.watcher.onStatus(fn);
  }

  reset(op: Op, to: 'exit' | 'retain' | 'stay'): Promise<EffectResult> {
    const judge = this.#restingJudge();
    const { reset: command } = REF1_COMMAND;
    return this.#run(op, NEVER, () =>
      ok({ command, fields: [destinationField(to)], usualMs: REF1_LIMITS.resetMs, judge }),
    );
  }

  selfTest(op: Op): Promise<EffectResult> {
    const judge = this.#restingJudge();
    const { selfTest: command } = REF1_COMMAND;
    return this.#run(op, NEVER, () => ok({ command, fields: [], usualMs: REF1_LIMITS.selfTestMs, judge }));
  }

  async perform(verb: string, op: Op, args: unknown, signal: AbortSignal): Promise<EffectResult> {
    const orderOf = Object.hasOwn(this.#ref.effects, verb) ? this.#ref.effects[verb] : undefined;
    if (orderOf === undefined) return notDone(unsupportedFault(verb));
    const result = await this.#run(op, signal, (leftMs) => orderOf(args, leftMs));
    return this.#ref.completes?.(verb, result) ?? result;
  }

  async read(verb: string, deadlineMs: number, args: unknown, signal: AbortSignal): Promise<Result<unknown, Fault>> {
    const read = Object.hasOwn(this.#ref.reads, verb) ? this.#ref.reads[verb] : undefined;
    if (read === undefined) return err(unsupportedFault(verb));
    const deadlineAt = this.#device.clock.monoMs() + deadlineMs;
    const ready = await this.#device.ready(deadlineMs);
    if (!ready.ok) return ready;
    return read(this.#device, args, Math.max(0, deadlineAt - this.#device.clock.monoMs()), signal);
  }

  recall(operationId: string): Promise<EffectResult | undefined> {
    return recallRef1Effect(this.#device, operationId, (memory) => {
      const isShared = memory.command === REF1_COMMAND.reset || memory.command === REF1_COMMAND.selfTest;
      return this.#judges.get(operationId) ?? (isShared ? this.#restingJudge() : this.#ref.judgeOf(memory));
    });
  }

  close(): Promise<void> {
    return this.#device.close();
  }

  /** Self-test and reset: well also when there was nothing to move. */
  #restingJudge(): Ref1Judge {
    return ref1Judge({ faults: this.#ref.faults, mayRest: true });
  }

  async #run(
    op: Op,
    signal: AbortSignal,
    orderOf: (leftMs: number) => Result<Ref1Order, Fault>,
  ): Promise<EffectResult> {
    const { clock } = this.#device;
    const deadlineAt = clock.monoMs() + op.deadlineMs;
    this.#running += 1;
    try {
      const late = err(silentFault('the device in time'));
      const ready = await within(clock, this.#device.ready(op.deadlineMs), op.deadlineMs, late);
      if (!ready.ok) return notDone(ready.error);
      const order = orderOf(Math.max(0, deadlineAt - clock.monoMs()));
      if (!order.ok) return notDone(order.error);
      this.#remember(op.operationId, order.value.judge);
      const ended = await runRef1Effect(this.#device, order.value, { operationId: op.operationId, deadlineAt, signal });
      // What is known is not asked again, and its judge knows what was to be printed: whose name, which address.
      if (ended.outcome !== 'unknown') this.#judges.delete(op.operationId);
      return ended;
    } finally {
      this.#running -= 1;
    }
  }

  #remember(operationId: string, judge: Ref1Judge): void {
    this.#judges.set(operationId, judge);
    const [oldest] = this.#judges.keys();
    if (this.#judges.size > REF1_LIMITS.rememberedOrders && oldest !== undefined) this.#judges.delete(oldest);
  }
}

function notDone(fault: Fault): EffectResult {
  return { outcome: 'notDone', evidence: [], fault };
}

/** A driver of one kind of reference device. Nothing in it throws for an expected reason. */
export function createRef1Driver(context: DriverContext, kind: Ref1Kind): Driver {
  return new Ref1Driver(context, kind);
}
