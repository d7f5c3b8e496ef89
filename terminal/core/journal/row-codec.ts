import { Buffer } from 'node:buffer';
import { crc32 } from 'node:zlib';
import { canonicalJson, err, fromBase64Url, ok, type CanonicalValue, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { EVENTS, isEventKind, JOURNAL_GENESIS_PREFIX, type EventKind, type JournalRow } from '@yimen/contracts/journal';
import { sha256Base64Url } from '../platform/digest.ts';
import { faultOf, reasonOf } from '../platform/fault.ts';
import { CORE_LIMITS } from '../limits.table.ts';

/** An event as it comes from another process: its kind and fields are not yet checked. */
export interface UncheckedEvent {
  readonly kind: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Where a row stands in the two series and when it was written. */
export interface RowPlace {
  readonly j: number;
  readonly seq: number | null;
  readonly boot: JournalRow['boot'];
  readonly mono: number;
  readonly wall: number;
  readonly prevHash: string;
}

/** What the chain of a terminal's journal starts from, base64url. */
export function genesisHash(tid: string): string {
  return sha256Base64Url(JOURNAL_GENESIS_PREFIX + tid);
}

/** SHA-256(`prevHash` ‖ body), base64url. */
export function rowHash(prevHash: string, body: string): string {
  return sha256Base64Url(fromBase64Url(prevHash), body);
}

/** CRC-32 of the body's UTF-8 (ISO 3309, as zlib). */
function rowCrc(body: string): number {
  return crc32(body);
}

/** Checks an event against the allow-list of its kind. Nothing that the event table does not name can be written.
 *  @fault JOURNAL_FIELD unknown kind, unknown or missing field, or a value outside its bounds */
export function checkEvent(event: UncheckedEvent): Result<{ kind: EventKind; fields: object }, Fault> {
  if (!isEventKind(event.kind)) return err(faultOf('JOURNAL_FIELD', `no such event: ${event.kind}`));
  const parsed = EVENTS[event.kind].fields.safeParse(event.fields);
  if (parsed.success) return ok({ kind: event.kind, fields: parsed.data });
  const issue = parsed.error.issues[0];
  return err(faultOf('JOURNAL_FIELD', `${event.kind}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? 'invalid'}`));
}

/** The finished row of a checked event.
 *  @fault JOURNAL_FIELD the text is longer than 4 KB or holds what canonical JSON does not (a fraction) */
export function encodeRow(kind: EventKind, fields: object, place: RowPlace): Result<JournalRow, Fault> {
  const { j, seq, boot, mono, wall, prevHash } = place;
  let body: string;
  try {
    const value = { ...fields, kind, j, seq: seq ?? undefined, boot, mono, wall };
    body = canonicalJson(value as { [key: string]: CanonicalValue });
  } catch (error) {
    return err(faultOf('JOURNAL_FIELD', `${kind}: ${reasonOf(error)}`));
  }
  const bytes = Buffer.byteLength(body);
  if (bytes > CORE_LIMITS.journalBodyBytes)
    return err(faultOf('JOURNAL_FIELD', `${kind}: ${bytes} bytes are too many for one row`));
  return ok({ j, seq, kind, boot, mono, wall, body, prevHash, hash: rowHash(prevHash, body), crc: rowCrc(body) });
}

export interface RowFinding {
  readonly code: 'JOURNAL_TORN' | 'JOURNAL_CHANGED';
  readonly what: string;
}

/** Whether a stored row is what was written: its checksum, its hash, and its columns against its text.
 *  A wrong checksum is a torn row (bits were lost), a wrong hash under a right checksum a changed one. */
export function checkRow(row: JournalRow): RowFinding | undefined {
  if (rowCrc(row.body) !== row.crc) return { code: 'JOURNAL_TORN', what: 'its text does not fit its checksum' };
  if (rowHash(row.prevHash, row.body) !== row.hash)
    return { code: 'JOURNAL_CHANGED', what: 'its text does not fit its hash' };
  const differing = columnsThatDiffer(row);
  return differing === '' ? undefined : { code: 'JOURNAL_CHANGED', what: `columns differ from the text: ${differing}` };
}

function columnsThatDiffer(row: JournalRow): string {
  const told: unknown = JSON.parse(row.body);
  if (typeof told !== 'object' || told === null) return 'body';
  const said = new Map<string, unknown>(Object.entries(told));
  const names = ['j', 'kind', 'boot', 'mono', 'wall'] as const;
  const wrong: string[] = names.filter((name) => said.get(name) !== row[name]);
  if ((said.get('seq') ?? null) !== row.seq) wrong.push('seq');
  return wrong.join(', ');
}
