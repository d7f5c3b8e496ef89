import type { Clock, Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { DeviceLine } from '../../driver-kit/device-line.ts';
import type { DriverLog } from '../../driver-kit/driver.ts';
import type { Cut, Cutter } from '../../framing/cutter.ts';
import { createGm65AnswerCutter } from '../../framing/gm65-answer.ts';
import type { OpenChannel } from '../../transport/byte-channel.ts';
import { GM65_LIMITS } from './limits.table.ts';
import type { RawCommand } from './protocol.ts';

export interface LinkOptions {
  readonly open: OpenChannel;
  readonly clock: Clock;
  readonly log: DriverLog;
  readonly onLost: (detail: string) => void;
  /** Whatever came and is no awaited answer. The bytes are overwritten afterwards. */
  readonly onCodeBytes: (bytes: Uint8Array) => void;
}

/** An answer's data, or bytes of codes; in the order in which they came. */
type Heard =
  | { readonly kind: 'answer'; readonly data: Uint8Array }
  | { readonly kind: 'code'; readonly bytes: Uint8Array };

/** The line to the reader: one command, one answer, taken in turns; codes at any time. */
export class Gm65Link {
  readonly #line: DeviceLine<Heard>;
  #awaitedBytes: number | undefined;

  constructor(options: LinkOptions) {
    this.#line = new DeviceLine({
      ...options,
      gapMs: GM65_LIMITS.gapMs,
      createCutter: () => hearing(createGm65AnswerCutter(() => this.#awaitedBytes)),
      onUnasked: (heard) => {
        if (heard.kind === 'answer') return false;
        options.onCodeBytes(heard.bytes);
        // It may be a person's.
        heard.bytes.fill(0);
        return true;
      },
    });
  }

  /** Opens when there is no line; `fresh`: the reader may be another. */
  up(openMs: number): Promise<Result<'fresh' | 'same', Fault>> {
    return this.#line.up(openMs);
  }

  drop(): Promise<void> {
    return this.#line.drop();
  }

  close(): Promise<void> {
    return this.#line.close();
  }

  /** Sends a command and waits for its answer.
   *  @returns the answer's data.
   *  @fault timeOut no answer: refused, broken or gone; offline. */
  async exchange(command: RawCommand, timeoutMs: number): Promise<Result<Uint8Array, Fault>> {
    const ticket = this.#line.matcher.register(command.name, (heard) =>
      heard.kind === 'answer' && heard.data.length === command.answerBytes ? heard.data : undefined,
    );
    this.#awaitedBytes = command.answerBytes;
    const written = await this.#line.write(command.bytes);
    if (!written.ok) ticket.drop();
    const answer = await ticket.within(timeoutMs);
    this.#awaitedBytes = undefined;
    return written.ok ? answer : written;
  }
}

/** What the cutter discards is what we are here for. */
function hearing(cutter: Cutter<Uint8Array>): Cutter<Heard> {
  const heard = (cuts: readonly Cut<Uint8Array>[]): Cut<Heard>[] =>
    cuts.map((cut) => ({
      kind: 'frame',
      frame: cut.kind === 'frame' ? { kind: 'answer', data: cut.frame } : { kind: 'code', bytes: cut.bytes },
    }));
  return {
    push(chunk) {
      const cuts = heard(cutter.push(chunk));
      // The channel hands its chunks over: nobody reads them after this.
      chunk.fill(0);
      return cuts;
    },
    flush: () => heard(cutter.flush()),
    get heldBytes() {
      return cutter.heldBytes;
    },
    get discardedBytes() {
      return cutter.discardedBytes;
    },
  };
}
