import { join } from 'node:path';
import { timingSafeEqual } from 'node:crypto';
import {
  launcherRequestSchema,
  type LauncherEvent,
  type LauncherRequest,
  type WatchedProcess,
} from '@yimen/contracts/terminal';
import { err, ok, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { serveRpc, type RpcPeer, type RpcServer } from '@yimen/terminal/ipc';
import type { Child } from './child.ts';
import type { Supervisor } from './supervisor.ts';

export interface SessionLauncherOptions {
  readonly socketPath: string;
  readonly key: string;
  readonly coreSocket: string;
  readonly logDir: string;
  readonly supervisor: Supervisor;
  /** Entry of a session process. */
  readonly entry: string;
  readonly logLevel: string;
  /** Replaces the page's whole browser where there is one of ours. */
  readonly replacePage: () => Promise<void>;
}

/** The device host's name among the supervised processes. */
export const DEVICE_HOST = 'device-host';

type Call = LauncherRequest['request'];
type Trouble = Exclude<LauncherEvent, { event: 'sessionExited' }>;

/** Core's name among the supervised processes. */
export const CORE = 'core';
/** Troubles that wait for a core that can hear them; more than there are processes to fall in a start of core. */
const TROUBLES_WAITING = 16;

/** The launcher's side of contracts/terminal/launcher.ts: starts and kills session processes for core. A session stays
 *  when core falls; the core that comes back asks which are still alive. */
export function serveSessionLauncher(options: SessionLauncherOptions): Promise<Result<RpcServer, Fault>> {
  const sessions = new Map<string, Child>();
  const troubles = new Troubles(options.supervisor);
  return serveRpc<Call, LauncherEvent>({
    socketPath: options.socketPath,
    requestSchema: launcherRequestSchema,
    onConnection(peer) {
      let isCore = false;
      return async (request) => {
        if (request.call === 'hello') {
          isCore = isSame(request.key, options.key);
          if (isCore) {
            peer.admit();
            troubles.heardBy(peer);
          }
          return isCore ? ok({}) : err(refusal('wrong key'));
        }
        return isCore ? serve(options, sessions, peer, request) : err(refusal('say hello first'));
      };
    },
  });
}

/** What befalls the terminal's processes, told to core: at once, or when there is one again. */
class Troubles {
  #waiting: Trouble[] = [];
  #core: RpcPeer<LauncherEvent> | undefined;

  constructor(supervisor: Supervisor) {
    supervisor.onHung = (name) => {
      // A core that hangs hears nothing any more, also not of itself.
      if (name === CORE) this.#core = undefined;
      this.#tell({ event: 'processHung', process: processOf(name) });
    };
    supervisor.onGrown = (name, rssMb) => {
      this.#tell({ event: 'processGrown', process: processOf(name), rssMb });
    };
  }

  heardBy(peer: RpcPeer<LauncherEvent>): void {
    this.#core = peer;
    void peer.closed.then(() => {
      if (this.#core === peer) this.#core = undefined;
    });
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const trouble of waiting) this.#tell(trouble);
  }

  #tell(trouble: Trouble): void {
    if (this.#core?.sendEvent(trouble).ok === true) return;
    this.#waiting = [...this.#waiting, trouble].slice(-TROUBLES_WAITING);
  }
}

function processOf(name: string): WatchedProcess {
  return name === CORE ? 'core' : name === DEVICE_HOST ? 'deviceHost' : 'session';
}

async function serve(
  options: SessionLauncherOptions,
  sessions: Map<string, Child>,
  peer: RpcPeer<LauncherEvent>,
  request: Exclude<Call, { call: 'hello' }>,
): Promise<Result<unknown, Fault>> {
  switch (request.call) {
    case 'startSession':
      start(options, sessions, peer, request);
      return ok({});
    case 'killSession': {
      const child = sessions.get(request.processId);
      child?.signal('SIGKILL');
      await child?.exited;
      return ok({});
    }
    case 'listSessions':
      return ok({ processIds: [...sessions.keys()] });
    case 'replacePage':
      await options.replacePage();
      return ok({});
    case 'restartDeviceHost':
      return (await options.supervisor.restart(DEVICE_HOST)) ? ok({}) : err(refusal('there is no device host here'));
    default:
      return request satisfies never;
  }
}

function isSame(given: string, expected: string): boolean {
  const a = Buffer.from(given);
  const b = Buffer.from(expected);
  return a.length === b.length && timingSafeEqual(a, b);
}

function refusal(message: string): Fault {
  return { code: 'noLease', message, action: 'softwareError' };
}

function start(
  options: SessionLauncherOptions,
  sessions: Map<string, Child>,
  peer: RpcPeer<LauncherEvent>,
  asked: { readonly processId: string; readonly key: string },
): void {
  const session = JSON.stringify({
    processId: asked.processId,
    key: asked.key,
    coreSocket: options.coreSocket,
    logLevel: options.logLevel,
  });
  const spec = {
    name: `session-${asked.processId}`,
    entry: options.entry,
    args: [],
    env: { YIMEN_SESSION: session },
    logDir: options.logDir,
    logName: 'session',
    isWatched: true,
  };
  const child = options.supervisor.once(spec, (how) => {
    sessions.delete(asked.processId);
    // A core that is gone asks with listSessions when it is back.
    peer.sendEvent({ event: 'sessionExited', processId: asked.processId, how });
  });
  sessions.set(asked.processId, child);
}

/** The demonstration's session entry: the same process with the simulated face matcher. */
export const SESSION_ENTRY = join(import.meta.dirname, 'session-demo.ts');
