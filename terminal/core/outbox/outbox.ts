import type { Journal, LedgerEpoch } from '../journal/index.ts';
import { cursorOutbox, type CursorOptions, type Outbox } from './cursor-outbox.ts';
import { serialOutbox, type EpochOutbox } from './serial-outbox.ts';

export interface OutboxOptions extends Omit<CursorOptions, 'journal'> {
  readonly journal: Pick<Journal, 'tid' | 'epoch' | 'reader' | 'head' | 'onAppended'>;
}

/** The outbox of a journal: of its one epoch, or of all of them where it was cut after a damage. */
export function createOutbox(options: OutboxOptions): Outbox {
  const { journal } = options;
  const earlier = journal.reader.epochs().filter(({ toJ }) => toJ !== null);
  const current: EpochOutbox = { epoch: journal.epoch, lastSeq: null, outbox: cursorOutbox(options) };
  const [first, ...rest] = [...earlier.map((epoch) => earlierOutbox(options, epoch)), current];
  // Nearly every journal has one epoch and was never cut.
  return first === undefined || rest.length === 0 ? current.outbox : serialOutbox([first, ...rest]);
}

/** What is left to send of an epoch that ended when the journal was cut. */
function earlierOutbox(options: OutboxOptions, of: LedgerEpoch): EpochOutbox {
  const { journal } = options;
  const reader = journal.reader.ledgerOf(of);
  const lastSeq = reader.lastSeq();
  const ledger = { tid: journal.tid, epoch: of.epoch, reader, head: () => ({ seq: lastSeq }), onAppended: never };
  return { epoch: of.epoch, lastSeq, outbox: cursorOutbox({ ...options, journal: ledger }) };
}

function never(): () => void {
  return () => undefined;
}
