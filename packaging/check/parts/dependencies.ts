import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { TOP_FOLDERS } from '../imports/source-tree.ts';
import { lockfileGaps, readLockfile, runtimeClosure, type LockedPackages } from './lockfile.ts';
import type { CheckContext, PartFindings } from './part.ts';

/** Licences that ask for nothing but their notice. Anything else at run time needs a decision first. */
const PERMISSIVE = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'OFL-1.1',
  'Python-2.0',
  'Unlicense',
  'Zlib',
]);

/** Above this number of runtime packages the repository must say which and why. */
const RUNTIME_PACKAGES_BOUND = 150;
const REASON_FILE = 'docs/decisions/runtime-packages.md';

/** The lockfile is whole; every locked package has an integrity; every runtime package a permissive licence; their number is told, and above
 *  the bound it is explained. Needs no network. */
export function checkDependencies(context: CheckContext): PartFindings {
  const packages = readLockfile(context.root);
  const runtime = runtimeClosure(packages, TOP_FOLDERS);
  const tooMany = runtime.size > RUNTIME_PACKAGES_BOUND && !existsSync(join(context.root, REASON_FILE));
  return {
    summary: `${runtime.size} runtime packages of ${Object.keys(packages).length} locked`,
    reasons: [
      ...lockfileGaps(packages),
      ...integrityFaults(packages),
      ...licenceFaults(packages, runtime),
      ...(tooMany ? [`${runtime.size} runtime packages; above ${RUNTIME_PACKAGES_BOUND} ${REASON_FILE} says why`] : []),
    ],
  };
}

/** Packages that could be exchanged without the lockfile noticing. */
export function integrityFaults(packages: LockedPackages): readonly string[] {
  return Object.entries(packages)
    .filter(([place, locked]) => place.includes('node_modules/') && !locked.link)
    .filter(([, locked]) => locked.integrity === undefined || !/^sha(?:512|384)-/.test(locked.integrity))
    .map(([place]) => `package-lock.json: ${place} has no strong integrity`);
}

/** Runtime packages whose licence is missing or not permissive. */
export function licenceFaults(packages: LockedPackages, runtime: ReadonlySet<string>): readonly string[] {
  return [...runtime]
    .filter((place) => !isPermissive(packages[place]?.license ?? ''))
    .map((place) => `package-lock.json: ${place} has licence ${packages[place]?.license ?? '(none)'}`);
}

/** An SPDX expression of OR over AND, as far as packages use them. */
function isPermissive(expression: string): boolean {
  const bare = expression.replace(/[()]/g, '');
  return bare.split(' OR ').some((choice) => choice.split(' AND ').every((licence) => PERMISSIVE.has(licence.trim())));
}
