import type { LineBuffer } from './simulator-line.ts';
import type { SymbolStore } from './simulator-qr.ts';
import type { SlipPart } from './simulator-slip.ts';

/** What the command reader has the machine do, one at a time. */
export type Order =
  /** `continues`: the next band of the picture that was printed last. */
  | { readonly do: 'print'; readonly part: SlipPart; readonly continues?: boolean }
  | { readonly do: 'cut' }
  | { readonly do: 'say'; readonly bytes: Uint8Array }
  | { readonly do: 'sayPaper' }
  /** Automatic status on or off: GS a n. */
  | { readonly do: 'watch'; readonly mask: number };

/** A command being read: it yields `undefined` for the next byte, and orders. Where it stands between two bytes is all
 *  that is remembered, so a command may come in any pieces. */
export type Steps<T = void> = Generator<Order | undefined, T, number>;

export interface PrinterIdentity {
  readonly model: string;
  readonly serial: string;
  readonly firmware: string;
}

/** What commands work on. */
export interface CommandDesk {
  readonly line: LineBuffer;
  readonly symbols: SymbolStore;
  readonly identity: () => PrinterIdentity;
  readonly mistakes: {
    /** Codes that are no command of this printer; what follows them was printed. */
    unknownCommands: number;
    /** Commands with a value out of range, or at a place where they have no effect. */
    refusedCommands: number;
  };
}

export function* readByte(): Steps<number> {
  return yield undefined;
}

/** Two bytes, low one first. */
export function* readWord(): Steps<number> {
  const low = yield* readByte();
  return low | ((yield* readByte()) << 8);
}

/** @param keep how many of them are kept: no command is as long as its length bytes may claim */
export function* readBytes(length: number, keep: number): Steps<Uint8Array> {
  const kept: number[] = [];
  for (let i = 0; i < length; i += 1) {
    const byte = yield* readByte();
    if (i < keep) kept.push(byte);
  }
  return Uint8Array.from(kept);
}
