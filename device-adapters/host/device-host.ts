import { join } from 'node:path';
import { err, ok, randomId, type Clock, type RandomBytes, type Result } from '@yimen/contracts/base';
import type { DeviceKind, DeviceList, Fault, Lease } from '@yimen/contracts/device';
import type { Logger } from 'pino';
import { DeviceSlot, type DeviceSlotOptions } from '../driver-kit/device-slot.ts';
import type { LeaseEnd } from '../driver-kit/lease-book.ts';
import { openOperationFile, type OperationFile } from '../driver-kit/operation-file.ts';
import { LIMITS } from '../limits.table.ts';
import { CATALOGUE } from '../registry/catalogue.ts';
import { createChildDriver } from './child-driver.ts';
import { deviceWay } from './device-way.ts';
import { DriverGroup } from './driver-group.ts';
import type { HostConfig, HostDevice } from './host-config.ts';
import { SEES_CITIZENS } from './personal-kinds.table.ts';
import { reopenable } from './reopenable.ts';
import { SlotKeeper } from './slot-keeper.ts';

export interface DeviceHostDeps {
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: Logger;
}

type LeaseListener = (lease: Lease, why: LeaseEnd) => void;

/** All devices of one terminal: a slot each, looked after, with one operation file. */
export interface DeviceHost {
  readonly hostEpoch: string;
  readonly slots: ReadonlyMap<string, DeviceSlot>;
  list(): DeviceList;
  onLeaseEnded(fn: LeaseListener): () => void;
  /** A session is over: processes of drivers that it used are replaced as soon as nothing moves in them. */
  wipe(): void;
  /** Ends every lease and driver, then the file. Idempotent. */
  close(): Promise<void>;
}

/** Opens the operation file and makes the slots. Devices are reached in the background: a host with a dead device
 *  is still a host.
 *  @fault DATA_IN_USE, DATA_UNREADABLE, DISK_FULL: without its operation file nothing may move. */
export function createDeviceHost(config: HostConfig, deps: DeviceHostDeps): Result<DeviceHost, Fault> {
  const file = openOperationFile(join(config.dataDir, 'device-operations.sqlite'));
  if (!file.ok) return file;
  const hostEpoch = randomId(deps.random, 16);
  const leaseListeners = new Set<LeaseListener>();
  const slots = new Map<string, DeviceSlot>();
  const processes = new DriverProcesses(deps);
  for (const device of config.devices) {
    const made = makeDriver(device, deps, processes);
    if (!made.ok) {
      file.value.close();
      return made;
    }
    const slot = new DeviceSlot({
      ...deps,
      device: device.device,
      ...made.value,
      hostEpoch,
      file: file.value,
      expectSerial: device.expectSerial,
      allowFirmware: device.allowFirmware,
      log: (line, fields) => deps.log.info(fields, line),
      onLeaseEnded: (lease, why) => {
        for (const fn of [...leaseListeners]) fn(lease, why);
      },
    });
    slots.set(device.device, slot);
  }
  processes.begin();
  return ok(hostOf(hostEpoch, slots, leaseListeners, { file: file.value, processes, clock: deps.clock }));
}

function hostOf(
  hostEpoch: string,
  slots: ReadonlyMap<string, DeviceSlot>,
  leaseListeners: Set<LeaseListener>,
  { file, processes, clock }: { file: OperationFile; processes: DriverProcesses; clock: Clock },
): DeviceHost {
  const keepers = [...slots.values()].map((slot) => new SlotKeeper(slot, clock));
  for (const keeper of keepers) keeper.start();
  return {
    hostEpoch,
    slots,
    list: () => ({
      hostEpoch,
      devices: [...slots.values()].map((slot) => ({
        device: slot.device,
        kind: slot.kind,
        status: slot.lastStatus,
        description: slot.lastDescription ?? null,
      })),
    }),
    onLeaseEnded: (fn) => {
      leaseListeners.add(fn);
      return () => leaseListeners.delete(fn);
    },
    wipe: () => processes.wipe(),
    close: async () => {
      for (const keeper of keepers) keeper.stop();
      await Promise.all([...slots.values()].map((slot) => slot.close()));
      file.close();
    },
  };
}

type MadeDriver = Required<Pick<DeviceSlotOptions, 'driver' | 'giveUpWay'>>;

/** The processes that drivers run in beside the host: one for each that needs its own, one for all others that see what is a
 *  citizen's (`personal-kinds.table.ts`). */
class DriverProcesses {
  readonly #deps: DeviceHostDeps;
  readonly #groups: DriverGroup[] = [];
  readonly #begins: (() => void)[] = [];
  #shared: DriverGroup | undefined;

  constructor(deps: DeviceHostDeps) {
    this.#deps = deps;
  }

  /** @param isAlone a crash in foreign code takes one device along and not all */
  place(device: HostDevice, kind: DeviceKind, isAlone: boolean): MadeDriver {
    const log = this.#deps.log.child({ device: device.device });
    const child = createChildDriver({
      config: device,
      kind,
      group: isAlone
        ? this.#group(SEES_CITIZENS[kind], LIMITS.childReadyMs)
        : (this.#shared ??= this.#group(true, LIMITS.sharedReadyMs)),
      clock: this.#deps.clock,
      log: (line, fields) => log.info(fields, line),
    });
    this.#begins.push(() => child.begin());
    return { driver: child, giveUpWay: () => child.renew() };
  }

  /** Starts them, when each device has its place. */
  begin(): void {
    for (const begin of this.#begins.splice(0)) begin();
  }

  wipe(): void {
    for (const group of this.#groups) group.wipe();
  }

  #group(seesCitizens: boolean, readyMs: number): DriverGroup {
    const { clock, log } = this.#deps;
    const group = new DriverGroup({ clock, seesCitizens, readyMs, log: (line, fields) => log.info(fields, line) });
    this.#groups.push(group);
    return group;
  }
}

function makeDriver(device: HostDevice, deps: DeviceHostDeps, processes: DriverProcesses): Result<MadeDriver, Fault> {
  const place = deviceWay(device);
  if (!place.ok) return place;
  const row = CATALOGUE[device.driver];
  if (row === undefined) {
    return err({ code: 'configuration', message: `no such driver: ${device.driver}`, action: 'configuration' });
  }
  const isAlone = device.isolate || row.native || place.value.isNative;
  if (isAlone || SEES_CITIZENS[row.kind]) return ok(processes.place(device, row.kind, isAlone));
  const log = deps.log.child({ device: device.device });
  const way = reopenable(place.value.open(deps.clock, (line) => log.debug({ stderr: line }, 'the program says')));
  const driver = row.create({
    ...deps,
    open: way.open,
    at: device.at,
    log: { debug: (line, fields) => log.debug(fields ?? {}, line) },
    expectSerial: device.expectSerial,
    options: { ...device.options, ...place.value.options },
  });
  return ok({ driver, giveUpWay: () => way.giveUp() });
}
