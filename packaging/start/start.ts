import { startDemonstration, type Demonstration } from './demonstration.ts';
import { readStartOptions, START_HELP, type StartOptions } from './options.ts';
import { watchParents } from './parent-watch.ts';
import { sentenceOf } from './problem.ts';

await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<void> {
  const options = readStartOptions(args);
  if (!options.ok)
    return leave(`${options.error.message}. npm start -- --help lists the options [${options.error.code}]`, 2);
  if (options.value === 'help') {
    process.stdout.write(START_HELP);
    return;
  }
  const { value } = options;
  const say = (line: string): void => {
    process.stderr.write(`  ${line}\n`);
  };
  if (!value.json) process.stdout.write('yimen 一门: starting the demonstration…\n');
  let running: Demonstration | null = null;
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    if (!value.json) process.stdout.write('\nstopping…\n');
    // Asked to stop while still starting: the children's stdin closes with this process and they end by themselves.
    void (running === null ? Promise.resolve() : running.stop()).then(() => process.exit(0));
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  process.on('SIGHUP', stop);
  watchParents(stop);
  try {
    running = await startDemonstration(value, say);
  } catch (error) {
    const { text, status } = sentenceOf(error);
    return leave(text, status);
  }
  announce(running, value);
}

function announce(running: Demonstration, options: StartOptions): void {
  if (options.json) {
    process.stdout.write(`${JSON.stringify(running.ready)}\n`);
    return;
  }
  const { urls, signIn } = running.ready;
  const { url, people } = running.staff;
  const staff = people.map(({ name, card, pin, level }) => `    ${name.padEnd(18)} card ${card}  PIN ${pin}  ${level}`);
  process.stdout.write(`
The demonstration is ready. Everything runs on this machine, with simulated devices and offices.

  A citizen's screen     ${urls.citizen}
  The cabinet (bench)    ${urls.bench}      put a permit in, pay, break things
  The fleet's dashboard  ${signIn}
  The back offices       ${urls.sandbox}
  The staff console      ${url}      first turn the key at the cabinet
${staff.join('\n')}

  npm run citizen -- exit.endorse     walks one scripted citizen through
  Ctrl-C                              stops everything
`);
}

function leave(text: string, status: 1 | 2): void {
  process.stderr.write(`${text}\n`);
  process.exit(status);
}
