import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request as httpsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDevelopmentTrust, type DevelopmentTrust } from '@yimen/certs/testing';
import { readIdentity } from '@yimen/certs';
import { type Clock, newOperationId, type OperationId } from '@yimen/contracts/base';
import type {
  BackOfficeAnswer,
  BackOfficeKind,
  BillItem,
  CaseOffice,
  LastOperation,
} from '@yimen/contracts/back-office';
import { ID_CARDS, ManualClock, PEOPLE, SYNTHETIC_LICENCES } from '@yimen/contracts/testing';
import { decodeBatch } from '../ingest/decode-batch.ts';
import { createSandbox, type Sandbox } from '../sandbox/sandbox.ts';
import { openStore, storeAddressOf, type Store } from '../store/index.ts';
import {
  createCaseOffice,
  createGateway,
  createPaymentOffice,
  type Gateway,
  type GatewayLog,
  type OperationsPort,
} from '../gateway/index.ts';
import { must } from '../gateway/testing/must.ts';
import type { LedgerMaker } from './ledger-maker.ts';
import { placeIn } from './store-place.ts';

export { must };

export const TERMINALS = ['SD-DALIANG-01', 'SD-RONGGUI-01', 'SD-REVOKED-01'] as const;
export type TestTerminal = (typeof TERMINALS)[number];

/** An answer of the gateway as it came over the wire. */
export interface Reply {
  readonly status: number;
  readonly json: unknown;
}

/** What one terminal sends. Left out members get plain values. */
export interface Sent {
  readonly operationId?: OperationId;
  readonly terminalId?: string;
  readonly lastOperation?: LastOperation | null;
}

/** A gateway over real HTTPS with real certificates, the real store on a real file, and a sandbox behind it. Time is
 *  moved by hand; sockets, disks and threads are real. */
export interface GatewayRig {
  readonly clock: ManualClock;
  readonly dir: string;
  readonly store: Store;
  readonly gateway: Gateway;
  readonly trust: DevelopmentTrust;
  readonly lines: object[];
  /** Where the terminals' requests go; a test with a gateway of its own sets it. */
  port: number;
  readonly sandboxUrl: string;
  newId(): OperationId;
  post(kind: string, body: unknown, sent?: Sent, as?: TestTerminal): Promise<Reply>;
  /** As `post`, but the answer must be an operation's. */
  operation(kind: BackOfficeKind, body: unknown, sent?: Sent, as?: TestTerminal): Promise<BackOfficeAnswer>;
  get(path: string, as?: TestTerminal): Promise<Reply>;
  sandboxCall(method: string, path: string, body?: unknown): Promise<Reply>;
  switchOn(input: object): Promise<void>;
  /** Commits `from…to` of a terminal's ledger as ingest would. */
  commit(ledger: LedgerMaker, from: number, to: number): Promise<void>;
  /** Resolves when no call to the store is under way, for two turns of the event loop. */
  settleStore(): Promise<void>;
  restartGateway(): Promise<void>;
  stopSandbox(): Promise<void>;
  startSandbox(): Promise<void>;
  close(): Promise<void>;
}

/** Certificates take longest to make, so one tree serves every rig of a test file. */
let sharedTrust: Promise<{ dir: string; trust: DevelopmentTrust }> | undefined;

async function trustTree(): Promise<{ dir: string; trust: DevelopmentTrust }> {
  const dir = mkdtempSync(join(tmpdir(), 'yimen-gateway-trust-'));
  process.once('exit', () => rmSync(dir, { recursive: true, force: true }));
  return {
    dir,
    trust: must(await createDevelopmentTrust(dir, { terminals: TERMINALS, serverNames: ['localhost', '127.0.0.1'] })),
  };
}

/** @param wrap puts a fault between gateway and store */
export async function startRig(
  wrap: (operations: OperationsPort) => OperationsPort = (operations) => operations,
): Promise<GatewayRig> {
  sharedTrust ??= trustTree();
  const { trust } = await sharedTrust;
  const dir = mkdtempSync(join(tmpdir(), 'yimen-gateway-'));
  // The certificates are dated by the real clock, so the moved one starts there.
  const clock = new ManualClock(Date.now());
  const store = must(await openStore({ ...storeAddressOf(placeIn(dir)), clock }));
  await allowTerminals(store, trust, clock);
  return Rig.start(dir, clock, { store, trust, operations: wrap(store.operations) });
}

