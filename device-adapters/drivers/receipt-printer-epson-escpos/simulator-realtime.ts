/** What a host asks past the queue. */
export type RealtimeRequest =
  | { readonly ask: 'status'; readonly n: 1 | 2 | 3 | 4 }
  /** 1: go on from where it failed; 2: forget everything received and go on. */
  | { readonly ask: 'recover'; readonly n: 1 | 2 }
  /** Forget everything received, whatever the state. */
  | { readonly ask: 'clear' };

const DLE = 0x10;
/** DLE DC4 with fn 8 and its seven fixed parameters. */
const CLEAR = [DLE, 0x14, 8, 1, 3, 20, 1, 6, 2, 8] as const;

/** Listens to every byte as it comes in, before and beside the receive buffer: a real-time command is executed at
 *  once, also off-line, also where its bytes are part of a picture or a text. The bytes stay in the stream.
 *  @source Epson ESC/POS command reference, notes on real-time commands: DLE EOT, DLE ENQ, DLE DC4 (fn = 8) */
export class RealtimeEar {
  #last: number[] = [];

  hear(byte: number): RealtimeRequest | undefined {
    this.#last.push(byte);
    if (this.#last.length > CLEAR.length) this.#last.shift();
    if (CLEAR.every((wanted, index) => this.#last[index] === wanted)) return { ask: 'clear' };
    const code = this.#last.at(-2);
    if (this.#last.at(-3) !== DLE) return undefined;
    if (code === 0x04 && (byte === 1 || byte === 2 || byte === 3 || byte === 4)) return { ask: 'status', n: byte };
    if (code === 0x05 && (byte === 1 || byte === 2)) return { ask: 'recover', n: byte };
    return undefined;
  }

  /** Power gone: a half command is forgotten. */
  reset(): void {
    this.#last = [];
  }
}
