import type { ChipCommand } from './simulated-chip-messaging.ts';

type ReadCommand =
  | ({ readonly kind: 'command' } & ChipCommand)
  /** 6700 the lengths do not fit together, or are of the long form; 6E00 a class that no chip of this kind has. */
  | { readonly kind: 'refused'; readonly sw: 0x6700 | 0x6e00 };

/** Reads an unprotected short command (ISO/IEC 7816-4 §5.2): header, Lc and data or nothing, Le or nothing. */
export function readCommand(bytes: Buffer): ReadCommand {
  const [cla = 0, ins = 0, p1 = 0, p2 = 0] = bytes;
  if (bytes.length < 4) return { kind: 'refused', sw: 0x6700 };
  if (cla !== 0x00 && cla !== 0x10) return { kind: 'refused', sw: 0x6e00 };
  const header = { kind: 'command', cla, ins, p1, p2 } as const;
  const length = bytes[4];
  if (length === undefined) return { ...header, data: Buffer.alloc(0), le: 0 };
  if (bytes.length === 5) return { ...header, data: Buffer.alloc(0), le: length === 0 ? 256 : length };
  const data = bytes.subarray(5, 5 + length);
  const hasLe = bytes.length === 6 + length;
  if (length === 0 || (bytes.length !== 5 + length && !hasLe)) return { kind: 'refused', sw: 0x6700 };
  const le = hasLe ? (bytes.at(-1) ?? 0) : 0;
  return { ...header, data, le: hasLe && le === 0 ? 256 : le };
}
