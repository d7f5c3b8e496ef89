import type { CancelTimer, Clock } from '@yimen/contracts/base';
import { moduleOf, type DeviceStatus } from '@yimen/contracts/device';
import type { Journal } from '../journal/index.ts';
import { FLAPPING, type FlapRow } from './flapping.table.ts';

interface Watched {
  wasUp: boolean;
  falls: number[];
  isHeld: boolean;
  cancelQuiet: CancelTimer;
}

/** Keeps a device that comes and goes out of use until it has been quiet for a while: a service that is offered and
 *  taken away every minute helps nobody, and one alarm says as much as fifty. */
export interface FlapGuard {
  /** Sees each status that the device itself reported. */
  take(device: string, kind: string, status: DeviceStatus): void;
  isHeld(device: string): boolean;
  stop(): void;
}

/** @param onReleased a device was quiet long enough: its own status counts again */
export function flapGuard(journal: Journal, clock: Clock, onReleased: (device: string) => void): FlapGuard {
  const devices = new Map<string, Watched>();
  const note = (device: string, state: 'begun' | 'ended'): void => {
    const fields = { module: moduleOf(device), why: 'flapping' as const, state, number: null };
    journal.note([{ kind: 'device-held', fields }]);
  };
  /** Begins the quiet time anew. */
  const waitForQuiet = (device: string, entry: Watched, row: FlapRow): void => {
    entry.cancelQuiet();
    entry.cancelQuiet = clock.after(row.quietMs, () => {
      entry.isHeld = false;
      entry.falls = [];
      note(device, 'ended');
      onReleased(device);
    });
  };
  return {
    take: (device, kind, status) => {
      const entry = devices.get(device) ?? { wasUp: false, falls: [], isHeld: false, cancelQuiet: () => undefined };
      devices.set(device, entry);
      const isUp = isWell(status);
      if (isUp === entry.wasUp) return;
      entry.wasUp = isUp;
      const row = FLAPPING[kind] ?? FLAPPING['*'];
      if (row === undefined) return;
      if (!isUp) {
        const now = clock.monoMs();
        entry.falls = [...entry.falls.filter((at) => now - at < row.windowMs), now].slice(-(row.falls + 1));
      }
      if (entry.isHeld) {
        waitForQuiet(device, entry, row);
      } else if (entry.falls.length > row.falls) {
        entry.isHeld = true;
        note(device, 'begun');
        waitForQuiet(device, entry, row);
      }
    },
    isHeld: (device) => devices.get(device)?.isHeld === true,
    stop: () => {
      for (const entry of devices.values()) entry.cancelQuiet();
    },
  };
}

/** A device in use, or one that was given a card the wrong way round, has not failed. */
function isWell({ device, source }: DeviceStatus): boolean {
  return source !== 'stale' && (device === 'online' || device === 'deviceBusy' || device === 'userError');
}
