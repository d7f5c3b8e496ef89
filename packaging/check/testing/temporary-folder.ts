import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A folder with the given files (path → text), removed by `using`. */
export interface TemporaryFolder extends Disposable {
  readonly root: string;
}

export function makeTemporaryFolder(files: Readonly<Record<string, string>>): TemporaryFolder {
  const root = mkdtempSync(join(tmpdir(), 'yimen-check-'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return { root, [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }) };
}
