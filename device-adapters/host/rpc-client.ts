import { connect, type Socket } from 'node:net';
import { err, ok, type Clock, type OperationId, type Result } from '@yimen/contracts/base';
import {
  changedAxes,
  descriptionSchema,
  deviceListSchema,
  deviceStatusSchema,
  hostAnswerSchema,
  hostEventSchema,
  type hostHelloSchema,
  leaseSchema,
  operationRecordSchema,
  sealingKeySchema,
  type Description,
  type DeviceList,
  type DeviceStatus,
  type Fault,
  type HostEvent,
  type HostRequest,
  type Lease,
  type LeaseOwner,
  type Op,
  type OperationRecord,
  type PortOf,
  type PortTable,
} from '@yimen/contracts/device';
import { z } from 'zod';
import { offlineFault, silentFault } from '../driver-kit/device-faults.ts';
import { portOf } from '../driver-kit/port-of.ts';
import { within } from '../driver-kit/within.ts';
import { LIMITS } from '../limits.table.ts';
import { IpcStream } from './ipc-stream.ts';
import { sealFor, type SealedCall } from './sealing.ts';

type Request = HostRequest['request'];
type EffectRequest = Extract<Request, { op: Op }>;
export type LeaseEndedEvent = Extract<HostEvent, { event: 'leaseEnded' }>;

export interface ConnectOptions {
  readonly socketPath: string;
  /** Core's key, or the key with which core admitted this session. */
  readonly hello: z.input<typeof hostHelloSchema>;
  readonly clock: Clock;
  /** How long to wait for the socket and the greeting. */
  readonly timeoutMs?: number;
}

/** The device host, seen from another process. Nothing rejects; a dead host is a fault, and for an effect that was
 *  already sent it is the outcome `unknown`. Single use: after `closed` a new connection is made. */
export interface DeviceHostClient {
  readonly hostEpoch: string;
  list(): Promise<Result<DeviceList, Fault>>;
  describe(device: string): Promise<Result<Description, Fault>>;
  /** With a dead host: what was told last, as `offline` and `stale`. */
  status(device: string, maxAgeMs: number): Promise<DeviceStatus>;
  /** Core only: lets one session open its own connection with `key`. */
  admit(sessionId: string, key: string): Promise<Result<void, Fault>>;
  /** Core only: the session is over; its connection, leases and key end. */
  dismiss(sessionId: string): Promise<Result<void, Fault>>;
  /** Core only. */
  claim(device: string, owner: LeaseOwner, timeoutMs: number): Promise<Result<Lease, Fault>>;
  /** Core only: a new way to the device; nothing is sent again. */
  reopen(device: string): Promise<Result<void, Fault>>;
  release(lease: Lease): Promise<Result<void, Fault>>;
  getOperation(device: string, id: OperationId): Promise<Result<OperationRecord | 'never-seen', Fault>>;
  reset(lease: Lease, op: Op, to: 'exit' | 'retain' | 'stay'): Promise<Result<OperationRecord, Fault>>;
  selfTest(lease: Lease, op: Op): Promise<Result<OperationRecord, Fault>>;
  effect(lease: Lease, op: Op, verb: string, args: unknown): Promise<Result<OperationRecord, Fault>>;
  read(lease: Lease, deadlineMs: number, verb: string, args: unknown): Promise<Result<unknown, Fault>>;
  /** The typed port of one leased device. */
  port<T extends PortTable>(table: T, lease: Pick<Lease, 'device'>): PortOf<T>;
  onStatus(fn: (device: string, status: DeviceStatus) => void): () => void;
  onLeaseEnded(fn: (ended: LeaseEndedEvent) => void): () => void;
  /** Settles once, with why. */
  readonly closed: Promise<string>;
  close(): void;
}

/** One request's fate: answered; sent and never answered; or not even sent. */
type Exchange =
  | { readonly heard: 'answer'; readonly result: Result<unknown, Fault> }
  | { readonly heard: 'nothing'; readonly fault: Fault }
  | { readonly heard: 'unsent'; readonly fault: Fault };

const helloAnswerSchema = z.object({ hostEpoch: z.string() });
const operationSchema = z.union([operationRecordSchema, z.literal('never-seen')]);

