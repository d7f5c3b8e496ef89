import { err, ok, type Result } from '@yimen/contracts/base';
import type { DeviceKind } from '@yimen/contracts/device';
import { ApduMessageReader, encodeApduMessage, READER_CONTROL } from '../framing/apdu-message.ts';
import {
  createFrameMask,
  zeroRanges,
  type ByteRange,
  type CreateRecordingMask,
  type Direction,
  type RecordingMask,
} from '../framing/frame-mask.ts';
import { createGm65AnswerCutter, encodeGm65Answer, gm65AnswerBytes } from '../framing/gm65-answer.ts';
import { decodeHidIdentityPart, decodeHidOrder } from '../framing/hid-message.ts';
import { createHidMessageCutter, HIDPOS } from '../framing/hidpos-report.ts';
import { createIppMessageCutter, encodeIppMessage } from '../framing/ipp-message.ts';
import { documentBytes } from '../framing/ipp-attributes.ts';
import { createSaneMessageCutter, encodeSaneMessage, SANE_KIND, type SaneMessage } from '../framing/sane-message.ts';
import { decodeSaneEnd, stdoutRange } from '../framing/sane-run.ts';
import { createV4l2MessageCutter, encodeV4l2Message, V4L2_KIND } from '../framing/v4l2-message.ts';
import { createXorCutter, encodeXorFrame } from '../framing/preamble-length-xor.ts';
import { createYmr1Cutter, encodeYmr1 } from '../framing/ymr1.ts';
import { LIMITS } from '../limits.table.ts';

/** Kinds over whose wires nothing personal goes: a card unit is told where to move a card, not what is on it; a cabinet
 *  knows doors and lights. */
const IMPERSONAL: ReadonlySet<DeviceKind> = new Set<DeviceKind>(['card-unit', 'cabinet-io']);

/** How a driver's bytes may be recorded.
 *  @returns its mask; `undefined` when its kind carries nothing personal; the error is a sentence that refuses. */
export function recordingMaskOf(row: {
  readonly kind: DeviceKind;
  readonly mask?: CreateRecordingMask;
}): Result<CreateRecordingMask | undefined, string> {
  if (row.mask !== undefined || IMPERSONAL.has(row.kind)) return ok(row.mask);
  return err(`a ${row.kind} carries personal data and this driver has no mask for it, so nothing is recorded`);
}

const SW_BYTES = 3;
const READ_OK = 0x90;
/** Body of the SAM's own number: status and 16 bytes. Identifies the reader, no person. */
const SAM_ID_BODY = 19;
/** Bytes of length fields in a reply of text and photo, of the same without the fingerprint that was asked for, and with
 *  it; by the body's length. The text stands behind them. */
const LENGTH_FIELDS: ReadonlyMap<number, number> = new Map([
  [1_287, 4],
  [1_289, 6],
  [2_313, 6],
]);
/** The character that says which layout the text has. */
const TYPE_AT = 248;

/** SDT readers: of a good reply everything but status, length fields and the layout's letter is the card holder's
 *  (text, photo, fingerprint, added address, card numbers).
 *  @source devices.md's table of replies, as in drivers/id-card-reader-gb-sdt/README.md */
export function createSdtMask(): RecordingMask {
  const personal = (body: Uint8Array): ByteRange[] => {
    if (body[2] !== READ_OK || body.length === SW_BYTES || body.length === SAM_ID_BODY) return [];
    const lengthFields = LENGTH_FIELDS.get(body.length);
    if (lengthFields === undefined) return [[SW_BYTES, body.length]];
    const text = SW_BYTES + lengthFields;
    return [
      [text, text + TYPE_AT],
      [text + TYPE_AT + 2, body.length],
    ];
  };
  return createFrameMask<Uint8Array>({
    createCutter: createXorCutter,
    encode: (body, direction) => encodeXorFrame(direction === 'sent' ? body : zeroRanges(body, personal(body))),
  });
}

const APDU_HEAD = 5;
const STATUS_WORD = 2;

/** Chips behind an APDU carrier: of a command the head stays (class, instruction, parameters, length), of an answer the
 *  status word. Everything else is, or can be turned into, the holder's. The reader's own answers stay. */
export function createApduMask(): RecordingMask {
  const readers = { sent: new ApduMessageReader(0xffff), received: new ApduMessageReader(0xffff) };
  let isOwnAnswer = false;
  const masked = (payload: Uint8Array, direction: Direction): Uint8Array => {
    if (direction === 'sent') {
      isOwnAnswer = payload.length === 1 && payload[0] === READER_CONTROL.askIdentity;
      return zeroRanges(payload, [[APDU_HEAD, payload.length]]);
    }
    if (isOwnAnswer || payload.length < STATUS_WORD) return payload;
    return zeroRanges(payload, [[0, payload.length - STATUS_WORD]]);
  };
  return {
    push: (direction, chunk) => {
      const messages = readers[direction].push(chunk);
      return messages.ok ? messages.value.map((payload) => encodeApduMessage(masked(payload, direction))) : [];
    },
    flush: (direction) => [new Uint8Array(readers[direction].heldBytes)].filter((held) => held.length > 0),
  };
}

/** GM65 readers: commands and the answers to them stay; everything else is a code that a person showed.
 *  @source drivers/qr-reader-hikvision-gm65/README.md, "The line" and "Codes" */
