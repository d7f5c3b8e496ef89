import { createHash, randomBytes } from 'node:crypto';
import { err, ok, toBase64Url, type Clock, type RandomBytes, type Result } from '@yimen/contracts/base';
import { limits } from '../limits.table.ts';
import type { Role } from './roles.table.ts';
import { SignInThrottle } from './sign-in-throttle.ts';
import type { AuditRecord, SessionRecord, StaffRecords } from './staff-records.ts';

/** Somebody the server has recognised, for the length of one request. */
export interface Principal {
  readonly staffId: string;
  readonly roles: readonly Role[];
  /** The stored hash of the session, or null for a bearer token. */
  readonly sessionHash: string | null;
  /** Wall milliseconds after which the session ends however busy it is; null for a bearer token. */
  readonly expiresAt: number | null;
}

export type SignInFault =
  | { readonly code: 'SIGN_IN_CODE_UNKNOWN' | 'SIGN_IN_CODE_USED' | 'SIGN_IN_CODE_EXPIRED' }
  | { readonly code: 'TOO_MANY_REQUESTS'; readonly waitMs: number };

/** Recognises staff: one-time sign-in codes, sessions, audit. */
export interface Staff {
  /** Makes a code that signs one person in once within 15 min. It is returned, never stored or logged. */
  issueSignInCode(person: { readonly staffId: string; readonly roles: readonly Role[] }): Promise<string>;
  /** @returns the new session's id (256 bits, base64url) for the cookie; an id is never taken over from the caller, so
   *  a planted cookie stays worthless (session fixation). `formerId`: a session of the same browser, which ends. */
  signIn(
    code: string,
    whence: string,
    formerId?: string,
  ): Promise<Result<{ readonly id: string; readonly principal: Principal }, SignInFault>>;
  /** The person behind a cookie; `undefined` when unknown, idle too long or over its 12 h. Reading counts as use. */
  recognise(id: string): Promise<Principal | undefined>;
  /** Whether a session still stands, without using it. */
  isLive(sessionHash: string): Promise<boolean>;
  signOut(principal: Principal, whence: string): Promise<void>;
  audit(entry: Omit<AuditRecord, 'at'>): Promise<void>;
  /** Told the hash of each session that was ended by somebody, so that its open streams close at once. */
  onSessionEnded(fn: (sessionHash: string) => void): () => void;
}

interface Deps {
  readonly records: StaffRecords;
  readonly clock: Clock;
  readonly random?: RandomBytes;
}

/** SHA-256 of a secret as kept, base64url. 256 random bits need no salt and no slow hash. */
export function secretHash(secret: string): string {
  return createHash('sha256').update(secret, 'utf8').digest('base64url');
}

/** @see Staff */
export function createStaff(deps: Deps): Staff {
  return new StaffRoom(deps);
}

class StaffRoom implements Staff {
  readonly #records: StaffRecords;
  readonly #clock: Clock;
  readonly #random: RandomBytes;
  readonly #throttle: SignInThrottle;
  readonly #listeners = new Set<(sessionHash: string) => void>();

  constructor(deps: Deps) {
    this.#records = deps.records;
    this.#clock = deps.clock;
    this.#random = deps.random ?? randomBytes;
    this.#throttle = new SignInThrottle(deps.clock);
  }

  async issueSignInCode(person: { staffId: string; roles: readonly Role[] }): Promise<string> {
    const code = toBase64Url(this.#random(32));
    const issuedAt = this.#clock.wallMs();
    await this.#records.putSignInCode({
      codeHash: secretHash(code),
      staffId: person.staffId,
      roles: person.roles,
      issuedAt,
      expiresAt: issuedAt + limits.codeLifeMs,
    });
    await this.audit({
      who: 'system',
      roles: [],
      whence: 'server',
      what: 'sign-in-code.issue',
      target: person.staffId,
      result: 'done',
    });
    return code;
  }

  async signIn(
    code: string,
    whence: string,
    formerId?: string,
  ): Promise<Result<{ id: string; principal: Principal }, SignInFault>> {
    const waitMs = this.#throttle.waitMs(whence);
    if (waitMs > 0) return err({ code: 'TOO_MANY_REQUESTS', waitMs });
    const taken = await this.#records.takeSignInCode(secretHash(code), this.#clock.wallMs());
    if (taken.how !== 'taken') {
      this.#throttle.failed(whence);
      await this.audit({ who: 'unknown', roles: [], whence, what: 'sign-in', target: 'session', result: taken.how });
      const fault = {
        unknown: 'SIGN_IN_CODE_UNKNOWN',
        used: 'SIGN_IN_CODE_USED',
        expired: 'SIGN_IN_CODE_EXPIRED',
      } as const;
      return err({ code: fault[taken.how] });
    }
    this.#throttle.succeeded(whence);
    if (formerId !== undefined) await this.#end(secretHash(formerId));
    const id = toBase64Url(this.#random(32));
    const now = this.#clock.wallMs();
    const session: SessionRecord = {
      idHash: secretHash(id),
      staffId: taken.code.staffId,
      roles: taken.code.roles,
      startedAt: now,
      seenAt: now,
      expiresAt: now + limits.sessionLifeMs,
    };
    await this.#makeRoom(session.staffId);
    await this.#records.putSession(session);
    await this.audit({
      who: session.staffId,
      roles: session.roles,
      whence,
      what: 'sign-in',
      target: 'session',
      result: 'done',
    });
    return ok({ id, principal: principalOf(session) });
  }

  async recognise(id: string): Promise<Principal | undefined> {
    const session = await this.#records.session(secretHash(id));
    if (session === undefined || !this.#stands(session)) return undefined;
    const now = this.#clock.wallMs();
    if (now - session.seenAt >= limits.sessionTouchMs) await this.#records.touchSession(session, now);
    return principalOf(session);
  }

  async isLive(sessionHash: string): Promise<boolean> {
    const session = await this.#records.session(sessionHash);
    return session !== undefined && this.#stands(session);
  }

  async signOut(principal: Principal, whence: string): Promise<void> {
    if (principal.sessionHash === null) return;
    await this.#end(principal.sessionHash);
    await this.audit({
      who: principal.staffId,
      roles: principal.roles,
      whence,
      what: 'sign-out',
      target: 'session',
      result: 'done',
    });
  }

  async audit(entry: Omit<AuditRecord, 'at'>): Promise<void> {
    await this.#records.appendAudit({ ...entry, at: this.#clock.wallMs() });
  }

  onSessionEnded(fn: (sessionHash: string) => void): () => void {
    this.#listeners.add(fn);
    return () => {
      this.#listeners.delete(fn);
    };
  }

  #stands(session: SessionRecord): boolean {
    const now = this.#clock.wallMs();
    // A wall clock that was set back must not lengthen a session: seen "in the future" ends it too.
    const idleMs = now - session.seenAt;
    return now < session.expiresAt && idleMs < limits.sessionIdleMs && idleMs > -limits.sessionIdleMs;
  }

  async #makeRoom(staffId: string): Promise<void> {
    const standing = (await this.#records.sessionsOf(staffId)).toSorted((a, b) => b.startedAt - a.startedAt);
    for (const session of standing.slice(limits.sessionsPerPerson - 1)) await this.#end(session.idHash);
  }

  async #end(sessionHash: string): Promise<void> {
    await this.#records.endSession(sessionHash);
    for (const fn of this.#listeners) fn(sessionHash);
  }
}

function principalOf(session: SessionRecord): Principal {
  return {
    staffId: session.staffId,
    roles: session.roles,
    sessionHash: session.idHash,
    expiresAt: session.expiresAt,
  };
}
