import type { AuditRecord, SessionRecord, SignInCodeRecord, StaffRecords } from '../staff/staff-records.ts';

/** Staff records in memory, with the same promises as the stored ones. */
export class FakeStaffRecords implements StaffRecords {
  readonly codes = new Map<string, SignInCodeRecord>();
  readonly usedCodes = new Set<string>();
  readonly sessions = new Map<string, SessionRecord>();
  readonly auditRows: AuditRecord[] = [];

  async putSignInCode(code: SignInCodeRecord): Promise<void> {
    this.codes.set(code.codeHash, code);
  }

  async takeSignInCode(codeHash: string, nowMs: number): ReturnType<StaffRecords['takeSignInCode']> {
    const code = this.codes.get(codeHash);
    if (code === undefined) return { how: 'unknown' };
    if (this.usedCodes.has(codeHash)) return { how: 'used' };
    if (code.expiresAt <= nowMs) return { how: 'expired' };
    this.usedCodes.add(codeHash);
    return { how: 'taken', code };
  }

  async putSession(session: SessionRecord): Promise<void> {
    this.sessions.set(session.idHash, session);
  }

  async session(idHash: string): Promise<SessionRecord | undefined> {
    return this.sessions.get(idHash);
  }

  async sessionsOf(staffId: string): Promise<SessionRecord[]> {
    return [...this.sessions.values()].filter((session) => session.staffId === staffId);
  }

  async touchSession(session: SessionRecord, seenAt: number): Promise<void> {
    if (this.sessions.has(session.idHash)) this.sessions.set(session.idHash, { ...session, seenAt });
  }

  async endSession(idHash: string): Promise<void> {
    this.sessions.delete(idHash);
  }

  async appendAudit(entry: AuditRecord): Promise<void> {
    this.auditRows.push(entry);
  }
}
