import { ok, type CancelTimer, type Clock, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import type { Cutter } from '../framing/cutter.ts';
import type { ByteChannel, OpenChannel } from '../transport/byte-channel.ts';
import { offlineFault } from './device-faults.ts';
import type { DriverLog } from './driver.ts';
import { ReplyMatcher } from './reply-matcher.ts';

export interface DeviceLineOptions<F> {
  readonly open: OpenChannel;
  readonly clock: Clock;
  readonly log: DriverLog;
  readonly createCutter: () => Cutter<F>;
  /** A pause this long inside a frame means that the rest will not come. */
  readonly gapMs: number;
  /** Sees each frame first. `true`: it was a message that nobody asks for, and no answer to anyone. */
  readonly onUnasked?: (frame: F) => boolean;
  /** Told once per channel that was lost (not for our own `drop` or `close`). */
  readonly onLost: (detail: string) => void;
}

/** A driver's line to its device: opened when it is needed, made anew after a loss, never replaying anything.
 *  Frames go to the matcher; what nobody waits for is counted there. */
export class DeviceLine<F> {
  readonly matcher: ReplyMatcher<F>;
  readonly #options: DeviceLineOptions<F>;
  #channel: ByteChannel | undefined;
  #isClosed = false;
  #discardedBytes = 0;

  constructor(options: DeviceLineOptions<F>) {
    this.#options = options;
    this.matcher = new ReplyMatcher(options.clock, options.log);
  }

  get isUp(): boolean {
    return this.#channel !== undefined;
  }

  /** Bytes that were in no frame, over all channels of this line. */
  get discardedBytes(): number {
    return this.#discardedBytes;
  }

  /** Opens a channel when there is none. Callers take turns (the driver's queue).
   *  @returns `fresh` when the channel is new: the device must be looked at before it is used.
   *  @fault offline, deviceBusy, configuration: what the transport says. */
  async up(deadlineMs: number): Promise<Result<'fresh' | 'same', Fault>> {
    if (this.#channel !== undefined) return ok('same');
    if (this.#isClosed) return { ok: false, error: offlineFault('the driver is closed') };
    const opened = await this.#options.open(deadlineMs);
    if (!opened.ok) return opened;
    if (this.#isClosed) {
      await opened.value.close();
      return { ok: false, error: offlineFault('the driver is closed') };
    }
    this.#channel = opened.value;
    void this.#pump(opened.value);
    return ok('fresh');
  }

  async write(bytes: Uint8Array): Promise<Result<void, Fault>> {
    const channel = this.#channel;
    if (channel === undefined) return { ok: false, error: offlineFault('no channel') };
    return channel.write(bytes);
  }

  /** Gives the channel up without calling it a loss: the next `up` makes a new one. */
  async drop(): Promise<void> {
    const channel = this.#channel;
    this.#channel = undefined;
    this.matcher.failAll(offlineFault('channel given up'));
    await channel?.close();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.drop();
  }

  async #pump(channel: ByteChannel): Promise<void> {
    const cutter = this.#options.createCutter();
    let cancelGap: CancelTimer = () => undefined;
    const handle = (cuts: ReturnType<Cutter<F>['push']>): void => {
      for (const cut of cuts) {
        if (cut.kind === 'frame') this.#take(cut.frame);
        else {
          this.#discardedBytes += cut.bytes.length;
          this.#options.log.debug('discarded', { bytes: cut.bytes.length });
        }
      }
    };
    for await (const chunk of channel.chunks) {
      cancelGap();
      handle(cutter.push(chunk));
      // Frames own their bytes; what came over the wire may be a person's, and lies here no longer than needed.
      chunk.fill(0);
      if (cutter.heldBytes > 0)
        cancelGap = this.#options.clock.after(this.#options.gapMs, () => handle(cutter.flush()));
    }
    cancelGap();
    await this.#ended(channel);
  }

  #take(frame: F): void {
    if (this.#options.onUnasked?.(frame) !== true) this.matcher.feed(frame);
  }

  async #ended(channel: ByteChannel): Promise<void> {
    const reason = await channel.closed;
    if (this.#channel !== channel) return;
    this.#channel = undefined;
    const detail = reason.why === 'lost' ? reason.detail : 'closed';
    this.matcher.failAll(offlineFault(detail));
    this.#options.onLost(detail);
  }
}
