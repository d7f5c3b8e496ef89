import { err, ok, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import type { ChipLink } from './chip-link.ts';
import type { FileFault } from './data-groups.ts';
import { readFile } from './file-reader.ts';
import type { DataGroup } from './protocol.ts';
import { fileFault } from './status.ts';

/** The files of one read, kept until its end: for the digests, and so that all can be overwritten however it ends. */
export class FileShelf {
  readonly #link: ChipLink;
  readonly #files: Uint8Array[] = [];
  readonly #groups = new Map<number, Uint8Array>();

  constructor(link: ChipLink) {
    this.#link = link;
  }

  /** Every data group that was read, whole, by its number. */
  get groups(): ReadonlyMap<number, Uint8Array> {
    return this.#groups;
  }

  /** A file that the chip may not have. */
  async optional(identifier: number): Promise<Result<Uint8Array | undefined, Fault>> {
    const file = await readFile(this.#link, identifier);
    if (file.ok && file.value !== undefined) this.#files.push(file.value);
    return file;
  }

  /** A data group that the chip may not have. */
  async optionalGroup(group: DataGroup): Promise<Result<Uint8Array | undefined, Fault>> {
    const file = await this.optional(group.file);
    if (file.ok && file.value !== undefined) this.#groups.set(group.number, file.value);
    return file;
  }

  /** A file that the chip must have, read and understood.
   *  @fault invalidMedia it is missing or malformed */
  async file<T>(identifier: number, parse: (file: Uint8Array) => Result<T, FileFault>): Promise<Result<T, Fault>> {
    return understood(await this.optional(identifier), identifier, parse);
  }

  /** As `file`, for a data group. */
  async group<T>(group: DataGroup, parse: (file: Uint8Array) => Result<T, FileFault>): Promise<Result<T, Fault>> {
    return understood(await this.optionalGroup(group), group.file, parse);
  }

  wipe(): void {
    for (const file of this.#files) file.fill(0);
    this.#groups.clear();
  }
}

function understood<T>(
  file: Result<Uint8Array | undefined, Fault>,
  identifier: number,
  parse: (file: Uint8Array) => Result<T, FileFault>,
): Result<T, Fault> {
  if (!file.ok) return file;
  const name = identifier.toString(16).padStart(4, '0');
  if (file.value === undefined)
    return err(fileFault({ code: 'FILE_MALFORMED', message: `the chip has no file ${name}` }));
  const parsed = parse(file.value);
  return parsed.ok ? ok(parsed.value) : err(fileFault(parsed.error));
}
