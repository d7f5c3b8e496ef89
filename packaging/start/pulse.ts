import { PULSE_VARIABLE } from './watch.table.ts';

/** Loaded before the program of a process that is watched (`node --import`): says on stdout that its event loop turns, and
 *  how much memory it holds. A program that is stopped, or busy in an endless loop, says nothing any more. */
const everyMs = Number(process.env[PULSE_VARIABLE]);
// Neither its threads nor its own children shall speak for it.
delete process.env[PULSE_VARIABLE];
if (everyMs > 0) {
  // A launcher that is gone is noticed by stdin, which ends the process in order.
  process.stdout.on('error', () => undefined);
  setInterval(() => {
    process.stdout.write(`${JSON.stringify({ pulse: process.memoryUsage.rss() })}\n`);
  }, everyMs).unref();
}
