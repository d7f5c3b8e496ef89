import { lstatSync, readdirSync, readlinkSync } from 'node:fs';
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
  // Names are bytes: one that is no text would be lost on the way through it.
  const visit = (path: Buffer, inside: Buffer): void => {
    if (leaveOut.includes(inside.toString())) return;
    const place = `file ${name}/${inside.toString()}`;
    try {
      const stat = lstatSync(path);
      scanner.whole(`name of ${place}`, inside);
      if (stat.isSymbolicLink()) scanner.whole(`link ${place}`, readlinkSync(path, 'buffer'));
      else if (stat.isDirectory())
        for (const entry of readdirSync(path, 'buffer')) visit(below(path, entry), below(inside, entry));
      else if (stat.isFile()) {
        scanFile(scanner, path, place);
        if (/\.(png|jpe?g|pdf|pnm|pgm|ppm|tiff?|bmp)$/iu.test(inside.toString())) pictures.push(path.toString());
      }
    } catch (error) {
      const { code = 'unknown' } = error as NodeJS.ErrnoException;
      // A file that has gone meanwhile is gone.
      if (code !== 'ENOENT') unread.push({ place, why: code });
    }
  };
  visit(Buffer.from(root), Buffer.alloc(0));
  return { unread, pictures };
}

function below(folder: Buffer, entry: Buffer): Buffer {
  return folder.length === 0 ? entry : Buffer.concat([folder, Buffer.from('/'), entry]);
}
