import { runService } from './run-service.ts';

// `… | head` closes the pipe early: that is no error of ours.
process.stdout.on('error', () => {
  process.exit(0);
});
process.exitCode = runService(process.argv.slice(2), {
  out: (line) => process.stdout.write(`${line}\n`),
  err: (line) => process.stderr.write(`${line}\n`),
});
