export { JOURNAL_FILE_NAME, openForReading } from './journal-file.ts';
export { openJournal, type Journal, type JournalHead, type JournalOptions } from './journal.ts';
export {
  journalReader,
  type JournalDamage,
  type JournalReader,
  type LedgerEpoch,
  type LedgerReader,
  type UnfinishedSession,
} from './read.ts';
export { checkRow, type UncheckedEvent } from './row-codec.ts';
export { showJournal, type ShowFilter } from './show.ts';
export { sqliteFault } from './sqlite-fault.ts';
export { verifyJournal, type Finding, type VerifyReport } from './verify.ts';
