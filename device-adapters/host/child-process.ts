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
  readonly onStatus: (device: string, status: DeviceStatus) => void;
  readonly onAnswer: (device: string, n: number, value: unknown) => void;
}

/** One process that runs drivers: from its start to its end. */
export interface DriverProcess {
  readonly pid: number | undefined;
  /** Whether it said in time that it is ready. One that does not is ended. */
  readonly ready: Promise<boolean>;
  /** For which key arguments are sealed; known when it is ready. */
  readonly sealingKey: string | undefined;
  /** Settles when the process is really gone (its port is free again), with why: a signal's name, a status. */
  readonly ended: Promise<string>;
  /** Gives it its devices, once: until then it touches none. */
  run(devices: readonly HostDevice[]): void;
  /** `false`: it can no longer be told anything. */
  send(body: object): boolean;
  /** Asks it to end, then ends it. */
  stop(): Promise<void>;
}

/** Starts a process for drivers. What crashes in its native part is its own end and not the host's. */
export function startDriverProcess(
  clock: Clock,
  events: ChildEvents,
  readyMs: number = LIMITS.childReadyMs,
): DriverProcess {
  const child = spawn(process.execPath, [CHILD_ENTRY], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ready = Promise.withResolvers<boolean>();
  const ended = Promise.withResolvers<string>();
  let sealingKey: string | undefined;
  const stream = new IpcStream(child.stdout, child.stdin, (body) => {
    const message = childMessageSchema.parse(body);
    if ('ready' in message) {
      sealingKey = message.sealingKey;
      ready.resolve(true);
    } else if ('status' in message) events.onStatus(message.device, message.status);
    else events.onAnswer(message.device, message.n, message.value);
  });
  child.once('exit', (status, signal) => ended.resolve(signal ?? `status ${status}`));
  child.once('error', (error) => ended.resolve(error.message));
  let isStopping = false;
  void stream.closed.then(() => {
    ready.resolve(false);
    // Without its line it is of no use, and it may hold a device.
    if (!isStopping) child.kill('SIGKILL');
  });
  const isReady = within(clock, ready.promise, readyMs, false);
  void isReady.then((isSo) => isSo || isStopping || child.kill('SIGKILL'));
  return {
    pid: child.pid,
    ready: isReady,
    get sealingKey() {
      return sealingKey;
    },
    ended: ended.promise,
    run: (devices) => {
      stream.send({ devices });
    },
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
