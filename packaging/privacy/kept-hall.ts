import { join } from 'node:path';
import { startDemonstration } from '../start/demonstration.ts';
import { readStartOptions } from '../start/options.ts';
import { sentenceOf } from '../start/problem.ts';

/** The control of the wipe: the demonstration as `npm start` starts it, with sessions that outlive their own end. Whoever
 *  looks through it must find what a killed session would have taken along. */
const options = readStartOptions(process.argv.slice(2));
if (!options.ok || options.value === 'help') process.exit(2);
try {
  const running = await startDemonstration(options.value, () => undefined, {
    core: join(import.meta.dirname, '../../terminal/core/main.ts'),
    session: join(import.meta.dirname, 'kept-session.mjs'),
  });
  process.once('SIGTERM', () => {
    void running.stop().then(() => process.exit(0));
  });
  process.stdout.write(`${JSON.stringify(running.ready)}\n`);
} catch (error) {
  process.stderr.write(`${sentenceOf(error).text}\n`);
  process.exit(1);
}
