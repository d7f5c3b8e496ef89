import type { CancelTimer, Clock } from '@yimen/contracts/base';
import { moduleOf, type DeviceStatus, type Unit } from '@yimen/contracts/device';
import type { JournalEvent } from '@yimen/contracts/journal';
import type { Journal } from '../journal/index.ts';
import { CORE_LIMITS } from '../limits.table.ts';
import { isSupply } from './is-supply.ts';

type Told = Extract<JournalEvent, { kind: 'device-status' }>['fields'];

interface Damped {
  told: string;
  toldAt: number;
  changes: number[];
  timer: CancelTimer | undefined;
  latest: Told;
}

export interface StatusJournal {
  /** @param lost services that this device's state takes away */
  take(device: string, status: DeviceStatus, lost: readonly string[]): void;
  stop(): void;
}

/** Journals what changed at the devices. The first change is told at once, those within the next second as one;
 *  a device that flaps is told once in a quarter of a minute. A card on its normal way through is no change. */
export function statusJournal(journal: Journal, clock: Clock): StatusJournal {
  const devices = new Map<string, Damped>();
  const supplies = new Map<string, { count: number; at: number }>();

  const tell = (entry: Damped): void => {
    entry.timer?.();
    entry.timer = undefined;
    const text = fingerprint(entry.latest);
    if (text === entry.told) return;
    // A refused row is told again with the next change; the state itself is in every heartbeat.
    if (!journal.append([{ kind: 'device-status', fields: entry.latest }]).ok) return;
    entry.told = text;
    entry.toldAt = clock.monoMs();
    entry.changes = [...entry.changes.filter((at) => clock.monoMs() - at < CORE_LIMITS.flapWindowMs), clock.monoMs()];
  };

  const takeState = (device: string, status: DeviceStatus, lost: readonly string[]): void => {
    // A device in use is not a device that changed.
    const state = status.device === 'deviceBusy' ? 'online' : status.device;
    const latest: Told = {
      module: moduleOf(device),
      state,
      fault: status.fault?.code ?? null,
      media: status.media ?? null,
      lost: [...lost],
    };
    const entry = devices.get(device) ?? {
      told: '',
      toldAt: Number.NEGATIVE_INFINITY,
      changes: [],
      timer: undefined,
      latest,
    };
    entry.latest = latest;
    devices.set(device, entry);
    if (fingerprint(latest) === entry.told || entry.timer !== undefined) return;
    const gapMs = entry.changes.length > CORE_LIMITS.flapsAllowed ? CORE_LIMITS.flapDampMs : CORE_LIMITS.deviceDampMs;
    const waitMs = entry.toldAt + gapMs - clock.monoMs();
    if (waitMs <= 0) tell(entry);
    else
      entry.timer = clock.after(waitMs, () => {
        tell(entry);
      });
  };

  const takeUnit = (unit: string, now: Unit): void => {
    const before = supplies.get(unit);
    if (before !== undefined && (before.count === now.count || clock.monoMs() - before.at < CORE_LIMITS.supplyEveryMs))
      return;
    const cause = before === undefined ? 'counted' : isUse(now, before.count) ? 'used' : 'refilled';
    const fields = { unit, count: now.count, capacity: now.capacity, source: 'counted' as const, cause } as const;
    if (journal.append([{ kind: 'supply-level', fields }]).ok)
      supplies.set(unit, { count: now.count, at: clock.monoMs() });
  };

  return {
    take: (device, status, lost) => {
      takeState(device, status, lost);
      if (status.source === 'stale') return;
      for (const [name, unit] of Object.entries(status.units))
        if (isSupply(unit)) takeUnit(unitCode(device, name), unit);
    },
    stop: () => {
      for (const entry of devices.values()) entry.timer?.();
    },
  };
}

/** A unit as the wire names it: `cardUnit.retainBin`. */
export function unitCode(device: string, name: string): string {
  return `${moduleOf(device)}.${name}`.slice(0, 48);
}

/** Stacks and rolls are used downwards, bins upwards. */
function isUse(unit: Unit, before: number): boolean {
  const isBin = unit.type === 'retain' || unit.type === 'reject' || unit.type === 'park';
  return isBin ? unit.count > before : unit.count < before;
}

function fingerprint(told: Told): string {
  const media = told.media === 'jammed' || told.media === 'retracted' || told.media === 'unknown' ? told.media : null;
  return JSON.stringify([told.state, told.fault, media, told.lost]);
}
