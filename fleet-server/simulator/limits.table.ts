/** Every bound of this program, each with its reason. Times in milliseconds. */
export const LIGHT_LIMITS = {
  terminals: 200,
  /** One configuration argument; thirteen terminals need 3 KB. */
  configBytes: 256 * 1024,
  connectMs: 10_000,
  /** Ready is said when all are linked, or after this long: the demonstration must not wait for a server that is away. */
  readyMs: 6_000,
  /** The farewell of all terminals together. */
  leaveMs: 1_000,
  /** How often a terminal looks whether something is due. */
  tickMs: 250,
  /** Events are sent this long after the first of them was written (fleet contract §2.5 rule 9). */
  lingerMs: 20,
  /** Bytes of events in one batch, below the contract's 64 KB with its envelope. */
  batchBytes: 56 * 1024,
  /** Acknowledged events are kept so long (fleet contract §2.5 rule 2). */
  keepMs: 30 * 86_400_000,
  keepaliveSec: 60,
  /** First reconnect after a loss is spread over this, doubling. */
  reconnectFirstMs: 1_000,
} as const;
