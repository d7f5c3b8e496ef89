import { ok } from '@yimen/contracts/base';
import { z } from 'zod';
import type { RouteDeps } from '../api-deps.ts';
import { defineRoute, type ApiRoute } from '../api-route.ts';
import { nowField, townSchema } from '../views.ts';

/** The towns the fleet serves. */
export function townRoutes(deps: Pick<RouteDeps, 'reads' | 'clock'>): ApiRoute[] {
  return [
    defineRoute(
      {
        method: 'GET',
        path: '/api/towns',
        policy: { permission: 'fleet.see' },
        summary: 'The towns',
        reply: z.object({ now: nowField, towns: z.array(townSchema) }),
      },
      async () => ok({ now: deps.clock.wallMs(), towns: await deps.reads.towns() }),
    ),
  ];
}
