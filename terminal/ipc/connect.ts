import { createConnection, type Socket } from 'node:net';
import { err, ok, type Clock, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { frameSocket, type FrameSocket } from './frame-socket.ts';
import { ipcFault } from './ipc-fault.ts';
import { IPC_LIMITS } from './limits.table.ts';
import { checkSocketPath } from './socket-path.ts';
import { systemClock } from './system-clock.ts';

export interface ConnectOptions {
  readonly socketPath: string;
  readonly onMessage: (body: unknown) => void;
  readonly clock?: Clock;
}

/** Connects to a local socket.
 *  @fault configuration the path cannot hold a socket; offline nobody listens there; timeOut after `connectMs` */
export async function connect(options: ConnectOptions): Promise<Result<FrameSocket, Fault>> {
  const path = checkSocketPath(options.socketPath);
  if (!path.ok) return path;
  const clock = options.clock ?? systemClock();
  const opened = await openSocket(path.value, clock);
  return opened.ok ? ok(frameSocket(opened.value, clock, options.onMessage)) : opened;
}

/** A raw connection, or why there is none. */
export function openSocket(path: string, clock: Clock): Promise<Result<Socket, Fault>> {
  return new Promise((resolve) => {
    const socket = createConnection(path);
    const cancel = clock.after(IPC_LIMITS.connectMs, () => {
      socket.destroy();
      resolve(err(ipcFault('timeOut', `nobody answers at ${path}`, 'reset')));
    });
    const refused = (error: Error): void => {
      cancel();
      resolve(err(ipcFault('offline', `nobody listens at ${path}: ${error.message}`, 'reset')));
    };
    socket.once('error', refused);
    socket.once('connect', () => {
      cancel();
      socket.off('error', refused);
      resolve(ok(socket));
    });
  });
}
