import { ok } from '@yimen/contracts/base';
import { z } from 'zod';
import type { RouteDeps } from '../api-deps.ts';
import { defineRoute, type ApiRoute } from '../api-route.ts';
import { hallSchema, nowField } from '../views.ts';

/** The halls with addresses and hours. */
export function hallRoutes(deps: Pick<RouteDeps, 'reads' | 'clock'>): ApiRoute[] {
  return [
    defineRoute(
      {
        method: 'GET',
        path: '/api/halls',
        policy: { permission: 'fleet.see' },
        summary: 'The halls with addresses and hours',
        reply: z.object({ now: nowField, halls: z.array(hallSchema) }),
      },
      async () => ok({ now: deps.clock.wallMs(), halls: await deps.reads.halls() }),
    ),
  ];
}
