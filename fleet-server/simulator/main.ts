import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { readLightConfig, type LightConfig } from './light-config.ts';
import { LightLedgers } from './light-ledger.ts';
import { LightTerminal } from './light-terminal.ts';
import { LIGHT_LIMITS } from './limits.table.ts';

/** Light terminals for demonstrations, load and soak: `node main.ts CONFIG` (one JSON argument, `light-config.ts`). Prints
 *  one line `{"ready":true,"terminals":N,"linked":N}`, then works until SIGTERM, SIGINT, or its stdin closes. */
function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

function openLedgers(config: LightConfig): LightLedgers | undefined {
  try {
    mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
    return new LightLedgers(join(config.dataDir, 'light.sqlite'));
  } catch (error) {
    say(
      `The data folder ${config.dataDir} cannot be used: ${error instanceof Error ? error.message : String(error)} [DATA_UNREADABLE]`,
    );
    return undefined;
  }
}

async function run(config: LightConfig, ledgers: LightLedgers): Promise<void> {
  const terminals = config.terminals.map((terminal) => new LightTerminal(config, terminal, ledgers, say));
  let linked = 0;
  let stopping: Promise<void> | undefined;
  const stop = (): void => {
    stopping ??= Promise.all(terminals.map((terminal) => terminal.stop())).then(() => {
      ledgers.close();
      process.exit(0);
    });
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  // The launcher's pipe: it closes when the launcher is gone, however it went.
  process.stdin.on('end', stop).on('error', stop).resume();
  for (const terminal of terminals) {
    terminal.start();
    void terminal.linked.then(() => (linked += 1));
  }
  const all = Promise.all(terminals.map((terminal) => terminal.linked));
  await Promise.race([all, new Promise((resolve) => setTimeout(resolve, LIGHT_LIMITS.readyMs))]);
  process.stdout.write(`${JSON.stringify({ ready: true, terminals: terminals.length, linked })}\n`);
}

const config = readLightConfig(process.argv[2]);
if (config.ok) {
  const ledgers = openLedgers(config.value);
  if (ledgers === undefined) process.exitCode = 1;
  else await run(config.value, ledgers);
} else {
  say(`${config.error.message} [${config.error.code}]`);
  process.exitCode = 2;
}
