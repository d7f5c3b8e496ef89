import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bootIdSchema, operationIdSchema, sessionIdSchema } from '@yimen/contracts/base';
import type { JournalEvent } from '@yimen/contracts/journal';
import { ManualClock } from '@yimen/contracts/testing';
import { damageOf, randomOf, type Damage } from './testing/damages.ts';
import { CORE_LIMITS } from '../limits.table.ts';
import {
  JOURNAL_FILE_NAME,
  journalReader,
  openForReading,
  openJournal,
  verifyJournal,
  type Finding,
  type Journal,
  type JournalOptions,
} from './index.ts';
import { openForWriting } from './journal-file.ts';
import { isSuspected, patrolJournal } from './patrol.ts';

const tid = 'SD-DALIANG-01';
const boot = bootIdSchema.parse('b7f3c1d2');
const sessionId = sessionIdSchema.parse('s7Qk2mVd0aYt');
const operationId = operationIdSchema.parse('01a2047f-95c0-7b3e-9a54-2f6c1d0e8b47');
/** R6 (faults.md §5): 50 in the check, 1,000 by `YIMEN_DAMAGES=1000`. */
const DAMAGES = Number(process.env['YIMEN_DAMAGES'] ?? 50);
const clock = new ManualClock();
let folder = '';
let file = '';
let journal: Journal | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yimen-damaged-'));
  file = join(folder, JOURNAL_FILE_NAME);
});
afterEach(() => {
  journal?.close();
  rmSync(folder, { recursive: true, force: true });
});

function open(more: Partial<JournalOptions> = {}): Journal {
  journal?.close();
  const opened = openJournal({ folder, tid, epoch: 3, boot, clock, ...more });
  if (!opened.ok) throw new Error(`${opened.error.code} ${opened.error.message}`);
  journal = opened.value;
  return opened.value;
}

const booted: JournalEvent = { kind: 'booted', fields: { reason: 'start' } };
const step = (name: string): JournalEvent => ({ kind: 'step-started', fields: { sessionId, step: name } });

/** Rows 1 to `rows`, every second of them for the fleet, at rest. */
function fill(rows: number): void {
  const log = open();
  while (log.head().j < rows) log.append([log.head().j % 2 === 0 ? booted : step('pay')]);
  log.close();
}

/** Changes a row behind the journal's back. */
function tamper(...statements: string[]): void {
  journal?.close();
  const db = new DatabaseSync(file);
  db.exec('DROP TRIGGER journal_no_update; DROP TRIGGER journal_no_delete');
  for (const sql of statements) db.exec(sql);
  db.close();
}

function asideFiles(): string[] {
  return readdirSync(folder).filter((name) => name.startsWith('journal.damaged-') && name.endsWith('.sqlite'));
}

function rowsOf(log: Journal): [number, number | null, string][] {
  return log.reader
    .rawAfter(0, 1_000)
    .map((row) => [Number(row['j']), row['seq'] as number | null, String(row['kind'])]);
}

function damaged(log: Journal): Record<string, unknown> {
  const row = log.reader.rawAfter(0, 10_000).findLast(({ kind }) => kind === 'journal-damaged');
  return JSON.parse(String(row?.['body'])) as Record<string, unknown>;
}

function expectSound(log: Journal): void {
  const report = verifyJournal(log.file);
  expect(report.ok ? report.value.findings : report.error).toEqual([]);
}

