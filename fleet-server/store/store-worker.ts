import { parentPort, workerData } from 'node:worker_threads';
import { AppError } from '@yimen/contracts/base';
import type { Kysely } from 'kysely';
import type { FleetDatabase } from './database.ts';
import { migrate } from './migrate.ts';
import type { OpenConnection } from './open-connection.ts';
import { openSqlite } from './sqlite-bridge.ts';
import { brokenConstraintOf, storeFaultOf } from './store-fault.ts';
import { READS, writesOf } from './store-functions.table.ts';
import type { WorkerAnswer, WorkerCall, WorkerSetup } from './worker-call.ts';
import { WriterMemory } from './writer-memory.ts';

type AnyFunction = (db: Kysely<FleetDatabase>, input: unknown) => Promise<unknown>;

const memory = new WriterMemory();
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
        ? await connection.write((transaction) => fn(transaction, call.input))
        : await fn(connection.db, call.input);
    return { no: call.no, ok: true, value };
  } catch (error) {
    // Of a write that failed nothing was kept: neither is what was learnt from it.
    memory.clear();
    const fault = storeFaultOf(error);
    if (fault !== undefined) return { no: call.no, ok: false, fault };
    const rule = brokenConstraintOf(error);
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { no: call.no, ok: false, broken: rule === undefined ? text : `${rule}: ${text}` };
  }
}

async function open(setup: WorkerSetup): Promise<OpenConnection | WorkerAnswer> {
  try {
    const connection = await connect(setup);
    if (setup.role === 'reader') return connection;
    const migrated = await migrate(connection);
    if (migrated.ok) return connection;
    await connection.close();
    return { no: 0, ok: false, fault: migrated.error };
  } catch (error) {
    const fault = storeFaultOf(error) ?? {
      code: 'DATA_UNREADABLE' as const,
      message: `database: ${error instanceof Error ? error.message : String(error)}`,
    };
    return { no: 0, ok: false, fault };
  }
}

async function connect({ at, role }: WorkerSetup): Promise<OpenConnection> {
  const options = { readOnly: role === 'reader' };
  if ('file' in at) return openSqlite(at.file, options);
  // Its driver is loaded only where it is used.
  const { openPostgres } = await import('./postgres-bridge.ts');
  return openPostgres(at.postgres, options);
}

/** Runs work in the order in which it came, at most `width` at a time. */
class Lanes {
  readonly #waiting: (() => Promise<void>)[] = [];
  readonly #running = new Set<Promise<void>>();
  width = 1;

  add(work: () => Promise<void>): void {
    this.#waiting.push(work);
    this.#fill();
  }

  /** Answers when nothing runs or waits any more. */
  async empty(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  #fill(): void {
    while (this.#running.size < this.width) {
      const work = this.#waiting.shift();
      if (work === undefined) return;
      const run: Promise<void> = work().finally(() => {
        this.#running.delete(run);
        this.#fill();
      });
      this.#running.add(run);
    }
  }
}

/** One thread of the store. The `writer` owns the only write connection and does each call as one transaction, one
 *  after the other; the `reader` can change nothing, and reads from a server by several connections at a time. */
function run(): void {
  const port = parentPort;
  if (port === null) throw new AppError('INTERNAL_UNREACHABLE', 'the store worker was started as a program');
  const setup = workerData as WorkerSetup;
  const lanes = new Lanes();
  let connection: OpenConnection | undefined;
  const begin = async (): Promise<void> => {
    const opened = await open(setup);
    if ('no' in opened) return port.postMessage(opened);
    connection = opened;
    lanes.width = opened.width;
    port.postMessage({ no: 0, ok: true, value: undefined } satisfies WorkerAnswer);
  };
  const end = async (): Promise<void> => {
    await lanes.empty();
    await connection?.close();
    port.close();
  };
  const take = async (call: WorkerCall): Promise<void> => {
    if (connection !== undefined) port.postMessage(await answer(setup, connection, call));
  };
  port.on('message', (message: WorkerCall | 'open' | 'close') => {
    if (message === 'open') lanes.add(begin);
    else if (message === 'close') void end();
    else lanes.add(() => take(message));
  });
}

run();
