import { join } from 'node:path';
import { makeTemporaryFolder, type TemporaryFolder } from './temporary-folder.ts';

const PACKAGES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  contracts: { './base': './base/index.ts', './ui': './ui/index.ts', './testing': './testing/index.ts' },
  certs: { '.': './index.ts', './testing': './testing/index.ts' },
  'device-adapters': { './host-client': './host/rpc-client.ts', './testing': './testing/index.ts' },
  terminal: { './core': './core/compose.ts' },
  'fleet-server': { './compose': './compose.ts', './sandbox': './sandbox/main.ts' },
};

/** A small repository: the workspaces' package.json files, their doors' files (so that every import of a fixture leads
 *  somewhere), and `files` (path from the root → text) over them. */
export function makeSourceTree(files: Readonly<Record<string, string>>): TemporaryFolder {
  const ground: Record<string, string> = {};
  for (const [folder, exports] of Object.entries(PACKAGES)) {
    ground[join(folder, 'package.json')] = JSON.stringify({ name: `@yimen/${folder}`, exports });
    for (const target of Object.values(exports)) ground[join(folder, target)] = 'export {};\n';
  }
  return makeTemporaryFolder({ ...ground, ...files });
}
