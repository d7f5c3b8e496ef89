import type { Role } from './roles.table.ts';

/** A one-time sign-in code as kept: only its SHA-256 (base64url) is stored. Times are wall milliseconds. */
export interface SignInCodeRecord {
  readonly codeHash: string;
  readonly staffId: string;
  readonly roles: readonly Role[];
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** A session as kept: only the SHA-256 (base64url) of the cookie's value is stored. */
export interface SessionRecord {
  readonly idHash: string;
  readonly staffId: string;
  readonly roles: readonly Role[];
  readonly startedAt: number;
  readonly seenAt: number;
  /** When it ends however busy it is. */
  readonly expiresAt: number;
}

/** One line of the audit: who did what to which thing, from where, and how it ended. No personal data: `who` is a
 *  staff id, `target` an alarm, terminal or staff id. */
export interface AuditRecord {
  readonly at: number;
  readonly who: string;
  readonly roles: readonly Role[];
  readonly whence: string;
  readonly what: string;
  readonly target: string;
  /** Why, in the person's own words, where the act asks for it. */
  readonly reason?: string;
  readonly result: string;
}

/** What the staff room keeps. Implemented over the store; every method is one transaction. */
export interface StaffRecords {
  putSignInCode(code: SignInCodeRecord): Promise<void>;
  /** Uses a code up, atomically: of two callers with one code, one gets `taken` and the other `used`. */
  takeSignInCode(
    codeHash: string,
    nowMs: number,
  ): Promise<
    { readonly how: 'taken'; readonly code: SignInCodeRecord } | { readonly how: 'unknown' | 'used' | 'expired' }
  >;
  putSession(session: SessionRecord): Promise<void>;
  session(idHash: string): Promise<SessionRecord | undefined>;
  sessionsOf(staffId: string): Promise<SessionRecord[]>;
  touchSession(session: SessionRecord, seenAt: number): Promise<void>;
  endSession(idHash: string): Promise<void>;
  appendAudit(entry: AuditRecord): Promise<void>;
}
