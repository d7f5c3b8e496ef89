import type { PortOf, PortTable } from '@yimen/contracts/device';
import type { DeviceBase, Lease, Op } from '@yimen/contracts/device';

/** Whoever can call a device's verbs by name: the slot in its process, the client over the socket. */
export interface VerbCaller extends DeviceBase {
  effect(lease: Lease, op: Op, verb: string, args: unknown): Promise<unknown>;
  read(lease: Lease, deadlineMs: number, verb: string, args: unknown): Promise<unknown>;
}

/** The typed face of a port over a caller by name: `port.ejectCard(lease, op, {})`. */
export function portOf<T extends PortTable>(table: T, caller: VerbCaller): PortOf<T> {
  const verbs = Object.entries(table.verbs).map(([verb, row]) =>
    row.nature === 'effect'
      ? [verb, (lease: Lease, op: Op, args: unknown) => caller.effect(lease, op, verb, args)]
      : [verb, (lease: Lease, deadlineMs: number, args: unknown) => caller.read(lease, deadlineMs, verb, args)],
  );
  const base: DeviceBase = {
    describe: () => caller.describe(),
    status: (maxAgeMs) => caller.status(maxAgeMs),
    onStatus: (fn) => caller.onStatus(fn),
    claim: (owner, timeoutMs) => caller.claim(owner, timeoutMs),
    reset: (lease, op, to) => caller.reset(lease, op, to),
    selfTest: (lease, op) => caller.selfTest(lease, op),
    getOperation: (id) => caller.getOperation(id),
  };
  // The one cast: the table's verbs become members, which the type system can say but not build.
  return { ...base, ...Object.fromEntries(verbs) } as PortOf<T>;
}