describe('F58 a damaged row', () => {
  it.each<[string, string, number, string]>([
    ['a flipped bit', "UPDATE journal SET body = replace(body, 'start', 'stbrt') WHERE j = 8", 8, 'JOURNAL_TORN'],
    ['a torn row', 'UPDATE journal SET body = substr(body, 1, 20) WHERE j = 8', 8, 'JOURNAL_TORN'],
    ['a missing row', 'DELETE FROM journal WHERE j = 8', 8, 'JOURNAL_GAP'],
    ['a wrong chain', 'UPDATE journal SET prev_hash = hash WHERE j = 8', 8, 'JOURNAL_CHANGED'],
    ['an altered column', "UPDATE journal SET kind = 'power' WHERE j = 8", 8, 'JOURNAL_CHANGED'],
  ])('F58 %s is named, the good beginning kept, the file put aside as it was', (_what, sql, row, fault) => {
    fill(12);
    tamper(sql);
    const before = readFileSync(file);
    const log = open();
    expect(log.cut).toMatchObject({ finding: { j: row, code: fault }, keptJ: row - 1, epoch: 4 });
    // Numbers 8 to 12 were given once already.
    expect(rowsOf(log).slice(-3)).toEqual([
      [7, 4, 'booted'],
      [13, 1, 'epoch-opened'],
      [14, 2, 'journal-damaged'],
    ]);
    const [aside = ''] = asideFiles();
    expect(aside).toMatch(/^journal\.damaged-20\d{6}T\d{6}Z\.sqlite$/u);
    expect(damaged(log)).toMatchObject({ row, fault, keptJ: row - 1, keptSeq: 4, lost: 5, file: aside });
    expect(readFileSync(join(folder, aside)).equals(before)).toBe(true);
    expect(statSync(join(folder, aside)).mode & 0o777).toBe(0o400);
    log.append([booted]);
    expectSound(log);
  });

  it('F58 the next start finds nothing more, in the epoch that was opened, though another one was issued', () => {
    fill(12);
    tamper('DELETE FROM journal WHERE j = 8');
    open().append([booted]);
    const log = open();
    expect([log.cut, log.epoch, log.head().j, log.head().seq]).toEqual([undefined, 4, 15, 3]);
    expect(log.reader.epochs()).toEqual([
      { epoch: 3, fromJ: 1, toJ: 13 },
      { epoch: 4, fromJ: 13, toJ: null },
    ]);
    expect(log.reader.fleetRows(1, 10).map(({ kind }) => kind)).toEqual(['epoch-opened', 'journal-damaged', 'booted']);
    const [earlier] = log.reader.epochs();
    expect(
      earlier &&
        log.reader
          .ledgerOf(earlier)
          .fleetRows(1, 10)
          .map(({ seq }) => seq),
    ).toEqual([1, 2, 3, 4]);
  });

  it('F58 a second damage opens a third epoch and keeps both files', () => {
    fill(12);
    tamper('DELETE FROM journal WHERE j = 8');
    open().append([booted, booted, booted]);
    tamper('DELETE FROM journal WHERE j = 16');
    const log = open();
    expect(log.cut).toMatchObject({ keptJ: 15, epoch: 5 });
    expect(log.reader.epochs().map(({ epoch }) => epoch)).toEqual([3, 4, 5]);
    expect(asideFiles()).toHaveLength(2);
    expectSound(log);
  });

  it('F58 a session that ended behind the cut is over, one that did not is open with all that proves itself', () => {
    const other = 's8Qk2mVd0aYt';
    const log = open();
    const started = (id: string): JournalEvent => ({
      kind: 'session-started',
      fields: { sessionId: sessionIdSchema.parse(id), lang: 'zh-CN', mode: 'standard' },
    });
    const { hash } = log.head();
    log.append([started(sessionId)]);
    log.append([step('read-card')]);
    log.append([
      { kind: 'session-ended', fields: { sessionId, how: 'finished', ms: 1, journal: { from: 2, to: 3, head: hash } } },
      started(other),
    ]);
    const intent = { operationId, sessionId: sessionIdSchema.parse(other), step: 'pay', target: 'gateway' };
    log.append([{ kind: 'operation-intended', fields: { ...intent, verb: 'createBill', retryOf: null } }]);
    log.append([
      { kind: 'device-held', fields: { module: 'cardUnit', why: 'fraud', state: 'begun', number: 'ABC-DEF' } },
    ]);
    tamper("UPDATE journal SET body = replace(body, 'read-card', 'raad-card') WHERE j = 3");
    const cut = open();
    expect(damaged(cut)).toMatchObject({ row: 3, keptJ: 2, lost: 5, proved: 4 });
    expect(cut.reader.unfinishedSessions().map((one) => one.sessionId)).toEqual([other]);
    expect(cut.reader.sessionPast(other).map(({ kind }) => kind)).toEqual(['session-started', 'operation-intended']);
    expect(cut.newestOperationId()).toBe(operationId);
    // A device that was held for fraud does not come back because the row that says so lies behind a cut.
    expect(cut.reader.deviceRows('device-held', 0)).toHaveLength(1);
    expect(cut.reader.fleetRows(1, 10).map(({ kind }) => kind)).toEqual(['epoch-opened', 'journal-damaged']);
  });
});

