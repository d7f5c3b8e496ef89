import { createHostLog } from '../host/host-log.ts';
import { systemClock } from '../host/system-clock.ts';
import { CATALOGUE } from '../registry/catalogue.ts';
import { openerOf, WHERE_FORMS } from '../registry/discover.ts';
import { actionsOf } from './probe-actions.table.ts';
import { listPluggedIn, type PluggedIn } from './plugged-in.ts';
import { parseProbe, type ProbeOptions } from './probe-options.ts';
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
  if (value.call === 'help') return help();
  return value.call === 'list' ? await list(value.isJson) : run(value.options);
}

async function run(options: ProbeOptions): Promise<number> {
  const log = createHostLog('probe', process.env['YIMEN_LOG']);
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  return runProbe(options, {
    open: openerOf(options.where, systemClock, (line) => log.debug({ stderr: line }, 'the program says')),
    clock: systemClock,
    driverRandom: randomOf,
    log,
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    signal: stop.signal,
  });
}

async function list(isJson: boolean): Promise<number> {
  const drivers = Object.entries(CATALOGUE).map(([driver, { says, kind }]) => ({
    driver,
    says,
    actions: Object.keys(actionsOf(kind)),
  }));
  const pluggedIn = await listPluggedIn(LIST_MS, systemClock);
  if (isJson) {
    process.stdout.write(`${JSON.stringify({ drivers, pluggedIn })}\n`);
    return 0;
  }
  for (const { driver, says, actions } of drivers)
    process.stdout.write(`${driver}\n    ${says}\n    ${actions.join(', ')}\n`);
  process.stdout.write(pluggedInText(pluggedIn));
  return 0;
}

function pluggedInText(pluggedIn: readonly PluggedIn[]): string {
  const lines = pluggedIn.map(({ where, says }) => `    ${where}\n        ${says}\n`);
  return `\nPlugged in\n${lines.join('') || '    nothing that can be listed\n'}`;
}

function help(): number {
  process.stdout.write(
    [
      'npm run probe -- DRIVER --at WHERE ACTION [--json]',
      '',
      'A technician’s look at one device. Without arguments: the drivers, their actions, and what is plugged in.',
      `WHERE    ${WHERE_FORMS}`,
      'ACTION   identify, status, selftest, watch, and what the device can do; what a test moves and counts (test-card,',
      '         clean, dispense, a printed page) is not a customer’s',
      '--json   one JSON document on stdout, everything else on stderr',
      'Status   0 done, 1 it failed (the reason is the last line), 2 wrong use',
      '',
    ].join('\n'),
  );
  return 0;
}

process.exitCode = await main();
