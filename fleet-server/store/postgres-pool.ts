import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely';
import { DatabaseError, Pool, types, type PoolClient } from 'pg';
import { STORE_LIMITS } from './limits.table.ts';
import { StoreAway } from './store-fault.ts';
import { withoutNul } from './stored-text.ts';

// Counts and sums are whole numbers below 2^53 here; the driver would give int8 and numeric as text.
types.setTypeParser(20, Number);
types.setTypeParser(1700, Number);

/** Connections of one role to a PostgreSQL server, for Kysely. A connection on which the server did not answer in time, or
 *  which broke, is closed at once and never used again: nobody knows what became of its transaction. The next call makes
 *  a new one, so a server that went away and came back needs no restart of ours. */
export class ServerPool implements PostgresPool {
  readonly #pool: Pool;
  /** When the server could not be reached last, and why. */
  #away: { readonly at: number; readonly why: string } | undefined;

  constructor(url: string, options: { readonly role: 'writer' | 'reader'; readonly max: number }) {
    this.#pool = new Pool({
      connectionString: withSettings(url, options.role),
      application_name: `yimen-fleet ${options.role}`,
      max: options.max,
      // Kept for ever: a new connection costs more than an idle one.
      idleTimeoutMillis: 0,
      connectionTimeoutMillis: STORE_LIMITS.connectMs,
      query_timeout: STORE_LIMITS.answerMs,
      keepAlive: true,
    });
    // An idle connection that breaks is taken out by the pool; the next call tells whether the server is there.
    this.#pool.on('error', () => undefined);
  }

  get options(): object {
    return this.#pool.options;
  }

  /** @throws StoreAway the server cannot be reached: all who come shortly after are told at once, instead of each waiting
   *  in turn for the same silence · what the server says to one it does not let in */
  async connect(): Promise<PostgresPoolClient> {
    if (this.#away !== undefined && performance.now() - this.#away.at < STORE_LIMITS.reconnectMs)
      throw new StoreAway(this.#away.why);
    try {
      const client = await this.#pool.connect();
      this.#away = undefined;
      return clientOf(client);
    } catch (error) {
      const told = asAway(error);
      if (told instanceof StoreAway) this.#away = { at: performance.now(), why: told.message };
      throw told;
    }
  }

  end(): Promise<void> {
    return this.#pool.end();
  }
}

/** Names under which each connection's server keeps statements prepared; they go with the connection. */
const prepared = new WeakMap<PoolClient, Map<string, string>>();

/** The statement's name, where the server may still keep one more. */
function nameOf(client: PoolClient, text: string): string | undefined {
  const names = prepared.get(client) ?? new Map<string, string>();
  prepared.set(client, names);
  const known = names.get(text);
  if (known !== undefined || names.size >= STORE_LIMITS.statements) return known;
  const name = `s${names.size + 1}`;
  names.set(text, name);
  return name;
}

function clientOf(client: PoolClient): PostgresPoolClient {
  let lost: StoreAway | undefined;
  // It may break between two statements, when no query is there to hear of it; unheard it would end the thread.
  const hear = (error: Error): void => {
    lost ??= new StoreAway(error.message);
  };
  client.on('error', hear);
  const query = async <R>(sql: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>> => {
    if (lost !== undefined) throw lost;
    try {
      const values = parameters.map(asStored);
      // Without parameters there may be several statements in one text, which no server prepares.
      const name = values.length === 0 ? undefined : nameOf(client, sql);
      const query = name === undefined ? { text: sql, values } : { name, text: sql, values };
      return (await client.query(query)) as PostgresQueryResult<R>;
    } catch (error) {
      const told = asAway(error);
      if (told instanceof StoreAway) lost = told;
      throw told;
    }
  };
  return {
    // Kysely asks for the form with a cursor too; only its streams use that, and the store has none.
    query: query as PostgresPoolClient['query'],
    release: (destroy) => {
      client.off('error', hear);
      client.release(destroy === true || lost !== undefined);
    },
  };
}

/** What the server answered is left as it is; all else happened on the way to it. */
function asAway(error: unknown): unknown {
  if (error instanceof DatabaseError || error instanceof StoreAway) return error;
  return new StoreAway(error instanceof Error && error.message !== '' ? error.message : reasonOf(error));
}

/** Of a host with several addresses Node tells each failure apart, and no message in all. */
function reasonOf(error: unknown): string {
  const { code, errors } = error as { code?: unknown; errors?: readonly unknown[] };
  const [first] = errors ?? [];
  if (first instanceof Error) return first.message;
  return typeof code === 'string' ? code : 'no reason given';
}

function asStored(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asStored);
  return typeof value === 'string' ? withoutNul(value) : value;
}

/** Each session's settings go with its start, so that none can run without them. A server that stands still cannot keep
 *  its own limits, so ours (`answerMs`) ends the wait in any case. */
function withSettings(url: string, role: 'writer' | 'reader'): string {
  const settings = {
    // Acknowledged means on the disk, whatever the server's default is.
    synchronous_commit: 'on',
    statement_timeout: STORE_LIMITS.statementMs,
    lock_timeout: STORE_LIMITS.lockMs,
    idle_in_transaction_session_timeout: STORE_LIMITS.callMs,
    default_transaction_read_only: role === 'reader' ? 'on' : 'off',
    jit: 'off',
  };
  const own = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`);
  const address = new URL(url);
  address.searchParams.set('options', [address.searchParams.get('options') ?? '', ...own].join(' ').trim());
  return address.href;
}
