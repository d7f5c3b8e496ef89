import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStoreRig, type StoreRig } from '../../test/store-rig.ts';
import { auditHash, type AuditEntry, type StaffSession } from '../staff.ts';

/** What holds on either engine, wherever the test file keeps its stores. */
export function staffSuite(): void {
  let rig: StoreRig;
  beforeAll(async () => {
    rig = await openStoreRig([]);
  });
  afterAll(() => rig.close());

  const code = (
    hash: string,
  ): { codeHash: string; person: string; roles: string[]; createdAt: number; expiresAt: number } => ({
    codeHash: hash,
    person: 'staff-1',
    roles: ['operator', 'technician'],
    createdAt: 1_000,
    expiresAt: 2_000,
  });
  const session = (idHash: string, createdAt: number, person = 'staff-2'): StaffSession => ({
    idHash,
    person,
    data: '{"roles":["viewer"]}',
    createdAt,
    seenAt: createdAt,
    expiresAt: createdAt + 1_000,
  });

  describe('sign-in codes', () => {
    it('work once, before they end', async () => {
      await rig.store.staff.putSignInCode(code('a'));
      expect(await rig.store.staff.takeSignInCode({ codeHash: 'a', now: 1_500 })).toEqual({
        ok: true,
        value: { person: 'staff-1', roles: ['operator', 'technician'] },
      });
      expect(await rig.store.staff.takeSignInCode({ codeHash: 'a', now: 1_501 })).toEqual({
        ok: true,
        value: undefined,
      });
      await rig.store.staff.putSignInCode(code('b'));
      expect(await rig.store.staff.takeSignInCode({ codeHash: 'b', now: 2_000 })).toEqual({
        ok: true,
        value: undefined,
      });
      expect(await rig.store.staff.takeSignInCode({ codeHash: 'unknown', now: 1_500 })).toEqual({
        ok: true,
        value: undefined,
      });
    });

    it('are given to one of two who try at once', async () => {
      await rig.store.staff.putSignInCode(code('c'));
      const both = await Promise.all([1, 2].map(() => rig.store.staff.takeSignInCode({ codeHash: 'c', now: 1_500 })));
      expect(both.filter((one) => one.ok && one.value !== undefined).length).toBe(1);
    });
  });

  describe('sessions', () => {
    it('are found until they expire, move on when touched, and end', async () => {
      const { staff } = rig.store;
      await staff.putSession(session('s1', 10_000));
      expect(await staff.session({ idHash: 's1', now: 10_999 })).toEqual({ ok: true, value: session('s1', 10_000) });
      expect(await staff.session({ idHash: 's1', now: 11_000 })).toEqual({ ok: true, value: undefined });
      expect(await staff.touchSession({ idHash: 's1', seenAt: 10_900, expiresAt: 12_000 })).toEqual({
        ok: true,
        value: true,
      });
      expect(await staff.session({ idHash: 's1', now: 11_000 })).toMatchObject({
        value: { seenAt: 10_900, expiresAt: 12_000 },
      });
      await staff.endSession({ idHash: 's1' });
      expect(await staff.session({ idHash: 's1', now: 10_950 })).toEqual({ ok: true, value: undefined });
      expect(await staff.touchSession({ idHash: 's1', seenAt: 1, expiresAt: 2 })).toEqual({ ok: true, value: false });
    });

    it('beyond the number a person may have end with the oldest', async () => {
      const { staff } = rig.store;
      for (const [index, id] of ['p1', 'p2', 'p3', 'p4'].entries())
        await staff.putSession({ ...session(id, 20_000 + index), keepNewest: 3 });
      await staff.putSession(session('q1', 20_000, 'staff-3'));
      const kept = await staff.sessionsOf({ person: 'staff-2' });
      expect(kept.ok && kept.value.map((one) => one.idHash)).toEqual(['p2', 'p3', 'p4']);
      expect(await staff.endSessionsOf({ person: 'staff-2' })).toEqual({ ok: true, value: 3 });
      expect(await staff.dropExpiredSessions({ now: 21_000 })).toEqual({ ok: true, value: 1 });
    });
  });

  describe('the audit', () => {
    it('chains its entries and gives them back newest first', async () => {
      const { staff } = rig.store;
      const entry = (action: string): AuditEntry => ({
        at: 5,
        person: 'staff-1',
        role: 'operator',
        origin: '127.0.0.1',
        action,
        target: 'SD-DALIANG-01',
        reason: null,
        result: 'done',
        digest: null,
      });
      const all = await Promise.all(
        ['sign-in', 'alarm.acknowledge', 'sign-out'].map((action) => staff.appendAudit(entry(action))),
      );
      expect(all.map((one) => one.ok && one.value.no)).toEqual([1, 2, 3]);
      const rows = await staff.auditRows({ limit: 10 });
      if (!rows.ok) throw new Error(rows.error.message);
      expect(rows.value.map((row) => row.action)).toEqual(['sign-out', 'alarm.acknowledge', 'sign-in']);
      for (const [index, { no, prevHash, hash, ...rest }] of rows.value.entries()) {
        expect(hash).toBe(auditHash(prevHash, no, rest));
        expect(prevHash).toBe(rows.value[index + 1]?.hash ?? prevHash);
      }
      expect(await staff.auditRows({ before: 2, limit: 10 })).toMatchObject({ value: [{ no: 1 }] });
    });
  });
}
