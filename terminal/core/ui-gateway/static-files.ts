import { readFileSync, realpathSync, statSync } from 'node:fs';
import { extname, join, sep } from 'node:path';
import { CORE_LIMITS } from '../limits.table.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.otf': 'font/otf',
  '.ttf': 'font/ttf',
  '.mp3': 'audio/mpeg',
  '.ogg': 'audio/ogg',
  '.wasm': 'application/wasm',
};

export interface StaticFile {
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** A file of the built page by its URL path; `/` is `index.html`. Undefined for everything else: outside the folder (also
 *  by a link), hidden, of an unknown type, too large, or not there. */
export function staticFile(folder: string, urlPath: string): StaticFile | undefined {
  const name = urlPath === '/' ? '/index.html' : urlPath;
  const type = TYPES[extname(name).toLowerCase()];
  if (type === undefined || !/^(?:\/[A-Za-z0-9_@-][A-Za-z0-9._@-]*)+$/u.test(name)) return undefined;
  try {
    const root = realpathSync(folder);
    const file = realpathSync(join(root, name));
    if (!file.startsWith(root + sep)) return undefined;
    const stat = statSync(file);
    if (!stat.isFile() || stat.size > CORE_LIMITS.staticBytes) return undefined;
    return { type, bytes: readFileSync(file) };
  } catch {
    return undefined;
  }
}
