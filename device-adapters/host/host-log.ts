import { pino, type Logger } from 'pino';

/** The host's debug log: one JSON line each on stderr, level from YIMEN_LOG (default `warn`). Never wire bytes, never a
 *  person's data; `operationId` and `trace` (session id, `core`, `technician`) let one operation be followed through the
 *  logs of all processes. */
export function createHostLog(room: string, level: string | undefined): Logger {
  const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];
  return pino(
    { level: level !== undefined && levels.includes(level) ? level : 'warn', base: { room, pid: process.pid } },
    // Synchronous: a process that is killed must not take its last lines along.
    pino.destination({ fd: 2, sync: true }),
  );
}
