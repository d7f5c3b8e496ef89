import {
  closeSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { releaseSchema, type Release } from '@yimen/contracts/service';
import { CORE_LIMITS } from '../limits.table.ts';

const versionsSchema = z.strictObject({
  v: z.literal(1),
  /** Which of `releases/` is in force, by service. A service that is not named here is the shipped one. */
  active: z.record(z.string().max(60), z.int().min(1)),
  /** What each of them took the place of: it serves again if that one cannot be used any more. */
  previous: z.record(z.string().max(60), z.int().min(1)),
  /** The highest release that was ever in force here: nothing lower is taken in again. */
  floors: z.record(z.string().max(60), z.int().min(1)),
});
export type Versions = z.infer<typeof versionsSchema>;
export const NO_VERSIONS: Versions = { v: 1, active: {}, previous: {}, floors: {} };

/** A release as it lies in `releases/`: `exit.endorse@18`. */
export interface ReleaseName {
  readonly id: string;
  readonly release: number;
}

/** The files of a terminal's releases. Everything is written beside, synced and then renamed: whoever is killed anywhere
 *  leaves the old or the new, whole.
 *
 *  services/inbox/NAME          placed here, by a rename, as one whole folder
 *  services/releases/ID@N       verified; it waits, is in force, or was before what is in force
 *  services/refused/NAME        what was refused, for whoever looks into it
 *  services/versions.json       which are in force */
export class ReleaseFiles {
  readonly inbox: string;
  readonly #root: string;
  readonly #releases: string;
  readonly #refused: string;
  readonly #step: (step: string) => void;

  /** @param step told between any two changes of the disk; a test dies there */
  constructor(dataDir: string, step: (step: string) => void = () => undefined) {
    this.#root = join(dataDir, 'services');
    this.inbox = join(this.#root, 'inbox');
    this.#releases = join(this.#root, 'releases');
    this.#refused = join(this.#root, 'refused');
    this.#step = step;
  }

  /** @throws the system's error */
  open(): void {
    for (const folder of [this.inbox, this.#releases, this.#refused])
      mkdirSync(folder, { recursive: true, mode: 0o700 });
    // A copy that was cut off is worth nothing.
    for (const name of readdirSync(this.#releases))
      if (name.startsWith('.')) rmSync(join(this.#releases, name), { recursive: true, force: true });
  }

  folderOf({ id, release }: ReleaseName): string {
    return join(this.#releases, `${id}@${release}`);
  }

  /** @returns undefined: there is none; `unreadable`: there is one that says nothing */
  versions(): Versions | undefined | 'unreadable' {
    let text;
    try {
      text = readFileSync(join(this.#root, 'versions.json'), 'utf8');
    } catch (error) {
      return error instanceof Error && 'code' in error && error.code === 'ENOENT' ? undefined : 'unreadable';
    }
    try {
      return versionsSchema.parse(JSON.parse(text));
    } catch {
      return 'unreadable';
    }
  }

  /** On the disk when it returns. @throws the system's error: the old ones stand */
  keepVersions(versions: Versions): void {
    const file = join(this.#root, 'versions.json');
    synced(`${file}.new`, 'w', (handle) => writeSync(handle, JSON.stringify(versions)));
    this.#step('versions-written');
    renameSync(`${file}.new`, file);
    this.#step('versions-renamed');
    synced(this.#root, 'r');
    this.#step('versions-synced');
  }

  /** What was placed, oldest name first; names with a dot in front are still being written. */
  placed(): string[] {
    return readdirSync(this.inbox, { withFileTypes: true })
      .filter((entry) => !entry.name.startsWith('.'))
      .map((entry) => entry.name)
      .toSorted()
      .slice(0, CORE_LIMITS.releasesAtOnce);
  }

  /** What a placed folder says it is. @throws when it is no folder, or has no readable release.json */
  releaseOf(name: string): Release {
    const folder = join(this.inbox, name);
    if (!lstatSync(folder).isDirectory()) throw new Error(`${name} is no folder`);
    const file = join(folder, 'release.json');
    const stat = lstatSync(file);
    if (!stat.isFile() || stat.size > CORE_LIMITS.packageFileBytes)
      throw new Error('release.json is no file of a package');
    return releaseSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  }

  /** Copies the files that a placed release names, beside. @returns the copy's folder. @throws the system's error */
  copy(name: string, release: Release): string {
    const copy = join(this.#releases, `.new-${release.id}@${release.release}`);
    rmSync(copy, { recursive: true, force: true });
    mkdirSync(copy, { mode: 0o700 });
    for (const path of ['release.json', ...release.files.map((file) => file.path)]) {
      const bytes = readFileSync(join(this.inbox, name, path));
      synced(join(copy, path), 'w', (handle) => writeSync(handle, bytes));
      this.#step('file-copied');
    }
    synced(copy, 'r');
    return copy;
  }

  /** The copy becomes a release that waits. @throws the system's error */
  stage(copy: string, release: ReleaseName): void {
    const folder = this.folderOf(release);
    rmSync(folder, { recursive: true, force: true });
    this.#step('before-staged');
    renameSync(copy, folder);
    this.#step('staged');
    synced(this.#releases, 'r');
    this.#step('staged-synced');
  }

  discard(folder: string): void {
    rmSync(folder, { recursive: true, force: true });
  }

  takeAway(name: string): void {
    rmSync(join(this.inbox, name), { recursive: true, force: true });
    this.#step('taken-away');
  }

  /** Out of the inbox, kept for whoever looks into it; the oldest of too many go. @throws the system's error */
  refuse(name: string): void {
    const kept = join(this.#refused, name);
    rmSync(kept, { recursive: true, force: true });
    renameSync(join(this.inbox, name), kept);
    const byAge = readdirSync(this.#refused)
      .map((one) => ({ one, at: lstatSync(join(this.#refused, one)).ctimeMs }))
      .toSorted((a, b) => b.at - a.at);
    for (const { one } of byAge.slice(CORE_LIMITS.refusedKept))
      rmSync(join(this.#refused, one), { recursive: true, force: true });
  }

  /** Everything in `releases/`, lowest release first. */
  kept(): ReleaseName[] {
    return readdirSync(this.#releases)
      .flatMap((name) => {
        const [, id, release] = /^([a-z][a-z0-9.-]{1,59})@(\d{1,9})$/u.exec(name) ?? [];
        return id === undefined ? [] : [{ id, release: Number(release) }];
      })
      .toSorted((a, b) => a.release - b.release);
  }

  step(step: string): void {
    this.#step(step);
  }
}

/** @throws the system's error: it is not on the disk */
function synced(path: string, flags: 'r' | 'w', write: (handle: number) => unknown = () => undefined): void {
  const handle = openSync(path, flags, 0o600);
  try {
    write(handle);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
