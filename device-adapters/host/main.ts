import { randomBytes } from 'node:crypto';
import { createDeviceHost } from './device-host.ts';
import { holdPlaces } from '../registry/held-places.ts';
import { parseHostConfig } from './host-config.ts';
import { prepareToForget } from './forget.ts';
import { createHostLog } from './host-log.ts';
import { RpcServer } from './rpc-server.ts';
import { systemClock } from './system-clock.ts';
import { LIMITS } from '../limits.table.ts';

/** The device host's process. Configuration: one JSON argument, else the variable YIMEN_DEVICE_HOST (`host-config.ts`).
 *  Prints one line `{"ready":true,"pid":…}` on stdout when it serves. Ends on SIGTERM, SIGINT and when its stdin closes
 *  (its parent is gone): start it with stdin as a pipe that stays open. Exit status: 0 ended, 1 it cannot work
 *  here, 2 wrong configuration; the reason is one sentence on stderr. */
async function main(): Promise<void> {
  const config = parseHostConfig(process.argv[2] ?? process.env['YIMEN_DEVICE_HOST']);
  if (!config.ok) return fail(2, config.error);
  // The key must not be inherited by drivers' processes or show in a dump of the environment.
  delete process.env['YIMEN_DEVICE_HOST'];
  const log = createHostLog('device-host', process.env['YIMEN_LOG']);
  const deps = { clock: systemClock, random: (n: number) => new Uint8Array(randomBytes(n)), log };
  const host = createDeviceHost(config.value, deps);
  if (!host.ok) return fail(1, `${host.error.message} [${host.error.code}]`);
  const forget = prepareToForget();
  const server = new RpcServer({ ...config.value, ...deps, host: host.value, forget });
  const listening = await server.listen();
  if (!listening.ok) {
    await host.value.close();
    return fail(1, `${listening.error.message} [${listening.error.code}]`);
  }
  // Whoever probes a device of this terminal learns who has it.
  const letGo = holdPlaces(config.value.devices, systemClock.wallMs());
  let isStopping = false;
  const stop = (): void => {
    if (isStopping) return;
    isStopping = true;
    letGo();
    // A device that does not let go must not keep the process; the operation file already knows what was begun.
    setTimeout(() => process.exit(0), LIMITS.hostStopMs).unref();
    void host.value
      .close()
      .then(() => server.close())
      .then(() => process.exit(0));
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  process.stdin.once('end', stop).once('close', stop).resume();
  process.stdout.write(`${JSON.stringify({ ready: true, pid: process.pid })}\n`);
}

function fail(status: 1 | 2, sentence: string): void {
  process.stderr.write(`device host: ${sentence}\n`);
  process.exitCode = status;
}

await main();
