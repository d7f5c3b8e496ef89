import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const CACHE = join(ROOT, '.cache', 'pages');
/** Older builds are kept for a moment's return (a branch switched back), not for ever. */
const KEPT = 6;

/** What a process was started with; a test runner's children inherit `test`. */
const NODE_ENV = process.env['NODE_ENV'];

/** A page room and what its bundle is made from: a change in any of these files is another bundle. */
export interface PageRoom {
  readonly name: 'ui' | 'staff' | 'dashboard';
  readonly root: string;
  readonly sources: readonly string[];
}

export const PAGE_ROOMS: Readonly<Record<PageRoom['name'], PageRoom>> = {
  ui: { name: 'ui', root: join(ROOT, 'terminal/ui'), sources: ['terminal/ui', 'contracts', 'package-lock.json'] },
  staff: {
    name: 'staff',
    root: join(ROOT, 'terminal/staff-ui'),
    sources: [
      'terminal/staff-ui',
      'terminal/ui/components',
      'terminal/ui/bridge-client',
      'contracts',
      'package-lock.json',
    ],
  },
  dashboard: {
    name: 'dashboard',
    root: join(ROOT, 'fleet-server/dashboard'),
    sources: ['fleet-server/dashboard', 'contracts', 'package-lock.json'],
  },
};

/** Where the bundle of a room lies (or will lie) for its present sources. */
export async function pageDir(room: PageRoom): Promise<string> {
  const hash = createHash('sha256').update('production\0');
  for (const source of room.sources) {
    for (const file of await filesUnder(join(ROOT, source)))
      hash
        .update(file)
        .update('\0')
        .update(await readFile(file))
        .update('\0');
  }
  return join(CACHE, `${room.name}-${hash.digest('hex').slice(0, 16)}`);
}

/** Bundles a room unless its bundle already stands. Written beside and renamed, so that a killed build leaves nothing
 *  that looks finished.
 *  @throws Error with Vite's own words when the sources do not bundle. */
export async function buildPage(room: PageRoom, outDir: string): Promise<'built' | 'kept'> {
  if (existsSync(join(outDir, 'index.html'))) return 'kept';
  const { build } = await import('vite');
  const half = `${outDir}.${process.pid}.half`;
  // React's development build follows this variable, and Vite leaves one that is set as it is.
  process.env['NODE_ENV'] = 'production';
  try {
    await build({
      root: room.root,
      configFile: join(room.root, 'vite.config.ts'),
      logLevel: 'silent',
      build: { outDir: half, emptyOutDir: true },
    });
  } finally {
    if (NODE_ENV === undefined) delete process.env['NODE_ENV'];
    else process.env['NODE_ENV'] = NODE_ENV;
  }
  await rm(outDir, { recursive: true, force: true });
  await rename(half, outDir);
  await forgetOld(room.name, outDir);
  return 'built';
}

async function filesUnder(path: string): Promise<string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => undefined);
  if (entries === undefined) return [path];
  return entries
    .filter((entry) => entry.isFile() && !entry.name.includes('.test.') && !entry.parentPath.includes('node_modules'))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}

async function forgetOld(name: string, keep: string): Promise<void> {
  const dirs = (await readdir(CACHE)).filter((dir) => dir.startsWith(`${name}-`) && join(CACHE, dir) !== keep);
  for (const dir of dirs.toSorted().slice(0, Math.max(0, dirs.length - KEPT)))
    await rm(join(CACHE, dir), { recursive: true, force: true });
}
