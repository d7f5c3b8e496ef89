import { bootIdSchema, err, leaseIdSchema, ok, randomId, type Result } from '@yimen/contracts/base';
import type { Fault, Lease, LeaseOwner } from '@yimen/contracts/device';
import { sessionRequestSchema, type CoreEvent, type SessionRequest } from '@yimen/contracts/terminal';
import type { DeviceManager } from '../../core/device-manager/index.ts';
import { openJournal, type Journal } from '../../core/journal/index.ts';
import { createLog } from '../../core/platform/logger.ts';
import { systemRandom } from '../../core/platform/random.ts';
import { lastOperationStore } from '../../core/session-supervisor/index.ts';
import { sessionRequests } from '../../core/session-supervisor/session-requests.ts';
import { ipcFault, serveRpc, systemClock, type RpcHandler, type RpcPeer } from '../../ipc/index.ts';
import { BENCH_TID } from './bench-session.ts';

type Call = SessionRequest['request'];
type SessionCall = Exclude<Call, { call: 'hello' }>;

/** How a session ended, as it told core. */
export interface Ended {
  readonly how: string;
  readonly propertyOut: boolean;
}

/** Core as far as a session needs it: the real journal in a real file, the real socket, the real answers. */
export interface BenchCore {
  readonly journal: Journal;
  readonly socketPath: string;
  /** Answers the requests of one session; `onEnded` is told when it says that it is over. */
  answersFor(sessionId: string, onEnded: (ended: Ended) => void): RpcHandler<SessionCall>;
  /** The next process that says hello with this key. */
  expect(key: string): Promise<SessionPeer>;
  close(): Promise<void>;
}

/** A session process that has said hello. */
export interface SessionPeer {
  send(event: CoreEvent): Result<void, Fault>;
  serve(handler: RpcHandler<SessionCall>): void;
}

/** The journal of a folder, made when it is not there. @throws Error why it cannot be opened */
export function openBenchJournal(folder: string, limitBytes?: number): Journal {
  const boot = bootIdSchema.parse(randomId(systemRandom, 10));
  const bound = limitBytes === undefined ? {} : { limitBytes };
  return orThrow(openJournal({ folder, tid: BENCH_TID, epoch: 1, boot, clock: systemClock(), ...bound }));
}

/** @throws Error when the journal or the socket cannot be opened */
export async function openBenchCore(folder: string, limitBytes?: number): Promise<BenchCore> {
  const journal = openBenchJournal(folder, limitBytes);
  const lastOperation = lastOperationStore(folder);
  const log = createLog('silent');
  const devices = grantingDevices();
  const awaited = new Map<string, (peer: SessionPeer) => void>();
  const server = orThrow(
    await serveRpc<Call, CoreEvent>({
      socketPath: `${folder}/core.sock`,
      requestSchema: sessionRequestSchema,
      onConnection: (peer) => greet(peer, awaited),
    }),
  );
  return {
    journal,
    socketPath: server.socketPath,
    answersFor: (sessionId, onEnded) =>
      sessionRequests({
        sessionId,
        journal,
        devices,
        lastOperation,
        log,
        onListening: () => undefined,
        onEnded: ({ how, propertyOut }) => {
          onEnded({ how, propertyOut });
        },
      }),
    expect: (key) =>
      new Promise((resolve) => {
        awaited.set(key, resolve);
      }),
    async close() {
      await server.close();
      journal.close();
    },
  };
}

function greet(peer: RpcPeer<CoreEvent>, awaited: Map<string, (peer: SessionPeer) => void>): RpcHandler<Call> {
  let handler: RpcHandler<SessionCall> | undefined;
  return (request) => {
    if (request.call !== 'hello')
      return handler?.(request) ?? Promise.resolve(err(ipcFault('deviceNotReady', 'no session was assigned')));
    const found = awaited.get(request.key);
    if (found === undefined) return Promise.resolve(err(ipcFault('configuration', 'nobody with this key is expected')));
    awaited.delete(request.key);
    peer.admit();
    found({
      send: (event) => peer.sendEvent(event),
      serve: (given) => {
        handler = given;
      },
    });
    return Promise.resolve(ok(null));
  };
}

/** As much of the device manager as answers to sessions use: every device is there, looked at, and free. */
function grantingDevices(): DeviceManager {
  const claim = (device: string, owner: LeaseOwner): Promise<Result<Lease, Fault>> => {
    const leaseId = leaseIdSchema.parse(randomId(systemRandom, 12));
    return Promise.resolve(ok({ leaseId, device, owner, hostEpoch: 'bench', expiresAt: 0 }));
  };
  const host = { claim, release: () => Promise.resolve(ok(undefined)) };
  return {
    host: () => host,
    isInspected: () => true,
    refusalOf: () => undefined,
  } as unknown as DeviceManager;
}

function orThrow<T>(result: Result<T, Fault>): T {
  if (result.ok) return result.value;
  throw new Error(`${result.error.message} [${result.error.code}]`);
}
