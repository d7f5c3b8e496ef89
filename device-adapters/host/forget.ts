import { randomBytes } from 'node:crypto';
import { connect, createServer } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Young objects lie in at most three halves of 16 MiB each (V8's limit for this memory). */
const YOUNG_BYTES = 64 * 1024 * 1024;
const PIECE = 4096;
const YOUNG_PIECE: readonly number[] = Array.from({ length: PIECE / 8 }, () => 0);
/** Deeper than any text's way through this process. */
const STACK_CALLS = 2_000;
/** Any: it is used last. */
const LAST = /^x?$/u;
/** What the event loop reads at once. */
const READ_BYTES = 65_536;

/** What a citizen's device said went through this process as text and buffers. Dropping it is not enough: what is dropped
 *  stays where it was until something else is written there. What the C library frees is its own business
 *  (`GLIBC_TUNABLES=glibc.malloc.perturb=…:glibc.malloc.tcache_count=0` in the environment).
 *  @returns overwrites what is free by now; some 50 ms */
export function prepareToForget(): () => void {
  setFlagsFromString('--expose-gc');
  // Small buffers share pieces of memory, and one that is kept (a certificate) keeps its neighbours, whosever they were.
  Buffer.poolSize = 0;
  // From now on V8 overwrites with zeros what it frees.
  setFlagsFromString('--clear-free-memory');
  const gc = runInNewContext('gc') as (how: Readonly<Record<string, string>>) => void;
  // The thorough one: it also ends the sweeping that an ordinary collection leaves to the background.
  const collect = (): void => gc({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  return () => {
    // The regular expression that was used last remembers its text.
    LAST.test('');
    collect();
    fillYoung();
    collect();
    overwriteStack(STACK_CALLS);
    overwriteReadBuffer();
  };
}

function fillYoung(): void {
  let last: unknown[] = [];
  for (let bytes = 0; bytes < YOUNG_BYTES; bytes += PIECE) last = YOUNG_PIECE.slice();
  last.length = 0;
}

/** Texts are taken apart and put together on the stack, and lie below its end afterwards. */
function overwriteStack(calls: number): number {
  if (calls === 0) return new TextDecoder('utf-8', { fatal: true }).decode(new Uint8Array(READ_BYTES)).length;
  return overwriteStack(calls - 1) + new TextDecoder().decode(new Uint8Array(16)).length;
}

/** Sockets are read into a buffer of the event loop's own, and what was read stays there: zeros are read last. */
function overwriteReadBuffer(): void {
  const name = `\0yimen-forget-${randomBytes(12).toString('hex')}`;
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.end(Buffer.alloc(4 * READ_BYTES));
  });
  server.on('error', () => server.close());
  server.listen(name, () => {
    const socket = connect(name, () => undefined);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => server.close());
    socket.resume();
  });
}
