import { ok, type Clock, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { CommandQueue } from '../../driver-kit/command-queue.ts';
import { offlineFault } from '../../driver-kit/device-faults.ts';
import { DeviceLine } from '../../driver-kit/device-line.ts';
import type { DriverLog } from '../../driver-kit/driver.ts';
import type { Cutter } from '../../framing/cutter.ts';
import { createModbusRtuCutter, encodeRtu, type RtuFrame } from '../../framing/modbus-rtu.ts';
import type { OpenChannel } from '../../transport/byte-channel.ts';
import { CABINET_LIMITS } from './limits.table.ts';
import type { RawAnswer, RawRequest } from './protocol.ts';
import { lateFault } from './status.ts';

/** When a call must have ended, in monotonic milliseconds. */
export interface Until {
  readonly endMs: number;
}

/** How one request went. */
export type Exchange<T> =
  | { readonly seen: 'answer'; readonly answer: RawAnswer<T> }
  /** Nothing of it is on the line: no line, no time left. */
  | { readonly seen: 'unsent'; readonly fault: Fault }
  /** Sent, and no answer; not `isWhole`: it was the caller's time that was over, which says nothing of the unit. */
  | { readonly seen: 'silence'; readonly isWhole: boolean; readonly fault: Fault }
  /** Sent, or some of it, and the line is gone. */
  | { readonly seen: 'lost'; readonly fault: Fault };

export interface LinkOptions {
  readonly open: OpenChannel;
  readonly clock: Clock;
  readonly log: DriverLog;
  readonly onLost: (detail: string) => void;
  /** Bits per second; `undefined`: 9600 or faster, or unknown behind a serial server. */
  readonly baud?: number | undefined;
}

/** Start bit, eight data bits, parity or a second stop bit, stop bit. */
const CHARACTER_BITS = 11;
const SILENT_CHARACTERS = 3.5;
const REQUEST_BYTES = 11;
const USUAL_BAUD = 9_600;

/** The bus: one request at a time; its answer, or the silence in which a late one would come. */
export class ModbusLink {
  readonly #options: LinkOptions;
  readonly #line: DeviceLine<RtuFrame>;
  readonly #wire = new CommandQueue();
  #cutter: Cutter<RtuFrame> | undefined;
  #freeAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#line = new DeviceLine({
      ...options,
      gapMs: CABINET_LIMITS.gapMs,
      createCutter: () => {
        this.#cutter = createModbusRtuCutter();
        return this.#cutter;
      },
    });
  }

  get counters(): { readonly discardedBytes: number; readonly lateAnswers: number } {
    return { discardedBytes: this.#line.discardedBytes, lateAnswers: this.#line.matcher.lateAnswers };
  }

  /** Opens when there is no line; `fresh`: what hangs there may be another. */
  up(openMs: number): Promise<Result<'fresh' | 'same', Fault>> {
    return this.#line.up(openMs);
  }

  drop(): Promise<void> {
    return this.#line.drop();
  }

  close(): Promise<void> {
    return this.#line.close();
  }

  /** Sends one request when the bus is free, and waits for its own answer. */
  async exchange<T>(unit: number, request: RawRequest<T>, until: Until): Promise<Exchange<T>> {
    const exchanged = await this.#wire.run(async () => ok(await this.#exchange(unit, request, until)));
    return exchanged.ok ? exchanged.value : { seen: 'unsent', fault: exchanged.error };
  }

  async #exchange<T>(unit: number, request: RawRequest<T>, until: Until): Promise<Exchange<T>> {
    const { clock } = this.#options;
    await this.#free(until);
    const leftMs = until.endMs - clock.monoMs();
    if (leftMs <= 0) return { seen: 'unsent', fault: lateFault() };
    if (!this.#line.isUp) return { seen: 'unsent', fault: offlineFault('no line') };
    const slowMs = this.#slowMs(REQUEST_BYTES + request.answerBytes);
    const fullMs = CABINET_LIMITS.answerMs + slowMs;
    this.#reset();
    const ticket = this.#line.matcher.register(request.name, (frame) =>
      frame.unit === unit ? request.take(frame.pdu) : undefined,
    );
    const written = await this.#line.write(encodeRtu({ unit, pdu: request.pdu }));
    if (!written.ok) ticket.drop();
    const answer = await ticket.within(Math.min(fullMs, leftMs));
    this.#freeAtMs = clock.monoMs() + (answer.ok ? this.#turnaroundMs() : CABINET_LIMITS.lateMs + slowMs);
    if (!written.ok) return { seen: 'lost', fault: written.error };
    if (answer.ok) return { seen: 'answer', answer: answer.value };
    if (answer.error.code !== 'timeOut') return { seen: 'lost', fault: answer.error };
    return { seen: 'silence', isWhole: leftMs >= fullMs, fault: leftMs >= fullMs ? answer.error : lateFault() };
  }

  /** Waits until the bus may be used, or the caller has no more time. */
  async #free(until: Until): Promise<void> {
    const { clock } = this.#options;
    const waitMs = (): number => Math.min(this.#freeAtMs, until.endMs) - clock.monoMs();
    // Again, because timers fire a fraction of a millisecond early.
    for (let ms = waitMs(); ms > 0; ms = waitMs()) await new Promise<void>((resolve) => void clock.after(ms, resolve));
  }

  /** The silence before a request ends whatever was begun; a whole answer in it is a late one. */
  #reset(): void {
    for (const cut of this.#cutter?.flush() ?? []) if (cut.kind === 'frame') this.#line.matcher.feed(cut.frame);
  }

  #turnaroundMs(): number {
    const { baud = USUAL_BAUD } = this.#options;
    const silenceMs = Math.ceil((SILENT_CHARACTERS * CHARACTER_BITS * 1_000) / baud);
    return Math.max(CABINET_LIMITS.turnaroundMs, silenceMs);
  }

  /** What a slower line than 9600 needs for these bytes. */
  #slowMs(bytes: number): number {
    const { baud = USUAL_BAUD } = this.#options;
    return baud >= USUAL_BAUD ? 0 : Math.ceil((bytes * CHARACTER_BITS * 1_000) / baud);
  }
}
