import { ok, toHex } from '@yimen/contracts/base';
import { createXorCutter, encodeXorFrame } from '../../../framing/preamble-length-xor.ts';
import type { ByteChannel, OpenChannel } from '../../../transport/byte-channel.ts';
import { memoryChannelPair } from '../../../transport/memory-channel.ts';

/** What the reader says to one request: the body of a reply, whole bytes as they are, or nothing. */
export type ScriptedReply = Uint8Array | { readonly raw: Uint8Array } | undefined;

/** A reader whose every reply a test writes by hand: also what no reader would say. */
export class ScriptedReader {
  /** `CMD Para` of every request heard, in hex. */
  readonly heard: string[] = [];
  /** Every chunk handed to the driver, as the driver sees it: the same buffers, so that a test can look at them later. */
  readonly given: Uint8Array[] = [];
  /** How often a line was opened. */
  opens = 0;
  readonly #script = new Map<string, ScriptedReply[]>();

  /** Replies to `request`, in turn; the last one stays. */
  on(request: string, ...replies: ScriptedReply[]): this {
    this.#script.set(request, replies);
    return this;
  }

  readonly open: OpenChannel = async () => {
    this.opens += 1;
    const [host, end] = memoryChannelPair();
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
    const cutter = createXorCutter();
    for await (const chunk of end.chunks) {
      for (const cut of cutter.push(chunk)) if (cut.kind === 'frame') await this.#answer(end, toHex(cut.frame));
    }
  }

  async #answer(end: ByteChannel, request: string): Promise<void> {
    this.heard.push(request);
    const replies = this.#script.get(request) ?? [];
    const reply = replies.length > 1 ? replies.shift() : replies[0];
    if (reply !== undefined) void (await end.write('raw' in reply ? reply.raw : encodeXorFrame(reply)));
  }
}