describe('F58 a damaged file', () => {
  it('F58 that is no database any more: a fresh journal in a new epoch, its numbers above all that was written', () => {
    fill(12);
    writeFileSync(file, Buffer.alloc(20_000, 0xa5));
    const log = open();
    expect(log.cut).toMatchObject({ finding: { j: 0, code: 'JOURNAL_TORN' }, keptJ: 0, epoch: 4 });
    expect(rowsOf(log)).toEqual([
      [13, 1, 'epoch-opened'],
      [14, 2, 'journal-damaged'],
    ]);
    expect(damaged(log)).toMatchObject({ since: null, lost: 12 });
    expectSound(log);
  });

  it('F58 that is gone, with or without what the witness knew', () => {
    fill(12);
    rmSync(file);
    expect(open().cut).toMatchObject({ keptJ: 0, file: null, epoch: 4 });
    journal?.close();
    for (const name of readdirSync(folder)) rmSync(join(folder, name));
    expect(open({ confirmed: [{ epoch: 3, upTo: 6 }] }).cut).toMatchObject({ keptJ: 0, file: null, epoch: 4 });
  });

  it('F58 whose log was lost ends earlier and whole: the witness beside it knows', () => {
    fill(6);
    const earlier = readFileSync(file);
    const log = open();
    log.append([booted, booted]);
    log.close();
    writeFileSync(file, earlier);
    const cut = open();
    expect(cut.cut).toMatchObject({ finding: { j: 7, code: 'JOURNAL_GAP' }, keptJ: 6 });
    expect(rowsOf(cut).slice(-2)[0]).toEqual([9, 1, 'epoch-opened']);
  });

  it('F58 that ends before what the fleet has confirmed, where the witness is lost too', () => {
    fill(6);
    rmSync(join(folder, 'journal.head'));
    expect(open({ confirmed: [{ epoch: 3, upTo: 9 }] }).cut).toMatchObject({ finding: { j: 7 }, keptJ: 6, epoch: 4 });
  });

  it('F58 with the log of another journal beside it: what the log would overwrite is read without it', () => {
    const foreign = mkdtempSync(join(tmpdir(), 'yimen-foreign-'));
    const theirs = openJournal({ folder: foreign, tid, epoch: 3, boot, clock });
    if (!theirs.ok) throw new Error(theirs.error.message);
    theirs.value.append(Array.from({ length: 40 }, () => step('other')));
    fill(12);
    copyFileSync(join(foreign, `${JOURNAL_FILE_NAME}-wal`), `${file}-wal`);
    theirs.value.close();
    rmSync(foreign, { recursive: true });
    const log = open();
    expect(log.cut).toMatchObject({ keptJ: 12 });
    expect(existsSync(join(folder, `${log.cut?.file ?? ''}-wal`))).toBe(true);
    expect(
      rowsOf(log)
        .slice(0, 12)
        .map(([j]) => j),
    ).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expectSound(log);
  });

  it('F58 another terminal’s journal is no damaged one: refused, and left as it is', () => {
    fill(6);
    const before = readFileSync(file);
    const refused = openJournal({ folder, tid: 'SD-RONGGUI-01', epoch: 3, boot, clock });
    expect(refused).toMatchObject({ ok: false, error: { code: 'configuration' } });
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(asideFiles()).toEqual([]);
  });

  it('F58 a start that dies between the two moves is finished by the next', () => {
    fill(12);
    tamper('DELETE FROM journal WHERE j = 8');
    const cut = open();
    const aside = cut.cut?.file ?? '';
    cut.close();
    // As it was after the damaged file had been moved, and before the new one was.
    renameSync(file, join(folder, 'journal.next.sqlite'));
    expect(open().head().j).toBe(14);
    expect(asideFiles()).toEqual([aside]);
    expectSound(open());
  });

  it('F58 a file that was made and never written to is a first start, not a damage', () => {
    writeFileSync(file, '');
    expect([open().cut, open().epoch]).toEqual([undefined, 3]);
  });
});

