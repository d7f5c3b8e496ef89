import type { Clock, Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { DeviceLine } from '../../driver-kit/device-line.ts';
import type { DriverLog } from '../../driver-kit/driver.ts';
import type { Cutter } from '../../framing/cutter.ts';
import { createXorCutter } from '../../framing/preamble-length-xor.ts';
import type { OpenChannel } from '../../transport/byte-channel.ts';
import { SDT_LIMITS } from './limits.table.ts';
import { decodeReply, encodeCommand, type RawCommand, type RawReply } from './protocol.ts';
import { DAMAGED } from './status.ts';

export interface LinkOptions {
  readonly open: OpenChannel;
  readonly clock: Clock;
  readonly log: DriverLog;
  readonly onLost: (detail: string) => void;
  /** Another cutter than the protocol's: a test that looks at what it gave. */
  readonly createCutter?: () => Cutter<Uint8Array>;
}

/** The line to the reader: one request, one reply, taken in turns by the driver's queue. Whatever comes and is not the
 *  awaited reply may hold a card's bytes: it is overwritten where it arrives. */
export class SdtLink {
  readonly #line: DeviceLine<Uint8Array>;
  readonly #log: DriverLog;
  #awaited: RawCommand | undefined;
  #cutter: Cutter<Uint8Array> | undefined;

  constructor(options: LinkOptions) {
    this.#log = options.log;
    const { createCutter = createXorCutter } = options;
    this.#line = new DeviceLine({
      ...options,
      createCutter: () => (this.#cutter = wiping(createCutter())),
      gapMs: SDT_LIMITS.gapMs,
      onUnasked: (body) => this.#isUnasked(body),
    });
  }

  /** Opens when there is no line. */
  up(openMs: number): Promise<Result<'fresh' | 'same', Fault>> {
    return this.#line.up(openMs);
  }

  /** Gives the line up: a reply may still be under way on it, or half of one is held. */
  async drop(): Promise<void> {
    this.#cutter?.flush();
    await this.#line.drop();
  }

  async close(): Promise<void> {
    this.#cutter?.flush();
    await this.#line.close();
  }

  /** Sends a request and waits for its reply; one that arrived damaged at the SAM is sent again once.
   *  @returns the reply; its data are the caller's to overwrite.
   *  @fault timeOut no reply: the line can no longer be trusted; offline. */
  async exchange(command: RawCommand, timeoutMs: number): Promise<Result<RawReply, Fault>> {
    const first = await this.#send(command, timeoutMs);
    const isDamaged = first.ok && first.value.kind === 'failed' && DAMAGED.has(first.value.code);
    return isDamaged ? this.#send(command, timeoutMs) : first;
  }

  async #send(command: RawCommand, timeoutMs: number): Promise<Result<RawReply, Fault>> {
    const ticket = this.#line.matcher.register(command.name, (body) => decodeReply(body, command));
    this.#awaited = command;
    const written = await this.#line.write(encodeCommand(command));
    if (!written.ok) ticket.drop();
    const reply = await ticket.within(timeoutMs);
    this.#awaited = undefined;
    return written.ok ? reply : written;
  }

  #isUnasked(body: Uint8Array): boolean {
    if (this.#awaited !== undefined && decodeReply(body, this.#awaited) !== undefined) {
      // Whatever comes behind it, also in the same chunk, is nobody's.
      this.#awaited = undefined;
      return false;
    }
    this.#log.debug('reply to nobody', { bytes: body.length });
    body.fill(0);
    return true;
  }
}

/** A cutter that leaves nothing of a card behind in what came in or was discarded. The channel hands its chunks over:
 *  nobody reads them after this. */
function wiping(cutter: Cutter<Uint8Array>): Cutter<Uint8Array> {
  const wiped = (cuts: ReturnType<Cutter<Uint8Array>['push']>): typeof cuts => {
    for (const cut of cuts) if (cut.kind === 'discarded') cut.bytes.fill(0);
    return cuts;
  };
  return {
    push(chunk) {
      const cuts = wiped(cutter.push(chunk));
      chunk.fill(0);
      return cuts;
    },
    flush: () => wiped(cutter.flush()),
    get heldBytes() {
      return cutter.heldBytes;
    },
    get discardedBytes() {
      return cutter.discardedBytes;
    },
  };
}
