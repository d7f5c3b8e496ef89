import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { crc32 } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bootIdSchema, operationIdSchema, sessionIdSchema } from '@yimen/contracts/base';
import type { JournalEvent } from '@yimen/contracts/journal';
import { ManualClock } from '@yimen/contracts/testing';
import { journalReader, JOURNAL_FILE_NAME, openForReading, openJournal, verifyJournal, type Journal } from './index.ts';
import { DEVICE_KINDS, MONEY_KIND, STATUS_KIND } from './journal-file.ts';
import { rowHash } from './row-codec.ts';

const tid = 'SD-DALIANG-01';
const boot = bootIdSchema.parse('b7f3c1d2');
const sessionId = sessionIdSchema.parse('s7Qk2mVd0aYt');
const clock = new ManualClock();
let folder = '';
let file = '';
let journal: Journal | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yimen-journal-'));
  file = join(folder, JOURNAL_FILE_NAME);
});
afterEach(() => {
  journal?.close();
  rmSync(folder, { recursive: true, force: true });
});

function open(limitBytes?: number): Journal {
  const opened = openJournal({
    folder,
    tid,
    epoch: 3,
    boot,
    clock,
    ...(limitBytes === undefined ? {} : { limitBytes }),
  });
  if (!opened.ok) throw new Error(opened.error.message);
  journal = opened.value;
  return opened.value;
}

const booted: JournalEvent = { kind: 'booted', fields: { reason: 'start' } };
const step = (name: string): JournalEvent => ({ kind: 'step-started', fields: { sessionId, step: name } });

/** Changes a row behind the journal's back, as somebody with the file in hands could. */
function tamper(sql: string, ...values: (string | number)[]): void {
  journal?.close();
  const db = new DatabaseSync(file);
  db.exec('DROP TRIGGER journal_no_update; DROP TRIGGER journal_no_delete');
  db.prepare(sql).run(...values);
  db.close();
}

function findings(): string[] {
  const report = verifyJournal(file);
  if (!report.ok) throw new Error(report.error.message);
  return report.value.findings.map((finding) => `${finding.j} ${finding.code}`);
}

