import fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import { isAllowed, PERMISSIONS, ROLES, type Permission, type Role } from '../staff/roles.table.ts';
import { tokenOf, withApi } from '../test/with-api.ts';
import type { ApiRoute } from './api-route.ts';
import { requirePolicies } from './register-route.ts';

/** What the trust design's table says, written out by hand so that a slip in the code's table shows. */
const MAY: Readonly<Partial<Record<Permission, readonly Role[]>>> = {
  'fleet.see': ['viewer', 'technician', 'operator', 'publisher', 'approver', 'auditor', 'admin'],
  'alarm.acknowledge': ['operator'],
  'variance.accept': ['operator'],
  'system.see': ['operator', 'auditor', 'admin'],
};

function addressOf(route: ApiRoute): string {
  return route.path.replace(':tid', 'DALIANG-01').replace(':id', 'none');
}

describe('who may use which route', () => {
  it('every role on every route: allowed exactly where the design says so', async () => {
    await withApi(async ({ api }) => {
      // A live stream answers without end; its refusals are in live-feed.test.ts.
      for (const route of api.routes.filter((row) => row.stream === undefined)) {
        for (const role of ROLES) {
          const headers = { host: 'localhost', authorization: `Bearer ${tokenOf(role)}` };
          const reply = await api.app.inject({ method: route.method, url: addressOf(route), headers });
          const open = 'public' in route.policy || 'signedIn' in route.policy;
          const expected = 'permission' in route.policy ? MAY[route.policy.permission]?.includes(role) : open;
          expect([route.method, route.path, role, reply.statusCode !== 403]).toEqual([
            route.method,
            route.path,
            role,
            expected,
          ]);
        }
      }
    });
  });

  it('nobody who is not signed in, except where the route says why', async () => {
    await withApi(async ({ api }) => {
      for (const route of api.routes) {
        const headers = {
          host: 'localhost',
          origin: 'http://localhost',
          'sec-fetch-site': 'same-origin',
          'x-csrf': '1',
        };
        const reply = await api.app.inject({ method: route.method, url: addressOf(route), headers });
        if ('public' in route.policy) expect(reply.statusCode).not.toBe(401);
        else
          expect([route.path, reply.statusCode, reply.json().error.code]).toEqual([route.path, 401, 'NOT_SIGNED_IN']);
      }
    });
  });

  it.each(['Bearer wrong-token-of-nobody', 'Bearer short', 'Basic dXNlcjpwYXNz', 'Bearer'])(
    'refuses the authorization %j',
    async (authorization) => {
      await withApi(async ({ api }) => {
        const reply = await api.app.inject({ url: '/api/towns', headers: { host: 'localhost', authorization } });
        expect(reply.statusCode).toBe(401);
      });
    },
  );

  it('a route without a policy fails when it is registered', () => {
    const app = fastify();
    requirePolicies(app);
    expect(() => app.get('/api/forgotten', async () => 'all of it')).toThrow(/names no policy/);
  });

  it('a part in a two-person act gives no right to act alone', () => {
    for (const [permission, row] of Object.entries(PERMISSIONS)) {
      for (const [role, grant] of Object.entries(row)) {
        expect(isAllowed([role as Role], permission as Permission)).toBe(grant === 'yes');
      }
    }
    expect(isAllowed([], 'fleet.see')).toBe(false);
  });
});
