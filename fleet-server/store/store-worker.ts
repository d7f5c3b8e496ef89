import { parentPort, workerData } from 'node:worker_threads';
import { AppError } from '@yimen/contracts/base';
import { migrate } from './migrate.ts';
import { openConnection, type OpenConnection } from './sqlite-bridge.ts';
import { storeFaultOf } from './store-fault.ts';
import { READS, writesOf } from './store-functions.table.ts';
import type { WorkerAnswer, WorkerCall, WorkerSetup } from './worker-call.ts';
import { WriterMemory } from './writer-memory.ts';

type AnyFunction = (db: OpenConnection['db'], input: unknown) => Promise<unknown>;

const memory = new WriterMemory('sqlite');
const WRITES = writesOf(memory);

function functionOf(role: WorkerSetup['role'], call: WorkerCall): AnyFunction {
  const table: Readonly<Record<string, Readonly<Record<string, unknown>>>> = role === 'writer' ? WRITES : READS;
  const found = table[call.group]?.[call.name];
  if (typeof found !== 'function')
    throw new AppError('INTERNAL_UNREACHABLE', `the store has no ${call.group}.${call.name}`);
  return found as AnyFunction;
}

async function answer(setup: WorkerSetup, connection: OpenConnection, call: WorkerCall): Promise<WorkerAnswer> {
  try {
    const fn = functionOf(setup.role, call);
    // What was issued may be about to change.
    if (call.group === 'allow') memory.clear();
    const value =
      setup.role === 'writer'
        ? await connection.db.transaction().execute((transaction) => fn(transaction, call.input))
        : await fn(connection.db, call.input);
    return { no: call.no, ok: true, value };
  } catch (error) {
    // Of a write that failed nothing was kept: neither is what was learnt from it.
    memory.clear();
    const fault = storeFaultOf(error);
    if (fault !== undefined) return { no: call.no, ok: false, fault };
    return { no: call.no, ok: false, broken: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

async function open(setup: WorkerSetup): Promise<OpenConnection | WorkerAnswer> {
  try {
    const connection = openConnection(setup.file, { readOnly: setup.role === 'reader' });
    if (setup.role === 'reader') return connection;
    const migrated = await migrate(connection.db);
    return migrated.ok ? connection : { no: 0, ok: false, fault: migrated.error };
  } catch (error) {
    const fault = storeFaultOf(error) ?? {
      code: 'DATA_UNREADABLE' as const,
      message: `database: ${error instanceof Error ? error.message : String(error)}`,
    };
    return { no: 0, ok: false, fault };
  }
}

/** One thread of the store. The `writer` owns the only write connection and does each call as one transaction, one
 *  after the other; the `reader` has a read-only connection. */
function run(): void {
  const port = parentPort;
  if (port === null) throw new AppError('INTERNAL_UNREACHABLE', 'the store worker was started as a program');
  const setup = workerData as WorkerSetup;
  let connection: OpenConnection | undefined;
  const take = async (call: WorkerCall | 'open' | 'close'): Promise<void> => {
    if (call === 'open') {
      const opened = await open(setup);
      if (!('no' in opened)) connection = opened;
      port.postMessage('no' in opened ? opened : ({ no: 0, ok: true, value: undefined } satisfies WorkerAnswer));
    } else if (call === 'close') {
      if (connection !== undefined) await close(connection);
      port.close();
    } else if (connection !== undefined) {
      port.postMessage(await answer(setup, connection, call));
    }
  };
  // One after the other: a transaction of the single write connection must not meet another call's statements.
  let last: Promise<void> = Promise.resolve();
  port.on('message', (call: WorkerCall | 'open' | 'close') => {
    last = last.then(() => take(call));
  });
}

async function close({ db, raw }: OpenConnection): Promise<void> {
  await db.destroy();
  // Before its first query Kysely has not taken the connection over and leaves it open.
  if (raw.isOpen) raw.close();
}

run();
