import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualClock } from '@yimen/contracts/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { limits } from '../limits.table.ts';
import { openStore, storeAddressOf, type Store } from '../store/index.ts';
import { placeIn } from '../test/store-place.ts';
import { createStaff, type Staff } from './staff.ts';
import { storeStaffRecords } from './store-records.ts';

let dir = '';
let store: Store;
let clock: ManualClock;
let staff: Staff;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'yimen-staff-'));
  clock = new ManualClock();
  const opened = await openStore({ ...storeAddressOf(placeIn(dir)), clock });
  if (!opened.ok) throw new Error(opened.error.message);
  store = opened.value;
  staff = createStaff({ records: storeStaffRecords(store.staff, clock), clock });
});
afterEach(async () => {
  await store.close();
  await rm(dir, { recursive: true, force: true });
});

const person = { staffId: 'duty-1', roles: ['viewer', 'operator'] } as const;

async function signedIn(): Promise<string> {
  const done = await staff.signIn(await staff.issueSignInCode(person), '127.0.0.1');
  if (!done.ok) throw new Error(done.error.code);
  return done.value.id;
}

describe('staff over the store', () => {
  it('tells a used code from an expired one and from one that never was', async () => {
    const used = await staff.issueSignInCode(person);
    const late = await staff.issueSignInCode(person);
    expect(await staff.signIn(used, 'a')).toMatchObject({ ok: true, value: { principal: person } });
    expect(await staff.signIn(used, 'a')).toMatchObject({ ok: false, error: { code: 'SIGN_IN_CODE_USED' } });
    await clock.advance(limits.codeLifeMs);
    expect(await staff.signIn(late, 'a')).toMatchObject({ ok: false, error: { code: 'SIGN_IN_CODE_EXPIRED' } });
    expect(await staff.signIn('never-made-never-made', 'a')).toMatchObject({
      ok: false,
      error: { code: 'SIGN_IN_CODE_UNKNOWN' },
    });
  });

  it('lets one of two have a code that both send at once', async () => {
    const code = await staff.issueSignInCode(person);
    const both = await Promise.all([staff.signIn(code, 'a'), staff.signIn(code, 'b')]);
    expect(both.filter((done) => done.ok)).toHaveLength(1);
  });

  it('keeps a session while it is used, for 30 idle minutes and 12 hours at most, and knows it by hash alone', async () => {
    const id = await signedIn();
    for (let at = 0; at < limits.sessionLifeMs - 25 * 60_000; at += 25 * 60_000) {
      await clock.advance(25 * 60_000);
      expect(await staff.recognise(id)).toMatchObject(person);
    }
    await clock.advance(25 * 60_000);
    expect(await staff.recognise(id)).toBeUndefined();
    const other = await signedIn();
    await clock.advance(limits.sessionIdleMs);
    expect(await staff.recognise(other)).toBeUndefined();
  });

  it('ends a session at once, and the oldest when a fourth begins', async () => {
    const ids: string[] = [];
    for (let n = 0; n <= limits.sessionsPerPerson; n += 1) {
      ids.push(await signedIn());
      await clock.advance(1_000);
    }
    const known = await Promise.all(ids.map((id) => staff.recognise(id)));
    expect(known.map((principal) => principal !== undefined)).toEqual([false, true, true, true]);
    const last = known.at(-1);
    if (last !== undefined) await staff.signOut(last, '127.0.0.1');
    expect(await staff.recognise(ids.at(-1) ?? '')).toBeUndefined();
  });

  it('writes every sign-in, refusal and sign-out to the chained audit, and no secret', async () => {
    const code = await staff.issueSignInCode(person);
    await staff.signIn('wrong-wrong-wrong-wrong', '10.0.0.9');
    const done = await staff.signIn(code, '10.0.0.7');
    if (done.ok) await staff.signOut(done.value.principal, '10.0.0.7');
    const rows = await store.staff.auditRows({ limit: 10 });
    if (!rows.ok) throw new Error(rows.error.message);
    expect(rows.value.toReversed().map((row) => [row.person, row.action, row.result, row.origin])).toEqual([
      ['system', 'sign-in-code.issue', 'done', 'server'],
      ['unknown', 'sign-in', 'unknown', '10.0.0.9'],
      ['duty-1', 'sign-in', 'done', '10.0.0.7'],
      ['duty-1', 'sign-out', 'done', '10.0.0.7'],
    ]);
    expect(JSON.stringify(rows.value)).not.toContain(code);
  });

  it('signs nobody in while the store is away', async () => {
    const id = await signedIn();
    await store.close();
    await expect(staff.recognise(id)).rejects.toThrow();
  });
});
