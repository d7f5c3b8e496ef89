import { ok, type Result } from '@yimen/contracts/base';
import type { Fault, TravelDocument } from '@yimen/contracts/device';
import type { ChipLink } from '../chip-link.ts';
import type { FileFault } from '../data-groups.ts';
import type { FileShelf } from '../file-shelf.ts';
import { GROUP, type DataGroup } from '../protocol.ts';
import { runActiveAuthentication } from './active-authentication.ts';
import { runChipAuthentication } from './chip-authentication.ts';
import { readDg14, readDg15, type SecurityOptions } from './chip-keys.ts';

type Proof = TravelDocument['chipAuthenticity'];

/** Who says that the chip has a group: EF.COM by tag, or the security object by number. */
export interface ListedGroups {
  readonly tags: readonly number[];
  readonly numbers: readonly number[];
}

/** Active and chip authentication of one read (ICAO 9303-11 §6): asks for what the chip offers and keeps the verdict.
 *  EF.COM is not signed: a copy could leave out the groups that would betray it. A group that only the security object
 *  lists is read as well, and one that it lists and the chip withholds is `failed`. */
export class ChipProof {
  readonly #link: ChipLink;
  readonly #files: FileShelf;
  readonly #listed: ListedGroups;
  #proof: Proof;
  #options: SecurityOptions | undefined;

  /** @param known `failed` when an earlier conversation of this read ended in chip authentication */
  constructor(link: ChipLink, files: FileShelf, listed: ListedGroups, known: 'untried' | 'failed') {
    this.#link = link;
    this.#files = files;
    this.#listed = listed;
    this.#proof = known === 'failed' ? 'failed' : 'notOffered';
  }

  get proof(): Proof {
    return this.#proof;
  }

  /** Reads DG14 and runs chip authentication, before the other groups, which then go through the new keys. */
  async beforeGroups(): Promise<Result<void, Fault>> {
    const options = await this.#keys(GROUP.dg14, readDg14);
    if (!options.ok) return options;
    this.#options = options.value;
    const offer = options.value?.chipAuthentication;
    if (offer === undefined || this.#proof === 'failed') return ok(undefined);
    const agreed = await runChipAuthentication(this.#link, offer);
    if (!agreed.ok) return agreed;
    this.#proof = agreed.value === 'agreed' ? 'passed' : 'failed';
    return ok(undefined);
  }

  /** Reads DG15 and, where chip authentication has not spoken, runs active authentication. */
  async afterGroups(): Promise<Result<void, Fault>> {
    const key = await this.#keys(GROUP.dg15, readDg15);
    if (!key.ok) return key;
    if (key.value === undefined || this.#proof !== 'notOffered') return ok(undefined);
    const proved = await runActiveAuthentication(this.#link, key.value, this.#options?.activeAuthenticationDigest);
    if (!proved.ok) return proved;
    if (proved.value !== 'unsupported') this.#proof = proved.value === 'proved' ? 'passed' : 'failed';
    return ok(undefined);
  }

  async #keys<T>(
    group: DataGroup,
    parse: (file: Uint8Array) => Result<T, FileFault>,
  ): Promise<Result<T | undefined, Fault>> {
    if (this.#listed.tags.includes(group.tag)) return this.#files.group(group, parse);
    if (!this.#listed.numbers.includes(group.number)) return ok(undefined);
    const file = await this.#files.optionalGroup(group);
    if (!file.ok) return file;
    const parsed = file.value === undefined ? undefined : parse(file.value);
    if (parsed?.ok !== true) this.#proof = 'failed';
    return ok(parsed?.ok === true ? parsed.value : undefined);
  }
}
