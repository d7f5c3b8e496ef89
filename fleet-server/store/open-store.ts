import { ok, type Clock, type Result } from '@yimen/contracts/base';
import { fleetReadsOf } from './fleet-reads-of.ts';
import type { FleetChange, FleetChanges, FleetReads } from './fleet-reads.ts';
import type { Group } from './store-group.ts';
import type { StoreAddress } from './store-address.ts';
import type { StoreFault } from './store-fault.ts';
import { READS, WRITES, type Reads, type Writes } from './store-functions.table.ts';
import { systemClock } from './system-clock.ts';
import { WorkerThread } from './worker-call.ts';

/** The open store. Groups of typed functions (see README); only `reads` rejects instead of answering a Result. */
export interface Store {
  readonly reads: FleetReads;
  /** Told after each commit of `ingest`, `alarms` and `variances`. */
  readonly changes: FleetChanges;
  readonly places: Group<Writes['places']>;
  readonly allow: Group<Writes['allow'] & Reads['allow']>;
  readonly ingest: Group<Writes['ingest']>;
  readonly ledger: Pick<Group<Reads['fleet']>, 'countRows' | 'countServices' | 'rowsOf'>;
  readonly alarms: Group<Writes['alarms'] & Reads['alarms']>;
  readonly staff: Group<Writes['staff'] & Reads['staff']>;
  readonly operations: Group<Writes['operations'] & Reads['operations']>;
  readonly variances: Group<Writes['variances'] & Reads['variances']>;
  /** Finishes waiting calls and closes the data. */
  close(): Promise<void>;
}

/** Opens the data (a file is made, where missing), brings the schema up to date, starts both threads. `clock` dates the
 *  freshness that `reads` shows.
 *  @fault DATA_UNREADABLE · DATA_NEWER a newer program wrote it · DISK_FULL · STORE_AWAY, STORE_DENIED the server cannot
 *         be reached, or does not let us in */
export async function openStore(
  options: StoreAddress & { readonly clock?: Clock },
): Promise<Result<Store, StoreFault>> {
  const at = 'file' in options ? { file: options.file } : { postgres: options.postgres };
  // Deadlines of calls to a thread are always real time: a test's clock may jump hours while a commit is under way.
  const writer = WorkerThread.start({ role: 'writer', at }, systemClock());
  const reader = WorkerThread.start({ role: 'reader', at }, systemClock());
  // The reader finds a file and its tables only after the writer has made them; their programs load side by side.
  const writing = await writer.open();
  const reading = writing.ok ? await reader.open() : writing;
  if (reading.ok) return ok(storeOf(writer, reader, options.clock ?? systemClock()));
  await Promise.all([writer.close(), reader.close()]);
  return reading;
}

function storeOf(writer: WorkerThread, reader: WorkerThread, clock: Clock): Store {
  const listeners = new Set<(change: FleetChange) => void>();
  const tell = (changes: readonly FleetChange[]): void => {
    for (const change of changes) for (const fn of listeners) fn(change);
  };
  const fleet = groupOf(reader, 'fleet', READS.fleet);
  const alarms = { ...groupOf(writer, 'alarms', WRITES.alarms), ...groupOf(reader, 'alarms', READS.alarms) };
  const variances = {
    ...groupOf(writer, 'variances', WRITES.variances),
    ...groupOf(reader, 'variances', READS.variances),
  };
  return {
    reads: fleetReadsOf(fleet, { ...alarms, ...variances }, clock),
    changes: {
      subscribe: (fn) => {
        listeners.add(fn);
        return () => void listeners.delete(fn);
      },
    },
    places: groupOf(writer, 'places', WRITES.places),
    allow: { ...groupOf(writer, 'allow', WRITES.allow), ...groupOf(reader, 'allow', READS.allow) },
    ingest: tellingIngest(groupOf(writer, 'ingest', WRITES.ingest), tell),
    ledger: fleet,
    alarms: {
      ...alarms,
      apply: async (input) => {
        const done = await alarms.apply(input);
        if (done.ok) tell(input.changes.map(({ alarm }) => ({ what: 'alarms', tid: alarm.tid })));
        return done;
      },
    },
    staff: { ...groupOf(writer, 'staff', WRITES.staff), ...groupOf(reader, 'staff', READS.staff) },
    operations: {
      ...groupOf(writer, 'operations', WRITES.operations),
      ...groupOf(reader, 'operations', READS.operations),
    },
    variances: {
      ...variances,
      accept: async (input) => {
        const done = await variances.accept(input);
        if (done.ok && done.value.tid !== null) tell([{ what: 'alarms', tid: done.value.tid }]);
        return done;
      },
    },
    close: async () => {
      await reader.close();
      await writer.close();
    },
  };
}

function tellingIngest(
  ingest: Group<Writes['ingest']>,
  tell: (changes: readonly FleetChange[]) => void,
): Group<Writes['ingest']> {
  return {
    ...ingest,
    commitGroup: async (input) => {
      const done = await ingest.commitGroup(input);
      if (done.ok) tell(done.value.changes);
      return done;
    },
    writeBeats: async (input) => {
      const done = await ingest.writeBeats(input);
      if (done.ok) tell(done.value.map((tid) => ({ what: 'terminal', tid })));
      return done;
    },
    setLink: async (input) => {
      const done = await ingest.setLink(input);
      if (done.ok) tell([{ what: 'terminal', tid: input.tid }]);
      return done;
    },
  };
}

/** The callers of one group; what crosses to the thread and back is plain data, typed by the function itself. */
function groupOf<T extends object>(thread: WorkerThread, group: string, functions: T): Group<T> {
  const callers = Object.keys(functions).map(
    (name) => [name, (input?: unknown) => thread.call(group, name, input)] as const,
  );
  return Object.fromEntries(callers) as Group<T>;
}