async function allowTerminals(store: Store, trust: DevelopmentTrust, clock: Clock): Promise<void> {
  for (const [tid, files] of trust.terminals) {
    const { spkiHash, serial } = must(readIdentity(readFileSync(files.cert, 'utf8')));
    const state = tid === 'SD-REVOKED-01' ? 'retired' : 'active';
    must(
      await store.allow.put({
        tid,
        spkiHash,
        serial,
        profile: 'operational',
        keyLevel: 'file',
        state,
        epoch: 1,
        changedAt: clock.wallMs(),
      }),
    );
  }
}

interface RigParts {
  readonly store: Store;
  readonly trust: DevelopmentTrust;
  readonly operations: OperationsPort;
}

class Rig implements GatewayRig {
  readonly clock: ManualClock;
  readonly dir: string;
  readonly store: Store;
  readonly trust: DevelopmentTrust;
  readonly lines: object[] = [];
  gateway!: Gateway;
  port = 0;
  sandboxUrl = '';
  readonly #operations: OperationsPort;
  #sandbox: Sandbox | undefined;
  #sandboxPort = 0;
  #calls = 0;
  readonly #agents = new Map<string, Agent>();

  static async start(dir: string, clock: ManualClock, parts: RigParts): Promise<Rig> {
    const rig = new Rig(dir, clock, parts);
    await rig.startSandbox();
    await rig.#startGateway();
    return rig;
  }

  private constructor(dir: string, clock: ManualClock, parts: RigParts) {
    this.dir = dir;
    this.clock = clock;
    this.store = parts.store;
    this.trust = parts.trust;
    this.#operations = parts.operations;
  }

  newId(): OperationId {
    return newOperationId(this.clock.wallMs(), (n) => randomBytes(n));
  }

