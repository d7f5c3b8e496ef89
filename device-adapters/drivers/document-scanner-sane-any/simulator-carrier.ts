import { concatBytes } from '@yimen/contracts/base';

/** A request of the carrier (README.md, "The carrier"). */
export type CarriedRequest = { readonly number: number } & (
  | { readonly kind: 'run'; readonly run: CarriedRun }
  | { readonly kind: 'take'; readonly file: number; readonly offset: number; readonly most: number }
  | { readonly kind: 'forget' }
  | { readonly kind: 'cancel' }
);

export interface CarriedRun {
  readonly deadlineMs: number;
  /** Most bytes of all its files together. */
  readonly outputBytes: number;
  readonly args: readonly string[];
}

/** How a run ended. */
export interface RunEnd {
  readonly how: 'exited' | 'signalled';
  /** Exit code, or number of the signal. */
  readonly code: number;
  readonly why?: 'deadline' | 'cancelled' | 'tooLarge';
  readonly stderr: string;
  readonly stdout: Uint8Array;
  readonly files: readonly { readonly name: string; readonly bytes: number }[];
}

const HEAD_BYTES = 10;
const [FIRST, SECOND] = [0x59, 0x53];
const MOST_PAYLOAD = 49_152;
const MOST_PIECE = 32_768;
const MOST_FILES = 32;
const [STDERR_TAIL, STDOUT_HEAD] = [2_048, 32_768];
const WHY = { deadline: 1, cancelled: 2, tooLarge: 4 } as const;

/** Puts requests together that come in pieces. */
export class CarrierEar {
  #waiting: Uint8Array = new Uint8Array(0);

  /** A new line: half a request of the old one is nothing. */
  reset(): void {
    this.#waiting = new Uint8Array(0);
  }

  /** @returns the next request that is whole; `'more'` while there is none; `'mistake'`: these bytes are none */
  next(chunk: Uint8Array = new Uint8Array(0)): CarriedRequest | 'more' | 'mistake' {
    this.#waiting = concatBytes(this.#waiting, chunk);
    const bytes = this.#waiting;
    const view = viewOf(bytes);
    const isOurs = [FIRST, SECOND].every((byte, at) => at >= bytes.length || bytes[at] === byte);
    if (!isOurs || (bytes.length > 3 && bytes[3] !== 0)) return 'mistake';
    if (bytes.length < HEAD_BYTES) return 'more';
    const length = view.getUint32(6);
    if (length > MOST_PAYLOAD) return 'mistake';
    if (bytes.length < HEAD_BYTES + length) return 'more';
    this.#waiting = bytes.slice(HEAD_BYTES + length);
    const payload = bytes.slice(HEAD_BYTES, HEAD_BYTES + length);
    return requestOf(view.getUint8(2), view.getUint16(4), payload) ?? 'mistake';
  }
}

function requestOf(kind: number, number: number, payload: Uint8Array): CarriedRequest | undefined {
  const isEmpty = payload.length === 0;
  if (number === 0) return undefined;
  if (kind === 3 && isEmpty) return { kind: 'forget', number };
  if (kind === 4 && isEmpty) return { kind: 'cancel', number };
  if (kind === 2 && payload.length === 9) {
    const view = viewOf(payload);
    const most = view.getUint32(5);
    if (most < 1 || most > MOST_PIECE) return undefined;
    return { kind: 'take', number, file: view.getUint8(0), offset: view.getUint32(1), most };
  }
  const run = kind === 1 ? runOf(payload) : undefined;
  return run && { kind: 'run', number, run };
}

function runOf(payload: Uint8Array): CarriedRun | undefined {
  if (payload.length < 9) return undefined;
  const view = viewOf(payload);
  const args: string[] = [];
  let at = 9;
  for (let left = view.getUint8(8); left > 0; left -= 1) {
    const end = at + 2 <= payload.length ? at + 2 + view.getUint16(at) : Infinity;
    if (end > payload.length) return undefined;
    args.push(new TextDecoder().decode(payload.subarray(at + 2, end)));
    at = end;
  }
  if (at !== payload.length) return undefined;
  return { deadlineMs: view.getUint32(0), outputBytes: view.getUint32(4), args };
}

/** The answer to `run`. */
export function endedMessage(number: number, end: RunEnd): Uint8Array {
  const stderr = new TextEncoder().encode(end.stderr).slice(-STDERR_TAIL);
  const stdout = end.stdout.subarray(0, STDOUT_HEAD);
  const files = end.files.slice(0, MOST_FILES);
  const flags = end.why === undefined ? 0 : WHY[end.why];
  return message(
    0x81,
    number,
    concatBytes(
      Uint8Array.of(end.how === 'exited' ? 0 : 1, end.code, flags, files.length),
      sized(stderr),
      sized(stdout),
      ...files.flatMap(({ name, bytes }) => {
        const letters = new TextEncoder().encode(name);
        const size = new Uint8Array(4);
        viewOf(size).setUint32(0, bytes);
        return [Uint8Array.of(letters.length), letters, size];
      }),
    ),
  );
}

/** The answer to `take`. */
export function pieceMessage(number: number, piece: Uint8Array): Uint8Array {
  return message(0x82, number, piece);
}

/** The answer to `forget`. */
export function forgottenMessage(number: number): Uint8Array {
  return message(0x83, number, new Uint8Array(0));
}

function message(kind: number, number: number, payload: Uint8Array): Uint8Array {
  const head = Uint8Array.of(FIRST, SECOND, kind, 0, 0, 0, 0, 0, 0, 0);
  viewOf(head).setUint16(4, number);
  viewOf(head).setUint32(6, payload.length);
  return concatBytes(head, payload);
}

function sized(bytes: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(bytes.length >> 8, bytes.length & 0xff), bytes);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
