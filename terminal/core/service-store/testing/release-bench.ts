import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bootIdSchema } from '@yimen/contracts/base';
import { ManualClock } from '@yimen/contracts/testing';
import { openJournal, type Journal } from '../../journal/index.ts';
import { createLog } from '../../platform/logger.ts';
import { openReleases, type ReleaseStore } from '../index.ts';
import { shipServices } from './place-release.ts';

/** The folders of one terminal. */
export interface ReleaseFolders {
  readonly root: string;
  readonly shipped: string;
  readonly data: string;
  readonly inbox: string;
}

export function makeFolders(ids: readonly string[]): ReleaseFolders {
  const root = mkdtempSync(join(tmpdir(), 'yimen-releases-'));
  const shipped = join(root, 'shipped');
  const data = join(root, 'data');
  const inbox = join(data, 'services/inbox');
  mkdirSync(inbox, { recursive: true });
  shipServices(shipped, ids);
  return { root, shipped, data, inbox };
}

/** Releases and a real journal on such folders, as a start of core opens them. */
export interface OpenedReleases {
  readonly releases: ReleaseStore;
  readonly journal: Journal;
  /** Rows about releases, oldest first: `release-staged exit.pay@2`. */
  rows(): string[];
  close(): void;
}

export function openOn({ shipped, data }: ReleaseFolders, onStep?: (step: string) => void): OpenedReleases {
  const boot = bootIdSchema.parse('b7f3c1d2');
  const opened = openJournal({ folder: data, tid: 'SD-DALIANG-01', epoch: 1, boot, clock: new ManualClock() });
  if (!opened.ok) throw new Error(opened.error.message);
  const journal = opened.value;
  const log = createLog('silent');
  const step = onStep === undefined ? {} : { onStep };
  const releases = openReleases({ shippedDir: shipped, dataDir: data, journal, log, ...step });
  const told = journal.append(releases.atStart());
  if (!told.ok) throw new Error(told.error.message);
  return { releases, journal, rows: () => rowsOf(journal), close: () => journal.close() };
}

function rowsOf(journal: Journal): string[] {
  return journal.reader.rawAfter(0, 1_000).flatMap((row) => {
    const kind = String(row['kind']);
    if (!kind.startsWith('release')) return [];
    const body = JSON.parse(String(row['body'])) as {
      service?: string;
      release?: number | null;
      to?: number | null;
      why?: string;
      releases?: { service: string; release: number }[];
      waiting?: { service: string; release: number }[];
    };
    const list = (named: { service: string; release: number }[] = []): string =>
      named.map((one) => `${one.service}@${one.release}`).join(' ');
    if (kind === 'releases-in-force') return [`in-force ${list(body.releases)}; ${list(body.waiting)}`.trimEnd()];
    const rest =
      kind === 'release-fell-back' ? ` to ${body.to ?? 'none'}` : body.why === undefined ? '' : ` ${body.why}`;
    return [`${kind} ${body.service}@${body.release ?? '?'}${rest}`];
  });
}

export function dropFolders({ root }: ReleaseFolders): void {
  rmSync(root, { recursive: true, force: true });
}
