/** Every bound of the ingest room, each with its reason (fleet design §4). */
export const INGEST_LIMITS = {
  /** One commit: more would make the others wait longer than the sync they share is worth. */
  groupMessages: 1_000,
  groupBytes: 4 * 1024 * 1024,
  /** What may wait for the writer. At half of it terminals are asked to slow down; above it sockets are not read. */
  waitingMessages: 20_000,
  waitingBytes: 64 * 1024 * 1024,
  /** Beats are kept in memory, newest per terminal, and written together this often; load is looked at as often. */
  beatsEveryMs: 1_000,
  /** How often a terminal beats, told in `srv/state` (fleet contract §2.3). */
  beatEverySec: [30, 60],
  /** First reconnect spread over terminals/100 seconds, between these (fleet contract §2.5 rule 8). */
  spreadMinSec: 5,
  spreadMaxSec: 120,
  terminalsPerSpreadSec: 100,
} as const;
