import type { Clock } from '@yimen/contracts/base';
import type { Lease } from '@yimen/contracts/device';
import { CORE_LIMITS } from '../limits.table.ts';
import { coreOperation, type OperationDeps } from './core-operation.ts';
import type { DeviceHostPort } from './device-host-port.ts';
import type { StepOutcome } from './recovery-ladder.ts';

/** Rungs that need hands outside core. What this machine has nothing for is left out. None of them repeats anything
 *  that was asked of a device before. */
export interface RecoveryHands {
  /** L4: the device host ends and comes back; core notices by its connection. */
  readonly restartHost?: () => Promise<StepOutcome>;
  /** L5 (`usbreset`, `authorized`). */
  readonly resetUsbPort?: (device: string) => Promise<StepOutcome>;
  /** L6 (`uhubctl`, a relay), with its cool-down. */
  readonly cyclePower?: (device: string) => Promise<StepOutcome>;
  /** L7: `done` means that it has been ordered; core will not see the end of it. */
  readonly reboot?: () => Promise<StepOutcome>;
}

/** A hand that does not answer in time has not done it, as far as anybody knows. */
export async function byHand(clock: Clock, hand: (() => Promise<StepOutcome>) | undefined): Promise<StepOutcome> {
  if (hand === undefined) return 'unsupported';
  const late = Promise.withResolvers<StepOutcome>();
  const cancel = clock.after(CORE_LIMITS.handMs, () => {
    late.resolve('notDone');
  });
  try {
    return await Promise.race([hand(), late.promise]);
  } finally {
    cancel();
  }
}

/** L3. */
export async function reopenWay(host: DeviceHostPort, device: string): Promise<StepOutcome> {
  const reopened = await host.reopen(device);
  if (reopened.ok) return 'done';
  return reopened.error.code === 'unsupportedCommand' ? 'unsupported' : 'notDone';
}

/** L2 for a device from which nothing goes anywhere: it comes to rest with what it holds. */
export async function resetInPlace(deps: OperationDeps, host: DeviceHostPort, device: string): Promise<StepOutcome> {
  const claimed = await host.claim(device, { kind: 'core', id: 'core' }, CORE_LIMITS.coreClaimMs);
  if (!claimed.ok) return 'notDone';
  const lease: Lease = claimed.value;
  try {
    const reset = await coreOperation(deps, { device, verb: 'reset', step: 'recovery' }, (operationId) =>
      host.reset(lease, { operationId, deadlineMs: CORE_LIMITS.putAwayMs }, 'stay'),
    );
    return reset?.outcome === 'done' ? 'done' : 'notDone';
  } finally {
    // A lease that cannot be given back ends with the host's own idle time.
    void (await host.release(lease));
  }
}
