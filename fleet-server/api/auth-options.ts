import type { Principal } from '../staff/staff.ts';

/** How this server is reached and whom it believes. */
export interface AuthOptions {
  /** Host names (without port) that requests may name; IPv6 in brackets. */
  readonly hosts: readonly string[];
  /** The scheme browsers use: `http` only for a demonstration on localhost, `https` (behind a proxy on the same
   *  machine) everywhere else. */
  readonly scheme: 'http' | 'https';
  /** Recognises a bearer token. A demonstration hands one in; a production server has none. */
  readonly extraAuth?: (token: string) => Principal | undefined;
}

/** The session cookie. `__Host-` (RFC 6265bis §4.1.3.2) binds it to this origin over https; browsers refuse that prefix
 *  and `Secure` on plain http, which only the demonstration on localhost uses. */
export function sessionCookie(scheme: 'http' | 'https'): {
  readonly name: string;
  readonly options: {
    readonly path: '/';
    readonly httpOnly: true;
    readonly secure: boolean;
    readonly sameSite: 'strict';
  };
} {
  const secure = scheme === 'https';
  return { name: secure ? '__Host-sid' : 'sid', options: { path: '/', httpOnly: true, secure, sameSite: 'strict' } };
}
