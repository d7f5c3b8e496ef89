import type { Clock, RandomBytes, Result } from '@yimen/contracts/base';
import type { DeviceStatus, Fault } from '@yimen/contracts/device';
import type { Birth, Heartbeat } from '@yimen/contracts/fleet';
import type { Journal } from '../journal/index.ts';
import type { Log } from '../platform/logger.ts';
import type { ConnectDeviceHost, DeviceHostPort } from './device-host-port.ts';
import type { ConfiguredPins, StaffAct } from './identity-pins.ts';
import type { Closed } from './device-watch.ts';
import type { OutOfService } from './ladder-runner.ts';
import type { RecoveryHands } from './recovery-steps.ts';

export interface DeviceManagerOptions {
  readonly connect: ConnectDeviceHost;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: Log;
  /** Services that need a device kind, for `lost`. */
  readonly servicesNeeding: (kind: string) => readonly string[];
  /** A session holds devices: bringing them to rest is its own business. */
  readonly isSessionRunning: () => boolean;
  /** Rungs of the recovery ladder that need more than core; without: none. */
  readonly hands?: RecoveryHands;
  /** Why staff keep a device from citizens, as a code: its units are open. */
  readonly heldByStaff?: (device: string) => string | undefined;
  /** The work order of whoever is signed in at the machine: doors are theirs meanwhile. */
  readonly workOrder?: () => string | null;
  /** Who the devices are, where the terminal was set up with that. */
  readonly pins?: ConfiguredPins | undefined;
}

export interface StatusChange {
  readonly device: string;
  readonly status: DeviceStatus;
}

/** What is known of every device, and the only way in core to the device host. After each start or reconnect nothing
 *  is believed until every device was asked (`isInspected`). */
export interface DeviceManager {
  start(): void;
  stop(): void;
  /** The host while it is connected. */
  host(): DeviceHostPort | undefined;
  isInspected(): boolean;
  /** Asks every device now and journals what was found. False: the host is away. */
  inspect(): Promise<boolean>;
  /** Devices that report a medium inside, without those that are refused. */
  holders(): readonly string[];
  /** Puts a card without an owner into the bin. @returns true when no medium is left */
  putAwayFound(): Promise<boolean>;
  problemOf(kind: string): string | undefined;
  /** Why nobody may claim this device: it is not the one that is pinned, or it is wrongly set up. */
  refusalOf(device: string): Fault | undefined;
  /** Staff say that the device that answers now is the right one. @fault configuration nothing is refused there, or its
   *  serial stands in the configuration; JOURNAL_… it was not recorded */
  acceptIdentity(device: string, by: StaffAct): Result<void, Fault>;
  /** A technician says that a device that was manipulated is good again. @fault configuration nothing is held there;
   *  fraudAttempt it still says so itself, a technician resets it first; JOURNAL_… it was not recorded */
  releaseFraud(device: string, by: StaffAct): Result<void, Fault>;
  /** Devices that wait for that, each with its incident number. */
  heldForFraud(): readonly OutOfService[];
  /** Why nobody is served at all: the cabinet was tampered with, or the mains are gone. */
  closedBecause(): Closed | undefined;
  /** No session runs any more: what is seen now was done by nobody who was served. */
  atRest(): void;
  /** Devices that recovery has given up, each with its incident number. */
  outOfService(): readonly OutOfService[];
  kindOf(device: string): string | undefined;
  statuses(): readonly StatusChange[];
  birthDevices(): Birth['devices'];
  modules(): Heartbeat['modules'];
  supplies(): Heartbeat['supplies'];
  /** The host was reached and every device was looked at. */
  onInspected(fn: () => void): () => void;
  onLost(fn: () => void): () => void;
  onStatus(fn: (change: StatusChange) => void): () => void;
}
