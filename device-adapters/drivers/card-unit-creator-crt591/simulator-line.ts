import type { SimulatorContext } from '../../testing/simulated-device.ts';
import { SimulatedWire } from '../../testing/simulated-wire.ts';
import type { ByteChannel } from '../../transport/byte-channel.ts';
import type { OwnFault } from './simulator-faults.table.ts';
import {
  addressOf,
  BlockReader,
  commandOf,
  CONTROL,
  isWholeCommand,
  replyBlock,
  type Answer,
  type Command,
  type NegativeLetter,
  type StatusBytes,
} from './simulator-frames.ts';

/** Milliseconds, as a citizen sees them. */
const TIMES = { ack: 8, reply: 25, motion: 1_100, init: 600 } as const;
const INIT = 0x30;
const MOTION = 0x32;

export interface LineParts {
  readonly context: SimulatorContext;
  readonly faults: Set<OwnFault>;
  readonly negative: NegativeLetter;
  readonly act: (command: Command) => Answer;
  readonly status: () => StatusBytes;
  readonly powerDip: () => void;
  readonly tell: () => void;
}

/** The unit's end of the wire: blocks in, ACK, NAK, EOT and replies out, each at its time. A command that comes twice is
 *  done twice: the unit cannot know that its ACK was lost. */
export class Crt591Line {
  readonly wire: SimulatedWire;
  readonly #parts: LineParts;
  readonly #reader = new BlockReader();
  #motions = 0;
  /** Another one when power was cut: what had begun before is not ended any more. */
  #powerOns = 0;
  /** Another one when the host cleared the line: what was to be said before is not said any more. */
  #clearings = 0;

  constructor(parts: LineParts) {
    this.#parts = parts;
    this.wire = new SimulatedWire(parts.context, (chunk) => this.#hear(chunk), parts.tell);
  }

  /** Motion commands taken. */
  get motions(): number {
    return this.#motions;
  }

  attach(channel: ByteChannel): void {
    this.#reader.forget();
    this.wire.attach(channel);
  }

  powerLost(): void {
    this.#powerOns += 1;
    this.#reader.forget();
  }

  /** Later, unless power is cut before. */
  after(ms: number, fn: () => void): void {
    const { clock, speed } = this.#parts.context;
    const powerOns = this.#powerOns;
    if (speed === 'fast') fn();
    else clock.after(ms, () => (powerOns === this.#powerOns ? fn() : undefined));
  }

  #hear(chunk: Uint8Array): void {
    for (const piece of this.#reader.read(chunk, this.#parts.context.clock.monoMs())) {
      if (piece === 'eot') this.#clear();
      else if (addressOf(piece) === 0) this.#block(piece);
    }
  }

  /** The host clears the line: half a command and what was not said yet are forgotten; a motion goes on. */
  #clear(): void {
    this.#clearings += 1;
    this.wire.send(Uint8Array.of(CONTROL.eot));
  }

  #block(block: readonly number[]): void {
    const { faults } = this.#parts;
    const command = commandOf(block);
    const isMotion = command.cm === MOTION;
    if (isMotion && faults.delete('miss-once')) return;
    if (!isWholeCommand(block) || (isMotion && faults.has('stuck-busy'))) {
      this.wire.send(Uint8Array.of(CONTROL.nak));
      return;
    }
    if (isMotion) this.#motions += 1;
    const isWordless = isMotion && faults.delete('wordless');
    const isAckLost = isWordless || (isMotion && faults.delete('ack-lost'));
    if (!isAckLost) this.#say(TIMES.ack, () => Uint8Array.of(CONTROL.ack));
    this.#do(command, isWordless);
  }

  #do(command: Command, isWordless: boolean): void {
    const { faults, act, status, negative, powerDip } = this.#parts;
    const isMotion = command.cm === MOTION;
    const clearings = this.#clearings;
    const ms = command.cm === INIT ? TIMES.init : isMotion ? TIMES.motion : TIMES.reply;
    this.after(ms, () => {
      if (isMotion && faults.delete('power-dip')) return powerDip();
      const isLost = isMotion && (faults.delete('no-reply') || faults.has('no-reply-no-move'));
      const answer = act(command);
      if (isLost || isWordless || clearings !== this.#clearings) return;
      this.wire.send(replyBlock(command, answer, status(), negative));
    });
  }

  #say(ms: number, bytes: () => Uint8Array): void {
    const clearings = this.#clearings;
    this.after(ms, () => (clearings === this.#clearings ? this.wire.send(bytes()) : undefined));
  }
}