/** Connects and says hello.
 *  @fault offline no host there, or it does not answer; securityFail the key is wrong. */
export async function connectDeviceHost(options: ConnectOptions): Promise<Result<DeviceHostClient, Fault>> {
  const timeoutMs = options.timeoutMs ?? LIMITS.rpcHelloMs;
  const socket = await openSocket(options.socketPath, options.clock, timeoutMs);
  if (!socket.ok) return socket;
  const client = new RpcClient(socket.value, options.clock, options.hello.role === 'session');
  const greeted = await client.hello(options.hello, timeoutMs);
  if (greeted.ok) return ok(client);
  client.close();
  return greeted;
}

class RpcClient implements DeviceHostClient {
  readonly closed: Promise<string>;
  hostEpoch = '';
  readonly #clock: Clock;
  readonly #stream: IpcStream;
  readonly #pending = new Map<number, (exchange: Exchange) => void>();
  readonly #statuses = new Map<string, DeviceStatus>();
  readonly #statusListeners = new Set<(device: string, status: DeviceStatus) => void>();
  readonly #leaseListeners = new Set<(ended: LeaseEndedEvent) => void>();
  /** What a session asks and hears is its citizen's: the host between it and the driver shall not know. */
  readonly #seals: boolean;
  /** Devices whose drivers see nothing of a citizen. */
  readonly #plain = new Set<string>();
  #n = 0;

