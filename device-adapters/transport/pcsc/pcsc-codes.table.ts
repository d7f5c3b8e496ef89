import type { PcscFailure } from './pcsc-binding.ts';

type Row = readonly [code: number, name: string, what: PcscFailure['what']];

/** PC/SC's errors that mean something here: number, pcsc-mini's name for it, meaning. Every other is `other`.
 *  @source pcsclite.h; PC/SC part 5 §3.1.2 */
const ROWS: readonly Row[] = [
  [0x8010_0008, 'InsufficientBuffer', 'other'],
  [0x8010_0009, 'UnknownReader', 'noReader'],
  [0x8010_000b, 'SharingViolation', 'busy'],
  [0x8010_000c, 'NoSmartCard', 'noCard'],
  [0x8010_000d, 'UnknownCard', 'mute'],
  [0x8010_000f, 'ProtoMismatch', 'mute'],
  // Between library and daemon: what a killed pcscd looks like.
  [0x8010_0013, 'CommError', 'noService'],
  [0x8010_0016, 'NotTransacted', 'silent'],
  [0x8010_0017, 'ReaderUnavailable', 'noReader'],
  [0x8010_001d, 'NoService', 'noService'],
  [0x8010_001e, 'ServiceStopped', 'noService'],
  [0x8010_002e, 'NoReadersAvailable', 'noReader'],
  [0x8010_0065, 'UnsupportedCard', 'mute'],
  [0x8010_0066, 'UnresponsiveCard', 'mute'],
  [0x8010_0067, 'UnpoweredCard', 'mute'],
  [0x8010_0068, 'ResetCard', 'reset'],
  [0x8010_0069, 'RemovedCard', 'noCard'],
  // Polkit's no; pcscd asks it for everyone but root.
  [0x8010_006a, 'SecurityViolation', 'denied'],
];

/** What pcsc-mini rejected with: its `code` is a name. */
export function pcscMiniFailure(error: unknown): PcscFailure {
  const { code: name, message } = Object(error) as { code?: unknown; message?: unknown };
  const [code, , what] = ROWS.find((row) => row[1] === name) ?? [];
  return { what: what ?? 'other', code, said: String(name ?? message ?? error).slice(0, 80) };
}

/** What pcsclite gave: the number stands in the text alone, `SCardConnect error: Card was removed.(0x80100069)`. */
export function pcscliteFailure(error: unknown): PcscFailure {
  const said = error instanceof Error ? error.message : String(error);
  const [, digits] = /\(0x([0-9a-f]{8,16})\)/i.exec(said) ?? [];
  // The number is a C long: on some machines with the sign carried on.
  const code = digits === undefined ? undefined : Number.parseInt(digits.slice(-8), 16);
  return { what: ROWS.find((row) => row[0] === code)?.[2] ?? 'other', code, said: said.slice(0, 80) };
}
