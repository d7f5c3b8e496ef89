import { runFleet } from './run-fleet.ts';

/** What is on its way between two processes arrives within a second; notices of the provider are fetched every second. */
const SETTLE_MS = 3_000;

// `… | head` closes the pipe early: that is no error of ours.
process.stdout.on('error', () => {
  process.exit(0);
});
process.exitCode = await runFleet(process.argv.slice(2), {
  out: (line) => process.stdout.write(`${line}\n`),
  err: (line) => process.stderr.write(`${line}\n`),
  wallMs: () => Date.now(),
  settleMs: SETTLE_MS,
});
