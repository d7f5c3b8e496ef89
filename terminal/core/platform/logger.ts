import { pino, type Logger } from 'pino';

/** The debug log of core: JSON lines on stderr, for engineers; no promise is kept about its words. A line about an
 *  operation carries `operationId`, one about a citizen's session `sessionId`, so that both can be followed through
 *  the logs of every process. Nothing personal can be in it: core holds nothing personal. */
export type Log = Logger;

/** @param level pino's word: `trace` … `fatal`, `silent`; an unknown word counts as `info` */
export function createLog(level = 'info'): Log {
  const known = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'].includes(level);
  // Synchronous: the last lines before a death are those that matter.
  return pino({ level: known ? level : 'info', base: { program: 'core' } }, pino.destination({ fd: 2, sync: true }));
}
