import { ok } from '@yimen/contracts/base';
import { z } from 'zod';
import type { RouteDeps } from '../api-deps.ts';
import { defineRoute, type ApiRoute } from '../api-route.ts';
import { localDay } from '../local-day.ts';
import { dayField, nowField, tidField, townField, volumeSchema } from '../views.ts';

/** What was done on one day, by service and outcome; from the ledger's rollups. */
export function volumeRoutes(deps: Pick<RouteDeps, 'reads' | 'clock'>): ApiRoute[] {
  return [
    defineRoute(
      {
        method: 'GET',
        path: '/api/volumes',
        policy: { permission: 'fleet.see' },
        summary: 'Cases of one day (Asia/Shanghai; today when left out), by service and outcome',
        query: z.strictObject({ day: dayField.optional(), town: townField.optional(), tid: tidField.optional() }),
        reply: z.object({ now: nowField, day: z.string(), volumes: z.array(volumeSchema) }),
      },
      async ({ query }) => {
        const now = deps.clock.wallMs();
        const day = query.day ?? localDay(now);
        return ok({ now, day, volumes: await deps.reads.volumes({ day, town: query.town, tid: query.tid }) });
      },
    ),
  ];
}
