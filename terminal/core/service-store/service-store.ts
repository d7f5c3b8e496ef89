import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { reasonOf } from '../platform/fault.ts';
import type { Log } from '../platform/logger.ts';
import { readServicePackage, type ServicePackage } from './read-package.ts';

/** The services installed on this terminal. */
export interface ServiceStore {
  readonly packages: readonly ServicePackage[];
  /** Packages that are there but cannot be used, by id. */
  readonly damaged: readonly string[];
}

/** Reads every package of a folder once. A damaged one takes only its own service away. */
export function readServiceStore(folder: string, log: Log): ServiceStore {
  const packages: ServicePackage[] = [];
  const damaged: string[] = [];
  for (const id of namesIn(folder, log)) {
    const read = readServicePackage(join(folder, id), id);
    if (read.ok) packages.push(read.value);
    else {
      damaged.push(id);
      log.error({ fault: read.error, service: id }, 'a service package cannot be used');
    }
  }
  return { packages, damaged };
}

/** Every folder that could be a service's: the eleven, and whatever else was installed here. Hidden folders are not. */
function namesIn(folder: string, log: Log): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && isServiceName(entry.name))
      .map((entry) => entry.name)
      .toSorted();
  } catch (error) {
    log.error({ reason: reasonOf(error) }, 'the folder of service packages cannot be read');
    return [];
  }
}

export function isServiceName(name: string): boolean {
  return SERVICE_NAME.test(name);
}

const SERVICE_NAME = /^[a-z][a-z0-9]{0,20}\.[a-z][a-z0-9-]{0,30}$/u;
