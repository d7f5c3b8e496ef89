import { z } from 'zod';

/** How the journal writer is started: one argument, JSON. */
export const writerStartSchema = z.strictObject({
  folder: z.string(),
  /** The rigs' controls, which must lose: `sync`: SQLite does not sync its commits (synchronous=NORMAL); `commit-errors`: a
   *  commit that failed is taken for done. */
  weakened: z.enum(['nothing', 'sync', 'commit-errors']),
  /** Transactions until it ends by itself; null: until it is ended. */
  transactions: z.int().min(1).nullable(),
});
export type WriterStart = z.infer<typeof writerStartSchema>;

const hash = z.string();
/** What it tells, a line each, written to its pipe the moment the product's own call has returned: an acknowledgement is
 *  what a citizen, an office or the fleet would have been told. */
export const writerLineSchema = z.discriminatedUnion('say', [
  /** The journal and the stores beside it as it found them; it goes on when it is told a line. */
  z.strictObject({
    say: z.literal('open'),
    j: z.int(),
    seq: z.int(),
    hash,
    upTo: z.int(),
    link: z.int(),
    last: z.string().nullable(),
  }),
  /** It cannot work here, as core could not. */
  z.strictObject({ say: z.literal('refused'), code: z.string(), why: z.string() }),
  /** Acknowledged: rows on the disk, newest last. */
  z.strictObject({ say: z.literal('rows'), rows: z.array(z.tuple([z.int(), hash])) }),
  /** Acknowledged: how far the fleet is known to have confirmed. */
  z.strictObject({ say: z.literal('cursor'), upTo: z.int() }),
  /** Acknowledged: a number of a connection, which must never come again. */
  z.strictObject({ say: z.literal('link'), link: z.int() }),
  /** Acknowledged: what the terminal will tell an office it did last. */
  z.strictObject({ say: z.literal('last'), operationId: z.string() }),
  /** Not acknowledged: the disk refused it. */
  z.strictObject({ say: z.literal('no'), what: z.enum(['rows', 'cursor', 'link', 'last']), code: z.string() }),
  z.strictObject({ say: z.literal('end'), j: z.int() }),
]);
export type WriterLine = z.infer<typeof writerLineSchema>;
