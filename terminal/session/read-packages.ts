import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Assignment } from '@yimen/contracts/terminal';
import { readServicePackage, type ServicePackage } from './service-package.ts';

/** Every package once, at the beginning: a session ends with the releases it began with (faults F68). One that was released
 *  since stands for the one of its name that came with the software, also when it cannot be read: never the older one. */
export async function readPackages({
  servicesDir,
  installed = {},
}: Pick<Assignment, 'servicesDir' | 'installed'>): Promise<ReadonlyMap<string, ServicePackage>> {
  const found = new Map<string, ServicePackage>();
  const names = (await readdir(servicesDir).catch(() => [])).toSorted((a, b) => a.localeCompare(b));
  const shipped = names.filter((name) => !Object.hasOwn(installed, name)).map((name) => join(servicesDir, name));
  for (const dir of [...shipped, ...Object.values(installed)]) {
    const pkg = await readServicePackage(dir);
    if (pkg.ok) found.set(pkg.value.manifest.id, pkg.value);
  }
  return found;
}
