import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunningDemonstration } from './with-demonstration.ts';

let hall: RunningDemonstration;

beforeAll(async () => {
  hall = await RunningDemonstration.start(['--light', '0', '--speed', 'fast']);
}, 120_000);
afterAll(async () => {
  await hall.stop();
});

/** A row loses a bit while core works; nobody reads it before the next start. */
function damage(j: number): void {
  const db = new DatabaseSync(hall.journalFile, { timeout: 5_000 });
  db.exec('DROP TRIGGER IF EXISTS journal_no_update');
  const body = String(db.prepare('SELECT body FROM journal WHERE j = ?').get(j)?.['body']);
  db.prepare('UPDATE journal SET body = ? WHERE j = ?').run(body.replace('"kind":"', '"kinf":"'), j);
  db.close();
}

interface Alarm {
  readonly code: string;
  readonly severity: string;
}

async function alarms(): Promise<readonly Alarm[]> {
  return (await hall.api<{ alarms: readonly Alarm[] }>('/alarms')).alarms;
}

describe('F58 a journal that is damaged while a citizen’s endorsement is being made', () => {
  it('F58 is cut after its last good row: the money that was open is settled, staff and fleet are told, and the next citizen is served', async () => {
    const walking = hall.citizen();
    await hall.journals(0, (row) => row.kind === 'operation-intended' && row['verb'] === 'printEndorsement');
    const bad = hall.lastRow();
    damage(bad);
    await hall.kill('core');
    await walking;
    await hall.invites(60_000);

    // Named: the row, and where the damaged file is kept.
    const told = hall.rows().findLast(({ kind }) => kind === 'journal-damaged');
    expect(told).toMatchObject({ row: bad, keptJ: bad - 1 });
    expect(existsSync(join(dirname(hall.journalFile), String(told?.['file'])))).toBe(true);
    expect((await hall.verifyJournal()).status).toBe(0);

    // The session that paid before the cut has an end, and its money stands as one book says it.
    const sessions = hall.rows().filter(({ kind }) => kind === 'session-started');
    const ends = hall.rows().filter(({ kind }) => kind === 'session-ended');
    expect(ends.length).toBe(sessions.length);
    const { totals } = await hall.offices();
    expect(totals.balanced).toBe(true);
    expect(totals.captured + totals.held + totals.refunded).toBe(1_500);
    expect((await hall.cabinet()).card).toBeNull();

    // The fleet goes on in the new epoch and has the alarm.
    for (let i = 0; i < 600 && !(await alarms()).some(({ code }) => code === 'journal.damaged'); i += 1)
      await wait(100);
    expect(await alarms()).toContainEqual(expect.objectContaining({ code: 'journal.damaged', severity: 'critical' }));
    expect(await hall.citizen()).toMatchObject({ outcome: 'done', charged: 1, produced: 1, handedOver: 1 });
    for (let i = 0; i < 600 && (await hall.status()).acknowledgedSeq < newestSeq(); i += 1) await wait(100);
    expect((await hall.status()).acknowledgedSeq).toBeGreaterThan(5);
    expect((await alarms()).map(({ code }) => code)).not.toContain('contract.quarantine');
  }, 240_000);
});

function newestSeq(): number {
  return Number(hall.rows().findLast((row) => typeof row['seq'] === 'number')?.['seq'] ?? 0);
}
