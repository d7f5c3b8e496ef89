import { ok } from '@yimen/contracts/base';
import { serviceOutcomeSchema } from '@yimen/contracts/journal';
import { z } from 'zod';
import type { RouteDeps } from '../api-deps.ts';
import { defineRoute, type ApiRoute } from '../api-route.ts';
import { readEventRows } from '../event-rows.ts';
import {
  dayField,
  digitsField,
  eventLimitField,
  eventSchema,
  incidentField,
  kindsField,
  nowField,
  serviceField,
  tidField,
} from '../views.ts';

/** Rows when nobody says how many: one screen of a desktop page. */
const DEFAULT_ROWS = 100;

export const eventsReplySchema = z.object({
  now: nowField,
  events: z.array(eventSchema),
  next: z.string().nullable().describe('Give it as `before` to read further back; null: nothing is further back'),
});

/** What terminals journaled, newest first. */
export function eventRoutes(deps: Pick<RouteDeps, 'reads' | 'clock'>): ApiRoute[] {
  return [
    defineRoute(
      {
        method: 'GET',
        path: '/api/events',
        policy: { permission: 'fleet.see' },
        summary:
          'Events, newest first; `before` reads further back; `service`, `outcome` and `day` give the rows behind a volume; `incident` the case of a slip',
        query: z.strictObject({
          tid: tidField.optional(),
          kinds: kindsField.optional(),
          service: serviceField.optional(),
          outcome: serviceOutcomeSchema.optional(),
          day: dayField.optional(),
          incident: incidentField.optional(),
          before: digitsField(0, Number.MAX_SAFE_INTEGER).optional(),
          limit: eventLimitField.optional(),
        }),
        reply: eventsReplySchema,
      },
      async ({ query }) => {
        const { kinds, limit = DEFAULT_ROWS, ...filter } = query;
        const rows = await readEventRows(deps.reads, { ...filter, kinds: kinds?.split(','), limit });
        return ok({ now: deps.clock.wallMs(), ...rows });
      },
    ),
  ];
}
