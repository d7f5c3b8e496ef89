import { join } from 'node:path';
import { timingSafeEqual } from 'node:crypto';
import type { z } from 'zod';
import { launcherRequestSchema, type launcherEventSchema, type LauncherRequest } from '@yimen/contracts/terminal';
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
type Exit = z.infer<typeof launcherEventSchema>;

/** The launcher's side of contracts/terminal/launcher.ts: starts and kills session processes for core. A session stays
 *  when core falls; the core that comes back asks which are still alive. */
export function serveSessionLauncher(options: SessionLauncherOptions): Promise<Result<RpcServer, Fault>> {
  const sessions = new Map<string, Child>();
  return serveRpc<Call, Exit>({
    socketPath: options.socketPath,
    requestSchema: launcherRequestSchema,
    onConnection(peer) {
      let isCore = false;
      return async (request) => {
        if (request.call === 'hello') {
          isCore = isSame(request.key, options.key);
          if (isCore) peer.admit();
          return isCore ? ok({}) : err(refusal('wrong key'));
        }
        return isCore ? serve(options, sessions, peer, request) : err(refusal('say hello first'));
      };
    },
  });
}

async function serve(
  options: SessionLauncherOptions,
  sessions: Map<string, Child>,
  peer: RpcPeer<Exit>,
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
  peer: RpcPeer<Exit>,
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
