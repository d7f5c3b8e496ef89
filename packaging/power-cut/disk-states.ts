import { closeSync, mkdirSync, openSync, rmSync, statfsSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { must } from './rig-tools.ts';
import type { PowerCutDisk } from './power-cut-disk.ts';

/** What a disk is that takes nothing any more. */
export const DISK_STATES = ['full', 'no-inodes', 'read-only'] as const;
export type DiskState = (typeof DISK_STATES)[number];

/** Nobody frees a disk's last error of its own accord: it needs its power cut, and to be well again. */
export const NEEDS_A_CUT: ReadonlySet<DiskState> = new Set(['read-only']);

const BLOCK_BYTES = 4_096;
/** Left over by the one large file, and filled block by block: ext4 keeps two in a hundred for itself. */
const REST_BYTES = 5 * 1024 * 1024;
const MOST_INODES = 20_000;

/** Brings a disk into that state under whoever works on it. @returns how to end it (`NEEDS_A_CUT`: by `back` alone) */
export async function sicken(disk: PowerCutDisk, state: DiskState): Promise<() => void> {
  switch (state) {
    case 'full':
      return fill(join(disk.mountPoint, 'ballast'));
    case 'no-inodes':
      return useUpInodes(join(disk.mountPoint, 'inodes'));
    case 'read-only':
      await disk.refuseWrites();
      return () => undefined;
  }
}

async function fill(folder: string): Promise<() => void> {
  mkdirSync(folder);
  const { bfree, bsize } = statfsSync(folder);
  const large = bfree * bsize - REST_BYTES;
  if (large > 0) await must('fallocate', '--length', String(large), join(folder, 'large'));
  const rest = openSync(join(folder, 'rest'), 'w', 0o600);
  const block = Buffer.alloc(BLOCK_BYTES);
  untilNoSpace(Infinity, () => writeSync(rest, block));
  closeSync(rest);
  return () => {
    rmSync(folder, { recursive: true, force: true });
  };
}

function useUpInodes(folder: string): () => void {
  mkdirSync(folder);
  untilNoSpace(MOST_INODES, (n) => {
    writeFileSync(join(folder, String(n)), '');
  });
  return () => {
    rmSync(folder, { recursive: true, force: true });
  };
}

function untilNoSpace(most: number, take: (n: number) => unknown): void {
  for (let n = 0; n < most; n += 1) {
    try {
      take(n);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') return;
      throw error;
    }
  }
}
