import { lstatSync, readdirSync, readlinkSync } from 'node:fs';
import { join, relative } from 'node:path';
import { scanFile, type Unread } from './process-memory.ts';
import type { Scanner } from './scanner.ts';

/** Looks through a folder with everything in it: bytes of files, their names, where links point. Databases are files like
 *  others: their free pages and journals are bytes too.
 *  @param leaveOut folders or files below it, relative */
export function scanFolder(
  scanner: Scanner,
  root: string,
  name: string,
  leaveOut: readonly string[] = [],
): { readonly unread: readonly Unread[]; readonly pictures: readonly string[] } {
  const unread: Unread[] = [];
  const pictures: string[] = [];
  const visit = (path: string): void => {
    const inside = relative(root, path);
    if (leaveOut.includes(inside)) return;
    const place = `file ${name}/${inside}`;
    try {
      const stat = lstatSync(path);
      scanner.whole(`name of ${place}`, Buffer.from(inside));
      if (stat.isSymbolicLink()) scanner.whole(`link ${place}`, Buffer.from(readlinkSync(path)));
      else if (stat.isDirectory()) for (const entry of readdirSync(path)) visit(join(path, entry));
      else if (stat.isFile()) {
        scanFile(scanner, path, place);
        if (/\.(png|jpe?g|pdf|pnm|pgm|ppm|tiff?|bmp)$/iu.test(path)) pictures.push(path);
      }
    } catch (error) {
      const { code = 'unknown' } = error as NodeJS.ErrnoException;
      // A file that has gone meanwhile is gone.
      if (code !== 'ENOENT') unread.push({ place, why: code });
    }
  };
  visit(root);
  return { unread, pictures };
}