export function createGm65Mask(): RecordingMask {
  let awaitedBytes: number | undefined;
  const cutter = createGm65AnswerCutter(() => awaitedBytes);
  const masked = (cuts: ReturnType<typeof cutter.push>): Uint8Array[] =>
    cuts.map((cut) => (cut.kind === 'frame' ? encodeGm65Answer(cut.frame) : new Uint8Array(cut.bytes.length)));
  return {
    push: (direction, chunk) => {
      if (direction === 'received') return masked(cutter.push(chunk));
      awaitedBytes = gm65AnswerBytes(chunk);
      return [Uint8Array.from(chunk)];
    },
    flush: (direction) => (direction === 'received' ? masked(cutter.flush()) : []),
  };
}

/** HID-POS readers: of a scanned-data report the id, its length, the symbology and the flags stay, the data are zero. What
 *  the carrier says of the reader and the host's orders stay; any other message is zero.
 *  @source drivers/qr-reader-any-hidpos/README.md, "The report" and "The carrier" */
export function createHidposMask(): RecordingMask {
  return createFrameMask({
    createCutter: createHidMessageCutter,
    encode: (message, direction) => {
      if (direction === 'sent') return decodeHidOrder(message) === undefined ? message.map(() => 0) : message;
      if (decodeHidIdentityPart(message) !== undefined) return message;
      if (message[0] !== HIDPOS.id) return message.map(() => 0);
      return zeroRanges(message, [[HIDPOS.dataAt, HIDPOS.dataAt + HIDPOS.dataBytes]]);
    },
  });
}

/** Print servers: attributes stay (a job is named by an operation id), the document behind them is zero. A payload that
 *  is not IPP may be anything.
 *  @source drivers/document-printer-cups-ipp/README.md, "The carrier" */
export function createIppMask(): RecordingMask {
  return createFrameMask({
    createCutter: () => createIppMessageCutter(LIMITS.ippRequestBytes),
    encode: (message) => {
      const from = message.payload.length - documentBytes(message.payload);
      return encodeIppMessage({ ...message, payload: zeroRanges(message.payload, [[from, message.payload.length]]) });
    },
  });
}

/** What the host asks names devices and options, no person. */
const SANE_REQUESTS: ReadonlySet<number> = new Set([SANE_KIND.run, SANE_KIND.take, SANE_KIND.forget, SANE_KIND.cancel]);
/** Lists and options are text; a page that was written to stdout instead of a file is not. */
const TEXT = /^[^\p{Cc}\u{fffd}]*$/u;

/** Scanners behind SANE: arguments, exit codes, messages, lists and sizes stay; every page is zero.
 *  @source drivers/document-scanner-sane-any/README.md, "The carrier" */
export function createSaneMask(): RecordingMask {
  return createFrameMask({
    createCutter: createSaneMessageCutter,
    encode: (message) => encodeSaneMessage({ ...message, payload: zeroRanges(message.payload, pageRanges(message)) }),
  });
}

function pageRanges({ kind, payload }: SaneMessage): ByteRange[] {
  const whole: ByteRange = [0, payload.length];
  if (kind !== SANE_KIND.ended) return SANE_REQUESTS.has(kind) ? [] : [whole];
  const end = decodeSaneEnd(payload);
  if (end === undefined) return [whole];
  const said = new TextDecoder().decode(end.stdout).replaceAll(/[\n\t]/g, '');
  return TEXT.test(said) ? [] : [stdoutRange(payload)];
}

/** Cameras: who they are and which processes have them open stays; every picture is zero.
 *  @source drivers/camera-v4l2-any/README.md, "The carrier" */
export function createV4l2Mask(): RecordingMask {
  const known: readonly number[] = Object.values(V4L2_KIND).filter((kind) => kind !== V4L2_KIND.piece);
  return createFrameMask({
    createCutter: createV4l2MessageCutter,
    encode: (message) => {
      const from = known.includes(message.kind) ? message.payload.length : 0;
      return encodeV4l2Message({ ...message, payload: zeroRanges(message.payload, [[from, message.payload.length]]) });
    },
  });
}

/** Devices of the reference protocol: the values of these fields become zero, in both directions.
 *  @param fields tag of each field that holds personal data or a bill's reference, and how many bytes at the beginning
 *  of its value stay: the kind of an evidence is no secret, its detail may be */
export function createRef1Mask(fields: Readonly<Record<number, number>>): RecordingMask {
  return createFrameMask({
    createCutter: createYmr1Cutter,
    encode: (frame) => encodeYmr1({ ...frame, data: zeroRanges(frame.data, valuesOf(frame.data, fields)) }),
  });
}

/** Where those values stand: fields `tag u8 | length u16 | value`. A damaged tail counts as personal. */
function valuesOf(data: Uint8Array, fields: Readonly<Record<number, number>>): ByteRange[] {
  const ranges: ByteRange[] = [];
  let at = 0;
  while (at < data.length) {
    const value = at + 3;
    const end = value + ((data[at + 1] ?? 0) << 8) + (data[at + 2] ?? 0);
    if (end > data.length) return [...ranges, [at, data.length]];
    const kept = fields[data[at] ?? 0];
    if (kept !== undefined) ranges.push([Math.min(value + kept, end), end]);
    at = end;
  }
  return ranges;
}
