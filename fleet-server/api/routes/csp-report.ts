import { ok } from '@yimen/contracts/base';
import { z } from 'zod';
import { limits } from '../../limits.table.ts';
import type { RouteDeps } from '../api-deps.ts';
import { defineRoute, type ApiRoute } from '../api-route.ts';
import { nowField } from '../views.ts';

/** Violations of the page policy: taken from browsers, shown to operators. */
export function cspReportRoutes(deps: Pick<RouteDeps, 'cspReports' | 'clock'>): ApiRoute[] {
  return [
    defineRoute(
      {
        method: 'POST',
        path: '/api/csp-report',
        policy: { public: 'browsers send reports without cookies' },
        fromAnywhere: 'browsers send reports without our header; a report only raises a bounded counter',
        summary: 'Count a violation of the page policy',
        body: z.unknown(),
        reply: z.undefined(),
        status: 204,
        perMinute: limits.cspReportsPerMinute,
        bodyBytes: limits.cspReportBytes,
      },
      async ({ body }) => {
        deps.cspReports.take(body);
        return ok(undefined);
      },
    ),
    defineRoute(
      {
        method: 'GET',
        path: '/api/csp-reports',
        policy: { permission: 'system.see' },
        summary: 'Violations of the page policy since the server started, by directive',
        reply: z.object({ now: nowField, violations: z.array(z.object({ directive: z.string(), n: z.int() })) }),
      },
      async () => ok({ now: deps.clock.wallMs(), violations: deps.cspReports.counts() }),
    ),
  ];
}
