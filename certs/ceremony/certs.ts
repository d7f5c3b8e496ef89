import { askPassphrase } from './ask-passphrase.ts';
import { runCerts } from './run-certs.ts';

// `… | head` closes the pipe early: that is no error of ours.
process.stdout.on('error', () => {
  process.exit(0);
});
process.exitCode = await runCerts(process.argv.slice(2), {
  out: (line) => process.stdout.write(`${line}\n`),
  err: (line) => process.stderr.write(`${line}\n`),
  ask: askPassphrase,
  now: () => Date.now(),
});
