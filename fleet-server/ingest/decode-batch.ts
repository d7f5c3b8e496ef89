import {
  FLEET_LIMITS,
  evBatchSchema,
  ledgerEventSchema,
  shapeFaultOf,
  type LedgerEvent,
  type WireTime,
} from '@yimen/contracts/fleet';
import { EVENTS, isEventKind, type EventKind } from '@yimen/contracts/journal';
import { z } from 'zod';
import type { BatchEvent, BrokenPayload, GroupBatch, PoisonEvent } from '../store/index.ts';
import { canonicalText, chainHash } from './chain.ts';

export type DecodedBatch =
  | { readonly what: 'batch'; readonly batch: GroupBatch }
  | { readonly what: 'broken'; readonly broken: BrokenPayload };

/** The envelope with its events unread: each is judged alone, so that one that does not fit takes no other with it. */
const envelopeSchema = z.object({
  ...evBatchSchema.shape,
  events: z.array(z.unknown()).min(1).max(FLEET_LIMITS.evEvents),
});
/** Of the levels that a payload may have, the batch and its list take two. */
const EVENT_DEPTH = FLEET_LIMITS.depth - 2;

type Envelope = z.output<typeof envelopeSchema>;

/** Reads one `up/ev` payload of `tid`, heard at `receivedAt` (wall milliseconds): size, schema, chain.
 *  An event that breaks the contract is poison alone; a `head` that does not fit makes all of the batch poison; a payload
 *  of which not even the numbers can be read is broken as a whole (fleet contract §2.3, fleet design §4). */
export function decodeBatch(tid: string, payload: Uint8Array, receivedAt: number): DecodedBatch {
  const broken = (reason: string): DecodedBatch => ({
    what: 'broken',
    broken: {
      tid,
      leaf: 'ev',
      reason: reason.slice(0, 200),
      raw: Buffer.from(payload).toString('utf8'),
      at: receivedAt,
    },
  });
  if (payload.length > FLEET_LIMITS.evBytes) return broken('payload too large');
  const text = readUtf8(payload);
  if (text === undefined) return broken('not UTF-8');
  const envelope = readEnvelope(text);
  if (typeof envelope === 'string') return broken(envelope);
  const texts = envelope.events.map(canonicalText);
  if (texts.includes(undefined)) return broken('an event without canonical form');
  const hashes = chainOf(envelope, texts as string[]);
  const judged = envelope.events.map((event, index) => judge(event, envelope.from + index, texts[index] ?? ''));
  return { what: 'batch', batch: assemble(tid, envelope, texts as string[], hashes, judged, receivedAt) };
}

function readUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** @returns the envelope, or why it cannot be read. */
function readEnvelope(text: string): Envelope | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'not JSON';
  }
  const parsed = envelopeSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  return `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}`;
}

/** h of each event, from the batch's own `prev`. An `unreadable` row brings its hash with it (§2.4). */
function chainOf(envelope: Envelope, texts: readonly string[]): string[] {
  let hash = envelope.chain.prev;
  return envelope.events.map((event, index) => {
    hash = ownHash(event) ?? chainHash(hash, texts[index] ?? '');
    return hash;
  });
}

const unreadableSchema = z.object({ kind: z.literal('unreadable'), h: z.string().regex(/^[A-Za-z0-9_-]{43}$/) });

function ownHash(event: unknown): string | undefined {
  // Looked at before the schema is asked: a schema that says no costs more than all the rest of an event.
  if (typeof event !== 'object' || event === null || !('kind' in event) || event.kind !== 'unreadable')
    return undefined;
  const row = unreadableSchema.safeParse(event);
  return row.success ? row.data.h : undefined;
}

/** The event when it fits the contract, else why not. */
function judge(event: unknown, seq: number, text: string): LedgerEvent | string {
  const parsed = shapeFaultOf(event, EVENT_DEPTH) === undefined ? ledgerEventSchema.safeParse(event) : undefined;
  if (parsed?.success !== true) return 'event does not fit the contract';
  if (parsed.data.seq !== seq) return `number ${parsed.data.seq} where ${seq} was due`;
  if (Buffer.byteLength(text, 'utf8') > FLEET_LIMITS.eventBytes) return 'event too large';
  if (!isEventKind(parsed.data.kind)) return parsed.data;
  if (!EVENTS[parsed.data.kind].forFleet) return `kind ${parsed.data.kind} does not leave the terminal`;
  const fields = fieldsSchema(parsed.data.kind).safeParse(event);
  return fields.success ? parsed.data : `${parsed.data.kind}: ${fields.error.issues[0]?.path.join('.') ?? ''}`;
}

const loose = new Map<EventKind, z.ZodType>();

/** The fields of a kind, with those of a newer terminal let through (§2.2: unknown fields are ignored). */
function fieldsSchema(kind: EventKind): z.ZodType {
  const schema = loose.get(kind) ?? EVENTS[kind].fields.loose();
  loose.set(kind, schema);
  return schema;
}

function assemble(
  tid: string,
  envelope: Envelope,
  texts: readonly string[],
  hashes: readonly string[],
  judged: readonly (LedgerEvent | string)[],
  receivedAt: number,
): GroupBatch {
  const { epoch, from, chain, t } = envelope;
  const to = from + judged.length - 1;
  const common = { tid, epoch, from, to, head: chain.head, receivedAt };
  const rawOf = (index: number): string => texts[index] ?? '';
  if (hashes.at(-1) !== chain.head) {
    return {
      ...common,
      prev: null,
      events: [],
      poison: judged.map((_, i) => ({ seq: from + i, reason: 'LEDGER_CHAIN', hash: null, raw: rawOf(i) })),
    };
  }
  const events: BatchEvent[] = [];
  const poison: PoisonEvent[] = [];
  for (const [i, event] of judged.entries()) {
    const hash = hashes[i] ?? '';
    if (typeof event === 'string') poison.push({ seq: from + i, reason: event.slice(0, 200), hash, raw: rawOf(i) });
    else events.push(batchEvent(event, hash, rawOf(i), t, receivedAt));
  }
  return { ...common, prev: chain.prev, events, poison };
}

function batchEvent(event: LedgerEvent, hash: string, body: string, t: WireTime, receivedAt: number): BatchEvent {
  const { seq, j, kind, boot, mono, wall } = event;
  return { seq, j, kind, boot, mono, wall, hash, body, ...correctedTime(event, t, receivedAt) };
}

/** When an event happened, by server time: exact within the boot that sends it, else its own wall time (§2.2). Never
 *  later than it was heard. */
export function correctedTime(
  event: { boot: string; mono: number; wall: number },
  t: WireTime,
  receivedAt: number,
): { at: number; approx: boolean } {
  const same = event.boot === t.boot && event.mono <= t.mono;
  const at = same ? receivedAt - (t.mono - event.mono) : event.wall;
  return { at: Math.max(0, Math.min(at, receivedAt)), approx: !same };
}
