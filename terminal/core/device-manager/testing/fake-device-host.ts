import { err, ok, randomId, type Result } from '@yimen/contracts/base';
import {
  hostRequestSchema,
  type Description,
  type DeviceList,
  type DeviceStatus,
  type Fault,
  type HostEvent,
  type HostRequest,
  type Lease,
  type OperationRecord,
  type Unit,
} from '@yimen/contracts/device';
import { ipcFault, serveRpc, type RpcPeer, type RpcServer } from '../../../ipc/index.ts';
import type { DeviceHostPort } from '../device-host-port.ts';

type Request = HostRequest['request'];
export const BIN: Unit = {
  type: 'retain',
  capacity: 20,
  initialCount: 0,
  count: 0,
  retainCount: 0,
  threshold: 18,
  status: 'ok',
  replenishment: 'ok',
};
/** Whether an exchange has to be active for it. */
const EXCHANGE_VERBS: Readonly<Record<string, boolean>> = { startExchange: false, setUnits: true, endExchange: true };
const CORE_KEY = 'core-key-of-the-test-0123456789';

/** A device host of five devices with one card path, without bytes and drivers. It can be asked in memory (`port`) or
 *  over its real socket and frames (`serve`), and keeps what it was asked. */
export class FakeDeviceHost {
  static readonly coreKey = CORE_KEY;
  readonly calls: Request[] = [];
  readonly admitted = new Map<string, string>();
  readonly statuses = new Map<string, DeviceStatus>();
  /** Who answers at each device; changed by a test that swaps cables. */
  readonly serials = new Map<string, string>();
  /** Devices on which a new way does not help either. */
  readonly deaf = new Set<string>();
  /** What each device's bin says when a reset with `retain` put something into it. */
  readonly binSays = new Map<string, string>([['card-unit', 'bin+1']]);
  binCount = 0;
  /** Devices whose units are open. */
  readonly inExchange = new Set<string>();
  /** Serial numbers of stacks, by device and unit. */
  readonly stackSerials = new Map<string, Record<string, readonly string[]>>();
  /** Exchange verbs that are refused, and with which fault. */
  readonly refuses = new Map<string, string>();
  /** What every reset and handBack comes to; `unknown` moves nothing. */
  outcome: 'done' | 'notDone' | 'unknown' = 'done';
  readonly #peers = new Set<RpcPeer<HostEvent>>();
  readonly #listeners = new Set<(device: string, status: DeviceStatus) => void>();
  #drop: ((why: string) => void) | undefined;
  #server: RpcServer | undefined;
  #leases = 0;

  constructor() {
    for (const kind of ['card-unit', 'travel-document', 'endorsement-printer', 'receipt-printer', 'payment-terminal'])
      this.add(kind, {
        units: kind === 'card-unit' ? { bin: BIN } : {},
        ...(kind === 'card-unit' || kind === 'endorsement-printer' ? { media: 'notPresent' } : {}),
      });
  }

  /** One more device, from the next connection on. */
  add(kind: string, status: Partial<DeviceStatus> = {}): void {
    this.statuses.set(kind, { device: 'online', supplies: {}, units: {}, since: 1, source: 'reported', ...status });
    this.serials.set(kind, 'A1');
  }

