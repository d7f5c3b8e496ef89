import { ok } from '@yimen/contracts/base';
import { z } from 'zod';
import type { RouteDeps } from '../api-deps.ts';
import { defineRoute, type ApiRoute } from '../api-route.ts';
import { digitsField, eventLimitField, eventSchema, kindsField, nowField, tidField } from '../views.ts';

/** Rows when nobody says how many: one screen of a desktop page. */
const DEFAULT_ROWS = 100;

export const eventsReplySchema = z.object({ now: nowField, events: z.array(eventSchema) });

/** What terminals journaled, newest first. */
export function eventRoutes(deps: Pick<RouteDeps, 'reads' | 'clock'>): ApiRoute[] {
  return [
    defineRoute(
      {
        method: 'GET',
        path: '/api/events',
        policy: { permission: 'fleet.see' },
        summary: 'Events, newest first; `before` (the id of the last row read) reads further back',
        query: z.strictObject({
          tid: tidField.optional(),
          kinds: kindsField.optional(),
          before: digitsField(0, Number.MAX_SAFE_INTEGER).optional(),
          limit: eventLimitField.optional(),
        }),
        reply: eventsReplySchema,
      },
      async ({ query }) => {
        const events = await deps.reads.events({
          tid: query.tid,
          kinds: query.kinds?.split(','),
          before: query.before,
          limit: query.limit ?? DEFAULT_ROWS,
        });
        return ok({ now: deps.clock.wallMs(), events });
      },
    ),
  ];
}
