import { join } from 'node:path';
import { err, ok, type Result } from '@yimen/contracts/base';
import type { JournalEvent } from '@yimen/contracts/journal';
import type { Release } from '@yimen/contracts/service';
import type { Journal } from '../journal/index.ts';
import { reasonOf } from '../platform/fault.ts';
import type { Log } from '../platform/logger.ts';
import { readServicePackage, type ServicePackage } from './read-package.ts';
import { NO_VERSIONS, ReleaseFiles, type ReleaseName, type Versions } from './release-files.ts';
import { isServiceName, readServiceStore, type ServiceStore } from './service-store.ts';
import { whichRelease } from './which-release.ts';

export interface ReleaseStoreOptions {
  /** The packages that came with the software. */
  readonly shippedDir: string;
  readonly dataDir: string;
  readonly journal: Pick<Journal, 'append'>;
  readonly log: Log;
  /** Told between any two changes of the disk; a test dies there. */
  readonly onStep?: (step: string) => void;
}

/** Which release of each service is in force, and the way of a new one: placed → verified and staged, at any moment →
 *  in force, while nobody is served (faults F68). */
export interface ReleaseStore {
  /** What is in force now. */
  services(): ServiceStore;
  /** Where the releases in force lie that did not come with the software, by service. */
  installed(): Readonly<Record<string, string>>;
  waiting(): readonly ReleaseName[];
  /** With these rows the journal of each start begins to have a version: what is in force, and what fell back. */
  atStart(): JournalEvent[];
  /** Takes in what was placed; brings what waits into force when nobody is served.
   *  @returns whether something else is in force now */
  look(isIdle: () => boolean): boolean;
}

interface Refusal {
  readonly why: 'unreadable' | 'invalid' | 'older' | 'same-number';
  readonly detail: string;
}

interface FallenBack {
  readonly service: string;
  readonly release: number | null;
  readonly to: number | null;
}

/** Never fails: where its folder cannot be used, the shipped packages serve. */
export function openReleases(options: ReleaseStoreOptions): ReleaseStore {
  return new Releases(options);
}

class Releases implements ReleaseStore {
  readonly #options: ReleaseStoreOptions;
  readonly #files: ReleaseFiles;
  readonly #shipped: ServiceStore;
  /** Whole releases in the data folder, by service, lowest first. */
  readonly #kept = new Map<string, ServicePackage[]>();
  #versions: Versions;
  #current: ServiceStore = { packages: [], damaged: [] };
  /** Services of which another release serves than should, or none. */
  #fallen: readonly FallenBack[] = [];
  /** Rows that the journal could not take yet. Until it can, nobody is served. */
  #untold: JournalEvent[] = [];
  #isUsable = true;
  #trouble: string | undefined;

  constructor(options: ReleaseStoreOptions) {
    this.#options = options;
    this.#files = new ReleaseFiles(options.dataDir, options.onStep);
    this.#shipped = readServiceStore(options.shippedDir, options.log);
    this.#versions = this.#open();
    this.#judge();
    this.#raiseFloors();
  }

  services(): ServiceStore {
    return this.#current;
  }

