import type { DeviceStatus } from '@yimen/contracts/device';

/** Kinds that take in what is not theirs: without a bin of this type there is nowhere to keep it. */
const NEEDED_UNITS: Readonly<Record<string, 'retain'>> = {
  'card-unit': 'retain',
  'licence-printer': 'retain',
  'document-locker': 'retain',
};

/** The self-check of a device's units (faults F69): a set-up that would never warn, or could not keep what nobody took,
 *  is refused before the first citizen and not found out by one.
 *  @returns what is wrong, as a sentence; undefined: nothing, or the device has not told its units yet */
export function unitMisconfigured(kind: string, status: DeviceStatus): string | undefined {
  if (status.source === 'stale') return undefined;
  for (const [name, unit] of Object.entries(status.units)) {
    if (unit.threshold > unit.capacity)
      return `${name} would warn at ${unit.threshold}, but holds ${unit.capacity}: it would never warn`;
  }
  const needed = NEEDED_UNITS[kind];
  if (needed === undefined || !isHeard(status)) return undefined;
  const isThere = Object.values(status.units).some((unit) => unit.type === needed);
  return isThere ? undefined : `there is no ${needed} bin: nothing could be kept`;
}

/** Whether the device has said how it is, and so would have named its units. */
function isHeard({ device }: DeviceStatus): boolean {
  return device === 'online' || device === 'deviceBusy' || device === 'userError';
}
