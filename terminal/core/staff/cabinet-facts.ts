import type { KeySwitch } from '@yimen/contracts/terminal';
import type { DeviceManager } from '../device-manager/index.ts';

/** What the cabinet says of the key and the doors. */
export interface CabinetFacts {
  readonly key: KeySwitch;
  /** Every door is known to be shut. */
  readonly areDoorsShut: boolean;
}

const SHUT: readonly string[] = ['closed', 'locked', 'bolted'];
const KEYS: readonly string[] = ['run', 'maintenance', 'supervisor'];

/** Without a cabinet that speaks, nobody knows where the key is, and no door is known to be shut. */
export function cabinetFacts(devices: Pick<DeviceManager, 'statuses' | 'kindOf'>): CabinetFacts {
  const cabinet = devices.statuses().find(({ device }) => devices.kindOf(device) === 'cabinet-io')?.status;
  if (cabinet === undefined || cabinet.source === 'stale') return { key: 'unknown', areDoorsShut: false };
  const sensors = cabinet.sensors ?? {};
  const word = sensors['keySwitch'] ?? 'unknown';
  const doors = Object.entries(sensors).filter(([name]) => name.startsWith('door.'));
  return {
    key: KEYS.includes(word) ? (word as KeySwitch) : 'unknown',
    areDoorsShut: doors.every(([, state]) => SHUT.includes(state)),
  };
}
