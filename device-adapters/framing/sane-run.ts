import { concatBytes } from '@yimen/contracts/base';

/** One run of scanimage. */
export interface SaneRun {
  /** It is killed when it takes longer. */
  readonly deadlineMs: number;
  /** It is killed when its files hold more. */
  readonly outputBytes: number;
  /** As the kernel is handed them; `{folder}` stands for the run's own folder. */
  readonly args: readonly string[];
}

/** A file that a run left whole. */
interface SaneFile {
  readonly name: string;
  readonly bytes: number;
}

/** How a run ended. */
export interface SaneEnd {
  readonly how: 'exited' | 'signalled';
  /** Exit code, or number of the signal. */
  readonly code: number;
  readonly isKilledAtDeadline: boolean;
  readonly isCancelled: boolean;
  readonly isTooLarge: boolean;
  /** Killed because it had said its last word and did not exit. */
  readonly isKilledAtExit: boolean;
  /** Its last and its first bytes. */
  readonly stderr: string;
  readonly stdout: Uint8Array;
  readonly files: readonly SaneFile[];
}

/** Which bytes of a file of the last run are wanted. */
export interface SaneTake {
  readonly file: number;
  readonly offset: number;
  readonly most: number;
}

/** Bounds of a message's fields (drivers/document-scanner-sane-any/README.md, "The carrier"). */
export const SANE_BOUNDS = { files: 32, stderrBytes: 2_048, stdoutBytes: 32_768, pieceBytes: 32_768 } as const;

const FLAG = { deadline: 1, cancelled: 2, tooLarge: 4, atExit: 8 } as const;
const TAKE_BYTES = 9;
/** The bytes of `ended` that carry a page of no one: how, code, flags, number of files. */
const END_HEAD_BYTES = 4;
const utf8 = new TextEncoder();

/** @throws RangeError more or longer arguments than the fields hold. */
export function encodeSaneRun({ deadlineMs, outputBytes, args }: SaneRun): Uint8Array<ArrayBuffer> {
  if (args.length > 0xff) throw new RangeError('too many arguments');
  const texts = args.map((arg) => sized16(utf8.encode(arg)));
  return concatBytes(u32(deadlineMs), u32(outputBytes), Uint8Array.of(args.length), ...texts);
}

/** `undefined`: not well-formed. */
export function decodeSaneRun(payload: Uint8Array): SaneRun | undefined {
  const fields = new Fields(payload);
  const deadlineMs = fields.u32();
  const outputBytes = fields.u32();
  const args = Array.from({ length: fields.u8() }, () => fields.text(fields.u16()));
  return fields.isWhole ? { deadlineMs, outputBytes, args } : undefined;
}

/** What was too long for its field is cut: of stderr the end stays, of stdout the beginning. */
export function encodeSaneEnd(end: SaneEnd): Uint8Array<ArrayBuffer> {
  const { deadline, cancelled, tooLarge, atExit } = FLAG;
  const flags =
    (end.isKilledAtDeadline ? deadline : 0) |
    (end.isCancelled ? cancelled : 0) |
    (end.isTooLarge ? tooLarge : 0) |
    (end.isKilledAtExit ? atExit : 0);
  const files = end.files.slice(0, SANE_BOUNDS.files);
  return concatBytes(
    Uint8Array.of(end.how === 'exited' ? 0 : 1, end.code, flags, files.length),
    sized16(utf8.encode(end.stderr).slice(-SANE_BOUNDS.stderrBytes)),
    sized16(end.stdout.subarray(0, SANE_BOUNDS.stdoutBytes)),
    ...files.flatMap(({ name, bytes }) => {
      const text = utf8.encode(name).subarray(0, 0xff);
      return [Uint8Array.of(text.length), text, u32(bytes)];
    }),
  );
}

/** `undefined`: not well-formed. */
export function decodeSaneEnd(payload: Uint8Array): SaneEnd | undefined {
  const fields = new Fields(payload);
  const how = fields.u8();
  const code = fields.u8();
  const flags = fields.u8();
  const count = fields.u8();
  if (how > 1 || count > SANE_BOUNDS.files) return undefined;
  const stderr = fields.text(fields.u16());
  const stdout = Uint8Array.from(fields.bytes(fields.u16()));
  const files = Array.from({ length: count }, () => ({ name: fields.text(fields.u8()), bytes: fields.u32() }));
  if (!fields.isWhole) return undefined;
  return {
    how: how === 0 ? 'exited' : 'signalled',
    code,
    isKilledAtDeadline: (flags & FLAG.deadline) !== 0,
    isCancelled: (flags & FLAG.cancelled) !== 0,
    isTooLarge: (flags & FLAG.tooLarge) !== 0,
    isKilledAtExit: (flags & FLAG.atExit) !== 0,
    stderr,
    stdout,
    files,
  };
}

export function encodeSaneTake({ file, offset, most }: SaneTake): Uint8Array<ArrayBuffer> {
  return concatBytes(Uint8Array.of(file), u32(offset), u32(most));
}

/** `undefined`: not well-formed. */
export function decodeSaneTake(payload: Uint8Array): SaneTake | undefined {
  if (payload.length !== TAKE_BYTES) return undefined;
  const fields = new Fields(payload);
  const take = { file: fields.u8(), offset: fields.u32(), most: fields.u32() };
  return take.most >= 1 && take.most <= SANE_BOUNDS.pieceBytes ? take : undefined;
}

/** Where stdout stands in a well-formed `ended`: a list is text, but a scan without `--batch` would write a page there. */
export function stdoutRange(payload: Uint8Array): readonly [from: number, to: number] {
  const at = END_HEAD_BYTES;
  const from = at + 2 + u16At(payload, at) + 2;
  return [from, from + u16At(payload, from - 2)];
}

/** Reads fields one after another; beyond the end all are zero or empty, and it is not whole. */
class Fields {
  readonly #bytes: Uint8Array;
  #at = 0;
  #isShort = false;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Every field was there, and nothing is left. */
  get isWhole(): boolean {
    return !this.#isShort && this.#at === this.#bytes.length;
  }

  bytes(count: number): Uint8Array {
    const taken = this.#bytes.subarray(this.#at, this.#at + count);
    if (taken.length < count) this.#isShort = true;
    this.#at += taken.length;
    return taken;
  }

  text(count: number): string {
    return new TextDecoder().decode(this.bytes(count));
  }

  u8(): number {
    return this.bytes(1)[0] ?? 0;
  }

  u16(): number {
    return this.u8() * 0x100 + this.u8();
  }

  u32(): number {
    return this.u16() * 0x1_0000 + this.u16();
  }
}

function u16At(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) * 0x100 + (bytes[at + 1] ?? 0);
}

function u32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, Math.min(Math.max(0, Math.floor(value)), 0xffff_ffff));
  return bytes;
}

function sized16(bytes: Uint8Array): Uint8Array {
  if (bytes.length > 0xffff) throw new RangeError('too long a text');
  return concatBytes(Uint8Array.of(bytes.length >> 8, bytes.length & 0xff), bytes);
}
