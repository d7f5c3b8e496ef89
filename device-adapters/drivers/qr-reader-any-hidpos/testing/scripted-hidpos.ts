import { concatBytes, ok } from '@yimen/contracts/base';
import type { ByteChannel, OpenChannel } from '../../../transport/byte-channel.ts';
import { memoryChannelPair } from '../../../transport/memory-channel.ts';
import { fixture } from './fixtures.ts';

/** A carrier whose every answer a test writes by hand: also what none would say. Each order is expected in a chunk of
 *  its own. */
export class ScriptedHidpos {
  /** Orders heard: `05`, `01 0401`. */
  readonly heard: string[] = [];
  /** Every chunk handed to the driver: the same buffers, so that a test can look at them later. */
  readonly given: Uint8Array[] = [];
  /** How often a line was opened. */
  opens = 0;
  /** Chunks with which order 05 is answered. */
  identity: readonly Uint8Array[] = [fixture('identity').received];
  /** What the driver is told of the writes of reports. */
  refuses = false;
  #end: ByteChannel | undefined;

  /** A message with this beginning, zeros behind. */
  static message(...bytes: readonly number[]): Uint8Array {
    return concatBytes(Uint8Array.from(bytes), new Uint8Array(64 - bytes.length));
  }

  /** Bytes that nobody asked for. */
  say(...chunks: readonly Uint8Array[]): void {
    for (const chunk of chunks) void this.#end?.write(chunk);
  }

  hangUp(): void {
    void this.#end?.close();
  }

  readonly open: OpenChannel = async () => {
    this.opens += 1;
    const [host, end] = memoryChannelPair();
    this.#end = end;
    void this.#serve(end);
    return ok({
      chunks: this.#kept(host),
      write: async (bytes) => {
        const isReport = bytes[1] !== 0x05;
        return this.refuses && isReport
          ? {
              ok: false,
              error: { code: 'configuration', message: 'the device does not take report 04', action: 'configuration' },
            }
          : host.write(bytes);
      },
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
      const [, order = 0, length = 0] = chunk;
      const data = Buffer.from(chunk.slice(3, 3 + length)).toString('hex');
      this.heard.push(order === 5 ? '05' : `0${order} ${data}`);
      if (order === 5) for (const answer of this.identity) void (await end.write(answer));
    }
  }
}
