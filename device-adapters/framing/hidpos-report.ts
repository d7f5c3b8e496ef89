import type { Cut, Cutter } from './cutter.ts';
import { decodeHidIdentityPart, HID_MESSAGE, type HidIdentityPart } from './hid-message.ts';

/** Byte numbers of a scanned-data report. */
export const HIDPOS = { id: 0x02, dataBytes: 56, dataAt: 5, symbologyAt: 61, flagsAt: 63, more: 0x01 } as const;

const AIM_AT = 2;
const AIM_BYTES = 3;

/** One scanned-data report: a code or a piece of one. */
export interface HidposScan {
  readonly kind: 'scan';
  /** AIM identifier, three bytes, zeros where the reader does not tell it. */
  readonly aim: Uint8Array;
  /** At most 56 bytes. */
  readonly data: Uint8Array;
  /** The reader's own number of the symbology. */
  readonly symbology: number;
  /** The code goes on in the next report. */
  readonly isMore: boolean;
}

export type HidposPiece = HidposScan | ({ readonly kind: 'identity' } & HidIdentityPart);

/** Cuts what a HID-POS reader sends, in messages of 64 bytes that follow one another without anything between: reports
 *  `02 | length | AIM (3) | data (56) | symbology | reserved | flags` and parts of the carrier's identity. What is
 *  neither (another id, a length over 56) is discarded as the whole message that it is.
 *
 *  A report has no mark of its beginning: any of its bytes may be 02. So looking again byte by byte would find codes that
 *  nobody showed. What is out of step stays so up to the next pause: then `flush` drops the piece that is held, and the
 *  next byte begins a message.
 *  @source USB-IF HID Point of Sale Usage Tables, page 8C, as in drivers/qr-reader-any-hidpos/README.md */
export function createHidposCutter(): Cutter<HidposPiece> {
  const cutter = createHidMessageCutter();
  let discardedBytes = 0;
  const meant = (cuts: readonly Cut<Uint8Array>[]): Cut<HidposPiece>[] => {
    const meaning: Cut<HidposPiece>[] = [];
    for (const cut of cuts) {
      const piece = cut.kind === 'frame' ? decode(cut.frame) : undefined;
      const bytes = cut.kind === 'frame' ? cut.frame : cut.bytes;
      if (piece === undefined) {
        discardedBytes += bytes.length;
        meaning.push({ kind: 'discarded', bytes });
      } else {
        // The piece owns its bytes; these may be a person's.
        bytes.fill(0);
        meaning.push({ kind: 'frame', frame: piece });
      }
    }
    return meaning;
  };
  return {
    push: (chunk) => meant(cutter.push(chunk)),
    flush: () => meant(cutter.flush()),
    get heldBytes() {
      return cutter.heldBytes;
    },
    get discardedBytes() {
      return discardedBytes;
    },
  };
}

/** Cuts a stream into messages of 64 bytes, whatever they hold; `flush` drops an unfinished one. */
export function createHidMessageCutter(): Cutter<Uint8Array> {
  const held = new Uint8Array(HID_MESSAGE.bytes);
  let length = 0;
  let discardedBytes = 0;
  return {
    push(chunk) {
      const cuts: Cut<Uint8Array>[] = [];
      for (let at = 0; at < chunk.length;) {
        const piece = chunk.subarray(at, at + held.length - length);
        held.set(piece, length);
        length += piece.length;
        at += piece.length;
        if (length < held.length) break;
        cuts.push({ kind: 'frame', frame: Uint8Array.from(held) });
        held.fill(0);
        length = 0;
      }
      return cuts;
    },
    flush() {
      if (length === 0) return [];
      const bytes = held.slice(0, length);
      held.fill(0);
      length = 0;
      discardedBytes += bytes.length;
      return [{ kind: 'discarded', bytes }];
    },
    get heldBytes() {
      return length;
    },
    get discardedBytes() {
      return discardedBytes;
    },
  };
}

/** One report of 64 bytes.
 *  @param scan at most 56 bytes of data */
export function encodeHidposScan(scan: Omit<HidposScan, 'kind'>): Uint8Array<ArrayBuffer> {
  const report = new Uint8Array(HID_MESSAGE.bytes);
  report.set([HIDPOS.id, scan.data.length]);
  report.set(scan.aim, AIM_AT);
  report.set(scan.data, HIDPOS.dataAt);
  report[HIDPOS.symbologyAt] = scan.symbology;
  report[HIDPOS.flagsAt] = scan.isMore ? HIDPOS.more : 0;
  return report;
}

function decode(message: Uint8Array): HidposPiece | undefined {
  const [id, length = 0] = message;
  if (id !== HIDPOS.id) {
    const part = decodeHidIdentityPart(message);
    return part === undefined ? undefined : { kind: 'identity', ...part };
  }
  if (length > HIDPOS.dataBytes) return undefined;
  return {
    kind: 'scan',
    aim: message.slice(AIM_AT, AIM_AT + AIM_BYTES),
    data: message.slice(HIDPOS.dataAt, HIDPOS.dataAt + length),
    symbology: message[HIDPOS.symbologyAt] ?? 0,
    isMore: ((message[HIDPOS.flagsAt] ?? 0) & HIDPOS.more) !== 0,
  };
}
