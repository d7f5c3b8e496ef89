import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { err, ok, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { journalRowSchema } from '@yimen/contracts/journal';
import { CORE_LIMITS } from '../limits.table.ts';
import { faultOf, reasonOf } from '../platform/fault.ts';
import type { WitnessedHead } from './head-witness.ts';
import { isBlankFile, openForReading } from './journal-file.ts';
import { isSuspected } from './patrol.ts';
import { journalReader, type JournalReader } from './read.ts';
import { checkRow, genesisHash } from './row-codec.ts';
import { isAnotherReason } from './sqlite-fault.ts';
import { structureFindings, verifyRows, wordFindings, type Finding, type VerifyReport } from './verify.ts';

/** What others know of the journal, against which the file is held. */
export interface Witnesses {
  readonly tid: string;
  readonly head: WitnessedHead | undefined;
  /** What the fleet confirmed, by epoch. */
  readonly confirmed: readonly { readonly epoch: number; readonly upTo: number }[];
}

/** Whether the journal's file may be worked on. A finding: it is cut first (`cut-journal.ts`).
 *  @fault DATA_IN_USE, JOURNAL_UNREADABLE it could not be read now, which says nothing of what is in it */
export function examine(file: string, witnesses: Witnesses): Result<Finding | undefined, Fault> {
  if (!existsSync(file)) return ok(missing(witnesses));
  const opened = openForReading(file);
  if (!opened.ok) return unreadable(file, opened.error, witnesses);
  try {
    const reader = journalReader(opened.value);
    // A long one is not walked while people wait: its end is looked at now, the rest while the terminal works.
    const isLong = isLongJournal(reader) && !isSuspected(dirname(file));
    const structure = isLong ? [] : structureFindings(opened.value);
    return ok(structure[0] ?? findingIn(reader, witnesses, isLong));
  } catch (error) {
    return isAnotherReason(error)
      ? err(faultOf('JOURNAL_UNREADABLE', `${file}: ${reasonOf(error)}`, 'maintenance'))
      : ok({ code: 'JOURNAL_TORN', j: 0, what: reasonOf(error) });
  } finally {
    opened.value.close();
  }
}

/** Whether a journal has more rows than a start reads. */
export function isLongJournal(reader: JournalReader): boolean {
  return (reader.lastRow()?.j ?? 0) > CORE_LIMITS.journalWholeRows;
}

/** A file that is no database any more is damage; one that may not be read is somebody's configuration. */
function unreadable(file: string, fault: Fault, witnesses: Witnesses): Result<Finding | undefined, Fault> {
  try {
    if (!statSync(file).isFile()) return err(fault);
  } catch {
    return err(fault);
  }
  if (missing(witnesses) === undefined && isBlankFile(file)) return ok(undefined);
  return fault.action === 'configuration' ? err(fault) : ok({ code: 'JOURNAL_TORN', j: 0, what: fault.message });
}

function missing({ head, confirmed }: Witnesses): Finding | undefined {
  const upTo = confirmed.at(-1)?.upTo ?? 0;
  if (head === undefined && upTo === 0) return undefined;
  return { code: 'JOURNAL_GAP', j: 1, what: `the whole journal is missing; it had rows up to j ${head?.j ?? upTo}` };
}

function findingIn(reader: JournalReader, witnesses: Witnesses, isLong: boolean): Finding | undefined {
  const { tid } = witnesses;
  if (isForeign(reader, tid)) return undefined;
  const last = reader.lastRow()?.j ?? 0;
  const fromJ = isLong ? last - CORE_LIMITS.journalTailRows : 0;
  const rows = verifyRows(reader, { tid, fromJ });
  const words = isLong ? [] : wordFindings(reader, rows);
  return rows.findings[0] ?? words[0] ?? shorterThanKnown(reader, rows, witnesses);
}

/** Another terminal's journal is no damaged one of ours: opening it is refused, and it is left alone. One of ours whose
 *  name for itself is damaged begins with our own first link. */
function isForeign(reader: JournalReader, tid: string): boolean {
  const said = reader.about('tid');
  if (said === undefined || said === tid) return false;
  const first = journalRowSchema.safeParse(reader.rawAfter(0, 1)[0]);
  if (!first.success || checkRow(first.data) !== undefined) return false;
  return first.data.prevHash === genesisHash(said);
}

function shorterThanKnown(reader: JournalReader, rows: VerifyReport, witnesses: Witnesses): Finding | undefined {
  const { head, confirmed } = witnesses;
  const next = rows.lastJ + 1;
  if (head !== undefined && head.j > rows.lastJ)
    return { code: 'JOURNAL_GAP', j: next, what: `rows up to j ${head.j} were written, it ends at j ${rows.lastJ}` };
  if (head !== undefined && head.j > 0 && reader.rawAfter(head.j - 1, 1)[0]?.['hash'] !== head.hash)
    return { code: 'JOURNAL_CHAIN', j: head.j, what: 'it is not the row that was written' };
  for (const epoch of reader.epochs()) {
    const upTo = confirmed.find((one) => one.epoch === epoch.epoch)?.upTo ?? 0;
    const isCurrent = epoch.toJ === null;
    // Of an earlier epoch the fleet may well have what was cut here.
    if (isCurrent && upTo > reader.lastSeq())
      return {
        code: 'JOURNAL_GAP',
        j: next,
        what: `the fleet has numbers up to ${upTo}, it ends at ${reader.lastSeq()}`,
      };
  }
  return undefined;
}