  constructor(socket: Socket, clock: Clock, seals: boolean) {
    this.#clock = clock;
    this.#seals = seals;
    this.#stream = new IpcStream(socket, socket, (body) => this.#take(body));
    this.closed = this.#stream.closed;
    void this.closed.then((why) => {
      for (const settle of this.#pending.values())
        settle({ heard: 'nothing', fault: offlineFault(`device host: ${why}`) });
    });
  }

  async hello(hello: z.input<typeof hostHelloSchema>, timeoutMs: number): Promise<Result<void, Fault>> {
    const greeted = await this.#call(hello, helloAnswerSchema, timeoutMs);
    if (!greeted.ok) return greeted;
    this.hostEpoch = greeted.value.hostEpoch;
    return ok(undefined);
  }

  async list(): Promise<Result<DeviceList, Fault>> {
    const listed = await this.#call({ call: 'list' }, deviceListSchema);
    if (listed.ok) for (const { device, status } of listed.value.devices) this.#statuses.set(device, status);
    return listed;
  }

  describe(device: string): Promise<Result<Description, Fault>> {
    return this.#call({ call: 'describe', device }, descriptionSchema);
  }

  async status(device: string, maxAgeMs: number): Promise<DeviceStatus> {
    const wireAgeMs = Number.isFinite(maxAgeMs) ? Math.max(0, Math.floor(maxAgeMs)) : Number.MAX_SAFE_INTEGER;
    const asked = await this.#call({ call: 'status', device, maxAgeMs: wireAgeMs }, deviceStatusSchema);
    if (!asked.ok) return this.#unheard(device, asked.error);
    this.#statuses.set(device, asked.value);
    return asked.value;
  }

  async admit(sessionId: string, key: string): Promise<Result<void, Fault>> {
    return nothing(await this.#call({ call: 'admit', sessionId, key }, z.null()));
  }

  async dismiss(sessionId: string): Promise<Result<void, Fault>> {
    return nothing(await this.#call({ call: 'dismiss', sessionId }, z.null()));
  }

  claim(device: string, owner: LeaseOwner, timeoutMs: number): Promise<Result<Lease, Fault>> {
    return this.#call({ call: 'claim', device, owner, timeoutMs }, leaseSchema, timeoutMs + LIMITS.rpcSlackMs);
  }

  async reopen(device: string): Promise<Result<void, Fault>> {
    // An old process ends, a new one starts, and the device is asked up to twice.
    return nothing(await this.#call({ call: 'reopen', device }, z.null(), 2 * LIMITS.rpcCallMs));
  }

  async release(lease: Lease): Promise<Result<void, Fault>> {
    return nothing(await this.#call({ call: 'release', lease }, z.null()));
  }

  getOperation(device: string, operationId: OperationId): Promise<Result<OperationRecord | 'never-seen', Fault>> {
    return this.#call({ call: 'getOperation', device, operationId }, operationSchema);
  }

  reset(lease: Lease, op: Op, to: 'exit' | 'retain' | 'stay'): Promise<Result<OperationRecord, Fault>> {
    // A reset first waits for the motion that it ends, and may take its own deadline for that.
    return this.#effect({ call: 'reset', lease, op, to }, 'reset', 2 * op.deadlineMs);
  }

  selfTest(lease: Lease, op: Op): Promise<Result<OperationRecord, Fault>> {
    return this.#effect({ call: 'selfTest', lease, op }, 'selfTest', op.deadlineMs);
  }

  async effect(lease: Lease, op: Op, verb: string, args: unknown): Promise<Result<OperationRecord, Fault>> {
    const sealing = await this.#sealing(lease.device, args);
    if (!sealing.ok) return sealing;
    const passed = sealing.value?.sealed ?? args;
    return this.#effect({ call: 'effect', lease, op, verb, args: passed }, verb, op.deadlineMs);
  }

  async read(lease: Lease, deadlineMs: number, verb: string, args: unknown): Promise<Result<unknown, Fault>> {
    const sealing = await this.#sealing(lease.device, args);
    if (!sealing.ok) return sealing;
    const passed = sealing.value?.sealed ?? args;
    const request = { call: 'read', lease, deadlineMs, verb, args: passed } as const;
    const got = await this.#call(request, z.unknown(), deadlineMs + LIMITS.rpcSlackMs);
    if (!got.ok || sealing.value === undefined) return got;
    const opened = sealing.value.open(got.value);
    return opened === undefined ? err(misfit(verb)) : ok(opened.value);
  }

  port<T extends PortTable>(table: T, lease: Pick<Lease, 'device'>): PortOf<T> {
    const { device } = lease;
    return portOf(table, {
      describe: () => this.describe(device),
      status: (maxAgeMs) => this.status(device, maxAgeMs),
      onStatus: (fn) => this.#onChanged(device, fn),
      claim: (owner, timeoutMs) => this.claim(device, owner, timeoutMs),
      reset: (held, op, to) => this.reset(held, op, to),
      selfTest: (held, op) => this.selfTest(held, op),
      getOperation: async (id) => {
        const found = await this.getOperation(device, id);
        return found.ok ? found.value : unknownRecord(id, device, 'unread', found.error);
      },
      effect: (held, op, verb, args) => this.effect(held, op, verb, args),
      read: async (held, deadlineMs, verb, args) => {
        const row = table.verbs[verb];
        const got = await this.read(held, deadlineMs, verb, args);
        if (!got.ok || row?.nature !== 'read') return got;
        const value = row.result.safeParse(got.value);
        return value.success ? ok(value.data) : err(misfit(verb));
      },
    });
  }

  onStatus(fn: (device: string, status: DeviceStatus) => void): () => void {
    this.#statusListeners.add(fn);
    return () => this.#statusListeners.delete(fn);
  }

  onLeaseEnded(fn: (ended: LeaseEndedEvent) => void): () => void {
    this.#leaseListeners.add(fn);
    return () => this.#leaseListeners.delete(fn);
  }

  close(): void {
    this.#stream.close();
  }

  #onChanged(device: string, fn: (changed: Partial<DeviceStatus>) => void): () => void {
    let before = this.#statuses.get(device);
    return this.onStatus((of, status) => {
      if (of !== device) return;
      const changed = before === undefined ? status : changedAxes(before, status);
      before = status;
      if (changed !== undefined) fn(changed);
    });
  }

  /** Asked each time: the process behind the host may be another than a moment ago. */
  async #sealing(device: string, args: unknown): Promise<Result<SealedCall | undefined, Fault>> {
    if (!this.#seals || this.#plain.has(device)) return ok(undefined);
    const told = await this.#call({ call: 'sealingKey', device }, sealingKeySchema);
    if (!told.ok) return told;
    if (told.value === null) {
      this.#plain.add(device);
      return ok(undefined);
    }
    const call = sealFor(told.value, args);
    // Never in the clear instead.
    return call === undefined ? err(misfit('sealingKey')) : ok(call);
  }

  async #effect(request: EffectRequest, verb: string, timeoutMs: number): Promise<Result<OperationRecord, Fault>> {
    const { lease, op } = request;
    const answer = await this.#exchange(request, timeoutMs + LIMITS.rpcSlackMs);
    if (answer.heard === 'unsent') return err(answer.fault);
    // It was asked for and nobody can say what came of it: the one thing that may not be said is "nothing".
    if (answer.heard === 'nothing') return ok(unknownRecord(op.operationId, lease.device, verb, answer.fault));
    if (!answer.result.ok) return answer.result;
    const record = operationRecordSchema.safeParse(answer.result.value);
    return ok(record.success ? record.data : unknownRecord(op.operationId, lease.device, verb, misfit(verb)));
  }

  async #call<S extends z.ZodType>(
    request: Request,
    schema: S,
    timeoutMs: number = LIMITS.rpcCallMs,
  ): Promise<Result<z.output<S>, Fault>> {
    const answer = await this.#exchange(request, timeoutMs);
    if (answer.heard !== 'answer') return err(answer.fault);
    if (!answer.result.ok) return answer.result;
    const value = schema.safeParse(answer.result.value);
    return value.success ? ok(value.data) : err(misfit(request.call));
  }

  async #exchange(request: Request, timeoutMs: number): Promise<Exchange> {
    this.#n += 1;
    const n = this.#n;
    const answered = Promise.withResolvers<Exchange>();
    this.#pending.set(n, answered.resolve);
    if (!this.#stream.send({ n, request })) {
      answered.resolve({ heard: 'unsent', fault: offlineFault('device host: not connected') });
    }
    const late: Exchange = { heard: 'nothing', fault: silentFault(`device host, ${request.call}`) };
    const exchange = await within(this.#clock, answered.promise, timeoutMs, late);
    this.#pending.delete(n);
    return exchange;
  }

  #take(body: unknown): void {
    const answer = hostAnswerSchema.safeParse(body);
    if (answer.success) {
      const settle = this.#pending.get(answer.data.n);
      settle?.({ heard: 'answer', result: answer.data.ok ? ok(answer.data.value) : err(answer.data.fault) });
      return;
    }
    const event = hostEventSchema.safeParse(body);
    if (!event.success) {
      this.#stream.close();
    } else if (event.data.event === 'status') {
      this.#statuses.set(event.data.device, event.data.status);
      for (const fn of [...this.#statusListeners]) fn(event.data.device, event.data.status);
    } else {
      for (const fn of [...this.#leaseListeners]) fn(event.data);
    }
  }

  #unheard(device: string, fault: Fault): DeviceStatus {
    const last = this.#statuses.get(device);
    return {
      supplies: {},
      units: {},
      since: this.#clock.wallMs(),
      ...last,
      device: 'offline',
      source: 'stale',
      fault,
      action: fault.action,
    };
  }
}

function openSocket(path: string, clock: Clock, timeoutMs: number): Promise<Result<Socket, Fault>> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const failed = (why: string): void => {
      cancel();
      socket.destroy();
      resolve(err(offlineFault(`device host: ${why}`)));
    };
    const onError = (error: Error): void => failed((error as NodeJS.ErrnoException).code ?? 'no connection');
    const cancel = clock.after(timeoutMs, () => failed('no connection in time'));
    socket.once('error', onError);
    socket.once('connect', () => {
      cancel();
      socket.off('error', onError);
      resolve(ok(socket));
    });
  });
}

function unknownRecord(operationId: OperationId, device: string, verb: string, fault: Fault): OperationRecord {
  return { operationId, device, verb, evidence: [], outcome: 'unknown', fault: { ...fault, operationId } };
}

function misfit(what: string): Fault {
  return { code: 'softwareError', message: `answer to ${what} does not fit the contract`, action: 'softwareError' };
}

function nothing(result: Result<null, Fault>): Result<void, Fault> {
  return result.ok ? ok(undefined) : result;
}
