/** The few members of `pg` (node-postgres 8.23) that the store uses. The package brings no types of its own. */
declare module 'pg' {
  export interface QueryResult {
    readonly command: 'UPDATE' | 'DELETE' | 'INSERT' | 'SELECT' | 'MERGE' | 'COMMIT' | 'ROLLBACK';
    readonly rowCount: number;
    readonly rows: unknown[];
  }
  export interface PoolClient {
    /** `name`: the server keeps the statement prepared under it. */
    query(query: {
      readonly text: string;
      readonly values: readonly unknown[];
      readonly name?: string;
    }): Promise<QueryResult>;
    on(event: 'error', listener: (error: Error) => void): this;
    off(event: 'error', listener: (error: Error) => void): this;
    /** `true`: closes the connection instead of keeping it. */
    release(destroy?: boolean): void;
  }
  export interface PoolConfig {
    readonly connectionString: string;
    readonly application_name: string;
    readonly max: number;
    readonly idleTimeoutMillis: number;
    readonly connectionTimeoutMillis: number;
    readonly query_timeout: number;
    readonly keepAlive: boolean;
  }
  export class Pool {
    constructor(config: PoolConfig);
    readonly options: object;
    on(event: 'error', listener: (error: Error) => void): this;
    connect(): Promise<PoolClient>;
    end(): Promise<void>;
  }
  /** What the server itself answered; `code` is its SQLSTATE. */
  export class DatabaseError extends Error {
    readonly code: string | undefined;
  }
  export const types: { setTypeParser(oid: number, parse: (text: string) => unknown): void };
}
