import { ALARM_READS, ALARM_WRITES } from './alarm-store.ts';
import { ALLOW_READS, ALLOW_WRITES } from './allow-list.ts';
import { commitWrites } from './commit-group.ts';
import { LEDGER_READS } from './ledger-reads.ts';
import { LIVE_WRITES } from './live-state.ts';
import { OPERATION_READS, OPERATION_WRITES } from './operations.ts';
import { PLACE_WRITES } from './places.ts';
import { STAFF_READS, STAFF_WRITES } from './staff.ts';
import { TERMINAL_READS } from './terminal-reads.ts';
import { VARIANCE_READS, VARIANCE_WRITES } from './variances.ts';
import { WriterMemory } from './writer-memory.ts';

/** Everything the writing thread can be asked, by group and name: `(db, input) → value`, one transaction each. */
export function writesOf(memory: WriterMemory) {
  return {
    places: PLACE_WRITES,
    allow: ALLOW_WRITES,
    ingest: { ...commitWrites(memory), ...LIVE_WRITES },
    alarms: ALARM_WRITES,
    staff: STAFF_WRITES,
    operations: OPERATION_WRITES,
    variances: VARIANCE_WRITES,
  };
}
export type Writes = ReturnType<typeof writesOf>;
/** Their names, for whoever asks the thread. */
export const WRITES: Writes = writesOf(new WriterMemory());

/** Everything the reading thread can be asked. */
export const READS = {
  fleet: { ...TERMINAL_READS, ...LEDGER_READS },
  allow: ALLOW_READS,
  alarms: ALARM_READS,
  staff: STAFF_READS,
  operations: OPERATION_READS,
  variances: VARIANCE_READS,
};
export type Reads = typeof READS;
