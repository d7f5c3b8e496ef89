import { ok, type Clock, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { CommandQueue } from '../../driver-kit/command-queue.ts';
import { DeviceLine } from '../../driver-kit/device-line.ts';
import type { DriverLog } from '../../driver-kit/driver.ts';
import type { ReplyMatcher } from '../../driver-kit/reply-matcher.ts';
import { createBccCutter, type BccPiece } from '../../framing/preamble-length-bcc.ts';
import type { OpenChannel } from '../../transport/byte-channel.ts';
import { CRT591_LIMITS } from './limits.table.ts';
import { ACK, decodeReply, encodeCommand, EOT, type RawCommand, type RawReply } from './protocol.ts';

/** How one command went over the wire. Wall moments. */
export type Exchange =
  | { readonly seen: 'reply'; readonly reply: RawReply; readonly acceptedAt: number; readonly completedAt: number }
  /** Taken, and then nothing. */
  | { readonly seen: 'accepted'; readonly acceptedAt: number; readonly fault: Fault }
  /** NAK each time: the device says that it did not take it. */
  | { readonly seen: 'refused'; readonly fault: Fault }
  /** Sent, and nothing at all came back. */
  | { readonly seen: 'silent'; readonly fault: Fault }
  /** No line to send it on: nothing went out. */
  | { readonly seen: 'unsent'; readonly fault: Fault };

type Answer = 'ack' | 'nak' | RawReply;

export interface LinkOptions {
  readonly open: OpenChannel;
  readonly clock: Clock;
  readonly log: DriverLog;
  readonly onLost: (detail: string) => void;
}

/** The line to the unit: ACK, NAK, EOT, repeats. One exchange at a time. */
export class Crt591Link {
  readonly #line: DeviceLine<BccPiece>;
  readonly #clock: Clock;
  readonly #wire = new CommandQueue();

  constructor(options: LinkOptions) {
    this.#clock = options.clock;
    this.#line = new DeviceLine({ ...options, createCutter: createBccCutter, gapMs: CRT591_LIMITS.gapMs });
  }

  /** Opens when needed; `fresh` means that the device must be looked at. */
  async up(): Promise<Result<'fresh' | 'same', Fault>> {
    const up = await this.#line.up(CRT591_LIMITS.openMs);
    // Whatever a former host left half said is cleared before the first word. A write that fails shows at the next.
    if (up.ok && up.value === 'fresh') void (await this.#line.write(EOT));
    return up;
  }

  drop(): Promise<void> {
    return this.#line.drop();
  }

  close(): Promise<void> {
    return this.#line.close();
  }

  /** Sends a command and follows it to its end.
   *  @param repeat `onSilence` for what may be said twice; `onNak` for motions: only a NAK proves that nothing began. */
  async exchange(command: RawCommand, replyMs: number, repeat: 'onSilence' | 'onNak'): Promise<Exchange> {
    const result = await this.#wire.run(async () => ok(await this.#sends(command, replyMs, repeat)));
    return result.ok ? result.value : { seen: 'unsent', fault: result.error };
  }

  async #sends(command: RawCommand, replyMs: number, repeat: 'onSilence' | 'onNak'): Promise<Exchange> {
    let last: Exchange = await this.#send(command, replyMs);
    for (let sent = 1; sent < CRT591_LIMITS.sends; sent += 1) {
      const again = last.seen === 'refused' || (last.seen === 'silent' && repeat === 'onSilence');
      if (!again || !this.#line.isUp) return last;
      if (last.seen === 'silent') void (await this.#line.write(EOT));
      last = await this.#send(command, replyMs);
    }
    return last;
  }

  async #send(command: RawCommand, replyMs: number): Promise<Exchange> {
    const matcher: ReplyMatcher<BccPiece> = this.#line.matcher;
    if (!this.#line.isUp) return { seen: 'unsent', fault: { code: 'offline', message: 'no line', action: 'reset' } };
    const taken = matcher.register<Answer>(`ACK of ${command.name}`, (piece) =>
      piece.kind === 'ack' || piece.kind === 'nak' ? piece.kind : undefined,
    );
    const answered = matcher.register<Answer>(`reply to ${command.name}`, (piece) =>
      piece.kind === 'block' ? decodeReply(piece.body, command) : undefined,
    );
    const written = await this.#line.write(encodeCommand(command));
    const reply = answered.within(CRT591_LIMITS.ackMs + replyMs);
    // A reply whose ACK was lost on the way is still a reply.
    const first = await Promise.race([taken.within(CRT591_LIMITS.ackMs), reply]);
    const acceptedAt = this.#clock.wallMs();
    if (!written.ok || !first.ok || first.value === 'nak') {
      answered.drop();
      const fault = written.ok ? (first.ok ? refusedFault(command) : first.error) : written.error;
      return first.ok && first.value === 'nak' ? { seen: 'refused', fault } : { seen: 'silent', fault };
    }
    taken.drop();
    const last = first.value === 'ack' ? await reply : first;
    if (!last.ok) return { seen: 'accepted', acceptedAt, fault: last.error };
    if (typeof last.value === 'string') return { seen: 'accepted', acceptedAt, fault: refusedFault(command) };
    // The unit has said all it had to say: whether our thanks arrive changes nothing.
    void (await this.#line.write(ACK));
    return { seen: 'reply', reply: last.value, acceptedAt, completedAt: this.#clock.wallMs() };
  }
}

function refusedFault(command: RawCommand): Fault {
  return { code: 'deviceNotReady', message: `not taken: ${command.name}`, action: 'reset' };
}
