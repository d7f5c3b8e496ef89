import { DatabaseSync } from 'node:sqlite';
import { err, ok, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { sqliteFault } from '../journal/index.ts';
import { CORE_LIMITS } from '../limits.table.ts';

export interface KeptCursor {
  /** Everything up to here is committed at the fleet. */
  readonly upTo: number;
  /** h(upTo) of the ledger's chain, base64url. */
  readonly hash: string;
}

/** The little that must outlive core beside the journal: how far the fleet has confirmed it, and the link's counter.
 *  Its loss costs time, never events: without a cursor everything is offered again and the fleet says what it has. */
export interface OutboxStore {
  cursor(epoch: number): KeptCursor | undefined;
  /** How far each epoch is confirmed. */
  confirmed(): readonly { readonly epoch: number; readonly upTo: number }[];
  keepCursor(epoch: number, cursor: KeptCursor): Result<void, Fault>;
  /** Rows that the fleet could not read and that go as `unreadable`: a restored fleet must get them the same way. */
  unreadable(epoch: number): readonly number[];
  keepUnreadable(epoch: number, seq: number): Result<void, Fault>;
  /** The next number of a connection, on the disk before it is returned: it must rise over every restart. */
  nextLinkSession(): Result<number, Fault>;
  reconnectSpreadSec(): number | undefined;
  keepReconnectSpread(seconds: number): Result<void, Fault>;
  close(): void;
}

const SCHEMA = `
CREATE TABLE IF NOT EXISTS cursor (epoch INTEGER PRIMARY KEY, up_to INTEGER NOT NULL, hash TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS unreadable (epoch INTEGER NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (epoch, seq)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS link (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
`;

/** Opens `outbox.sqlite` in the data folder.
 *  @fault JOURNAL_FULL, JOURNAL_IO, DATA_IN_USE as the journal */
export function openOutboxStore(folder: string): Result<OutboxStore, Fault> {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(`${folder}/outbox.sqlite`, { timeout: CORE_LIMITS.journalBusyMs });
    db.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA trusted_schema=OFF');
    db.exec(SCHEMA);
    return ok(storeOver(db));
  } catch (error) {
    db?.close();
    return err(sqliteFault(error, `opening the outbox in ${folder}`));
  }
}

function storeOver(db: DatabaseSync): OutboxStore {
  const cursor = db.prepare('SELECT up_to, hash FROM cursor WHERE epoch = ?');
  const all = db.prepare('SELECT epoch, up_to AS upTo FROM cursor ORDER BY epoch');
  const keep = db.prepare(
    'INSERT INTO cursor (epoch, up_to, hash) VALUES (?, ?, ?) ON CONFLICT (epoch) DO UPDATE SET up_to = excluded.up_to, hash = excluded.hash',
  );
  const unread = db.prepare('SELECT seq FROM unreadable WHERE epoch = ?');
  const keepUnread = db.prepare('INSERT OR IGNORE INTO unreadable (epoch, seq) VALUES (?, ?)');
  const value = db.prepare('SELECT value FROM link WHERE name = ?');
  const set = db.prepare(
    'INSERT INTO link (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  );
  const number = (name: string): number | undefined => {
    const found = value.get(name)?.['value'];
    return typeof found === 'number' ? found : undefined;
  };
  const write = <T>(doing: string, act: () => T): Result<T, Fault> => {
    try {
      return ok(act());
    } catch (error) {
      return err(sqliteFault(error, doing));
    }
  };
  return {
    cursor: (epoch) => {
      const row = cursor.get(epoch);
      const { up_to: upTo, hash } = row ?? {};
      return typeof upTo === 'number' && typeof hash === 'string' ? { upTo, hash } : undefined;
    },
    confirmed: () => all.all().map(({ epoch, upTo }) => ({ epoch: Number(epoch), upTo: Number(upTo) })),
    keepCursor: (epoch, at) =>
      write('keeping the cursor', () => {
        keep.run(epoch, at.upTo, at.hash);
      }),
    unreadable: (epoch) => unread.all(epoch).map(({ seq }) => Number(seq)),
    keepUnreadable: (epoch, seq) =>
      write('keeping an unreadable row', () => {
        keepUnread.run(epoch, seq);
      }),
    nextLinkSession: () =>
      write('counting the link', () => {
        const next = (number('linkSession') ?? 0) + 1;
        set.run('linkSession', next);
        return next;
      }),
    reconnectSpreadSec: () => number('reconnectSpreadSec'),
    keepReconnectSpread: (seconds) =>
      write('keeping the spread', () => {
        if (number('reconnectSpreadSec') !== seconds) set.run('reconnectSpreadSec', seconds);
      }),
    close: () => {
      db.close();
    },
  };
}
