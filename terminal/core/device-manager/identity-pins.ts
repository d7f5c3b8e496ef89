import { err, ok, type Result } from '@yimen/contracts/base';
import type { Description, Fault } from '@yimen/contracts/device';
import type { Journal } from '../journal/index.ts';
import { faultOf } from '../platform/fault.ts';
import { plain } from './plain-text.ts';

export interface Pin {
  readonly driver: string;
  /** Empty: the device had none to tell. */
  readonly serial: string;
}

/** Who changed a device, and for which work order. */
export interface StaffAct {
  /** Keyed hash of the person. */
  readonly who: string;
  readonly workOrder: string | null;
}

/** Who each device of this terminal is. The first one seen is pinned; whoever else answers in its place later is refused
 *  until staff accept it (faults F22: cables are swapped by people). */
export interface IdentityPins {
  /** Pins at first sight. @returns why this device may not be used; undefined: it is the right one */
  check(device: string, seen: Description): Fault | undefined;
  /** Staff say that this one is right from now on. @fault JOURNAL_… it was not recorded, and the old pin holds */
  accept(device: string, seen: Description, by: StaffAct): Result<void, Fault>;
}

export type ConfiguredPins = Readonly<
  Record<string, { readonly driver?: string | undefined; readonly serial: string }>
>;

export function identityPins(journal: Journal, configured: ConfiguredPins): IdentityPins {
  const pins = new Map<string, Pin>(
    journal.reader.deviceRows('device-pinned', 0).map(({ fields }) => [fields.device, fields]),
  );
  const pin = (device: string, seen: Pin, by: 'firstSight' | 'configuration'): void => {
    const fields = { device, driver: seen.driver, serial: seen.serial, by };
    // Not recorded, it is not pinned: the journal's trouble stops all services by itself.
    if (journal.append([{ kind: 'device-pinned', fields }]).ok) pins.set(device, seen);
  };
  return {
    check: (device, description) => {
      const seen = pinOf(description);
      const set = configured[device];
      const known = pins.get(device);
      if (set !== undefined) {
        const wanted = { driver: set.driver ?? known?.driver ?? seen.driver, serial: set.serial };
        if (!isSame(known, wanted)) pin(device, wanted, 'configuration');
        return isSame(wanted, seen) ? undefined : otherDevice(wanted, seen);
      }
      if (known === undefined) {
        pin(device, seen, 'firstSight');
        return undefined;
      }
      return isSame(known, seen) ? undefined : otherDevice(known, seen);
    },
    accept: (device, description, { who, workOrder }) => {
      const seen = pinOf(description);
      if (configured[device] !== undefined)
        return err(
          faultOf('configuration', 'its serial stands in the configuration: change it there', 'configuration'),
        );
      const before = pins.get(device);
      const written = journal.append([
        {
          kind: 'staff-action',
          fields: {
            who,
            action: 'device-accepted',
            workOrder,
            before: before === undefined ? null : textOf(device, before),
            after: textOf(device, seen),
          },
        },
        { kind: 'device-pinned', fields: { device, ...seen, by: 'staff' } },
      ]);
      if (!written.ok) return written;
      pins.set(device, seen);
      return ok(undefined);
    },
  };
}

function pinOf({ driver, serial }: Description): Pin {
  return { driver, serial: plain(serial) };
}

function isSame(a: Pin | undefined, b: Pin): boolean {
  return a !== undefined && a.driver === b.driver && a.serial === b.serial;
}

function textOf(device: string, { driver, serial }: Pin): string {
  return `${device}: ${driver} ${serial}`.slice(0, 200);
}

function otherDevice(pinned: Pin, seen: Pin): Fault {
  const message =
    pinned.driver === seen.driver
      ? `serial ${pinned.serial || 'none'} is pinned, ${seen.serial || 'none'} answers`
      : `${pinned.driver} is pinned, ${seen.driver} answers`;
  return faultOf('configuration', message.slice(0, 200), 'configuration');
}