describe('F58 R6', () => {
  it(`F58 ${DAMAGES} seeded damages: each is found or harmless, and what is kept is what was written`, () => {
    const seed = Number(process.env['YIMEN_SEED'] ?? 20_261_127);
    const found: Record<string, number> = {};
    for (let i = 0; i < DAMAGES; i += 1) {
      const random = randomOf(seed + i);
      const damage = damageOf(random);
      const label = `seed ${seed + i}: ${damage.kind}`;
      const written = makeJournal(random, damage);
      const log = open();
      const kept = log.reader.rawAfter(0, 10_000).filter((row) => Number(row['j']) <= written.length);
      // No wrong row, none out of its place.
      expect(
        kept.map((row) => row['hash']),
        label,
      ).toEqual(written.slice(0, kept.length));
      if (log.cut === undefined) expect(kept.length, `${label} went unseen`).toBe(written.length);
      else expect(Number(rowsOf(log).find(([j]) => j > log.cut!.keptJ)?.[0]), label).toBeGreaterThan(written.length);
      expect(log.append([booted]).ok, label).toBe(true);
      expectSound(log);
      found[damage.kind] = (found[damage.kind] ?? 0) + (log.cut === undefined ? 0 : 1);
      log.close();
      for (const name of readdirSync(folder)) rmSync(join(folder, name), { force: true });
    }
    // Not all damages hit something; of each kind some must have.
    expect(Object.values(found).reduce((a, b) => a + b, 0)).toBeGreaterThan(DAMAGES / 2);
  }, 600_000);
});

/** A journal of some hundred rows as a killed core leaves it (its log beside it), with the damage done. @returns the hashes */
function makeJournal(random: () => number, damage: Damage): string[] {
  const log = open();
  const rows = 60 + Math.floor(random() * 240);
  while (log.head().j < rows) {
    const some = Array.from({ length: 1 + Math.floor(random() * 20) }, () => (random() < 0.5 ? booted : step('pay')));
    log.append(some);
  }
  const hashes = log.reader.rawAfter(0, 10_000).map((row) => String(row['hash']));
  // Read before the close folds the log in.
  const names = [JOURNAL_FILE_NAME, `${JOURNAL_FILE_NAME}-wal`, 'journal.head'];
  const kept = names.map((name) => [name, readFileSync(join(folder, name))] as const);
  log.close();
  if (damage.withLog) {
    for (const name of readdirSync(folder)) rmSync(join(folder, name));
    for (const [name, bytes] of kept) writeFileSync(join(folder, name), bytes);
  }
  damage.inflict(folder);
  return hashes;
}

/** Writes over the file's bytes from `at` on. */
function overwrite(at: number, bytes: Buffer): void {
  const handle = openSync(file, 'r+');
  writeSync(handle, bytes, 0, bytes.length, at);
  closeSync(handle);
}

describe('F58 bytes of the file', () => {
  const garbage = Buffer.alloc(4096, 0xa5);
  it.each<[string, () => void]>([
    ['the header page is overwritten', () => overwrite(0, garbage)],
    ['only its first bytes are', () => overwrite(0, Buffer.alloc(16, 0))],
    ['a page in the middle is', () => overwrite(4096 * Math.floor(statSync(file).size / 4096 / 2), garbage)],
    ['the last page is', () => overwrite(statSync(file).size - 4096, garbage)],
    ['the file is cut in the middle of a page', () => truncateSync(file, Math.floor(statSync(file).size / 2) + 100)],
    ['the file is empty', () => truncateSync(file, 0)],
    [
      'two hashes are swapped',
      () =>
        tamper(
          `UPDATE journal SET hash = CASE j WHEN 200 THEN (SELECT hash FROM journal WHERE j = 201)
             ELSE (SELECT hash FROM journal WHERE j = 200) END WHERE j IN (200, 201)`,
        ),
    ],
  ])('F58 %s: what can be read is kept, nothing of it is wrong, and work goes on', (_what, damage) => {
    fill(400);
    const before = open();
    const hashes = before.reader.rawAfter(0, 1_000).map((row) => row['hash']);
    before.close();
    damage();
    const log = open();
    expect(log.cut).toMatchObject({ epoch: 4 });
    const kept = log.reader.rawAfter(0, 1_000).filter((row) => Number(row['j']) <= 400);
    expect(kept.map((row) => row['hash'])).toEqual(hashes.slice(0, log.cut?.keptJ));
    expect(damaged(log)).toMatchObject({ keptJ: kept.length, lost: 400 - kept.length });
    expect(log.append([booted]).ok).toBe(true);
    expectSound(log);
  });

  it('F58 a log that is missing takes rows with it: those in the file are kept, and no number is given twice', () => {
    const log = open();
    log.append(Array.from({ length: 30 }, () => booted));
    const copies = [JOURNAL_FILE_NAME, 'journal.head'].map((name) => [name, readFileSync(join(folder, name))] as const);
    log.close();
    for (const name of readdirSync(folder)) rmSync(join(folder, name));
    for (const [name, bytes] of copies) writeFileSync(join(folder, name), bytes);
    const cut = open();
    expect(cut.cut).toMatchObject({ epoch: 4 });
    expect(rowsOf(cut).at(-2)).toEqual([32, 1, 'epoch-opened']);
  });
});

