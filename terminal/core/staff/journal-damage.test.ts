import { mkdtempSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bootIdSchema } from '@yimen/contracts/base';
import { ManualClock } from '@yimen/contracts/testing';
import { openJournal, type Journal } from '../journal/index.ts';
import { CORE_LIMITS } from '../limits.table.ts';
import { journalDamage } from './journal-damage.ts';

let folder = '';
let clock: ManualClock;
let journal: Journal;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yimen-damage-'));
  clock = new ManualClock();
  open();
  journal.append([{ kind: 'booted', fields: { reason: 'start' } }]);
});
afterEach(() => {
  journal.close();
  rmSync(folder, { recursive: true, force: true });
});

function open(): void {
  const opened = openJournal({ folder, tid: 'SD-DALIANG-01', epoch: 1, boot: bootIdSchema.parse('b7f3c1d2'), clock });
  if (!opened.ok) throw new Error(opened.error.message);
  journal = opened.value;
}

describe('F58 staff at the machine', () => {
  it('F58 are told of nothing where nothing was cut', () => {
    expect(journalDamage({ journal, clock })).toBeNull();
  });

  it('F58 are told from which moment on rows may be missing and which file to keep, over restarts, for a month', async () => {
    const since = clock.wallMs();
    journal.close();
    const db = new DatabaseSync(journal.file);
    db.exec("DROP TRIGGER journal_no_update; UPDATE journal SET body = replace(body, 'start', 'stbrt') WHERE j = 2");
    db.close();
    await clock.advance(60_000);
    open();
    const told = { wall: since + 60_000, since, row: 2, lost: 1, file: journal.cut?.file };
    expect(journalDamage({ journal, clock })).toEqual(told);
    journal.append([{ kind: 'booted', fields: { reason: 'start' } }]);
    journal.close();
    open();
    expect(journalDamage({ journal, clock })).toEqual(told);
    await clock.advance(CORE_LIMITS.damageShownMs);
    expect(journalDamage({ journal, clock })).toBeNull();
  });
});
