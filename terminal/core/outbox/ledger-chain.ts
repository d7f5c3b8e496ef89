import { Buffer } from 'node:buffer';
import { canonicalJson } from '@yimen/contracts/base';
import { FLEET_LIMITS, ledgerGenesisText, type WireTime } from '@yimen/contracts/fleet';
import type { JournalRow } from '@yimen/contracts/journal';
import { checkRow, type LedgerReader } from '../journal/index.ts';
import { CORE_LIMITS } from '../limits.table.ts';
import { sha256Base64Url } from '../platform/digest.ts';

/** What surrounds the events of a batch stays below this; the rest of 64 KB is theirs. */
const ENVELOPE_BYTES = 1024;

interface Known {
  readonly seq: number;
  readonly hash: string;
}

/** An event as it travels and its link in the fleet's chain. */
interface LedgerLink {
  readonly text: string;
  readonly hash: string;
}

/** The fleet's hash chain over the journal's fleet rows: h(0) = SHA-256(genesis), h(seq) = SHA-256(h(seq−1) ‖ event)
 *  (fleet contract §2.3). Hashes are remembered every few hundred rows; nothing of the journal is copied. */
export interface LedgerChain {
  /** h(seq), base64url. Long ways are walked in pieces, so that the event loop breathes. */
  hashAt(seq: number): Promise<string>;
  /** The payload of `up/ev` for rows from…to. */
  batch(from: number, to: number, head: { linkSession: number; t: WireTime; epoch: number }): Promise<string>;
  /** Where a batch that begins at `from` ends: ≤100 events, ≤64 KB with everything around them. */
  batchEnd(from: number, to: number): number;
  /** From here on this row goes as `unreadable`. Its place in the chain stays: what was sent after it still joins. */
  tellUnreadable(seq: number): void;
}

/** @param known h(seq) kept from an earlier run, so that a restart need not walk the whole journal
 *  @param unread rows that the fleet cannot read */
export function ledgerChain(
  reader: LedgerReader,
  tid: string,
  epoch: number,
  known: Known | undefined,
  unread: readonly number[],
): LedgerChain {
  const unreadable = new Set(unread);
  const marks: Known[] = [{ seq: 0, hash: sha256Base64Url(ledgerGenesisText(tid, epoch)) }];
  if (known !== undefined && known.seq > 0) marks.push(known);

  const hashAt = async (seq: number): Promise<string> => {
    let at = marks.findLast((mark) => mark.seq <= seq) ?? { seq: 0, hash: '' };
    while (at.seq < seq) {
      const rows = reader.fleetRows(at.seq + 1, Math.min(CORE_LIMITS.journalPageRows, seq - at.seq));
      if (rows.length === 0) throw new RangeError(`the journal has no fleet row ${at.seq + 1}`);
      for (const row of rows) at = { seq: row.seq ?? at.seq, hash: linkOf(at.hash, row).hash };
      if (at.seq - (marks.findLast((mark) => mark.seq <= at.seq)?.seq ?? 0) >= CORE_LIMITS.ledgerHashEvery)
        remember(marks, at);
      if (at.seq < seq) await breathe();
    }
    return at.hash;
  };

  const batch: LedgerChain['batch'] = async (from, to, { linkSession, t, epoch: of }) => {
    const prev = await hashAt(from - 1);
    const texts: string[] = [];
    let head = prev;
    for (const row of reader.fleetRows(from, to - from + 1)) {
      const link = linkOf(head, row);
      texts.push(unreadable.has(row.seq ?? 0) ? unreadableText(row, link.hash) : link.text);
      head = link.hash;
    }
    // The events go out as the very bytes that were hashed.
    return `{"v":1,"linkSession":${linkSession},"t":${JSON.stringify(t)},"epoch":${of},"from":${from},"events":[${texts.join(',')}],"chain":{"prev":"${prev}","head":"${head}"}}`;
  };

  const batchEnd = (from: number, to: number): number => {
    let bytes = ENVELOPE_BYTES;
    let end = from - 1;
    for (const row of reader.fleetRows(from, Math.min(to - from + 1, FLEET_LIMITS.evEvents))) {
      bytes += Buffer.byteLength(row.body) + 1;
      // One row alone always fits: it has at most 4 KB.
      if (bytes > FLEET_LIMITS.evBytes && end >= from) break;
      end = row.seq ?? end + 1;
    }
    return Math.max(end, from);
  };

  return { hashAt, batch, batchEnd, tellUnreadable: (seq) => unreadable.add(seq) };
}

/** A row whose text can no longer be trusted travels as `unreadable` with its own hash, which takes the place of
 *  h(seq) (fleet contract §2.4): the numbers stay whole and the fleet sees what is lost. */
function linkOf(prev: string, row: JournalRow): LedgerLink {
  if (checkRow(row) === undefined)
    return { text: row.body, hash: sha256Base64Url(Buffer.from(prev, 'base64url'), row.body) };
  return { text: unreadableText(row, row.hash), hash: row.hash };
}

function unreadableText({ seq, j, boot, mono, wall }: JournalRow, hash: string): string {
  return canonicalJson({ seq, j, kind: 'unreadable', boot, mono, wall, h: hash });
}

function remember(marks: Known[], mark: Known): void {
  if (marks.some((other) => other.seq === mark.seq)) return;
  marks.push(mark);
  marks.sort((a, b) => a.seq - b.seq);
}

function breathe(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
