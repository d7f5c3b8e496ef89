import { ok } from '@yimen/contracts/base';
import { z } from 'zod';
import type { RouteDeps } from './api-deps.ts';
import { defineRoute, type ApiRoute } from './api-route.ts';
import { alarmRoutes } from './routes/alarms.ts';
import { cspReportRoutes } from './routes/csp-report.ts';
import { eventRoutes } from './routes/events.ts';
import { hallRoutes } from './routes/halls.ts';
import { healthRoutes } from './routes/health.ts';
import { ledgerRoutes } from './routes/ledger.ts';
import { liveRoutes } from './routes/live.ts';
import { overviewRoutes } from './routes/overview.ts';
import { sessionRoutes } from './routes/session.ts';
import { terminalRoutes } from './routes/terminals.ts';
import { townRoutes } from './routes/towns.ts';
import { varianceRoutes } from './routes/variances.ts';
import { volumeRoutes } from './routes/volumes.ts';

/** The one list of routes. `openApi` is asked when somebody reads the description, after all routes stand. */
export function apiRoutes(deps: RouteDeps, openApi: () => object): ApiRoute[] {
  return [
    ...healthRoutes(),
    ...sessionRoutes(deps),
    ...overviewRoutes(deps),
    ...townRoutes(deps),
    ...hallRoutes(deps),
    ...terminalRoutes(deps),
    ...volumeRoutes(deps),
    ...eventRoutes(deps),
    ...alarmRoutes(deps),
    ...varianceRoutes(deps),
    ...ledgerRoutes(deps),
    ...liveRoutes(deps),
    ...cspReportRoutes(deps),
    defineRoute(
      {
        method: 'GET',
        path: '/api/openapi.json',
        policy: { public: 'it says no more than the published source' },
        summary: 'This description (OpenAPI 3.1)',
        reply: z.record(z.string(), z.unknown()),
      },
      async () => ok({ ...openApi() }),
    ),
  ];
}