describe('append', () => {
  it('begins with epoch-opened, numbers rows without gaps and fleet rows by their own series', () => {
    const log = open();
    const rows = log.append([booted, step('read-card'), { kind: 'power', fields: { state: 'mains' } }]);
    expect(rows.ok && rows.value.map((row) => [row.j, row.seq, row.kind])).toEqual([
      [2, 2, 'booted'],
      [3, null, 'step-started'],
      [4, 3, 'power'],
    ]);
    expect(log.reader.fleetRows(1, 10).map((row) => row.kind)).toEqual(['epoch-opened', 'booted', 'power']);
    expect(log.reader.fleetRows(1, 1)[0]?.body).toBe(
      '{"boot":"b7f3c1d2","epoch":3,"j":1,"kind":"epoch-opened","mono":0,"prevEpoch":null,"prevHead":null,"reason":"first-start","seq":1,"wall":1795371000000}',
    );
  });

  it('goes on after a restart, and verifies whole', () => {
    open().append([booted]);
    journal?.close();
    const log = open();
    log.append([booted, step('pay')]);
    expect(log.head()).toMatchObject({ j: 4, seq: 3 });
    expect(verifyJournal(file)).toMatchObject({
      ok: true,
      value: { rows: 4, total: 0, tid, epoch: 3, lastSeq: 3, head: log.head().hash },
    });
  });

  it('knows the newest effect by its own time, not by its row', () => {
    const log = open();
    expect(log.newestOperationId()).toBeNull();
    const intend = (id: string): void => {
      const fields = { sessionId, step: 'pay', target: 'gateway', verb: 'v', retryOf: null };
      log.append([{ kind: 'operation-intended', fields: { ...fields, operationId: operationIdSchema.parse(id) } }]);
    };
    intend('01a2047f-95c0-7b3e-9a54-2f6c1d0e8b47');
    intend('01a2047e-0000-7b3e-9a54-2f6c1d0e8b47');
    expect(log.newestOperationId()).toBe('01a2047f-95c0-7b3e-9a54-2f6c1d0e8b47');
    journal?.close();
    expect(open().newestOperationId()).toBe('01a2047f-95c0-7b3e-9a54-2f6c1d0e8b47');
  });

  it('refuses what the event table does not name, and writes nothing of that batch', () => {
    const log = open();
    const before = log.head();
    const refused = [
      log.appendUnchecked([booted, { kind: 'booted', fields: { reason: 'start', name: '李娜' } }]),
      log.appendUnchecked([{ kind: 'citizen-named', fields: {} }]),
      log.appendUnchecked([{ kind: 'booted', fields: {} }]),
      log.appendUnchecked([{ kind: 'clock-jumped', fields: { before: 1.5, after: 2 } }]),
      log.appendUnchecked([{ kind: 'constructor', fields: {} }]),
    ];
    for (const result of refused) expect(result).toMatchObject({ ok: false, error: { code: 'JOURNAL_FIELD' } });
    expect(log.head()).toEqual(before);
    expect(log.trouble()).toBeUndefined();
  });

  it('refuses a row above 4 KB', () => {
    const steps = Array.from({ length: 64 }, () => ({
      step: 'x'.repeat(48),
      outcome: 'done' as const,
      ms: 9_007_199_254_740_991,
    }));
    const result = {
      sessionId,
      service: 'exit.endorse',
      release: 1,
      outcome: 'done',
      reason: null,
      stop: null,
      amountFen: 0,
      chargedFen: 0,
      refundedFen: 0,
      produced: 0,
      handedOver: 0,
      steps,
      receiptId: 'R7K2-9QXM',
      incident: null,
    };
    expect(open().appendUnchecked([{ kind: 'service-result', fields: result }])).toMatchObject({
      ok: false,
      error: { code: 'JOURNAL_FIELD' },
    });
  });

  it('stops on a full disk without a half batch, says so, and goes on when there is room', () => {
    const told: (string | undefined)[] = [];
    const log = open(120_000);
    log.onTrouble((fault) => told.push(fault?.code));
    let last = log.head();
    for (;;) {
      const done = log.append(Array.from({ length: 32 }, () => step('read-card')));
      if (!done.ok) {
        expect(done.error.code).toBe('JOURNAL_FULL');
        break;
      }
      last = log.head();
    }
    expect(log.head()).toEqual(last);
    expect(log.trouble()?.code).toBe('JOURNAL_FULL');
    log.close();
    expect(verifyJournal(file)).toMatchObject({ ok: true, value: { rows: last.j, total: 0 } });
    const again = open();
    expect(again.append([booted]).ok).toBe(true);
    expect(again.head().j).toBe(last.j + 1);
    expect(told).toEqual(['JOURNAL_FULL']);
  });

  it('is refused to a second core, and to another terminal or epoch', () => {
    open();
    const second = openJournal({ folder, tid, epoch: 3, boot, clock });
    expect(second).toMatchObject({ ok: false, error: { code: 'DATA_IN_USE' } });
    expect(second.ok ? '' : second.error.message).toContain('another terminal core is already working on');
    journal?.close();
    expect(openJournal({ folder, tid: 'SD-RONGGUI-01', epoch: 3, boot, clock })).toMatchObject({
      ok: false,
      error: { code: 'configuration' },
    });
    expect(openJournal({ folder, tid, epoch: 4, boot, clock })).toMatchObject({
      ok: false,
      error: { code: 'configuration' },
    });
    expect(openJournal({ folder, tid, epoch: 3, boot, clock }).ok).toBe(true);
  });

  it('keeps its file to its own user, syncs every commit, and cannot be updated or deleted from', () => {
    const log = open();
    expect(statSync(log.file).mode & 0o777).toBe(0o600);
    log.close();
    const db = new DatabaseSync(file);
    expect(db.prepare('PRAGMA journal_mode').get()?.['journal_mode']).toBe('wal');
    expect(() => db.exec("UPDATE journal SET kind = 'power'")).toThrow('append-only');
    expect(() => db.exec('DELETE FROM journal')).toThrow('append-only');
    db.close();
  });
});

