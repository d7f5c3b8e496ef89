import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { verifyJournal } from '@yimen/terminal/core';
import type { WriterLine } from './writer-lines.ts';

type OpenLine = Extract<WriterLine, { say: 'open' }>;

/** What was found on a disk, held against what had been acknowledged before. */
export interface Found {
  /** Acknowledged rows that are not there, or not the same. */
  readonly lostRows: number;
  /** In sentences: lost rows first, then what else was acknowledged and is gone. */
  readonly losses: readonly string[];
  /** Whether the files hold, whatever is in them: the journal's verifier, SQLite's own check. */
  readonly broken: readonly string[];
}

/** Everything a writer said it had done, over all its lives on one disk. */
export class Acknowledged {
  readonly #rows = new Map<number, string>();
  #upTo = 0;
  #link = 0;
  #last: string | null = null;

  get rows(): number {
    return this.#rows.size;
  }

  hear(line: WriterLine): void {
    if (line.say === 'rows') for (const [j, hash] of line.rows) this.#rows.set(j, hash);
    if (line.say === 'cursor') this.#upTo = line.upTo;
    if (line.say === 'link') this.#link = line.link;
    if (line.say === 'last') this.#last = line.operationId;
  }

  /** @param open what the next writer on this disk found; undefined: it found nothing, or was refused */
  holdAgainst(folder: string, open: OpenLine | undefined): Found {
    const file = join(folder, 'journal.sqlite');
    const there = hashesIn(file);
    const missing = [...this.#rows].filter(([j, hash]) => there.get(j) !== hash).map(([j]) => j);
    return {
      lostRows: missing.length,
      losses: [...this.#rowLosses(missing), ...this.#otherLosses(open)],
      broken: brokenIn(file),
    };
  }

  /** After a loss that was to be expected (the control): only what is still there counts from now on. */
  forgetWhatIsLost(folder: string, open: OpenLine | undefined): void {
    const there = hashesIn(join(folder, 'journal.sqlite'));
    for (const [j, hash] of this.#rows) if (there.get(j) !== hash) this.#rows.delete(j);
    this.#upTo = Math.min(this.#upTo, open?.upTo ?? 0);
    this.#link = Math.min(this.#link, (open?.link ?? 1) - 1);
    this.#last = open?.last ?? null;
  }

  #rowLosses(missing: readonly number[]): readonly string[] {
    if (missing.length === 0) return [];
    const [first, newest] = [Math.min(...missing), Math.max(...missing)];
    return [`${missing.length} acknowledged rows are gone, from row ${first} to ${newest}`];
  }

  #otherLosses(open: OpenLine | undefined): readonly string[] {
    if (open === undefined) return [];
    return [
      ...(open.upTo >= this.#upTo ? [] : [`the fleet's cursor went back from ${this.#upTo} to ${open.upTo}`]),
      ...(open.link === 0 || open.link > this.#link ? [] : [`connection number ${open.link} came again`]),
      // Version 7 ids sort by time, as text too. A newer one was on the disk before anybody was told.
      ...((open.last ?? '') >= (this.#last ?? '')
        ? []
        : [`the last operation is ${open.last ?? 'none'}, ${this.#last ?? ''} was acknowledged`]),
    ];
  }
}

function hashesIn(file: string): ReadonlyMap<number, string> {
  return reading(file, (db) => {
    const rows = db.prepare('SELECT j, hash FROM journal ORDER BY j').all();
    return new Map(rows.map((row) => [Number(row['j']), String(row['hash'])]));
  });
}

function brokenIn(file: string): readonly string[] {
  const verified = verifyJournal(file);
  const chain = verified.ok
    ? verified.value.findings.map(({ j, what, code }) => `row ${j}: ${what} [${code}]`)
    : [verified.error.message];
  const told = reading(file, (db) => db.prepare('PRAGMA integrity_check').all());
  const integrity = told.map((row) => String(row['integrity_check'])).filter((said) => said !== 'ok');
  return [...chain, ...integrity.map((said) => `integrity_check: ${said}`)];
}

function reading<T>(file: string, fn: (db: DatabaseSync) => T): T {
  const db = new DatabaseSync(file, { readOnly: true, timeout: 5_000 });
  try {
    return fn(db);
  } finally {
    db.close();
  }
}
