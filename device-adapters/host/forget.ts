import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Young objects lie in at most three halves of 16 MiB each (V8's limit for this memory). */
const YOUNG_BYTES = 64 * 1024 * 1024;
const PIECE = 4096;

/** What a citizen's device said went through this process as text and buffers. Dropping it is not enough: what is dropped
 *  stays where it was until something else is written there. */
export function prepareToForget(): () => void {
  setFlagsFromString('--expose-gc');
  // From now on V8 overwrites with zeros what it frees.
  setFlagsFromString('--clear-free-memory');
  const collect = runInNewContext('gc') as () => void;
  return () => {
    // The regular expression that was used last remembers its text.
    /^/u.test('');
    collect();
    collect();
    let last: unknown[] = [];
    for (let bytes = 0; bytes < YOUNG_BYTES; bytes += PIECE) last = new Array<number>(PIECE / 8).fill(0);
    last.length = 0;
    collect();
  };
}
