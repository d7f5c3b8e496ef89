import { concatBytes } from './bytes.ts';
import { err, ok, type Result } from './result.ts';

/** What goes over a local socket between two processes of one machine: JSON, with bytes beside it where a
 *  device's or a picture's bytes would only grow as text.
 *  Frame: u32 length of what follows (big-endian) | u32 length of the JSON | JSON (UTF-8) | attached bytes. */
export interface IpcMessage {
  readonly body: unknown;
  readonly attachment?: Uint8Array | undefined;
}

export interface IpcFault {
  readonly code: 'IPC_OVERSIZE' | 'IPC_MALFORMED';
  readonly message: string;
}

/** Text ⇄ bytes; `contracts` knows neither Node nor a browser, so its users hand theirs in. */
export interface TextCodec {
  encode(text: string): Uint8Array;
  /** Must throw on bytes that are not UTF-8. */
  decode(bytes: Uint8Array): string;
}

/** Bytes of one message, to be written to the socket whole. */
export function encodeIpcFrame(message: IpcMessage, codec: TextCodec): Uint8Array {
  const json = codec.encode(JSON.stringify(message.body));
  const attachment = message.attachment ?? new Uint8Array(0);
  const head = new Uint8Array(8);
  const view = new DataView(head.buffer);
  view.setUint32(0, 4 + json.length + attachment.length);
  view.setUint32(4, json.length);
  return concatBytes(head, json, attachment);
}

/** Cuts messages from a byte stream. Memory is bounded by `limitBytes` for one frame; after a fault the stream
 *  cannot be read further and the socket must be closed (both ends are ours: a bad frame is a bug, not noise). */
export class IpcFrameReader {
  #held: Uint8Array = new Uint8Array(0);
  readonly #limitBytes: number;
  readonly #codec: TextCodec;

  constructor(limitBytes: number, codec: TextCodec) {
    this.#limitBytes = limitBytes;
    this.#codec = codec;
  }

  /** Takes the next bytes of the stream and gives all messages that are complete. */
  push(chunk: Uint8Array): Result<IpcMessage[], IpcFault> {
    this.#held = this.#held.length === 0 ? chunk : concatBytes(this.#held, chunk);
    const messages: IpcMessage[] = [];
    while (this.#held.length >= 8) {
      const view = new DataView(this.#held.buffer, this.#held.byteOffset, this.#held.byteLength);
      const length = view.getUint32(0);
      const jsonLength = view.getUint32(4);
      if (length > this.#limitBytes) return err({ code: 'IPC_OVERSIZE', message: `frame of ${length} bytes` });
      if (length < 4 || jsonLength > length - 4) return err({ code: 'IPC_MALFORMED', message: 'lengths disagree' });
      if (this.#held.length < 4 + length) break;
      const json = this.#held.subarray(8, 8 + jsonLength);
      const rest = this.#held.slice(8 + jsonLength, 4 + length);
      try {
        messages.push({ body: JSON.parse(this.#codec.decode(json)), attachment: rest.length > 0 ? rest : undefined });
      } catch {
        return err({ code: 'IPC_MALFORMED', message: 'not JSON in UTF-8' });
      }
      this.#held = this.#held.subarray(4 + length);
    }
    // Even an empty view would keep the whole message in memory until the next one comes.
    if (this.#held.length === 0) this.#held = new Uint8Array(0);
    return ok(messages);
  }
}
