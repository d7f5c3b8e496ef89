import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE_FILES, type Manifest } from '@yimen/contracts/service';

const SERVICES = join(import.meta.dirname, '../../../services');

export interface PlacedRelease {
  readonly id: string;
  readonly release: number;
  /** What the files say otherwise, before the seal. */
  readonly change?: (files: Map<string, string>) => void;
  /** Damage after the seal. */
  readonly damage?: (files: Map<string, string>) => void;
  /** Its name in the folder; the service's where left out. */
  readonly as?: string;
}

/** A real service of this repository as another release, sealed anew, put into `folder` by one rename. */
export function placeRelease(folder: string, { id, release, change, damage, as = id }: PlacedRelease): string {
  const files = new Map(PACKAGE_FILES.map((path) => [path as string, readFileSync(join(SERVICES, id, path), 'utf8')]));
  const manifest = JSON.parse(files.get('manifest.json') ?? '') as Manifest;
  files.set('manifest.json', `${JSON.stringify({ ...manifest, release }, null, 2)}\n`);
  change?.(files);
  const listed = [...files].map(([path, text]) => ({
    path,
    bytes: Buffer.byteLength(text),
    sha256: createHash('sha256').update(text).digest('hex'),
  }));
  files.set('release.json', `${JSON.stringify({ id, release, files: listed }, null, 2)}\n`);
  damage?.(files);
  const hidden = join(folder, `.${as}`);
  mkdirSync(hidden, { recursive: true });
  for (const [path, text] of files) writeFileSync(join(hidden, path), text);
  renameSync(hidden, join(folder, as));
  return join(folder, as);
}

/** Some services as they came with the software. */
export function shipServices(folder: string, ids: readonly string[]): void {
  for (const id of ids) cpSync(join(SERVICES, id), join(folder, id), { recursive: true });
}