  installed(): Readonly<Record<string, string>> {
    const own = this.#current.packages.filter((found) => this.#kept.get(found.id)?.includes(found) === true);
    return Object.fromEntries(own.map((found) => [found.id, this.#files.folderOf(found)]));
  }

  waiting(): readonly ReleaseName[] {
    return this.#waiting().map(({ id, release }) => ({ id, release }));
  }

  atStart(): JournalEvent[] {
    const named = ({ id, release }: ReleaseName): { service: string; release: number } => ({ service: id, release });
    const fields = { releases: this.#current.packages.map(named), waiting: this.waiting().map(named) };
    return [
      { kind: 'releases-in-force', fields },
      ...this.#fallen.map((fallen): JournalEvent => ({ kind: 'release-fell-back', fields: fallen })),
    ];
  }

  look(isIdle: () => boolean): boolean {
    if (!this.#isUsable || !this.#tellRest()) return false;
    try {
      for (const name of this.#files.placed()) this.#takeIn(name);
      this.#trouble = undefined;
    } catch (error) {
      // What was placed stays where it is; it is looked at again.
      const reason = reasonOf(error);
      if (reason !== this.#trouble) this.#options.log.warn({ reason }, 'a release could not be taken in');
      this.#trouble = reason;
    }
    return this.#waiting().length > 0 && isIdle() && this.#activate();
  }

  #open(): Versions {
    const { log } = this.#options;
    try {
      this.#files.open();
      for (const name of this.#files.kept()) {
        const read = readServicePackage(this.#files.folderOf(name), name.id);
        if (read.ok && read.value.release === name.release) this.#keep(read.value);
        else log.error({ ...name, fault: read.ok ? 'another release' : read.error }, 'a kept release cannot be used');
      }
    } catch (error) {
      this.#isUsable = false;
      log.error({ reason: reasonOf(error) }, 'the folder of releases cannot be used: the shipped packages serve');
    }
    const kept = this.#files.versions();
    if (kept === 'unreadable') log.error('which releases were in force cannot be read: whole ones wait anew');
    return kept === undefined || kept === 'unreadable' ? NO_VERSIONS : kept;
  }

  #keep(found: ServicePackage): void {
    const others = (this.#kept.get(found.id) ?? []).filter(({ release }) => release !== found.release);
    this.#kept.set(
      found.id,
      [...others, found].toSorted((a, b) => a.release - b.release),
    );
  }

  #judge(): void {
    const { active, previous, floors } = this.#versions;
    const shipped = new Map(this.#shipped.packages.map((found) => [found.id, found]));
    const ids = [...new Set([...shipped.keys(), ...this.#shipped.damaged, ...Object.keys(active)])].toSorted();
    const judged = ids.map((id) => {
      const known = { active: active[id], previous: previous[id], floor: floors[id] ?? 0 };
      return { id, ...whichRelease({ ...known, kept: this.#kept.get(id) ?? [], shipped: shipped.get(id) }) };
    });
    this.#current = {
      packages: judged.flatMap(({ serves }) => serves ?? []),
      damaged: judged.filter(({ serves }) => serves === undefined).map(({ id }) => id),
    };
    this.#fallen = judged
      .filter(({ serves, insteadOf }) => serves === undefined || insteadOf !== null)
      .map(({ id, serves, insteadOf }) => ({ service: id, release: insteadOf, to: serves?.release ?? null }));
  }

  #raiseFloors(): void {
    const floors = { ...this.#versions.floors };
    for (const { id, release } of this.#current.packages) floors[id] = Math.max(floors[id] ?? 0, release);
    if (!this.#isUsable || JSON.stringify(floors) === JSON.stringify(this.#versions.floors)) return;
    try {
      this.#keepVersions({ ...this.#versions, floors });
    } catch (error) {
      this.#options.log.error({ reason: reasonOf(error) }, 'which releases are in force could not be kept');
    }
  }

  #keepVersions(versions: Versions): void {
    this.#files.keepVersions(versions);
    this.#versions = versions;
  }

  /** The newest whole release of each service that is above what is in force. */
  #waiting(): ServicePackage[] {
    const inForce = new Map(this.#current.packages.map(({ id, release }) => [id, release]));
    return [...this.#kept].flatMap(([id, found]) => {
      const newest = found.at(-1);
      const least = Math.max(inForce.get(id) ?? 0, (this.#versions.floors[id] ?? 0) - 1);
      return newest !== undefined && newest.release > least ? [newest] : [];
    });
  }

  /** @throws the system's error: it stays in the inbox and is looked at again */
  #takeIn(name: string): void {
    const release = this.#releaseOf(name);
    const judged = release.ok ? this.#verdict(name, release.value) : release;
    if (!judged.ok) {
      this.#refuse(name, release.ok ? release.value : undefined, judged.error);
      return;
    }
    if (release.ok && judged.value === 'new' && !this.#stage(name, release.value)) return;
    this.#files.takeAway(name);
  }

  #releaseOf(name: string): Result<Release, Refusal> {
    try {
      const release = this.#files.releaseOf(name);
      if (isServiceName(release.id)) return ok(release);
      return err({ why: 'invalid', detail: `${release.id} is no name of a service` });
    } catch (error) {
      return err({ why: 'unreadable', detail: reasonOf(error) });
    }
  }

  #verdict(name: string, { id, release }: Release): Result<'new' | 'known', Refusal> {
    const read = readServicePackage(join(this.#files.inbox, name), id);
    if (!read.ok) return err({ why: 'invalid', detail: read.error.message });
    const known = [
      ...this.#current.packages.filter((found) => found.id === id),
      ...this.#waiting().filter((found) => found.id === id),
    ];
    const same = known.find((found) => found.release === release);
    if (same !== undefined)
      return same.digest === read.value.digest
        ? ok('known')
        : err({ why: 'same-number', detail: `release ${release} is here with other content` });
    const least = Math.max(this.#versions.floors[id] ?? 0, ...known.map((found) => found.release));
    return release < least ? err({ why: 'older', detail: `release ${least} is here already` }) : ok('new');
  }

  /** @returns false: the journal could not take it; what was placed is looked at again */
  #stage(name: string, release: Release): boolean {
    const copy = this.#files.copy(name, release);
    // Judged again as copied: what lies in the inbox may have changed meanwhile.
    const read = readServicePackage(copy, release.id);
    if (!read.ok) {
      this.#files.discard(copy);
      throw new Error(read.error.message);
    }
    const { id, release: number, digest } = read.value;
    this.#files.stage(copy, read.value);
    const inForce = this.#current.packages.find((found) => found.id === id)?.release ?? null;
    const fields = { service: id, release: number, digest, inForce };
    if (!this.#options.journal.append([{ kind: 'release-staged', fields }]).ok) {
      this.#files.discard(this.#files.folderOf(read.value));
      return false;
    }
    this.#files.step('told-staged');
    this.#keep(read.value);
    this.#options.log.info(fields, 'a release waits until nobody is served');
    return true;
  }

  #refuse(name: string, release: Release | undefined, refusal: Refusal): void {
    const service = release?.id ?? (isServiceName(name) ? name : 'unknown');
    if (this.#tellRefused({ service, release: release?.release ?? null, ...refusal })) this.#files.refuse(name);
  }

  /** @returns false: the journal could not take it; it is refused at the next look */
  #tellRefused(refused: Refusal & { readonly service: string; readonly release: number | null }): boolean {
    // Messages may quote what lies there: one plain line of it.
    const fields = { ...refused, detail: refused.detail.replaceAll(/[^\u0020-\u007e]/gu, ' ').slice(0, 200) };
    this.#options.log.error(fields, 'a release was refused');
    return this.#options.journal.append([{ kind: 'release-refused', fields }]).ok;
  }

  /** The switch is one rename. @returns whether it is done */
  #activate(): boolean {
    const next = this.#waiting().filter((found) => this.#isStillWhole(found));
    if (next.length === 0) return false;
    const { active, previous, floors } = this.#versions;
    const numbersOf = (of: readonly ReleaseName[]): Record<string, number> =>
      Object.fromEntries(of.map(({ id, release }) => [id, release]));
    const numbers = numbersOf(next);
    const before = numbersOf(this.#current.packages.filter(({ id }) => Object.hasOwn(numbers, id)));
    try {
      this.#keepVersions({
        v: 1,
        active: { ...active, ...numbers },
        previous: { ...previous, ...before },
        floors: { ...floors, ...numbers },
      });
    } catch (error) {
      this.#options.log.error({ reason: reasonOf(error) }, 'a release could not be brought into force');
      return false;
    }
    this.#judge();
    this.#untold = next.map(({ id, release, digest }) => ({
      kind: 'release-activated',
      fields: { service: id, release, digest, before: before[id] ?? null },
    }));
    this.#tellRest();
    this.#dropOlder(next);
    return true;
  }

  /** It may have waited for days, on a disk. One that is not whole any more waits no longer, and what is in force stays. */
  #isStillWhole(waiting: ServicePackage): boolean {
    const { id, release, digest } = waiting;
    const read = readServicePackage(this.#files.folderOf(waiting), id);
    if (read.ok && read.value.digest === digest) return true;
    const detail = read.ok ? 'it is another one than was verified' : read.error.message;
    if (!this.#tellRefused({ service: id, release, why: 'invalid', detail })) return false;
    this.#kept.set(id, this.#kept.get(id)?.filter((found) => found !== waiting) ?? []);
    this.#drop(() => [waiting]);
    return false;
  }

  #tellRest(): boolean {
    if (this.#untold.length === 0) return true;
    if (!this.#options.journal.append(this.#untold).ok) return false;
    this.#untold = [];
    this.#files.step('told-activated');
    return true;
  }

  /** Nobody is served, so nobody reads them any more. The one before stays: it serves if the new one is lost. */
  #dropOlder(activated: readonly ServicePackage[]): void {
    for (const { id, release } of activated) {
      const isWanted = (found: ReleaseName): boolean =>
        found.id !== id || found.release >= release || found.release === this.#versions.previous[id];
      this.#kept.set(id, this.#kept.get(id)?.filter(isWanted) ?? []);
      this.#drop(() => this.#files.kept().filter((found) => !isWanted(found)));
    }
  }

  /** What cannot be dropped only takes up room; it goes with the next release. */
  #drop(unwanted: () => readonly ReleaseName[]): void {
    try {
      for (const name of unwanted()) this.#files.discard(this.#files.folderOf(name));
    } catch (error) {
      this.#options.log.warn({ reason: reasonOf(error) }, 'an old release could not be dropped');
    }
  }
}
