import { AppError, type Clock, type Result } from '@yimen/contracts/base';
import { z } from 'zod';
import { limits } from '../limits.table.ts';
import type { StaffSession, Store, StoreFault } from '../store/index.ts';
import { ROLES } from './roles.table.ts';
import type { SessionRecord, SignInCodeRecord, StaffRecords } from './staff-records.ts';

/** What the store keeps of a session as text: whose rights it carries, and when it ends however busy it is. */
const sessionDataSchema = z.object({ roles: z.array(z.enum(ROLES)), lifeEndsAt: z.int() });

/** Codes made by this process that are remembered, to tell a reader why one was refused. */
const REMEMBERED_CODES = 200;

/** Staff records over the store. A store that cannot answer is thrown as AppError with the store's own code: the api
 *  answers 503 or 500, and nobody is signed in. */
export function storeStaffRecords(store: Store['staff'], clock: Clock): StaffRecords {
  // The store forgets a spent code; who holds one still has to learn whether it was used or too late.
  const issued = new Map<string, { readonly expiresAt: number; readonly isUsed: boolean }>();
  const remember = (codeHash: string, expiresAt: number, isUsed: boolean): void => {
    issued.delete(codeHash);
    issued.set(codeHash, { expiresAt, isUsed });
    const oldest = issued.size > REMEMBERED_CODES ? issued.keys().next() : undefined;
    if (oldest?.done === false) issued.delete(oldest.value);
  };
  return {
    async putSignInCode(code) {
      const { codeHash, staffId, roles, issuedAt, expiresAt } = code;
      must(await store.putSignInCode({ codeHash, person: staffId, roles, createdAt: issuedAt, expiresAt }));
      remember(codeHash, expiresAt, false);
    },
    async takeSignInCode(codeHash, nowMs) {
      const taken = must(await store.takeSignInCode({ codeHash, now: nowMs }));
      const known = issued.get(codeHash);
      if (taken === undefined) {
        if (known === undefined) return { how: 'unknown' };
        return { how: known.isUsed || nowMs < known.expiresAt ? 'used' : 'expired' };
      }
      remember(codeHash, known?.expiresAt ?? nowMs, true);
      const code: SignInCodeRecord = {
        codeHash,
        staffId: taken.person,
        roles: z.array(z.enum(ROLES)).parse(taken.roles),
        issuedAt: nowMs,
        expiresAt: nowMs,
      };
      return { how: 'taken', code };
    },
    async putSession(session) {
      must(await store.dropExpiredSessions({ now: clock.wallMs() }));
      const { idHash, staffId, roles, startedAt, seenAt, expiresAt } = session;
      const data = JSON.stringify({ roles, lifeEndsAt: expiresAt });
      must(
        await store.putSession({
          idHash,
          person: staffId,
          data,
          createdAt: startedAt,
          seenAt,
          expiresAt: idleEnd(session, seenAt),
        }),
      );
    },
    async session(idHash) {
      const found = must(await store.session({ idHash, now: clock.wallMs() }));
      return found === undefined ? undefined : recordOf(found);
    },
    async sessionsOf(staffId) {
      return must(await store.sessionsOf({ person: staffId })).map(recordOf);
    },
    async touchSession(session, seenAt) {
      must(await store.touchSession({ idHash: session.idHash, seenAt, expiresAt: idleEnd(session, seenAt) }));
    },
    async endSession(idHash) {
      must(await store.endSession({ idHash }));
    },
    async appendAudit(entry) {
      const { at, who, roles, whence, what, target, reason = null, result } = entry;
      must(
        await store.appendAudit({
          at,
          person: who,
          role: roles.join('+'),
          origin: whence,
          action: what,
          target,
          reason,
          result,
          digest: null,
        }),
      );
    },
  };
}

/** The row goes when nobody used the session for its idle time, so that forgotten ones do not gather. */
function idleEnd(session: SessionRecord, seenAt: number): number {
  return Math.min(session.expiresAt, seenAt + limits.sessionIdleMs);
}

function recordOf(row: StaffSession): SessionRecord {
  const { roles, lifeEndsAt } = sessionDataSchema.parse(JSON.parse(row.data));
  return {
    idHash: row.idHash,
    staffId: row.person,
    roles,
    startedAt: row.createdAt,
    seenAt: row.seenAt,
    expiresAt: lifeEndsAt,
  };
}

function must<T>(result: Result<T, StoreFault>): T {
  if (!result.ok) throw new AppError(result.error.code, result.error.message);
  return result.value;
}