  post(kind: string, body: unknown, sent: Sent = {}, as: TestTerminal = 'SD-DALIANG-01'): Promise<Reply> {
    return this.#https(
      'POST',
      '/v1/operations',
      as,
      envelope(kind, body, { operationId: this.newId(), terminalId: as, ...sent }, this.clock),
    );
  }

  async operation(
    kind: BackOfficeKind,
    body: unknown,
    sent: Sent = {},
    as: TestTerminal = 'SD-DALIANG-01',
  ): Promise<BackOfficeAnswer> {
    const reply = await this.post(kind, body, sent, as);
    if (reply.status !== 200) throw new Error(`${kind}: ${reply.status} ${JSON.stringify(reply.json)}`);
    return reply.json as BackOfficeAnswer;
  }

  get(path: string, as: TestTerminal = 'SD-DALIANG-01'): Promise<Reply> {
    return this.#https('GET', path, as);
  }

  async sandboxCall(method: string, path: string, body?: unknown): Promise<Reply> {
    const init =
      body === undefined
        ? { method }
        : { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const response = await fetch(`${this.sandboxUrl}${path}`, init);
    return { status: response.status, json: await response.json() };
  }

  async switchOn(input: object): Promise<void> {
    const reply = await this.sandboxCall('POST', '/switches', input);
    if (reply.status !== 201) throw new Error(JSON.stringify(reply.json));
  }

  async commit(ledger: LedgerMaker, from: number, to: number): Promise<void> {
    const at = this.clock.wallMs();
    const batch = decodeBatch(ledger.tid, Buffer.from(ledger.batch(from, to)), at);
    must(await this.store.ingest.commitGroup({ items: [batch], at }));
  }

  async settleStore(): Promise<void> {
    for (let quiet = 0; quiet < 2; quiet = this.#calls === 0 ? quiet + 1 : 0) await breathe();
  }

  async restartGateway(): Promise<void> {
    await this.gateway.close();
    // Kept connections lead to the gateway that is gone; whether this process has noticed yet is a matter of chance.
    this.#dropConnections();
    await this.#startGateway();
  }

  #dropConnections(): void {
    for (const agent of this.#agents.values()) agent.destroy();
    this.#agents.clear();
  }

  async stopSandbox(): Promise<void> {
    await this.#sandbox?.close();
    this.#sandbox = undefined;
  }

  async startSandbox(): Promise<void> {
    this.#sandbox = createSandbox({
      dataDir: join(this.dir, 'sandbox'),
      clock: this.clock,
      random: (n) => randomBytes(n),
    });
    this.#sandboxPort = must(await this.#sandbox.listen(this.#sandboxPort));
    this.sandboxUrl = `http://127.0.0.1:${this.#sandboxPort}`;
  }

  async close(): Promise<void> {
    this.#dropConnections();
    const closing = this.gateway.close();
    await this.clock.advance(2_000);
    await closing;
    await this.stopSandbox();
    await this.store.close();
    rmSync(this.dir, { recursive: true, force: true });
  }

  async #startGateway(): Promise<void> {
    const { clock } = this;
    const text = (path: string): string => readFileSync(path, 'utf8');
    this.gateway = createGateway({
      operations: this.#counted(this.#operations),
      allowList: this.#counted(this.store.allow),
      halls: this.store.reads,
      acceptances: (tid) => this.store.variances.acceptancesFor({ tid, limit: 200 }),
      tls: { ca: text(this.trust.ca), cert: text(this.trust.server.cert), key: text(this.trust.server.key) },
      offices: {
        exitEntry: createCaseOffice({ office: 'exitEntry', url: this.sandboxUrl, clock }),
        vehicle: createCaseOffice({ office: 'vehicle', url: this.sandboxUrl, clock }),
        household: createCaseOffice({ office: 'household', url: this.sandboxUrl, clock }),
        payment: createPaymentOffice({ url: this.sandboxUrl, clock }),
      },
      dataDir: join(this.dir, 'gateway'),
      clock,
      random: (n) => randomBytes(n),
      log: keepingLog(this.lines),
    });
    this.port = must(await this.gateway.listen(this.port));
  }

  /** The same functions, each counted while it runs. */
  #counted<T extends object>(functions: T): T {
    return new Proxy(functions, {
      get: (target, name): unknown => {
        const fn: unknown = Reflect.get(target, name);
        if (typeof fn !== 'function') return fn;
        return async (...input: unknown[]): Promise<unknown> => {
          this.#calls += 1;
          try {
            return (await Reflect.apply(fn, target, input)) as unknown;
          } finally {
            this.#calls -= 1;
          }
        };
      },
    });
  }

  #https(method: string, path: string, as: TestTerminal, body?: unknown): Promise<Reply> {
    const files = this.trust.terminals.get(as);
    const agent = this.#agents.get(as) ?? new Agent({ keepAlive: true });
    this.#agents.set(as, agent);
    const text = body === undefined ? undefined : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const outgoing = httpsRequest(
        {
          method,
          host: '127.0.0.1',
          port: this.port,
          path,
          agent,
          ca: readFileSync(this.trust.ca),
          cert: readFileSync(files?.cert ?? ''),
          key: readFileSync(files?.key ?? ''),
          headers:
            text === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) },
        },
        (incoming) => {
          incoming.setEncoding('utf8');
          let answer = '';
          incoming.on('data', (chunk: string) => {
            answer += chunk;
          });
          incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, json: JSON.parse(answer) as unknown }));
        },
      );
      outgoing.on('error', reject);
      outgoing.end(text);
    });
  }
}

/** A whole envelope around `body`. */
function envelope(
  kind: string,
  body: unknown,
  sent: Required<Pick<Sent, 'operationId' | 'terminalId'>> & Sent,
  clock: Clock,
): object {
  return {
    operationId: sent.operationId,
    kind,
    terminalId: sent.terminalId,
    hallId: 'daliang-centre',
    sessionId: 'session-00000001',
    serviceId: 'exit.endorse',
    itemCode: '11440100696927671X3442111817001',
    catalogueVersion: 1,
    policyRows: ['fee.endorse.once'],
    at: clock.wallMs(),
    lastOperation: sent.lastOperation ?? null,
    body,
  };
}

const BEGIN_COMMON = { faceScore: 912, consentAt: 1, traceNo: 'trace-1' } as const;

/** The body of an endorsement's begin by one of the synthetic people. */
export function beginBody(thing: string, destinations: readonly ('HKG' | 'MAC')[] = ['HKG']): object {
  const person = PEOPLE.find((candidate) => candidate.thing === thing);
  return {
    ...BEGIN_COMMON,
    item: 'endorse',
    permitNo: person?.documentNumber ?? '',
    destinations,
    kind: 'L',
    countCode: 'once',
    phone: null,
    photoDigest: null,
  };
}