describe('verify', () => {
  const fill = (): void => {
    const log = open();
    for (let i = 0; i < 9; i += 1) log.append([i % 2 === 0 ? booted : step('pay')]);
  };

  it('reads a journal while core writes it', () => {
    fill();
    expect(findings()).toEqual([]);
  });

  it('names a row whose text lost bits', () => {
    fill();
    tamper("UPDATE journal SET body = replace(body, 'start', 'stbrt') WHERE j = 4");
    expect(findings()).toEqual(['4 JOURNAL_TORN']);
  });

  it('names a row that was altered with a fresh checksum', () => {
    fill();
    const body = '{"boot":"b7f3c1d2","j":4,"kind":"booted","mono":0,"reason":"other","seq":3,"wall":1795371000000}';
    tamper('UPDATE journal SET body = ?, crc = ? WHERE j = 4', body, crc32(body));
    expect(findings()).toEqual(['4 JOURNAL_CHANGED']);
  });

  it('names the row after one that was replaced with checksum and hash', () => {
    fill();
    const prevHash = journal?.reader.rawAfter(2, 1)[0]?.['hash'];
    const body = '{"boot":"b7f3c1d2","j":4,"kind":"booted","mono":0,"reason":"other","seq":3,"wall":1795371000000}';
    tamper(
      'UPDATE journal SET body = ?, crc = ?, hash = ? WHERE j = 4',
      body,
      crc32(body),
      rowHash(String(prevHash), body),
    );
    expect(findings()).toEqual(['5 JOURNAL_CHAIN']);
  });

  it('names missing rows, also the first', () => {
    fill();
    tamper('DELETE FROM journal WHERE j IN (1, 5, 6)');
    expect(findings()).toEqual(['1 JOURNAL_GAP', '5 JOURNAL_GAP']);
  });

  it('names a column that says something else than the text', () => {
    fill();
    tamper("UPDATE journal SET kind = 'power' WHERE j = 4");
    expect(findings()).toEqual(['4 JOURNAL_CHANGED']);
  });

  it('names a single flipped byte on the disk', () => {
    fill();
    journal?.close();
    const bytes = readFileSync(file);
    const at = bytes.indexOf('"j":6');
    bytes[at + 2] = 0x6b;
    writeFileSync(file, bytes);
    expect(findings()).toEqual(['6 JOURNAL_TORN']);
  });

  it('says when there is no journal to read', () => {
    expect(verifyJournal(join(folder, 'none.sqlite'))).toMatchObject({
      ok: false,
      error: { code: 'JOURNAL_UNREADABLE' },
    });
    writeFileSync(file, Buffer.from('not a database, only text that is long enough to look at'));
    expect(verifyJournal(file)).toMatchObject({ ok: false, error: { code: 'JOURNAL_UNREADABLE' } });
  });
});

