import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type * as Pkcs11Module from 'pkcs11js';

/** Built modules, kept from run to run; git does not see the folder, and `npm ci` does not empty it. */
const BUILDS = fileURLToPath(new URL('../.cache/pkcs11js/', import.meta.url));

/** Builds `pkcs11js` for this Node beside the sources, from what npm installed and nothing else; node_modules stays as it
 *  is. The headers are those beside this Node's program.
 *  @returns loads it */
export async function buildPkcs11(): Promise<() => typeof Pkcs11Module> {
  const require = createRequire(import.meta.url);
  const home = dirname(require.resolve('pkcs11js/package.json'));
  const { version } = require('pkcs11js/package.json') as { version: string };
  const place = join(BUILDS, `${version}-${process.version}-${process.arch}`);
  if (!existsSync(place)) {
    await mkdir(BUILDS, { recursive: true });
    const dir = await mkdtemp(join(BUILDS, 'build-'));
    // Whole or not at all: another run may look at the same moment.
    try {
      await build(home, dir);
      await rename(join(dir, 'node_modules', 'pkcs11js'), place);
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  }
  return () => createRequire(import.meta.url)(place) as typeof Pkcs11Module;
}

async function build(home: string, dir: string): Promise<void> {
  const node = dirname(dirname(process.execPath));
  if (!existsSync(join(node, 'include', 'node', 'node_api.h')))
    throw new Error(
      `no headers beside ${process.execPath}: run npm test, which starts the Node that npm ci brings along`,
    );
  await cp(home, join(dir, 'node_modules', 'pkcs11js'), { recursive: true });
  await writeFile(join(dir, 'package.json'), '{"name":"build","version":"1.0.0","dependencies":{"pkcs11js":"*"}}');
  const args = ['rebuild', 'pkcs11js', '--ignore-scripts=false', '--offline', `--nodedir=${node}`];
  await once(spawn('npm', args, { cwd: dir, stdio: 'ignore' }), 'exit');
  const built = join(dir, 'node_modules', 'pkcs11js', 'build', 'Release', 'pkcs11.node');
  if (!existsSync(built)) throw new Error('pkcs11js does not build: g++, make and python3 are needed');
}
