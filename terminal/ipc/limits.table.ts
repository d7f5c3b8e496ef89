/** Every wait and every bound of a local socket between two processes of one terminal, in one place. */
export const IPC_LIMITS = {
  /** `sun_path` holds 108 bytes with its closing zero (Linux unix(7)); a longer path is cut silently by the kernel's
   *  interface or refused with a message that names nothing. */
  socketPathBytes: 107,
  /** One message. The largest is a recovery's assignment: 5,000 past rows of some 300 bytes. */
  frameBytes: 4 * 1024 * 1024,
  /** Bytes written but not yet taken by the other end; one that reads nothing is closed. */
  backlogBytes: 8 * 1024 * 1024,
  /** Connections to one listener: a running session, the warm one, one being replaced, the page's tools. */
  connections: 16,
  /** Requests of one connection that may be under way at once. */
  pending: 32,
  /** Events that wait for the first listener of a fresh connection. */
  heldEvents: 64,
  /** Opening a local connection: a listener that exists answers in microseconds. */
  connectMs: 2_000,
  /** A connection that has not said who it is by then is closed. */
  helloMs: 2_000,
  /** What is still unsent when a connection is closed may take this long. */
  flushMs: 500,
} as const;
