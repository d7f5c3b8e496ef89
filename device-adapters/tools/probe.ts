import { createHostLog } from '../host/host-log.ts';
import { systemClock } from '../host/system-clock.ts';
import { openerOf } from '../registry/discover.ts';
import { openUnlessHeld } from './open-unless-held.ts';
import { listPluggedIn } from './plugged-in.ts';
import { parseProbe, type ProbeOptions } from './probe-options.ts';
import { helpText, listText, probeList } from './probe-texts.ts';
import { randomOf } from './run-action.ts';
import { runProbe } from './run-probe.ts';

/** How long the list of what is plugged in may take. */
const LIST_MS = 3_000;

async function main(): Promise<number> {
  const parsed = parseProbe(process.argv.slice(2));
  if (!parsed.ok) {
    process.stderr.write(`probe: ${parsed.error}\n`);
    return 2;
  }
  const { value } = parsed;
  if (value.call === 'run') return run(value.options);
  if (value.call === 'list') return list(value.isJson);
  process.stdout.write(helpText(value.driver));
  return 0;
}

async function run(options: ProbeOptions): Promise<number> {
  const log = createHostLog('probe', process.env['YIMEN_LOG']);
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  return runProbe(options, {
    open: openUnlessHeld(
      options.at,
      openerOf(options.where, systemClock, (line) => log.debug({ stderr: line }, 'the program says')),
    ),
    clock: systemClock,
    driverRandom: randomOf,
    log,
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    signal: stop.signal,
  });
}

async function list(isJson: boolean): Promise<number> {
  const all = probeList(await listPluggedIn(LIST_MS, systemClock));
  process.stdout.write(isJson ? `${JSON.stringify(all)}\n` : listText(all));
  return 0;
}

process.exitCode = await main();