describe('F58 a journal that is too long to be read whole at a start', () => {
  const LONG = 5 * CORE_LIMITS.journalPageRows + 100;

  it('F58 is walked page by page, and what is found is remembered beside it', async () => {
    fill(LONG);
    tamper("UPDATE journal SET body = replace(body, 'start', 'stbrt') WHERE j = 1204");
    const db = openForReading(file);
    if (!db.ok) throw new Error(db.error.message);
    const found: Finding[] = [];
    const stop = patrolJournal({
      reader: journalReader(db.value),
      folder,
      tid,
      clock,
      onFound: (finding) => found.push(finding),
    });
    await clock.advance(2 * CORE_LIMITS.journalPatrolMs);
    expect([found, isSuspected(folder)]).toEqual([[], false]);
    await clock.advance(10 * CORE_LIMITS.journalPatrolMs);
    stop();
    db.value.close();
    expect(found).toMatchObject([{ j: 1_204, code: 'JOURNAL_TORN' }]);
    expect(isSuspected(folder)).toBe(true);
    expect(open().cut).toMatchObject({ keptJ: 1_203 });
    expect(isSuspected(folder)).toBe(false);
  });

  it('F58 and is sound ends its walk without a word', async () => {
    fill(LONG);
    const db = openForReading(file);
    if (!db.ok) throw new Error(db.error.message);
    const found: Finding[] = [];
    patrolJournal({ reader: journalReader(db.value), folder, tid, clock, onFound: (one) => found.push(one) });
    await clock.advance(100 * CORE_LIMITS.journalPatrolMs);
    db.value.close();
    expect([found, isSuspected(folder)]).toEqual([[], false]);
  });
});

describe('F58 controls', () => {
  it('F58 without the check at its start, core goes on behind the damage and nobody knows', () => {
    fill(12);
    tamper("UPDATE journal SET body = replace(body, 'start', 'stbrt') WHERE j = 7");
    const db = openForWriting(file, CORE_LIMITS.journalFileBytes);
    if (!db.ok) throw new Error(db.error.message);
    expect(journalReader(db.value).lastRow()?.j).toBe(12);
    db.value.close();
  });

  it('F58 without the witness, rows that are gone from the end are not missed', () => {
    fill(6);
    const earlier = readFileSync(file);
    const log = open();
    log.append([booted, booted]);
    log.close();
    writeFileSync(file, earlier);
    rmSync(join(folder, 'journal.head'));
    expect(open().cut).toBeUndefined();
  });

  it('F58 without the row hash, a row that was altered with its checksum would pass', () => {
    fill(12);
    const before = open().reader.rawAfter(7, 1)[0];
    const altered = String(before?.['body']).replace('pay', 'bay').replace('start', 'other');
    tamper(`UPDATE journal SET body = '${altered}', crc = ${crc32(altered)} WHERE j = 8`);
    expect(open().cut).toMatchObject({ finding: { j: 8, code: 'JOURNAL_CHANGED' } });
  });

  it('a file cut short is told from one that is whole', () => {
    fill(400);
    const { size } = statSync(file);
    expect(verifyJournal(file)).toMatchObject({ ok: true, value: { total: 0 } });
    truncateSync(file, size - 3 * 4096);
    const report = verifyJournal(file);
    expect(!report.ok || report.value.total > 0).toBe(true);
  });
});
