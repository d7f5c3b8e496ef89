import { chmodSync, lstatSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { err, ok, type Clock, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { openSocket } from './connect.ts';
import { errnoOf, ipcFault, reasonOf } from './ipc-fault.ts';
import { IPC_LIMITS } from './limits.table.ts';
import { checkSocketPath } from './socket-path.ts';
import { systemClock } from './system-clock.ts';

export interface ListenOptions {
  readonly socketPath: string;
  readonly onSocket: (socket: Socket) => void;
  readonly clock?: Clock;
}

export interface IpcListener {
  readonly socketPath: string;
  /** Takes no more connections, ends those that stand, removes the socket file. */
  close(): Promise<void>;
}

/** Listens on a local socket that only its own user may reach (mode 0600). The file of a process that died is replaced.
 *  @fault configuration the path cannot hold a socket or is something else; DATA_IN_USE another process listens there;
 *  DATA_UNREADABLE the folder refuses it */
export async function listen(options: ListenOptions): Promise<Result<IpcListener, Fault>> {
  const path = checkSocketPath(options.socketPath);
  if (!path.ok) return path;
  const clock = options.clock ?? systemClock();
  const cleared = await clearStale(path.value, clock);
  if (!cleared.ok) return cleared;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    // Whoever takes the socket adds its own; without any listener an error would end the process.
    socket.on('error', () => undefined);
    options.onSocket(socket);
  });
  server.maxConnections = IPC_LIMITS.connections;
  const bound = await bind(server, path.value);
  if (!bound.ok) return bound;
  const close = async (): Promise<void> => {
    const ended = new Promise<void>((resolve) => {
      server.close(() => {
        resolve();
      });
    });
    for (const socket of sockets) socket.destroy();
    await ended;
    rmSync(path.value, { force: true });
  };
  return ok({ socketPath: path.value, close });
}

/** A socket file outlives its process. One that nobody answers at is removed; one that answers is somebody's. */
async function clearStale(path: string, clock: Clock): Promise<Result<void, Fault>> {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return ok(undefined);
  if (!stat.isSocket()) return err(ipcFault('configuration', `${path} exists and is not a socket`, 'configuration'));
  const answer = await openSocket(path, clock);
  if (answer.ok) {
    answer.value.destroy();
    return err(ipcFault('DATA_IN_USE', `another process already listens at ${path}`, 'configuration'));
  }
  if (answer.error.code === 'timeOut')
    return err(ipcFault('DATA_IN_USE', `another process holds ${path}`, 'configuration'));
  rmSync(path, { force: true });
  return ok(undefined);
}

function bind(server: Server, path: string): Promise<Result<void, Fault>> {
  return new Promise((resolve) => {
    server.once('error', (error) => {
      const code = errnoOf(error) === 'EADDRINUSE' ? 'DATA_IN_USE' : 'DATA_UNREADABLE';
      resolve(err(ipcFault(code, `cannot listen at ${path}: ${error.message}`, 'configuration')));
    });
    server.listen({ path }, () => {
      resolve(ok(undefined));
    });
    try {
      // Node binds a path before `listen` returns: no turn of the loop passes in which others could connect.
      if (server.listening) chmodSync(path, 0o600);
    } catch (error) {
      server.close();
      resolve(err(ipcFault('DATA_UNREADABLE', `cannot protect ${path}: ${reasonOf(error)}`, 'configuration')));
    }
  });
}
