import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Clock } from '@yimen/contracts/base';
import type { DeviceStatus } from '@yimen/contracts/device';
import { within } from '../driver-kit/within.ts';
import { LIMITS } from '../limits.table.ts';
import { childMessageSchema } from './child-messages.ts';
import type { HostDevice } from './host-config.ts';
import { IpcStream } from './ipc-stream.ts';

const CHILD_ENTRY = fileURLToPath(new URL('child.ts', import.meta.url));

export interface ChildEvents {
  readonly onStatus: (status: DeviceStatus) => void;
  readonly onAnswer: (n: number, value: unknown) => void;
}

/** One process that runs one driver: from its start to its end. */
export interface DriverProcess {
  readonly pid: number | undefined;
  /** Whether it said in time that it is ready. One that does not is ended. */
  readonly ready: Promise<boolean>;
  /** Settles when the process is really gone (its port is free again), with why: a signal's name, a status. */
  readonly ended: Promise<string>;
  /** `false`: it can no longer be told anything. */
  send(body: object): boolean;
  /** Asks it to end, then ends it. */
  stop(): Promise<void>;
}

/** Starts a driver's process. What crashes in its native part is its own end and nobody else's. */
export function startDriverProcess(config: HostDevice, clock: Clock, events: ChildEvents): DriverProcess {
  const child = spawn(process.execPath, [CHILD_ENTRY, JSON.stringify(config)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ready = Promise.withResolvers<boolean>();
  const ended = Promise.withResolvers<string>();
  const stream = new IpcStream(child.stdout, child.stdin, (body) => {
    const message = childMessageSchema.parse(body);
    if ('ready' in message) ready.resolve(true);
    else if ('status' in message) events.onStatus(message.status);
    else events.onAnswer(message.n, message.value);
  });
  child.once('exit', (status, signal) => ended.resolve(signal ?? `status ${status}`));
  child.once('error', (error) => ended.resolve(error.message));
  let isStopping = false;
  void stream.closed.then(() => {
    ready.resolve(false);
    // Without its line it is of no use, and it may hold the device.
    if (!isStopping) child.kill('SIGKILL');
  });
  const isReady = within(clock, ready.promise, LIMITS.childReadyMs, false);
  void isReady.then((isSo) => isSo || isStopping || child.kill('SIGKILL'));
  return {
    pid: child.pid,
    ready: isReady,
    ended: ended.promise,
    send: (body) => stream.send(body),
    stop: async () => {
      isStopping = true;
      stream.close();
      const isGone = await within(
        clock,
        ended.promise.then(() => true),
        LIMITS.childStopMs,
        false,
      );
      if (!isGone) child.kill('SIGKILL');
    },
  };
}