describe('what a recovery is told', () => {
  it('lists sessions without an end, and every row that belongs to one', () => {
    const log = open();
    const operationId = '01a2047f-95c0-7b3e-9a54-2f6c1d0e8b47';
    log.appendUnchecked([
      { kind: 'session-started', fields: { sessionId, lang: 'zh-CN', mode: 'standard' } },
      {
        kind: 'case-opened',
        fields: {
          sessionId,
          service: 'exit.endorse',
          caseRef: 'case-0001',
          receiptId: 'R7K2-9QXM',
          policyRows: [],
          amountFen: 1500,
        },
      },
      {
        kind: 'operation-intended',
        fields: {
          operationId,
          sessionId,
          step: 'produce',
          target: 'endorsement-printer',
          verb: 'printEndorsement',
          retryOf: null,
        },
      },
      { kind: 'operation-resolved', fields: { operationId, outcome: 'done', evidence: 'readBack', by: 'device' } },
      { kind: 'case-closed', fields: { caseRef: 'case-0001', state: 'confirmed' } },
      { kind: 'case-closed', fields: { caseRef: 'case-0002', state: 'confirmed' } },
      { kind: 'incident', fields: { number: 'ABC-DEF', state: 'opened', stop: 'unknown' } },
      booted,
    ]);
    expect(log.reader.unfinishedSessions()).toMatchObject([{ sessionId, startedJ: 2 }]);
    expect(log.reader.sessionPast(sessionId).map((row) => row.kind)).toEqual([
      'session-started',
      'case-opened',
      'operation-intended',
      'operation-resolved',
      'case-closed',
      'incident',
    ]);
    const { hash } = log.head();
    log.append([
      { kind: 'session-ended', fields: { sessionId, how: 'killed', ms: 1, journal: { from: 2, to: 9, head: hash } } },
    ]);
    expect(log.reader.unfinishedSessions()).toEqual([]);
  });
});

describe('what is read back of the devices', () => {
  const stepOf = (rung: string): JournalEvent => ({
    kind: 'recovery-step',
    fields: { module: 'cardUnit', rung, outcome: 'started' },
  });

  it('is one kind since a moment, oldest first, from an index and not by reading everything', async () => {
    const written = open();
    written.append([booted, stepOf('L1')]);
    await clock.advance(60_000);
    const since = clock.wallMs();
    written.append([stepOf('L2'), booted]);
    written.append([stepOf('L3')]);
    expect(written.reader.deviceRows('recovery-step', since)).toEqual([
      { wall: since, fields: { module: 'cardUnit', rung: 'L2', outcome: 'started' } },
      { wall: since, fields: { module: 'cardUnit', rung: 'L3', outcome: 'started' } },
    ]);
    expect(written.reader.deviceRows('recovery-step', 0)).toHaveLength(3);
    expect(written.reader.deviceRows('device-pinned', 0)).toEqual([]);
    written.close();
    const db = new DatabaseSync(file);
    const query = `SELECT body FROM journal WHERE ${DEVICE_KINDS} AND kind = ?1 AND wall >= ?2 ORDER BY j`;
    const plan = db.prepare(`EXPLAIN QUERY PLAN ${query}`).all('recovery-step', since);
    db.close();
    expect(JSON.stringify(plan)).toContain('journal_devices');
  });

  it('F64 is how one module was last, from an index and not by reading everything', () => {
    const written = open();
    const status = (module: string, state: 'online' | 'hardwareError') => ({
      kind: 'device-status' as const,
      fields: { module, state, fault: null, media: null, lost: [] },
    });
    expect(written.reader.lastStatus('touchScreen')).toBeUndefined();
    written.append([status('touchScreen', 'hardwareError'), status('touchScreen', 'online'), booted]);
    written.append([status('cardUnit', 'hardwareError')]);
    expect(written.reader.lastStatus('touchScreen')).toEqual({
      wall: clock.wallMs(),
      fields: status('touchScreen', 'online').fields,
    });
    expect(written.reader.lastStatus('cardUnit')?.fields.state).toBe('hardwareError');
    written.close();
    const db = new DatabaseSync(file);
    const query = `SELECT body FROM journal WHERE ${STATUS_KIND} ORDER BY j DESC LIMIT 1`;
    const plan = db.prepare(`EXPLAIN QUERY PLAN ${query}`).all();
    db.close();
    expect(JSON.stringify(plan)).toContain('journal_status');
  });

  it('leaves a damaged row out instead of keeping core from starting', () => {
    const written = open();
    written.append([stepOf('L1')]);
    written.append([stepOf('L2')]);
    tamper(`UPDATE journal SET body = '{"torn' WHERE kind = 'recovery-step' AND body LIKE '%L1%'`);
    const db = openForReading(file);
    if (!db.ok) throw new Error(db.error.message);
    const rows = journalReader(db.value).deviceRows('recovery-step', 0);
    db.value.close();
    expect(rows.map(({ fields }) => fields.rung)).toEqual(['L2']);
  });

  it('of a journal that an older program began, too', () => {
    open().append([stepOf('L1')]);
    journal?.close();
    const db = new DatabaseSync(file);
    db.exec('DROP INDEX journal_devices');
    db.close();
    expect(open().reader.deviceRows('recovery-step', 0)).toHaveLength(1);
  });
});

