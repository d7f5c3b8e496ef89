import type { CancelTimer, Clock } from '@yimen/contracts/base';
import type { HeldPaper } from './simulator-codes.table.ts';

const SIZE = 64;
const PIECE = 56;
const TEXT_PIECE = 59;
/** A message that is not whole after this pause is forgotten. */
const PAUSE_MS = 50;

/** How reports are bent. */
export interface ReportBend {
  readonly id: number;
  readonly hasAim: boolean;
  /** Bit 0 of byte 63 is never cleared. */
  readonly isEndless: boolean;
  readonly isOverLength: boolean;
  /** The last report stops in the middle. */
  readonly isTorn: boolean;
}

/** The reports of one code (README.md, "The report"). */
export function scanReports({ aim, content }: HeldPaper, bend: ReportBend): Uint8Array[] {
  const count = Math.max(1, Math.ceil(content.length / PIECE));
  return Array.from({ length: count }, (_, n) => {
    const piece = content.subarray(n * PIECE, n * PIECE + PIECE);
    const isLast = n === count - 1;
    const bytes = [
      bend.id,
      bend.isOverLength ? 57 : piece.length,
      ...(bend.hasAim ? new TextEncoder().encode(aim) : [0, 0, 0]),
      ...piece,
      ...new Uint8Array(PIECE - piece.length),
      0x73,
      0x00,
      isLast && !bend.isEndless ? 0x00 : 0x01,
    ];
    return Uint8Array.from(isLast && bend.isTorn ? bytes.slice(0, SIZE / 2) : bytes);
  });
}

/** The answer to "who are you" in its parts (README.md, "The carrier"). */
export function identityMessages(text: string): Uint8Array[] {
  const bytes = new TextEncoder().encode(text);
  const count = Math.max(1, Math.ceil(bytes.length / TEXT_PIECE));
  return Array.from({ length: count }, (_, n) => {
    const piece = bytes.subarray(n * TEXT_PIECE, n * TEXT_PIECE + TEXT_PIECE);
    return Uint8Array.from([
      0x00,
      0x05,
      n,
      count,
      piece.length,
      ...piece,
      ...new Uint8Array(TEXT_PIECE - piece.length),
    ]);
  });
}

export interface Orders {
  readonly askIdentity: () => void;
  /** An output or feature report, its id first. */
  readonly report: (report: Uint8Array) => void;
}

export interface OrderListener {
  readonly hear: (chunk: Uint8Array) => void;
  readonly forget: () => void;
}

/** The bridge's ear: whole messages of 64 bytes; a pause inside one forgets it. What it does not know it does not obey. */
export function orderListener(clock: Clock, orders: Orders): OrderListener {
  let heard: number[] = [];
  let stopPause: CancelTimer = () => undefined;
  const forget = (): void => {
    stopPause();
    heard = [];
  };
  const obey = (message: readonly number[]): void => {
    const [own, order, length = 0] = message;
    if (own !== 0x00) return;
    if (order === 0x05) orders.askIdentity();
    else if ((order === 0x01 || order === 0x02) && length >= 1 && length <= SIZE - 3)
      orders.report(Uint8Array.from(message.slice(3, 3 + length)));
  };
  return {
    forget,
    hear: (chunk) => {
      stopPause();
      for (const byte of chunk) {
        heard.push(byte);
        if (heard.length === SIZE) obey(heard.splice(0));
      }
      if (heard.length > 0) stopPause = clock.after(PAUSE_MS, forget);
    },
  };
}
