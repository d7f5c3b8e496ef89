import { moduleOf } from '@yimen/contracts/device';
import type { Birth, Heartbeat } from '@yimen/contracts/fleet';
import { isSupply } from './is-supply.ts';
import type { Known } from './known-device.ts';
import { plain } from './plain-text.ts';
import { unitCode } from './status-journal.ts';

type Devices = ReadonlyMap<string, Known>;

/** What the fleet's contract takes of each list. */
const ROWS = 32;

/** Which devices there are, for the birth message. */
export function birthDevices(devices: Devices): Birth['devices'] {
  return [...devices].slice(0, ROWS).map(([device, { description }]) => ({
    module: moduleOf(device),
    driver: description?.driver ?? 'unknown',
    model: plain(description?.model ?? ''),
    serial: plain(description?.serial ?? ''),
    firmware: description?.firmware == null ? null : plain(description.firmware),
  }));
}

/** How they are, for a beat. */
export function moduleStates(devices: Devices): Heartbeat['modules'] {
  return [...devices].slice(0, ROWS).map(([device, { status }]) => ({
    module: moduleOf(device),
    state: status.source === 'stale' ? 'starting' : status.device,
    ...(status.fault === undefined ? {} : { fault: status.fault.code }),
  }));
}

/** What is left in stacks, rolls and ribbons. */
export function supplyLevels(devices: Devices): Heartbeat['supplies'] {
  return [...devices]
    .flatMap(([device, { status }]) =>
      Object.entries(status.units)
        .filter(([, unit]) => isSupply(unit))
        .map(([name, unit]) => ({
          unit: unitCode(device, name),
          count: unit.count,
          capacity: unit.capacity,
          source: 'counted' as const,
        })),
    )
    .slice(0, ROWS);
}
