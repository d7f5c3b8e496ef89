import { z } from 'zod';

/** An identity is a branded string, so that a session's id cannot stand where an operation's is meant. */
export const terminalIdSchema = z
  .string()
  .regex(/^[A-Z0-9-]{6,32}$/)
  .meta({ title: 'tid' })
  .brand<'TerminalId'>();
export type TerminalId = z.infer<typeof terminalIdSchema>;

/** `id` of the wire contract: 8–40 characters of A–Z a–z 0–9 _ - (fleet contract, common types). */
export const wireIdSchema = z.string().regex(/^[A-Za-z0-9_-]{8,40}$/);

export const hallIdSchema = z
  .string()
  .regex(/^[a-z0-9-]{3,40}$/)
  .brand<'HallId'>();
export type HallId = z.infer<typeof hallIdSchema>;

export const sessionIdSchema = wireIdSchema.brand<'SessionId'>();
export type SessionId = z.infer<typeof sessionIdSchema>;

/** UUID version 7 (RFC 9562 §5.7): one per physical or back-office effect. */
export const operationIdSchema = z
  .string()
  .regex(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  .brand<'OperationId'>();
export type OperationId = z.infer<typeof operationIdSchema>;

export const leaseIdSchema = wireIdSchema.brand<'LeaseId'>();
export type LeaseId = z.infer<typeof leaseIdSchema>;

export const bootIdSchema = wireIdSchema.brand<'BootId'>();
export type BootId = z.infer<typeof bootIdSchema>;

/** Gives `n` unpredictable bytes; the program hands in its platform's source, tests a seeded one. */
export type RandomBytes = (n: number) => Uint8Array;

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-';
/** Letters and digits that nobody confuses when reading them aloud: no 0 O 1 I L U V. */
const SPOKEN = '23456789ABCDEFGHJKMNPQRSTWXYZ';

/** A random id of `length` characters (6 bits each) in the wire alphabet. */
export function randomId(random: RandomBytes, length = 12): string {
  let text = '';
  for (const byte of random(length)) text += ALPHABET[byte & 63];
  return text;
}

/** Two groups of random characters without look-alikes: `R7K2-9QXM` (receipts), `3+3` for incidents. */
export function spokenId(random: RandomBytes, group: number): string {
  const take = (): string => {
    let text = '';
    while (text.length < group) {
      for (const byte of random(group)) {
        // Bytes past the last whole multiple are dropped, or some characters would come up more often.
        if (byte < 232 && text.length < group) text += SPOKEN[byte % SPOKEN.length];
      }
    }
    return text;
  };
  return `${take()}-${take()}`;
}

/** Makes the id of the next effect: later than `newest` whatever the clock says, because devices and offices order ids by
 *  their time, and one that went back would look like an old one (RFC 9562 §6.2).
 *  @param newest the newest id that this terminal has made, if any */
export function nextOperationId(newest: OperationId | null, wallMs: number, random: RandomBytes): OperationId {
  return newOperationId(newest === null ? wallMs : Math.max(wallMs, timeOfOperation(newest) + 1), random);
}

/** The time of making of an id, in milliseconds: its first 48 bits (RFC 9562 §5.7). */
function timeOfOperation(id: OperationId): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}

/** Makes a UUIDv7: 48 bits of `wallMs`, version, 74 random bits. Sorts by time of making. */
export function newOperationId(wallMs: number, random: RandomBytes): OperationId {
  const bytes = random(16);
  let time = wallMs;
  for (let i = 5; i >= 0; i -= 1) {
    bytes[i] = time % 256;
    time = Math.floor(time / 256);
  }
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  let hex = '';
  for (const byte of bytes) hex += byte.toString(16).padStart(2, '0');
  const text = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  return text as OperationId;
}
