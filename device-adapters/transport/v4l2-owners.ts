import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** A process that has a node open. */
export interface NodeOwner {
  readonly pid: number;
  /** The kernel's name of it, at most 15 characters. */
  readonly name: string;
}

/** Who has a node open. */
export interface NodeOwners {
  readonly owners: readonly NodeOwner[];
  /** Processes of other users could not be looked into: one of them may have it too. Root sees all. */
  readonly isPartial: boolean;
}

type ListFolder = (folder: string) => readonly string[];

const MOST_OWNERS = 8;
const MOST_PROCESSES = 4_096;
const MOST_FILES = 4_096;

/** Looks through the open files of every process. Between two processes others get their turn: a thousand processes
 *  take some 20 ms.
 *  @param root folder that stands for `/`; a link's text is always as of the real `/`
 *  @param list names in a folder, or throws as `readdirSync` */
export async function ownersOf(node: string, root = '/', list: ListFolder = readdirSync): Promise<NodeOwners> {
  const proc = join(root, 'proc');
  const names = await readdir(proc).catch(() => []);
  const owners: NodeOwner[] = [];
  let isPartial = false;
  for (const name of names.filter((one) => /^\d{1,10}$/.test(one)).slice(0, MOST_PROCESSES)) {
    const has = hasOpen(join(proc, name, 'fd'), node, list);
    if (has === 'hidden') isPartial = true;
    if (has === 'yes') owners.push({ pid: Number(name), name: nameOf(join(proc, name, 'comm')) });
    if (owners.length === MOST_OWNERS) break;
    await new Promise((resolve) => setImmediate(resolve));
  }
  return { owners, isPartial };
}

/** Read in one piece: each question costs the kernel microseconds, waiting for a thread would cost more. */
function hasOpen(folder: string, node: string, list: ListFolder): 'yes' | 'no' | 'hidden' {
  try {
    const files = list(folder).slice(0, MOST_FILES);
    return files.some((file) => targetOf(join(folder, file)) === node) ? 'yes' : 'no';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // What has ended since has nothing open.
    return code === 'EACCES' || code === 'EPERM' ? 'hidden' : 'no';
  }
}

function targetOf(link: string): string {
  try {
    return readlinkSync(link);
  } catch {
    return '';
  }
}

function nameOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
      .replace(/[^\u0020-\u007e]/gu, '')
      .trim()
      .slice(0, 15);
  } catch {
    return '';
  }
}
