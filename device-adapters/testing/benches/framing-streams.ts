import { concatBytes } from '@yimen/contracts/base';
import { ApduMessageReader, encodeApduMessage } from '../../framing/apdu-message.ts';
import type { Cutter } from '../../framing/cutter.ts';
import { createEscposStatusCutter } from '../../framing/escpos-status.ts';
import { createGm65AnswerCutter, encodeGm65Answer, GM65_FRAME } from '../../framing/gm65-answer.ts';
import { BCC_BODY_LIMIT_BYTES, createBccCutter, encodeBlock } from '../../framing/preamble-length-bcc.ts';
import { createXorCutter, encodeXorFrame } from '../../framing/preamble-length-xor.ts';
import { createYmr1Cutter, encodeYmr1, YMR1 } from '../../framing/ymr1.ts';

/** One framer under load. */
export interface FramerCase {
  readonly framer: string;
  /** A whole frame of the usual large size of its protocol. */
  readonly frame: Uint8Array;
  /** Whether bytes of no frame may stand between frames: false where the protocol cannot find its way back. */
  readonly canResynchronise: boolean;
  /** @returns what takes chunks and counts the frames found so far, and the bytes that it holds */
  readonly create: () => { push(chunk: Uint8Array): number; readonly heldBytes: number };
}

export type StreamKind = 'clean' | 'split' | 'garbage';

/** Largest APDU message of the fuller kind that a chip sends. */
const APDU_BYTES = 256;
/** The longest piece of a split stream, and of noise between two frames. */
const PIECE_BYTES = 48;
const NOISE_BYTES = 200;

function counted<F>(create: () => Cutter<F>): FramerCase['create'] {
  return () => {
    const cutter = create();
    return {
      push: (chunk) => cutter.push(chunk).reduce((sum, cut) => sum + (cut.kind === 'frame' ? 1 : 0), 0),
      get heldBytes() {
        return cutter.heldBytes;
      },
    };
  };
}

/** Every framer of the device line, with frames of the size that its device really sends. */
export function framerCases(): readonly FramerCase[] {
  const pattern = (bytes: number): Uint8Array => Uint8Array.from({ length: bytes }, (_, at) => (at * 31 + 7) & 0x7f);
  return [
    {
      framer: 'ymr1 (reference devices)',
      frame: encodeYmr1({ seq: 7, command: 0x80, data: pattern(YMR1.dataBytes) }),
      canResynchronise: true,
      create: counted(createYmr1Cutter),
    },
    {
      framer: 'xor (SDT ID card reader)',
      frame: encodeXorFrame(pattern(1_289)),
      canResynchronise: true,
      create: counted(createXorCutter),
    },
    {
      framer: 'bcc (card unit)',
      frame: encodeBlock(0, pattern(BCC_BODY_LIMIT_BYTES)),
      canResynchronise: true,
      create: counted(createBccCutter),
    },
    {
      framer: 'gm65 (QR reader answers)',
      frame: encodeGm65Answer(pattern(GM65_FRAME.dataBytes)),
      canResynchronise: true,
      create: counted(() => createGm65AnswerCutter(() => GM65_FRAME.dataBytes)),
    },
    {
      framer: 'escpos (printer status)',
      frame: concatBytes(Uint8Array.of(0x5f), new Uint8Array(80).fill(0x41), Uint8Array.of(0)),
      canResynchronise: true,
      create: counted(createEscposStatusCutter),
    },
    {
      framer: 'apdu (chip reader)',
      frame: encodeApduMessage(pattern(APDU_BYTES)),
      canResynchronise: false,
      create: () => {
        const reader = new ApduMessageReader(APDU_BYTES + 2);
        return {
          push: (chunk) => {
            const messages = reader.push(chunk);
            return messages.ok ? messages.value.length : 0;
          },
          get heldBytes() {
            return reader.heldBytes;
          },
        };
      },
    },
  ];
}

/** A stream of about `bytes` bytes in chunks, and how many frames it holds.
 *  `clean`: chunks of 64 KiB. `split`: pieces of 1 to 48 bytes. `garbage`: noise of 1 to 200 bytes before every frame. */
export function streamOf(
  kind: StreamKind,
  frame: Uint8Array,
  bytes: number,
): { readonly chunks: readonly Uint8Array[]; readonly frames: number; readonly bytes: number } {
  const random = stepRandom(20_260_417);
  const parts: Uint8Array[] = [];
  let length = 0;
  let frames = 0;
  while (length < bytes) {
    if (kind === 'garbage') {
      const noise = Uint8Array.from({ length: 1 + (random() % NOISE_BYTES) }, () => random() & 0xff);
      parts.push(noise);
      length += noise.length;
    }
    parts.push(frame);
    length += frame.length;
    frames += 1;
  }
  const whole = Uint8Array.from(Buffer.concat(parts));
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < whole.length;) {
    const size = kind === 'split' ? 1 + (random() % PIECE_BYTES) : 65_536;
    chunks.push(whole.subarray(at, at + size));
    at += size;
  }
  return { chunks, frames, bytes: whole.length };
}

/** The same numbers on every machine: a linear congruential generator (modulus 2³², Numerical Recipes' factors). */
function stepRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 8;
  };
}