/** An errand of any office that costs money: what it is begun with, and what its bill has. */
interface PaidErrand {
  readonly office: CaseOffice;
  readonly body: object;
  readonly items: readonly BillItem[];
}

const LI_NA = ID_CARDS.find(({ thing }) => thing === 'id-li-na')?.fields.idNumber ?? '';
const LICENCE_NO = SYNTHETIC_LICENCES.find(({ holder }) => holder === 'id-li-na')?.licenceNo ?? '';
const SIGNATURE = 'c2lnbmF0dXJl';

/** One for each item that costs money, all of the same woman, who may have them all. */
export const PAID_ERRANDS = {
  endorse: { office: 'exitEntry', body: beginBody('permit-li-na'), items: feeItems('fee.endorse', 'once', 1_500) },
  pay: {
    office: 'exitEntry',
    body: { ...BEGIN_COMMON, item: 'pay', receiptNo: '440620261101900011' },
    items: feeItems('fee.passport', 'passport', 12_000),
  },
  licence: {
    office: 'vehicle',
    body: {
      ...BEGIN_COMMON,
      item: 'licence',
      idNo: LI_NA,
      licenceNo: LICENCE_NO,
      reason: 'damage',
      phone: null,
      photo: null,
      signature: SIGNATURE,
    },
    items: feeItems('fee.licence', 'licence', 1_000),
  },
  vlic: {
    office: 'vehicle',
    body: {
      ...BEGIN_COMMON,
      item: 'vlic',
      idNo: LI_NA,
      plateType: '02',
      plateNo: '粤XA1001',
      reason: 'damage',
      signature: SIGNATURE,
    },
    items: feeItems('fee.vlic', 'vlic', 1_000),
  },
  violation: {
    office: 'vehicle',
    body: {
      ...BEGIN_COMMON,
      item: 'violation',
      idNo: LI_NA,
      licenceNo: LICENCE_NO,
      violationIds: ['V20261003'],
      signature: SIGNATURE,
    },
    items: feeItems('fine', 'V20261003', 10_000),
  },
  idapply: {
    office: 'household',
    body: {
      ...BEGIN_COMMON,
      item: 'idapply',
      idNo: LI_NA,
      reason: 'damage',
      photoReceiptNo: 'PH20261101000001',
      fingers: [],
      phone: null,
      collection: 'office',
      signature: SIGNATURE,
    },
    items: feeItems('fee.id', 'id-damage', 4_000),
  },
} as const satisfies Record<string, PaidErrand>;
export type PaidItem = keyof typeof PAID_ERRANDS;

function feeItems(feeRow: string, variant: string, amountFen: number): BillItem[] {
  return [{ feeRow, variant, count: 1, amountFen }];
}

export const ITEMS = PAID_ERRANDS.endorse.items;

export function reserveBody(caseRef: string): object {
  return { caseRef, spoiledSerial: null };
}

export function confirmBody(
  caseRef: string,
  outcome: 'done' | 'notDone' | 'unknown',
  handedOver = outcome === 'done',
): object {
  return {
    caseRef,
    outcome,
    evidence: 'taken',
    handedOver,
    chipCounter: null,
    imageDigest: null,
    serial: null,
    oldRecovered: null,
    sheets: null,
  };
}

/** Moves the hand-moved clock on by `stepMs` at a time until `check` holds. Real sockets get a turn between steps, and
 *  no step is made while the store's threads work: their deadlines must not pass because this machine is busy.
 *  @throws Error when it does not within `steps` */
export async function moveUntil(
  rig: GatewayRig,
  check: () => Promise<boolean> | boolean,
  stepMs = 250,
  steps = 400,
): Promise<void> {
  for (let i = 0; i < steps; i += 1) {
    if (await check()) return;
    await rig.settleStore();
    await rig.clock.advance(stepMs);
    await breathe();
  }
  throw new Error('it did not happen');
}

/** Tells whether a promise has resolved, for `moveUntil`. */
export function isSettled(promise: Promise<unknown>): () => boolean {
  let settled = false;
  void promise.finally(() => {
    settled = true;
  });
  return () => settled;
}

/** One turn of the real event loop with its sockets. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 2);
  });
}

function keepingLog(lines: object[]): GatewayLog {
  const keep = (line: object): void => void lines.push(line);
  return { answered: keep, settled: keep, stillUnknown: keep, refused: keep, handshakeRefused: keep, broken: keep };
}
