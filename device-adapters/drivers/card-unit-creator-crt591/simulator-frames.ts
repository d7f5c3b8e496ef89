/** What the unit answers to a command: data behind the status bytes, or E1 E0. */
export type Answer = { readonly data?: readonly number[] } | { readonly error: string };

export interface Command {
  readonly cm: number;
  readonly pm: number;
  readonly data: readonly number[];
}

/** ST0 ST1 ST2. */
export type StatusBytes = readonly [card: number, stack: number, bin: number];

/** How this firmware begins a negative reply: sources differ. */
export type NegativeLetter = 'N' | 'E';

export const CONTROL = { eot: 0x04, ack: 0x06, nak: 0x15 } as const;

const STX = 0xf2;
const ETX = 0x03;
const HEAD_BYTES = 4;
const TAIL_BYTES = 2;
/** A length above this is no command of this unit: the four bytes were noise. */
const LONGEST_BLOCK = 600;

/** Silence after which half a block is no longer waited for. At 9600 baud a byte takes 1 ms. */
const GAP_MS = 200;

/** Collects `F2 … BCC` from whatever the host sends, by the block's own length. Bytes between blocks (the host's ACK, noise)
 *  are passed over; a lone 04 is told as such. */
export class BlockReader {
  #received: number[] = [];
  #heardAt = 0;

  forget(): void {
    this.#received = [];
  }

  /** @param now monotonic milliseconds. */
  *read(chunk: Uint8Array, now: number): Generator<readonly number[] | 'eot'> {
    if (now - this.#heardAt > GAP_MS) this.forget();
    this.#heardAt = now;
    for (const byte of chunk) {
      if (this.#received.length === 0 && byte !== STX) {
        if (byte === CONTROL.eot) yield 'eot';
        continue;
      }
      this.#received.push(byte);
      const [, , high = 0, low = 0] = this.#received;
      const length = HEAD_BYTES + ((high << 8) | low) + TAIL_BYTES;
      if (this.#received.length === HEAD_BYTES && length > LONGEST_BLOCK) this.#received = [];
      if (this.#received.length < HEAD_BYTES || this.#received.length < length) continue;
      const block = this.#received;
      this.#received = [];
      yield block;
    }
  }
}

/** Address of a block; this unit's is 00. */
export function addressOf(block: readonly number[]): number {
  return block[1] ?? 0;
}

/** Whether a block's end, its check byte and its `C` are right. */
export function isWholeCommand(block: readonly number[]): boolean {
  return block.at(-2) === ETX && block.at(-1) === checkByte(block.slice(0, -1)) && block[HEAD_BYTES] === 0x43;
}

/** CM, PM and what follows them. */
export function commandOf(block: readonly number[]): Command {
  const [cm = 0, pm = 0, ...data] = block.slice(HEAD_BYTES + 1, -TAIL_BYTES);
  return { cm, pm, data };
}

/** `F2 address LenH LenL 50 CM PM ST0 ST1 ST2 [data] 03 BCC`, or `… 4E|45 CM PM E1 E0 03 BCC`. */
export function replyBlock(
  command: Command,
  answer: Answer,
  status: StatusBytes,
  negative: NegativeLetter,
): Uint8Array {
  const { cm, pm } = command;
  const body =
    'error' in answer
      ? [negative === 'N' ? 0x4e : 0x45, cm, pm, ...ascii(answer.error)]
      : [0x50, cm, pm, ...status, ...(answer.data ?? [])];
  const block = [STX, 0x00, body.length >> 8, body.length & 0xff, ...body, ETX];
  return Uint8Array.from([...block, checkByte(block)]);
}

export function ascii(text: string): number[] {
  return Array.from(text, (character) => character.charCodeAt(0));
}

function checkByte(bytes: readonly number[]): number {
  return bytes.reduce((sum, byte) => sum ^ byte, 0);
}
