import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

/** How to open a database without leaving a trace. Nobody has it open when no log lies beside it; then SQLite must not
 *  make one: it would belong to whoever closes the day, and keep the program out whose file it is. */
export function asItLies(file: string): string | URL {
  return existsSync(`${file}-wal`) || !existsSync(file) ? file : new URL(`${pathToFileURL(file).href}?immutable=1`);
}