describe('money that waits for its purpose', () => {
  const owed = (caseRef: string, state: 'opened' | 'closed', of = sessionId): JournalEvent => ({
    kind: 'compensation',
    fields: { sessionId: of, caseRef, amountFen: 1_500, state, why: 'review' },
  });
  const other = sessionIdSchema.parse('s7Qk2mVd0aYu');

  it('is known by its sessions, oldest first, as long as it is not closed and not too old', async () => {
    const written = open();
    written.append([owed('case-0001', 'opened'), booted]);
    await clock.advance(60_000);
    const since = clock.wallMs();
    written.append([
      owed('case-0002', 'opened', other),
      owed('case-0003', 'opened', other),
      owed('case-0003', 'closed', other),
    ]);
    expect(written.reader.moneyOpenSessions(0)).toEqual([sessionId, other]);
    expect(written.reader.moneyOpenSessions(since)).toEqual([other]);
    written.append([owed('case-0002', 'closed', other)]);
    expect(written.reader.moneyOpenSessions(0)).toEqual([sessionId]);
  });

  it('is found by an index and not by reading years', () => {
    open().append([owed('case-0001', 'opened')]);
    journal?.close();
    const db = new DatabaseSync(file);
    const plan = db.prepare(
      `EXPLAIN QUERY PLAN SELECT body FROM journal WHERE ${MONEY_KIND} AND wall >= ?1 ORDER BY j`,
    );
    const told = JSON.stringify(plan.all(0));
    db.close();
    expect(told).toContain('journal_money');
  });
});

describe('a writer that is killed', () => {
  it('loses no row that it was told of, and leaves a journal that verifies', async () => {
    let acked = 0;
    for (let round = 0; round < 5; round += 1) {
      acked = Math.max(acked, await appendUntilKilled(40 + round * 25));
      const report = verifyJournal(file);
      expect(report).toMatchObject({ ok: true, value: { total: 0 } });
      expect(report.ok ? report.value.lastJ : 0).toBeGreaterThanOrEqual(acked);
    }
    expect(acked).toBeGreaterThan(50);
  });
});

/** Runs a writer in a process of its own, SIGKILLs it after that many acknowledged batches, and gives the last `j` heard. */
async function appendUntilKilled(batches: number): Promise<number> {
  const source = `
    import { openJournal } from ${JSON.stringify(new URL('./index.ts', import.meta.url).href)};
    const clock = { wallMs: () => Date.now(), monoMs: () => Math.floor(performance.now()), after: () => () => undefined };
    const journal = openJournal({ folder: ${JSON.stringify(folder)}, tid: '${tid}', epoch: 3, boot: '${boot}', clock });
    if (!journal.ok) throw new Error(journal.error.message);
    const event = { kind: 'step-started', fields: { sessionId: '${sessionId}', step: 'pay' } };
    const go = () => { const done = journal.value.append([event, event, event]); if (!done.ok) throw new Error(done.error.message);
      process.stdout.write(done.value.at(-1).j + '\\n'); setImmediate(go); };
    go();`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) =>
    child.once('close', () => {
      resolve();
    }),
  );
  let last = 0;
  let heard = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    last = Number(line);
    heard += 1;
    if (heard === batches) child.kill('SIGKILL');
  }
  await ended;
  return last;
}
