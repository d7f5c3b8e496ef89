import type { Refusal } from './refusal.ts';

/** The parts of a request the guard looks at. */
export interface GuardedRequest {
  readonly method: string;
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly fetchSite: string | undefined;
  readonly csrf: string | undefined;
}

/** Refuses a host name that is not ours: a foreign name that resolves to this machine (DNS rebinding) would otherwise
 *  be an origin of its own. `hosts`: names without port. */
export function checkHost(request: GuardedRequest, hosts: readonly string[]): Refusal | undefined {
  const name = request.host?.replace(/:\d{1,5}$/, '').toLowerCase();
  if (name !== undefined && hosts.includes(name)) return undefined;
  return {
    code: 'HOST_UNKNOWN',
    message: `Host is not on the allow-list; use one of: ${hosts.join(', ')}`,
    field: 'host',
  };
}

/** Refuses a change of state that our own page did not ask for (trust design §7.3). All three must hold: `Origin` is
 *  this origin, the browser says `same-origin` (Fetch Metadata), and the header that only a script of ours can set. */
export function checkOwnPage(request: GuardedRequest, scheme: 'http' | 'https'): Refusal | undefined {
  if (request.method === 'GET' || request.method === 'HEAD') return undefined;
  const broken = (field: string, message: string): Refusal => ({ code: 'REQUEST_FORGED', field, message });
  if (request.origin !== `${scheme}://${request.host ?? ''}`) {
    return broken('origin', 'Origin has to be the address of this server; send the request from its own page');
  }
  if (request.fetchSite !== 'same-origin') {
    return broken('sec-fetch-site', 'Sec-Fetch-Site has to be same-origin; send the request from a current browser');
  }
  if (request.csrf !== '1') return broken('x-csrf', 'The header X-CSRF: 1 is missing; send it with every change');
  return undefined;
}
