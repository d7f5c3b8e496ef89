import { err, ok, type Clock, type RandomBytes, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { PEOPLE } from '@yimen/contracts/testing';
import { listenTcp, type TcpListener } from '../transport/tcp-listener.ts';
import { createBenchDevices } from './bench-devices.ts';
import { serveBench } from './bench-http.ts';
import { readBenchState, restoreCards, writeBenchState, type BenchState } from './bench-state.ts';
import { BenchWorld, type BenchDevice } from './bench-world.ts';
import { CardPath } from './card-path.ts';
import { permitOf } from './things.ts';

export interface BenchOptions {
  /** Port of the page and the HTTP interface; 0 takes a free one. */
  readonly httpPort: number;
  /** Port per device kind; a kind that is not named takes its last one, else a free one. */
  readonly ports?: Readonly<Record<string, number>> | undefined;
  readonly speed: 'real' | 'fast';
  readonly clock: Clock;
  readonly random: RandomBytes;
  /** Where cards and money are kept over a restart; without it nothing is. */
  readonly dataDir?: string | undefined;
  /** Other devices than the cabinet's, for tests of the bench itself. */
  readonly createDevices?: typeof createBenchDevices | undefined;
}

export interface Bench {
  readonly httpPort: number;
  /** Port per device kind, on 127.0.0.1. */
  readonly devices: Readonly<Record<string, number>>;
  readonly world: BenchWorld;
  /** Ends every connection. Idempotent. */
  close(): Promise<void>;
}

/** The simulated cabinet: all devices on one card path, each behind its own TCP port on the loopback interface, with
 *  the bench's page and HTTP interface beside them.
 *  @fault deviceBusy a port is taken. */
export async function startBench(options: BenchOptions): Promise<Result<Bench, Fault>> {
  const kept = options.dataDir === undefined ? undefined : readBenchState(options.dataDir);
  const world = createWorld(options, kept);
  const listeners = new Map<string, TcpListener>();
  const closeAll = async (): Promise<void> => {
    await Promise.all([...listeners.values()].map((listener) => listener.close()));
  };
  for (const [kind, row] of world.devices) {
    const listener = await listenDevice(kind, options, kept, listenerOf(row, options.clock));
    if (!listener.ok) {
      await closeAll();
      return listener;
    }
    listeners.set(kind, listener.value);
  }
  const devices = Object.fromEntries([...listeners].map(([kind, { port }]) => [kind, port]));
  world.ports = devices;
  const http = await serveBench(world, options.httpPort, options.clock);
  if (!http.ok) {
    await closeAll();
    return err({
      code: 'deviceBusy',
      message: `port ${options.httpPort} of the bench is taken`,
      action: 'configuration',
    });
  }
  const stopKeeping = keepWorld(world, options.dataDir);
  const close = async (): Promise<void> => {
    stopKeeping();
    await Promise.all([http.value.close(), closeAll()]);
  };
  return ok({ httpPort: http.value.port, devices, world, close });
}

function createWorld(options: BenchOptions, kept: BenchState | undefined): BenchWorld {
  const { clock, random, speed, createDevices = createBenchDevices } = options;
  const path = new CardPath();
  const permits = new Map(PEOPLE.map(({ thing }) => [thing, permitOf(thing)]));
  const devices = createDevices({
    context: { clock, random, speed },
    path,
    permits: [...permits.values()],
    binCount: kept?.bin.length ?? 0,
  });
  const world = new BenchWorld(path, permits, devices);
  if (kept !== undefined) {
    restoreCards(kept, path, permits);
    world.restore(kept);
  }
  return world;
}

/** How a device listens. */
function listenerOf({ device, listen }: BenchDevice, clock: Clock): NonNullable<BenchDevice['listen']> {
  return listen ?? ((port) => listenTcp(port, clock, (channel) => device.attach(channel)));
}

/** A port that was only remembered may be somebody else's by now; one that was asked for must be had. */
async function listenDevice(
  kind: string,
  options: BenchOptions,
  kept: BenchState | undefined,
  listen: (port: number) => Promise<Result<TcpListener, Fault>>,
): Promise<Result<TcpListener, Fault>> {
  const asked = options.ports?.[kind];
  if (asked !== undefined) return listen(asked);
  const again = await listen(kept?.ports[kind] ?? 0);
  return again.ok ? again : listen(0);
}

/** Writes the world whenever it is another one: a bench that is killed has lost nothing that a hand did before. */
function keepWorld(world: BenchWorld, dataDir: string | undefined): () => void {
  if (dataDir === undefined) return () => undefined;
  let written = '';
  const write = (): void => {
    const state = world.keep();
    const text = JSON.stringify(state);
    if (text === written) return;
    written = text;
    writeBenchState(dataDir, state);
  };
  write();
  return world.onChange(write);
}
