import { z } from 'zod';
import { canonicalJson, type CanonicalValue } from '../base/canonical-json.ts';
import { LEDGER_GENESIS_PREFIX } from '../journal/row.ts';
import {
  FLEET_LIMITS,
  wireCode,
  wireHash,
  wireId,
  wireInt,
  wireMs,
  wireTimeSchema,
  wireVersion,
  wireWall,
} from './common.ts';

/** The part every ledger event has; the other fields belong to its kind (journal/event-ids.table.ts). Unknown kinds
 *  and fields pass: they are stored as received and understood after an upgrade. */
export const ledgerEventSchema = z.looseObject({
  seq: wireInt.min(1),
  j: wireInt.min(1),
  kind: wireCode,
  boot: wireId,
  mono: wireMs,
  wall: wireWall,
});
export type LedgerEvent = z.infer<typeof ledgerEventSchema>;

export const evBatchSchema = z.object({
  v: wireVersion,
  linkSession: wireInt,
  t: wireTimeSchema,
  epoch: wireInt,
  from: wireInt.min(1),
  events: z.array(ledgerEventSchema).min(1).max(FLEET_LIMITS.evEvents),
  chain: z.object({ prev: wireHash, head: wireHash }),
});
export type EvBatch = z.infer<typeof evBatchSchema>;

const range = z.tuple([wireInt, wireInt]);

/** `upTo`: all up to it is committed, save `missing`. `quarantined`: kept raw, not counted, not to be sent again. */
export const evAckSchema = z.object({
  v: wireVersion,
  epoch: wireInt,
  upTo: wireInt,
  missing: z.array(range).max(32),
  quarantined: z.array(range).max(32),
  srv: wireWall,
  checkpoint: z.string().max(1024).optional(),
});
export type EvAck = z.infer<typeof evAckSchema>;

/** Text hashed for h(0). */
export function ledgerGenesisText(tid: string, epoch: number): string {
  return `${LEDGER_GENESIS_PREFIX}${tid}/${epoch}`;
}

/** Canonical text of one event, as hashed into the chain: h(seq) = SHA-256(h(seq−1) bytes ‖ this). */
export function ledgerEventText(event: unknown): string {
  return canonicalJson(event as CanonicalValue);
}
