import { err, ok } from '@yimen/contracts/base';
import { z } from 'zod';
import { limits } from '../../limits.table.ts';
import { allowedPermissions, ROLES } from '../../staff/roles.table.ts';
import type { Principal, SignInFault } from '../../staff/staff.ts';
import type { RouteDeps } from '../api-deps.ts';
import { defineRoute, type ApiRoute } from '../api-route.ts';
import type { Refusal } from '../refusal.ts';
import { nowField } from '../views.ts';

export const personReplySchema = z.object({
  now: nowField,
  staffId: z.string(),
  roles: z.array(z.enum(ROLES)),
  /** What the page may offer; the server decides again at each request. */
  permissions: z.array(z.string()),
  expiresAt: z.int().nullable(),
});
export type PersonReply = z.output<typeof personReplySchema>;

/** Signing in by a one-time code, asking who one is, signing out. */
export function sessionRoutes(deps: Pick<RouteDeps, 'staff' | 'clock'>): ApiRoute[] {
  const { staff, clock } = deps;
  return [
    defineRoute(
      {
        method: 'POST',
        path: '/api/session',
        policy: { public: 'signing in is what makes a person known' },
        summary: 'Sign in with a one-time code',
        body: z.object({
          code: z.string().regex(/^[A-Za-z0-9_-]{20,100}$/, 'the code is the part of the link after #code='),
        }),
        reply: personReplySchema,
        perMinute: limits.signInPerMinute,
        bodyBytes: 1024,
      },
      async ({ body, call }) => {
        const signedIn = await staff.signIn(body.code, call.address, call.sessionId);
        if (!signedIn.ok) return err(signInRefusal(signedIn.error));
        call.setSession(signedIn.value.id);
        return ok(personReply(signedIn.value.principal, clock.wallMs()));
      },
    ),
    defineRoute(
      {
        method: 'GET',
        path: '/api/session',
        policy: { signedIn: 'everybody may know who the server takes them for' },
        summary: 'Who is signed in',
        reply: personReplySchema,
      },
      async ({ call }) =>
        call.principal === undefined ? err(notSignedIn) : ok(personReply(call.principal, clock.wallMs())),
    ),
    defineRoute(
      {
        method: 'DELETE',
        path: '/api/session',
        policy: { signedIn: 'everybody may leave' },
        summary: 'Sign out',
        reply: z.undefined(),
        status: 204,
      },
      async ({ call }) => {
        if (call.principal !== undefined) await staff.signOut(call.principal, call.address);
        call.setSession(null);
        return ok(undefined);
      },
    ),
  ];
}

/** The refusal of a request that needs a person. */
export const notSignedIn: Refusal = { code: 'NOT_SIGNED_IN', message: 'Sign in first: open a one-time sign-in link' };

function personReply(principal: Principal, now: number): PersonReply {
  const { staffId, roles, expiresAt } = principal;
  return { now, staffId, roles: [...roles], permissions: allowedPermissions(roles), expiresAt };
}

function signInRefusal(fault: SignInFault): Refusal {
  switch (fault.code) {
    case 'TOO_MANY_REQUESTS': {
      const seconds = Math.ceil(fault.waitMs / 1000);
      return { code: fault.code, message: `Too many wrong codes; wait ${seconds} s`, retryAfterSec: seconds };
    }
    case 'SIGN_IN_CODE_USED':
      return { code: fault.code, field: 'code', message: 'This sign-in link has been used; ask for a new one' };
    case 'SIGN_IN_CODE_EXPIRED':
      return { code: fault.code, field: 'code', message: 'This sign-in link has expired; ask for a new one' };
    case 'SIGN_IN_CODE_UNKNOWN':
      return { code: fault.code, field: 'code', message: 'This sign-in link is not known; ask for a new one' };
  }
}
