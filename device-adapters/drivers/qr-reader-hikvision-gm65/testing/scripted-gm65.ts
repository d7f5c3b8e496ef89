import { ok } from '@yimen/contracts/base';
import { encodeGm65Answer } from '../../../framing/gm65-answer.ts';
import type { ByteChannel, OpenChannel } from '../../../transport/byte-channel.ts';
import { memoryChannelPair } from '../../../transport/memory-channel.ts';

/** What the reader says to one command: these bytes as they are, or nothing. */
export type ScriptedReply = Uint8Array | undefined;

const TYPE = { read: 7, write: 8 } as const;

/** A reader whose registers a test sets and whose every reply it may write by hand: also what no reader would say. Each
 *  command is expected in a chunk of its own. */
export class ScriptedGm65 {
  /** Commands heard: `read 0000 7`, `write 0002 01`, `save`. */
  readonly heard: string[] = [];
  /** Every chunk handed to the driver: the same buffers, so that a test can look at them later. */
  readonly given: Uint8Array[] = [];
  /** Set as the driver wants it. */
  readonly registers = new Map<number, number>([
    [0x00, 0xd5],
    [0x03, 0x03],
    [0x06, 0x32],
    [0x60, 0x21],
    [0xe0, 0x41],
    [0xe1, 0x64],
    [0xe2, 0x64],
    [0xe3, 0x14],
    [0xe4, 0x0a],
    [0xe5, 0x1f],
  ]);
  /** How often a line was opened. */
  opens = 0;
  #end: ByteChannel | undefined;
  readonly #script = new Map<string, ScriptedReply[]>();

  /** Replies to `command` (as in `heard`), in turn; the last one stays. Its registers do not change. */
  on(command: string, ...replies: ScriptedReply[]): this {
    this.#script.set(command, replies);
    return this;
  }

  /** As it was before `on`. */
  off(command: string): this {
    this.#script.delete(command);
    return this;
  }

  /** Bytes that nobody asked for. */
  say(bytes: Uint8Array): void {
    void this.#end?.write(bytes);
  }

  readonly open: OpenChannel = async () => {
    this.opens += 1;
    const [host, end] = memoryChannelPair();
    this.#end = end;
    void this.#serve(end);
    return ok({
      chunks: this.#kept(host),
      write: (bytes) => host.write(bytes),
      close: () => host.close(),
      closed: host.closed,
    });
  };

  async *#kept(host: ByteChannel): AsyncGenerator<Uint8Array> {
    for await (const chunk of host.chunks) {
      this.given.push(chunk);
      yield chunk;
    }
  }

  async #serve(end: ByteChannel): Promise<void> {
    for await (const chunk of end.chunks) {
      const reply = this.#replyTo(chunk);
      if (reply !== undefined) void (await end.write(reply));
    }
  }

  #replyTo(command: Uint8Array): ScriptedReply {
    const [, , type, , high = 0, low = 0, value = 0] = command;
    const address = (high << 8) | low;
    const at = address.toString(16).toUpperCase().padStart(4, '0');
    const [name, data] = this.#obeyed(type, address, at, value);
    this.heard.push(name);
    const replies = this.#script.get(name);
    if (replies !== undefined) return replies.length > 1 ? replies.shift() : replies[0];
    if (type === TYPE.write) this.registers.set(address, value);
    return encodeGm65Answer(data);
  }

  #obeyed(type: number | undefined, address: number, at: string, value: number): readonly [string, Uint8Array] {
    if (type === TYPE.read) {
      const data = Uint8Array.from({ length: value }, (_, index) => this.registers.get(address + index) ?? 0);
      return [`read ${at} ${value}`, data];
    }
    const name = type === TYPE.write ? `write ${at} ${value.toString(16).toUpperCase().padStart(2, '0')}` : 'save';
    return [name, Uint8Array.of(0)];
  }
}
