import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';

/** About one row of the journal. */
const RECORD = new Uint8Array(512).fill(0x41);

export interface PlainSyncs {
  /** Appends one record and syncs it, `count` times. */
  sync(count: number): void;
  close(): void;
}

/** What no durable append can be cheaper than: a record at the end of a plain file, and fsync. */
export function plainSyncs(file: string): PlainSyncs {
  const handle = openSync(file, 'a', 0o600);
  return {
    sync(count) {
      for (let n = 0; n < count; n += 1) {
        writeSync(handle, RECORD);
        fsyncSync(handle);
      }
    },
    close: () => {
      closeSync(handle);
    },
  };
}
