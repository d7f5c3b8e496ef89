import { err, ok, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { canceledFault, deviceFault, silentFault } from './device-faults.ts';
import type { EffectResult } from './driver.ts';
import { pause } from './pause.ts';
import type { Ref1Device } from './ref1-device.ts';
import type { Ref1Field, Ref1Fields } from './ref1-fields.ts';
import { REF1_LIMITS } from './ref1-limits.table.ts';
import type { Ref1Sent } from './ref1-link.ts';
import {
  operationField,
  rawEndOf,
  rawMemoryOf,
  REF1_COMMAND,
  REF1_RESULT,
  type RawEnd,
  type RawMemory,
} from './ref1-protocol.ts';
import { ref1Evidence } from './ref1-status.ts';
import type { Ref1Judge, Ref1Verdict } from './ref1-verdict.ts';
import { within } from './within.ts';

/** One effect, as it is to be sent and judged. */
export interface Ref1Order {
  readonly command: number;
  /** Beside the operation id, which every effect carries. */
  readonly fields: readonly Ref1Field[];
  /** How long the device may be left alone before it is asked what it remembers; again after each answer "running". */
  readonly usualMs: number;
  /** It waits for a person: its wait is ended (06) when the caller goes away or the deadline nears. Anything else is a
   *  motion, which nobody can end half way. */
  readonly waitsForPerson?: boolean;
  readonly judge: Ref1Judge;
  /** A second way to learn what happened, when the memory of the operation cannot tell; `undefined` when it cannot
   *  either. Only asked after the command was accepted.
   *  @fault the question was not answered now; it is asked again while there is time. */
  readonly prove?: (device: Ref1Device) => Promise<Result<Ref1Verdict | undefined, Fault>>;
  /** Looks whether a good end is true, where the device can be asked to look; `undefined` when it cannot see, then its
   *  word stands. */
  readonly confirm?: (device: Ref1Device) => Promise<Ref1Confirmation | undefined>;
}

/** What a look after a good end has shown. */
export type Ref1Confirmation = Ref1Verdict & Pick<EffectResult, 'evidence'>;

/** Whose effect it is and how long it may take. */
export interface Ref1Until {
  readonly operationId: string;
  /** Monotonic milliseconds. */
  readonly deadlineAt: number;
  readonly signal: AbortSignal;
}

/** What asking gave: the end, or why there is none yet. */
type Asked =
  | { readonly told: 'ended'; readonly result: EffectResult }
  | { readonly told: 'running' }
  | { readonly told: 'nothing'; readonly fault: Fault };

/** Sends one effect to a device that is ready, and follows it to its end. It is sent once; whatever is not heard is asked for (command 04), also
 *  over a new line, and what cannot be learned in time is `unknown`. */
export async function runRef1Effect(device: Ref1Device, order: Ref1Order, until: Ref1Until): Promise<EffectResult> {
  if (until.signal.aborted) return notDone(canceledFault());
  const leftMs = until.deadlineAt - device.clock.monoMs();
  if (leftMs <= 0) return notDone(silentFault('the device in time'));
  const bootCount = device.bootCount;
  const sent = await device.send(order.command, [operationField(until.operationId), ...order.fields], leftMs);
  if (!sent.ok) return notDone(sent.error);
  return new Ref1Effect({ device, order, until, bootCount, sent: sent.value }).end();
}

/** What the device remembers of an effect whose answers were missed.
 *  @returns `undefined` when it cannot tell. */
export async function recallRef1Effect(
  device: Ref1Device,
  operationId: string,
  judgeOf: (memory: RawMemory) => Ref1Judge | undefined,
): Promise<EffectResult | undefined> {
  const memory = await askMemory(device, operationId);
  if (!memory.ok) return undefined;
  const { phase, highestForgotten } = memory.value;
  if (phase === 'neverSeen') {
    // The host that sent it is gone, and whether this device ran all the time since then nobody knows.
    const isProved = highestForgotten !== undefined && operationId > highestForgotten;
    return isProved ? notDone(neverSeenFault()) : undefined;
  }
  const judge = phase === 'ended' ? judgeOf(memory.value) : undefined;
  return judge && judged(device, judge, memory.value);
}

interface Ref1EffectParts {
  readonly device: Ref1Device;
  readonly order: Ref1Order;
  readonly until: Ref1Until;
  /** Power-ons of the device when the command went out. */
  readonly bootCount: number | undefined;
  readonly sent: Ref1Sent;
}

class Ref1Effect {
  readonly #device: Ref1Device;
  readonly #order: Ref1Order;
  readonly #until: Ref1Until;
  readonly #bootCount: number | undefined;
  readonly #sent: Ref1Sent;
  #acceptedAt: number | undefined;
  /** The second answer can still come over the line on which the command went out. */
  #isListening = true;
  #toldNothingSince: number | undefined;

  constructor({ device, order, until, bootCount, sent }: Ref1EffectParts) {
    this.#device = device;
    this.#order = order;
    this.#until = until;
    this.#bootCount = bootCount;
    this.#sent = sent;
  }

  async end(): Promise<EffectResult> {
    const accepted = await this.#sent.accepted;
    if (accepted.ok && accepted.value !== REF1_RESULT.ok) return notDone(this.#device.faultOf(accepted.value));
    if (accepted.ok) this.#acceptedAt = this.#device.clock.wallMs();
    const result = await this.#followed(accepted.ok ? undefined : accepted.error);
    this.#sent.drop();
    return result;
  }

  /** Listens, ends the wait when it is time to, asks; until there is an end, or no time, or nobody there. */
  async #followed(silence: Fault | undefined): Promise<EffectResult> {
    let last = silence ?? silentFault('the end of the command');
    // What was not even accepted is asked for at once.
    let wishMs = silence === undefined ? this.#order.usualMs : 0;
    let leastMs = 0;
    while (this.#leftMs() > 0) {
      const heard = (await this.#listened(this.#listenMs(wishMs, leastMs))) ?? (await this.#stopped());
      const end = heard?.ok === true ? rawEndOf(heard.value) : undefined;
      if (end !== undefined) return this.#judged(end);
      if (heard?.ok === false) last = heard.error;
      const asked = await this.#asked();
      if (asked.told === 'ended') return asked.result;
      if (asked.told === 'nothing') last = asked.fault;
      if (this.#hasGivenUp(asked)) break;
      wishMs = asked.told === 'running' ? this.#order.usualMs : 0;
      leastMs = REF1_LIMITS.askAgainMs;
    }
    return this.#unknown(last);
  }

  /** How long to listen: never into the time that is kept for stopping and asking, but never asking without a pause. */
  #listenMs(wishMs: number, leastMs: number): number {
    const leftMs = this.#leftMs();
    return Math.min(leftMs, Math.max(leastMs, Math.min(wishMs, leftMs - this.#keptMs()), 0));
  }

  #keptMs(): number {
    const { waitsForPerson } = this.#order;
    if (waitsForPerson !== true) return REF1_LIMITS.settleMs;
    return this.#until.signal.aborted ? Number.POSITIVE_INFINITY : REF1_LIMITS.stopMs + REF1_LIMITS.settleMs;
  }

  /** The second answer, or `undefined` when it has not come. A wait for a person is cut short when its caller goes. */
  async #listened(ms: number): Promise<Result<Ref1Fields, Fault> | undefined> {
    const { signal } = this.#until;
    const heardIt = new AbortController();
    const isCutShort = this.#order.waitsForPerson === true && !signal.aborted;
    const over = pause(
      this.#device.clock,
      ms,
      isCutShort ? AbortSignal.any([heardIt.signal, signal]) : heardIt.signal,
    ).then(() => undefined);
    const heard = this.#isListening ? await Promise.race([this.#sent.completed, over]) : await over;
    heardIt.abort();
    if (heard !== undefined) this.#isListening = false;
    return heard;
  }

  /** Ends the wait for a person when its caller is gone or its time is over; asked again each time, which harms
   *  nothing. Only the end of the effect itself tells what came of it: a charge that was taken stays taken. */
  async #stopped(): Promise<Result<Ref1Fields, Fault> | undefined> {
    const isDue = this.#order.waitsForPerson === true && this.#leftMs() <= this.#keptMs();
    if (!isDue || !this.#device.isReady) return undefined;
    const stopping = this.#device.ask(REF1_COMMAND.stop, [operationField(this.#until.operationId)]);
    void (await this.#inTime(stopping, err(silentFault('stop'))));
    return this.#listened(Math.min(REF1_LIMITS.stopMs, Math.max(0, this.#leftMs() - REF1_LIMITS.settleMs)));
  }

  async #asked(): Promise<Asked> {
    const silent = err(silentFault('the memory of the operation'));
    const memory = await this.#inTime(askMemory(this.#device, this.#until.operationId), silent);
    if (!memory.ok) return { told: 'nothing', fault: memory.error };
    const { phase, command } = memory.value;
    if (phase === 'neverSeen') return this.#neverSeen(memory.value);
    this.#acceptedAt ??= this.#device.clock.wallMs();
    if (phase === 'running') return { told: 'running' };
    if (phase === 'ended' && command === this.#order.command) return ended(await this.#judged(memory.value));
    const what = phase === 'ended' ? `the id belongs to command ${command}` : 'power or a reset came in between';
    return this.#proved(deviceFault('hardwareError', what, 'reset'));
  }

  /** Only a device that did not say yes before, and whose memory is whole, proves by this that it did nothing. */
  async #neverSeen(memory: RawMemory): Promise<Asked> {
    if (this.#acceptedAt === undefined && memory.highestForgotten === undefined) {
      const looked = await this.#inTime(this.#device.look(), err(silentFault('status')));
      if (!looked.ok) return { told: 'nothing', fault: looked.error };
    }
    const isWhole =
      memory.highestForgotten === undefined
        ? this.#device.bootCount === this.#bootCount
        : this.#until.operationId > memory.highestForgotten;
    if (this.#acceptedAt === undefined && isWhole) return ended(notDone(neverSeenFault()));
    return this.#proved(deviceFault('hardwareError', 'the device does not remember the command', 'reset'));
  }

  /** The other way to learn it, else `unknown`. */
  async #proved(fault: Fault): Promise<Asked> {
    if (this.#acceptedAt === undefined || this.#order.prove === undefined) return ended(this.#unknown(fault));
    const proved = await this.#inTime(this.#order.prove(this.#device), err(fault));
    if (!proved.ok) return { told: 'nothing', fault };
    if (proved.value === undefined) return ended(this.#unknown(fault));
    const completedAt = this.#device.clock.wallMs();
    return ended({ ...proved.value, evidence: [], acceptedAt: this.#acceptedAt, completedAt });
  }

  async #judged(end: RawEnd): Promise<EffectResult> {
    const acceptedAt = this.#acceptedAt;
    const said = { ...judged(this.#device, this.#order.judge, end), ...(acceptedAt !== undefined && { acceptedAt }) };
    if (said.outcome !== 'done' || this.#order.confirm === undefined) return said;
    const seen = await this.#inTime(this.#order.confirm(this.#device), undefined);
    return seen === undefined ? said : { ...said, ...seen, evidence: [...said.evidence, ...seen.evidence] };
  }

  #unknown(fault: Fault): EffectResult {
    const acceptedAt = this.#acceptedAt;
    return { outcome: 'unknown', evidence: [], fault, ...(acceptedAt !== undefined && { acceptedAt }) };
  }

  #hasGivenUp(asked: Asked): boolean {
    const now = this.#device.clock.monoMs();
    this.#toldNothingSince = asked.told === 'nothing' ? (this.#toldNothingSince ?? now) : undefined;
    return now - (this.#toldNothingSince ?? now) >= REF1_LIMITS.giveUpMs;
  }

  #leftMs(): number {
    return this.#until.deadlineAt - this.#device.clock.monoMs();
  }

  #inTime<T>(promise: Promise<T>, otherwise: T): Promise<T> {
    return within(this.#device.clock, promise, Math.max(0, this.#leftMs()), otherwise);
  }
}

async function askMemory(device: Ref1Device, operationId: string): Promise<Result<RawMemory, Fault>> {
  const ready = await device.ready();
  if (!ready.ok) return ready;
  const answer = await device.askRaw(REF1_COMMAND.lastOperation, [operationField(operationId)]);
  if (!answer.ok) return answer;
  const memory = rawMemoryOf(answer.value);
  return memory === undefined ? err(deviceFault('hardwareError', 'a memory without its phase', 'reset')) : ok(memory);
}

function judged(device: Ref1Device, judge: Ref1Judge, end: RawEnd): EffectResult {
  const completedAt = device.clock.wallMs();
  const evidence = ref1Evidence(end.evidence, completedAt);
  return { ...judge(end, evidence), evidence, completedAt };
}

function ended(result: EffectResult): Asked {
  return { told: 'ended', result };
}

function neverSeenFault(): Fault {
  return deviceFault('timeOut', 'the device never heard the command', 'reset');
}

function notDone(fault: Fault): EffectResult {
  return { outcome: 'notDone', evidence: [], fault };
}
