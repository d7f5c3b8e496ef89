import { err, ok, type Result } from '@yimen/contracts/base';
import { isAllowed } from '../staff/roles.table.ts';
import type { Principal, Staff } from '../staff/staff.ts';
import type { Policy } from './api-route.ts';
import type { AuthOptions } from './auth-options.ts';
import type { Refusal } from './refusal.ts';

/** What a request shows to say who sends it. */
export interface Credentials {
  readonly sessionId: string | undefined;
  readonly authorization: string | undefined;
}

/** Decides whether the sender may use a route. Rights are read anew at each request, so that an ended session or a
 *  changed role counts at once. */
export async function authenticate(
  policy: Policy,
  credentials: Credentials,
  deps: { readonly staff: Staff; readonly auth: AuthOptions },
): Promise<Result<Principal | undefined, Refusal>> {
  if ('public' in policy) return ok(undefined);
  const principal = await findPrincipal(credentials, deps);
  if (principal === undefined) {
    return err({ code: 'NOT_SIGNED_IN', message: 'Not signed in, or the session has ended; open a new sign-in link' });
  }
  if ('permission' in policy && !isAllowed(principal.roles, policy.permission)) {
    return err({
      code: 'NOT_ALLOWED',
      message: `Needs the permission ${policy.permission}; ask an administrator for a role that has it`,
    });
  }
  return ok(principal);
}

async function findPrincipal(
  credentials: Credentials,
  deps: { staff: Staff; auth: AuthOptions },
): Promise<Principal | undefined> {
  if (credentials.authorization !== undefined) {
    const token = /^Bearer ([A-Za-z0-9._~+/-]{16,200}=*)$/i.exec(credentials.authorization)?.[1];
    return token === undefined ? undefined : deps.auth.extraAuth?.(token);
  }
  return credentials.sessionId === undefined ? undefined : deps.staff.recognise(credentials.sessionId);
}
