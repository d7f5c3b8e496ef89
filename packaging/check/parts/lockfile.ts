import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const packageSchema = z.object({
  version: z.string().optional(),
  resolved: z.string().optional(),
  integrity: z.string().optional(),
  link: z.boolean().default(false),
  license: z.string().optional(),
  dependencies: z.record(z.string(), z.string()).default({}),
  optionalDependencies: z.record(z.string(), z.string()).default({}),
  peerDependencies: z.record(z.string(), z.string()).default({}),
});

const lockfileSchema = z.object({ lockfileVersion: z.literal(3), packages: z.record(z.string(), packageSchema) });

/** The packages of package-lock.json by their place on disk: `''` is the root, `certs` a workspace,
 *  `node_modules/zod` a package from the registry. */
export type LockedPackages = Readonly<Record<string, LockedPackage>>;
export type LockedPackage = z.output<typeof packageSchema>;

/** @throws ZodError when package-lock.json is not a lockfile of version 3 */
export function readLockfile(root: string): LockedPackages {
  return lockfileSchema.parse(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))).packages;
}

/** The places of the packages that a workspace's dependencies bring, direct and transitive. Development dependencies
 *  stand at the root only and do not count; other workspaces are followed, not counted.
 *  @param from the places to begin at, for example `['fleet-server']` */
export function runtimeClosure(packages: LockedPackages, from: readonly string[]): ReadonlySet<string> {
  const seen = new Set<string>(from);
  for (const place of seen) {
    const locked = packages[place];
    if (locked === undefined) continue;
    const wanted = { ...locked.dependencies, ...locked.optionalDependencies, ...locked.peerDependencies };
    for (const name of Object.keys(wanted)) {
      const found = placeOf(packages, place, name);
      if (found !== null) seen.add(found);
    }
  }
  return new Set([...seen].filter((place) => place.includes('node_modules/')));
}

/** Dependencies, optional ones included, that the lockfile names but does not hold, or holds in another version than the
 *  exact one asked for. `npm ci` refuses such a lockfile; it comes about when a registry lacks a package that belongs to
 *  another operating system. */
export function lockfileGaps(packages: LockedPackages): readonly string[] {
  return Object.entries(packages).flatMap(([place, locked]) =>
    Object.entries({ ...locked.dependencies, ...locked.optionalDependencies }).flatMap(([name, wanted]) => {
      const found = placeOf(packages, place, name);
      const version = found === null ? undefined : packages[found]?.version;
      const isExact = /^\d+\.\d+\.\d+$/.test(wanted);
      if (found !== null && (!isExact || version === wanted)) return [];
      return [
        `package-lock.json: ${place || 'the root'} needs ${name} ${wanted}, the lockfile holds ${version ?? 'none'}`,
      ];
    }),
  );
}

/** Where Node finds `name` from `place`: the nearest `node_modules` upwards. A link leads to the workspace it names. */
function placeOf(packages: LockedPackages, place: string, name: string): string | null {
  for (let folder = place; ; folder = parentOf(folder)) {
    const candidate = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    const locked = packages[candidate];
    if (locked !== undefined) return locked.link ? (locked.resolved ?? candidate) : candidate;
    if (folder === '') return null; // an optional peer that nobody installed
  }
}

function parentOf(place: string): string {
  const nested = place.lastIndexOf('/node_modules/');
  return nested === -1 ? '' : place.slice(0, nested);
}
