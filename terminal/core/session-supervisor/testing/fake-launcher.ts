import { err, ok } from '@yimen/contracts/base';
import { launcherRequestSchema, type LauncherEvent, type LauncherRequest } from '@yimen/contracts/terminal';
import { ipcFault, serveRpc, type RpcPeer, type RpcServer } from '../../../ipc/index.ts';

type Call = LauncherRequest['request'];

/** A launcher over its real socket whose "processes" are functions: `onStart` gets each one's id and key and returns how
 *  to end it. Keeps what it was asked. */
export class FakeLauncher {
  static readonly key = 'launcher-key-of-the-test';
  readonly calls: string[] = [];
  readonly alive = new Map<string, () => void>();
  /** What restarting the device host does; false: this launcher cannot. */
  onRestartHost: () => boolean = () => false;
  onStart: (process: { processId: string; key: string }) => () => void = () => () => undefined;
  readonly #peers = new Set<RpcPeer<LauncherEvent>>();
  #server: RpcServer | undefined;

  async serve(socketPath: string): Promise<void> {
    const server = await serveRpc<Call, LauncherEvent>({
      socketPath,
      requestSchema: launcherRequestSchema,
      onConnection: (peer) => {
        this.#peers.add(peer);
        void peer.closed.then(() => this.#peers.delete(peer));
        return (request) => {
          this.calls.push(request.call);
          return Promise.resolve(this.#answer(peer, request));
        };
      },
    });
    if (!server.ok) throw new Error(server.error.message);
    this.#server = server.value;
  }

  /** A process dies by itself, or by somebody else's hand. */
  exit(processId: string, how = 'SIGKILL'): void {
    this.alive.get(processId)?.();
    this.alive.delete(processId);
    for (const peer of this.#peers) peer.sendEvent({ event: 'sessionExited', processId, how });
  }

  /** What befell a process, told to core. */
  tell(event: LauncherEvent): void {
    for (const peer of this.#peers) peer.sendEvent(event);
  }

  async stop(): Promise<void> {
    for (const end of this.alive.values()) end();
    await this.#server?.close();
  }

  #answer(
    peer: RpcPeer<LauncherEvent>,
    request: Call,
  ): ReturnType<typeof ok<unknown>> | ReturnType<typeof err<ReturnType<typeof ipcFault>>> {
    switch (request.call) {
      case 'hello':
        if (request.key !== FakeLauncher.key) return err(ipcFault('securityFail', 'wrong key'));
        peer.admit();
        return ok({});
      case 'startSession':
        this.alive.set(request.processId, this.onStart(request));
        return ok({});
      case 'killSession':
        this.exit(request.processId);
        return ok({});
      case 'replacePage':
        return ok({});
      case 'restartDeviceHost':
        return this.onRestartHost() ? ok({}) : err(ipcFault('unsupportedCommand', 'no device host here'));
      case 'listSessions':
        return ok({ processIds: [...this.alive.keys()] });
    }
  }
}
