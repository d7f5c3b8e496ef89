import { chmod, unlink } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { err, ok, unreachable, type Clock, type Result } from '@yimen/contracts/base';
import type { Fault, Lease, LeaseOwner } from '@yimen/contracts/device';
import type { Logger } from 'pino';
import { deviceFault } from '../driver-kit/device-faults.ts';
import type { DeviceSlot } from '../driver-kit/device-slot.ts';
import type { LeaseEnd } from '../driver-kit/lease-book.ts';
import { LIMITS } from '../limits.table.ts';
import type { DeviceHost } from './device-host.ts';
import { digestOfKey, isSameKey, type KeyDigest } from './key-check.ts';
import { RpcConnection, type Answered, type Peer, type Request } from './rpc-connection.ts';

export interface RpcServerOptions {
  readonly socketPath: string;
  readonly coreKey: string;
  readonly host: DeviceHost;
  readonly clock: Clock;
  readonly log: Logger;
  /** Overwrites what a session's devices said, when the session is over. */
  readonly forget?: () => void;
}

/** Rounds of overwriting after the first. */
const FORGET_ROUNDS = 3;

type Question = Extract<Request, { call: 'describe' | 'status' | 'sealingKey' | 'getOperation' }>;
type LeaseRequest = Extract<Request, { lease: Lease }>;

/** The host's socket. Core grants leases and admits sessions; a session acts on what it was leased and on nothing
 *  else; nobody without a key gets past hello. */
export class RpcServer {
  readonly #options: RpcServerOptions;
  readonly #coreDigest: KeyDigest;
  readonly #sessions = new Map<string, KeyDigest>();
  readonly #connections = new Set<RpcConnection>();
  readonly #unsubscribe: (() => void)[] = [];
  readonly #server: Server;
  #cancelForget: () => void = () => undefined;

