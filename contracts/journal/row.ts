import { z } from 'zod';
import { bootIdSchema } from '../base/ids.ts';

/** One journal row as stored and verified. `j` numbers every row, `seq` (gap-free too) only those of fleet kinds.
 *  `body` is the RFC 8785 text of the event: `{j, kind, boot, mono, wall, …fields}` with `seq` when it has one; for
 *  fleet kinds it is, byte for byte, what travels in `up/ev`.
 *  `hash` = SHA-256(`prevHash` ‖ body), base64url; `crc` = CRC-32 of body (tells a torn row from a changed one). */
export const journalRowSchema = z.object({
  j: z.int().min(1),
  seq: z.int().min(1).nullable(),
  kind: z
    .string()
    .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/)
    .max(48),
  boot: bootIdSchema,
  mono: z.int().min(0),
  wall: z.int().min(0),
  body: z.string().max(4096),
  prevHash: z.string().length(43),
  hash: z.string().length(43),
  crc: z.int().min(0).max(0xffffffff),
});
export type JournalRow = z.infer<typeof journalRowSchema>;

/** What the hash chain starts from: SHA-256 of `yimen-journal/{terminalId}`, base64url. */
export const JOURNAL_GENESIS_PREFIX = 'yimen-journal/';
/** h(0) of the fleet ledger: SHA-256 of `yimen-ledger/{tid}/{epoch}` (fleet contract §2.3). */
export const LEDGER_GENESIS_PREFIX = 'yimen-ledger/';