  /** Changes axes of one status and tells whoever listens. */
  set(device: string, change: Partial<DeviceStatus>): void {
    const before = this.statuses.get(device);
    if (before === undefined) throw new Error(`no such device: ${device}`);
    const status = { ...before, ...change };
    this.statuses.set(device, status);
    for (const fn of this.#listeners) fn(device, status);
    for (const peer of this.#peers) peer.sendEvent({ event: 'status', device, status });
  }

  /** One connection in memory. */
  port(): DeviceHostPort {
    const closed = new Promise<string>((resolve) => {
      this.#drop = resolve;
    });
    const nothing = async (request: Request): Promise<Result<void, Fault>> => {
      const done = await this.answer(request);
      return done.ok ? ok(undefined) : done;
    };
    const record = (request: Request): Promise<Result<OperationRecord, Fault>> =>
      this.answer(request) as Promise<Result<OperationRecord, Fault>>;
    return {
      list: () => this.answer({ call: 'list' }) as Promise<Result<DeviceList, Fault>>,
      status: async (device) => {
        const got = await this.answer({ call: 'status', device, maxAgeMs: 0 });
        return (got.ok ? got.value : this.statuses.get(device)) as DeviceStatus;
      },
      describe: (device) => this.answer({ call: 'describe', device }) as Promise<Result<Description, Fault>>,
      reopen: (device) => nothing({ call: 'reopen', device }),
      admit: (sessionId, key) => nothing({ call: 'admit', sessionId, key }),
      dismiss: (sessionId) => nothing({ call: 'dismiss', sessionId }),
      claim: (device, owner, timeoutMs) =>
        this.answer({ call: 'claim', device, owner, timeoutMs }) as Promise<Result<Lease, Fault>>,
      release: (lease) => nothing({ call: 'release', lease }),
      reset: (lease, op, to) => record({ call: 'reset', lease, op, to }),
      effect: (lease, op, verb, args) => record({ call: 'effect', lease, op, verb, args }),
      selfTest: (lease, op) => record({ call: 'selfTest', lease, op }),
      read: (lease, deadlineMs, verb, args) => this.answer({ call: 'read', lease, deadlineMs, verb, args }),
      getOperation: () => Promise.resolve(ok('never-seen' as const)),
      onStatus: (fn) => {
        this.#listeners.add(fn);
        return () => this.#listeners.delete(fn);
      },
      closed,
      close: () => this.drop('closed by core'),
    };
  }

  /** The connection in memory is lost. */
  drop(why = 'host died'): void {
    this.#listeners.clear();
    this.#drop?.(why);
  }

  async serve(socketPath: string): Promise<void> {
    const server = await serveRpc<Request, HostEvent>({
      socketPath,
      requestSchema: hostRequestSchema,
      onConnection: (peer) => {
        this.#peers.add(peer);
        void peer.closed.then(() => this.#peers.delete(peer));
        return (request) => {
          if (request.call !== 'hello') return this.answer(request);
          const known =
            request.role === 'core' ? request.key === CORE_KEY : this.admitted.get(request.sessionId) === request.key;
          if (!known) return Promise.resolve(err(ipcFault('securityFail', 'wrong key')));
          peer.admit();
          return Promise.resolve(ok({ hostEpoch: 'epoch-1' }));
        };
      },
    });
    if (!server.ok) throw new Error(server.error.message);
    this.#server = server.value;
  }

  /** The host's process dies: connections, leases and keys with it. */
  async stop(): Promise<void> {
    this.admitted.clear();
    await this.#server?.close();
    this.#server = undefined;
  }

  answer(request: Request): Promise<Result<unknown, Fault>> {
    this.calls.push(request);
    return Promise.resolve(this.#answer(request));
  }

  #answer(request: Request): Result<unknown, Fault> {
    switch (request.call) {
      case 'list':
        return ok({
          hostEpoch: 'epoch-1',
          devices: [...this.statuses].map(([device, status]) => ({
            device,
            kind: device,
            status,
            description: this.#describe(device),
          })),
        });
      case 'describe':
        return ok(this.#describe(request.device));
      case 'reopen':
        return this.deaf.has(request.device) ? err(ipcFault('offline', 'no such port')) : ok(null);
      case 'status':
        return ok(this.statuses.get(request.device));
      case 'admit':
        this.admitted.set(request.sessionId, request.key);
        return ok(null);
      case 'dismiss':
        this.admitted.delete(request.sessionId);
        return ok(null);
      case 'claim':
        this.#leases += 1;
        return ok({
          leaseId: randomId(leaseBytes(this.#leases)),
          device: request.device,
          owner: request.owner,
          hostEpoch: 'epoch-1',
          expiresAt: 1,
        });
      case 'release':
        return ok(null);
      case 'selfTest':
        return ok(this.#record(request.op.operationId, request.lease.device, 'selfTest'));
      case 'read':
        return this.#read(request.lease.device, request.verb);
      case 'effect':
        if (Object.hasOwn(EXCHANGE_VERBS, request.verb))
          return this.#exchange(request as Extract<Request, { call: 'effect' }>);
        if (request.verb === 'handBack' && this.outcome === 'done') {
          this.set('endorsement-printer', { media: 'notPresent' });
          this.set('card-unit', { media: 'present' });
        }
        return ok(this.#record(request.op.operationId, request.lease.device, request.verb));
      case 'reset':
        if (this.outcome === 'done' && (request.lease.device === 'card-unit' || request.to === 'retain')) {
          this.set(request.lease.device, { media: 'notPresent' });
          this.binCount += 1;
        }
        return ok(this.#record(request.op.operationId, request.lease.device, 'reset'));
      default:
        return err(ipcFault('unsupportedCommand', request.call));
    }
  }

  #read(device: string, verb: string): Result<unknown, Fault> {
    if (verb !== 'units') return err(ipcFault('unsupportedCommand', verb));
    const units = this.statuses.get(device)?.units ?? {};
    const serials = this.stackSerials.get(device) ?? {};
    const told = Object.entries(units).map(([name, unit]) => [
      name,
      serials[name] === undefined ? unit : { ...unit, serialised: serials[name] },
    ]);
    return ok({ units: Object.fromEntries(told), exchange: this.inExchange.has(device) ? 'active' : 'inactive' });
  }

  /** Locks, counts and locks again, as every kind with units does (contracts/device/exchange.ts). */
  #exchange({ lease, op, verb, args }: Extract<Request, { call: 'effect' }>): Result<unknown, Fault> {
    const { device } = lease;
    const refused = this.refuses.get(verb);
    const wanted = EXCHANGE_VERBS[verb];
    if (refused !== undefined || this.inExchange.has(device) !== wanted) {
      const fault = ipcFault(refused ?? (wanted === true ? 'noExchangeActive' : 'exchangeActive'), verb, 'clear');
      return ok({ operationId: op.operationId, device, verb, evidence: [], outcome: 'notDone', fault });
    }
    if (verb === 'startExchange') this.inExchange.add(device);
    if (verb === 'endExchange') this.inExchange.delete(device);
    if (verb === 'setUnits') {
      const counted = (args as { units: Record<string, { count: number; serialised?: string[] }> }).units;
      const units = { ...this.statuses.get(device)?.units };
      for (const [name, { count, serialised }] of Object.entries(counted)) {
        const unit = units[name];
        if (unit !== undefined) units[name] = { ...unit, count, initialCount: count };
        if (serialised !== undefined)
          this.stackSerials.set(device, { ...this.stackSerials.get(device), [name]: serialised });
      }
      this.set(device, { units });
    }
    return ok({ operationId: op.operationId, device, verb, evidence: [], outcome: 'done' });
  }

  #describe(device: string): Description {
    return {
      driver: `${device}-test`,
      kind: device,
      model: 'TEST',
      serial: this.serials.get(device) ?? '',
      firmware: null,
      at: 'tcp:127.0.0.1:1',
      mediaAtPowerOff: 'none',
      evidence: [],
    };
  }

  #record(operationId: OperationRecord['operationId'], device: string, verb: string): OperationRecord {
    const evidence =
      this.outcome === 'done'
        ? [
            {
              kind: 'countDelta' as const,
              customerAccess: 'none' as const,
              detail: this.binSays.get(device) ?? 'bin+1',
              at: 1,
            },
          ]
        : [];
    return { operationId, device, verb, evidence, outcome: this.outcome };
  }
}

function leaseBytes(n: number): (count: number) => Uint8Array {
  return (count) => Uint8Array.from({ length: count }, (_, i) => n + i);
}
