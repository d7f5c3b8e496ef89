import { spokenId, type OperationId, type Result } from '@yimen/contracts/base';
import {
  moduleOf,
  type Fault,
  type Lease,
  type OperationRecord,
  type Outcome,
  type Slip,
} from '@yimen/contracts/device';
import { stopStateSchema, type JournalEvent } from '@yimen/contracts/journal';
import { coreOperation, type CoreOperation, type DeviceHostPort } from '../device-manager/index.ts';
import { CORE_LIMITS } from '../limits.table.ts';
import { CUSTODY } from './bins.table.ts';
import { goodsMoved } from './hand-out.ts';
import { UNKNOWN_MODULE } from './staff-book.ts';
import { withLease, type Actor, type StaffDeps } from './staff-deps.ts';

const STEP = 'staff-test';
type Act = (host: DeviceHostPort, lease: Lease, operationId: OperationId) => Promise<Result<OperationRecord, Fault>>;

/** Asks every device how it is and records what this one said. @returns why it is not well; undefined: it answers */
export async function askStatus(deps: StaffDeps, device: string, by: Actor): Promise<string | undefined> {
  const isHeard = await deps.devices.inspect();
  const status = deps.devices.statuses().find((one) => one.device === device)?.status;
  const isThere = isHeard && status !== undefined && status.source !== 'stale';
  const fault = status?.fault?.code ?? (isThere ? null : 'offline');
  record(deps, by, { device, test: 'status', outcome: isThere ? 'done' : 'notDone', fault, operationId: null });
  return isThere ? undefined : 'offline';
}

export function selfTest(deps: StaffDeps, device: string, by: Actor): Promise<string | undefined> {
  return perform(deps, by, { device, verb: 'selfTest' }, (host, lease, operationId) =>
    host.selfTest(lease, { operationId, deadlineMs: CORE_LIMITS.staffActMs }),
  );
}

/** Prints a slip that says that it is none. */
export function testPrint(
  deps: StaffDeps,
  device: string,
  by: Actor & { readonly tid: string },
): Promise<string | undefined> {
  if (deps.devices.kindOf(device) !== 'receipt-printer') return Promise.resolve('unsupportedCommand');
  const slip = testSlip(by.tid, new Date(deps.clock.wallMs()).toISOString(), by.who);
  return perform(deps, by, { device, verb: 'printReceipt' }, (host, lease, operationId) =>
    host.effect(lease, { operationId, deadlineMs: CORE_LIMITS.staffActMs }, 'printReceipt', { slip }),
  );
}

/** Brings a device to rest; whoever asks says where a medium inside goes. What was inside is accounted for. */
export async function resetDevice(
  deps: StaffDeps,
  device: string,
  to: 'exit' | 'retain' | 'stay',
  by: Actor,
): Promise<string | undefined> {
  const media = deps.devices.statuses().find((one) => one.device === device)?.status.media;
  const wasInside = media !== undefined && media !== 'notPresent' && media !== 'retracted';
  let done: CoreOperation | undefined;
  const refused = await perform(
    deps,
    by,
    { device, verb: 'reset' },
    (host, lease, operationId) => host.reset(lease, { operationId, deadlineMs: CORE_LIMITS.putAwayMs }, to),
    (operation) => {
      done = operation;
    },
  );
  if (refused === undefined)
    deps.journal.note(whereItWent(deps, device, { to, wasInside, evidence: done?.evidence ?? '' }));
  return refused;
}

/** A thing that a reset moved: drawn into a bin it has an incident number, given out at the exit staff have it. */
function whereItWent(
  deps: StaffDeps,
  device: string,
  reset: { readonly to: 'exit' | 'retain' | 'stay'; readonly wasInside: boolean; readonly evidence: string },
): JournalEvent[] {
  const module = moduleOf(device);
  const usual = device === 'card-unit' || device === 'endorsement-printer' ? 'card' : 'document';
  const inside = [...deps.book().held.values()].find(
    (held) =>
      held.place === 'inside' && (held.module === module || (held.module === UNKNOWN_MODULE && held.item === usual)),
  );
  const item = inside?.item ?? usual;
  const thing = { sessionId: inside?.sessionId ?? null, item };
  if (reset.to === 'exit' && reset.wasInside) return [goodsMoved(deps, thing, { from: module, to: CUSTODY })];
  if (reset.to !== 'retain' || !reset.evidence.includes('countDelta')) return [];
  const bin = device === 'card-unit' ? 'retainBin' : reset.evidence.includes('reject') ? 'rejectBin' : 'retractBin';
  const moved = goodsMoved(deps, thing, { from: module, to: bin });
  // With a session its rows tell where it is; without one, its number is told once more beside where it went.
  if (inside !== undefined && inside.sessionId !== null) return [moved];
  const usualStop = bin === 'retractBin' ? 'produced-not-taken' : bin === 'rejectBin' ? 'unknown' : 'card-held';
  const number = inside?.incident ?? spokenId(deps.random, 3);
  const stop = stopStateSchema.catch(usualStop).parse(inside?.stop);
  return [moved, { kind: 'incident', fields: { number, state: 'opened', stop } }];
}

async function perform(
  deps: StaffDeps,
  by: Actor,
  { device, verb }: { readonly device: string; readonly verb: string },
  act: Act,
  onDone: (operation: CoreOperation) => void = () => undefined,
): Promise<string | undefined> {
  return withLease(deps.devices, device, by.who, async (host, lease) => {
    const done = await coreOperation(deps, { device, verb, step: STEP }, (operationId) =>
      act(host, lease, operationId),
    );
    if (done === undefined) return 'journal';
    const { operationId, outcome, fault } = done;
    record(deps, by, { device, test: verb, outcome, fault, operationId });
    if (outcome === 'done') onDone(done);
    return outcome === 'done' ? undefined : (fault ?? outcome);
  });
}

/** Never counted as anybody's service. */
function record(
  { journal }: StaffDeps,
  { who, workOrder }: Actor,
  {
    device,
    ...test
  }: { device: string; test: string; outcome: Outcome; fault: string | null; operationId: OperationId | null },
): void {
  journal.note([
    { kind: 'device-tested', fields: { module: moduleOf(device), ...test, customer: false, who, workOrder } },
  ]);
}

function testSlip(tid: string, at: string, who: string): Slip {
  return {
    lines: [
      { kind: 'title', text: '测试凭条 TEST SLIP' },
      { kind: 'text', text: '仅供测试，不是业务回执。 For testing only: no receipt of any service.' },
      { kind: 'rule' },
      { kind: 'pair', label: '终端 terminal', value: tid },
      { kind: 'pair', label: '时间 time', value: at },
      { kind: 'pair', label: '工号 staff', value: who.slice(0, 8) },
      { kind: 'qr', data: `YIMEN-TEST ${tid}` },
    ],
  };
}
