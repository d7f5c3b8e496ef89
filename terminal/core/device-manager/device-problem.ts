import type { DeviceStatus, Unit } from '@yimen/contracts/device';

/** What keeps a device from being offered to the next citizen, as a code; undefined: nothing does. Absent axes mean
 *  "cannot report" and are no reason. `deviceBusy` and `userError` are states of use, not faults (devices contract). */
export function deviceProblem(status: DeviceStatus | undefined): string | undefined {
  if (status === undefined) return 'noDevice';
  if (status.source === 'stale') return 'starting';
  if (status.device !== 'online' && status.device !== 'deviceBusy' && status.device !== 'userError')
    return status.fault?.code ?? status.device;
  if (status.antiFraud === 'deviceDetected') return 'fraudAttempt';
  if (status.media === 'jammed') return 'mediaJam';
  for (const unit of Object.values(status.units)) {
    const problem = unitProblem(unit);
    if (problem !== undefined) return problem;
  }
  for (const [name, state] of Object.entries(status.supplies)) {
    if (state === 'out' || state === 'jammed') return `${name}${state === 'out' ? 'Out' : 'Jammed'}`;
  }
  return undefined;
}

/** A card that cannot be kept may not be taken in: a full or missing retain bin stops the unit before the next citizen. */
function unitProblem(unit: Unit): string | undefined {
  if (unit.type !== 'retain') return undefined;
  if (unit.replenishment === 'full') return 'retainBinFull';
  return unit.status === 'missing' || unit.status === 'inoperative' ? 'retainBinMissing' : undefined;
}

/** Whether something of a citizen may lie inside. `unknown` counts: it is looked at as if it were. */
export function hasMedia(status: DeviceStatus): boolean {
  return status.media !== undefined && status.media !== 'notPresent' && status.media !== 'retracted';
}