  constructor(options: RpcServerOptions) {
    this.#options = options;
    this.#coreDigest = digestOfKey(options.coreKey);
    this.#server = createServer((socket) => {
      if (this.#connections.size >= LIMITS.rpcConnections) {
        socket.destroy();
        return;
      }
      const { host, clock } = options;
      const connection = new RpcConnection(socket, clock, {
        hostEpoch: host.hostEpoch,
        greet: (from, hello) => this.#greet(from, hello),
        answer: (from, peer, request) => this.#answer(from, peer, request),
      });
      this.#connections.add(connection);
      void connection.closed.then((why) => this.#gone(connection, why));
    });
  }

  /** Serves the socket, for this user only. A file left by a dead host is removed: the operation file's lock has
   *  already shown that no other host lives on this data.
   *  @fault configuration the path cannot be used. */
  async listen(): Promise<Result<void, Fault>> {
    const { socketPath, host } = this.#options;
    await unlink(socketPath).catch(() => undefined);
    const failed = await new Promise<Error | undefined>((resolve) => {
      this.#server.once('error', resolve);
      this.#server.listen(socketPath, () => resolve(undefined));
    });
    if (failed !== undefined) return err(deviceFault('configuration', `socket: ${failed.message}`, 'configuration'));
    await chmod(socketPath, 0o600);
    for (const slot of host.slots.values()) {
      this.#unsubscribe.push(slot.onStatus(() => this.#tellStatus(slot)));
    }
    this.#unsubscribe.push(host.onLeaseEnded((lease, why) => this.#tellLeaseEnded(lease, why)));
    return ok(undefined);
  }

  /** Takes no more connections and ends those there are. Idempotent. */
  async close(): Promise<void> {
    for (const stop of this.#unsubscribe.splice(0)) stop();
    this.#cancelForget();
    for (const connection of this.#connections) connection.close();
    if (!this.#server.listening) return;
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
  }

  #greet(from: RpcConnection, hello: Extract<Request, { call: 'hello' }>): Peer | undefined {
    if (hello.role === 'session') {
      const isKnown = isSameKey(this.#sessions.get(hello.sessionId), hello.key);
      return isKnown ? { role: 'session', sessionId: hello.sessionId } : undefined;
    }
    if (!isSameKey(this.#coreDigest, hello.key)) return undefined;
    // A new core takes over from one that hangs or died without its socket noticing.
    for (const other of this.#connections) if (other !== from && other.peer?.role === 'core') other.close();
    return { role: 'core' };
  }

  async #answer(from: RpcConnection, peer: Peer, request: Request): Promise<Answered> {
    this.#options.log.debug({ trace: traceOf(peer), call: request.call }, 'request');
    switch (request.call) {
      case 'hello':
        return err(deviceFault('securityFail', 'hello once', 'softwareError'));
      case 'list':
        return ok(this.#options.host.list());
      case 'admit':
      case 'dismiss':
      case 'claim':
      case 'reopen':
        return peer.role === 'core' ? this.#fromCore(from, request) : err(forbidden(request.call));
      case 'describe':
      case 'status':
      case 'sealingKey':
      case 'getOperation':
        return this.#ask(request);
      case 'release':
      case 'reset':
      case 'selfTest':
      case 'effect':
      case 'read':
        return this.#act(peer, request);
      default:
        return unreachable(request);
    }
  }

  async #fromCore(
    from: RpcConnection,
    request: Extract<Request, { call: 'admit' | 'dismiss' | 'claim' | 'reopen' }>,
  ): Promise<Answered> {
    if (request.call === 'admit') {
      if (!this.#sessions.has(request.sessionId) && this.#sessions.size >= LIMITS.rpcSessions) {
        return err(deviceFault('deviceBusy', 'too many sessions admitted', 'softwareError'));
      }
      this.#sessions.set(request.sessionId, digestOfKey(request.key));
      return ok(null);
    }
    if (request.call === 'dismiss') {
      this.#sessions.delete(request.sessionId);
      for (const connection of this.#connections) if (isSession(connection.peer, request.sessionId)) connection.close();
      this.#endLeases((owner) => owner.kind === 'session' && owner.id === request.sessionId);
      this.#forgetSoon();
      return ok(null);
    }
    const slot = this.#options.host.slots.get(request.device);
    if (slot === undefined) return err(noDevice(request.device));
    if (request.call === 'reopen') {
      this.#options.log.info({ trace: 'core', device: request.device }, 'reopen');
      return doneOf(await slot.reopen());
    }
    const claimed = await slot.claim(request.owner, request.timeoutMs);
    // Core is gone and with it whoever it wanted the device for; a session answers for itself.
    if (claimed.ok && !from.isOpen && request.owner.kind !== 'session') slot.release(claimed.value, 'ownerGone');
    return claimed;
  }

  /** Not at once: what was under way when the lease ended is still winding down, and core waits for its answer. */
  #forgetSoon(): void {
    const { clock, forget, host } = this.#options;
    host.wipe();
    if (forget === undefined) return;
    const round = (left: number, ms: number): void => {
      this.#cancelForget = clock.after(ms, () => {
        forget();
        // What a socket or a write still held is let go between two rounds.
        if (left > 0) round(left - 1, LIMITS.forgetAgainMs);
      });
    };
    this.#cancelForget();
    round(FORGET_ROUNDS, LIMITS.forgetAfterMs);
  }

  async #ask(request: Question): Promise<Answered> {
    const slot = this.#options.host.slots.get(request.device);
    if (slot === undefined) return err(noDevice(request.device));
    if (request.call === 'describe') return slot.describe();
    if (request.call === 'sealingKey') return slot.sealingKey();
    if (request.call === 'status') return ok(await slot.status(request.maxAgeMs));
    return ok(await slot.getOperation(request.operationId));
  }

  async #act(peer: Peer, request: LeaseRequest): Promise<Answered> {
    const slot = this.#options.host.slots.get(request.lease.device);
    if (slot === undefined) return err(noDevice(request.lease.device));
    // Judged by the lease in force, never by what the request claims about it.
    const owner = slot.lease?.leaseId === request.lease.leaseId ? slot.lease.owner : undefined;
    if (owner !== undefined && !mayUse(peer, owner, request.call)) return err(forbidden(request.call));
    switch (request.call) {
      case 'release':
        slot.release(request.lease);
        return ok(null);
      case 'reset':
        return slot.reset(request.lease, request.op, request.to);
      case 'selfTest':
        return slot.selfTest(request.lease, request.op);
      case 'effect':
        return slot.effect(request.lease, request.op, request.verb, request.args);
      case 'read':
        return slot.read(request.lease, request.deadlineMs, request.verb, request.args);
      default:
        return unreachable(request);
    }
  }

  #gone(connection: RpcConnection, why: string): void {
    this.#connections.delete(connection);
    const { peer } = connection;
    if (peer === undefined) return;
    this.#options.log.info({ trace: traceOf(peer), why }, 'connection ended');
    if (peer.role === 'core') {
      const isReplaced = [...this.#connections].some((other) => other.peer?.role === 'core' && other.isOpen);
      if (!isReplaced) this.#endLeases((owner) => owner.kind !== 'session');
      return;
    }
    // Core dismisses a session that died only when what it left is settled; its citizen may have gone by then.
    this.#forgetSoon();
    if (![...this.#connections].some((other) => isSession(other.peer, peer.sessionId))) {
      this.#endLeases((owner) => owner.kind === 'session' && owner.id === peer.sessionId);
    }
  }

  #endLeases(isMeant: (owner: LeaseOwner) => boolean): void {
    for (const slot of this.#options.host.slots.values()) {
      if (slot.lease !== undefined && isMeant(slot.lease.owner)) slot.release(slot.lease, 'ownerGone');
    }
  }

  #tellStatus(slot: DeviceSlot): void {
    const owner = slot.lease?.owner;
    for (const { peer, ...to } of this.#listeners()) {
      const isMeant = peer.role === 'core' || (owner?.kind === 'session' && owner.id === peer.sessionId);
      if (isMeant) to.tell({ event: 'status', device: slot.device, status: slot.lastStatus });
    }
  }

  #tellLeaseEnded(lease: Lease, why: LeaseEnd): void {
    const { owner, device, leaseId } = lease;
    this.#options.log.info({ trace: owner.kind === 'session' ? owner.id : owner.kind, device, why }, 'lease ended');
    for (const { peer, ...to } of this.#listeners()) {
      const isMeant = peer.role === 'core' || (owner.kind === 'session' && owner.id === peer.sessionId);
      if (isMeant) to.tell({ event: 'leaseEnded', device, leaseId, why });
    }
  }

  #listeners(): { readonly peer: Peer; readonly tell: RpcConnection['tell'] }[] {
    return [...this.#connections].flatMap((connection) =>
      connection.peer === undefined ? [] : [{ peer: connection.peer, tell: (event) => connection.tell(event) }],
    );
  }
}

/** Bytes go from the host to the session that owns the lease; core may end a session's lease, not look over its
 *  shoulder. */
function mayUse(peer: Peer, owner: LeaseOwner, call: LeaseRequest['call']): boolean {
  if (peer.role === 'session') return owner.kind === 'session' && owner.id === peer.sessionId;
  return call === 'release' || owner.kind !== 'session';
}

function isSession(peer: Peer | undefined, sessionId: string): boolean {
  return peer?.role === 'session' && peer.sessionId === sessionId;
}

function traceOf(peer: Peer): string {
  return peer.role === 'core' ? 'core' : peer.sessionId;
}

function forbidden(call: string): Fault {
  return deviceFault('noLease', `${call} is not for this caller`, 'softwareError');
}

/** What a call without a value answers. */
function doneOf(result: Result<void, Fault>): Answered {
  return result.ok ? ok(null) : result;
}

function noDevice(device: string): Fault {
  return deviceFault('configuration', `no device ${device} in this terminal`, 'configuration');
}
