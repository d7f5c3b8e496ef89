import { ok } from '@yimen/contracts/base';
import { z } from 'zod';
import { limits } from '../../limits.table.ts';
import type { RouteDeps } from '../api-deps.ts';
import { defineRoute, type ApiRoute } from '../api-route.ts';
import { localDay } from '../local-day.ts';
import { withAge } from '../terminal-reply.ts';
import { alarmSchema, hallSchema, nowField, terminalSchema, townSchema, volumeSchema } from '../views.ts';

export const overviewReplySchema = z.object({
  now: nowField,
  day: z.string().describe('Today in Asia/Shanghai'),
  towns: z.array(townSchema.extend({ halls: z.array(hallSchema.extend({ terminals: z.array(terminalSchema) })) })),
  volumes: z.array(volumeSchema),
  alarms: z.array(alarmSchema),
});

/** Everything the first page shows, in one answer: what is broken, where, and what was done today. */
export function overviewRoutes(deps: Pick<RouteDeps, 'reads' | 'clock'>): ApiRoute[] {
  return [
    defineRoute(
      {
        method: 'GET',
        path: '/api/overview',
        policy: { permission: 'fleet.see' },
        summary: 'Towns with halls with terminals, today’s volume by service, open alarms',
        reply: overviewReplySchema,
      },
      async () => {
        const now = deps.clock.wallMs();
        const day = localDay(now);
        const [towns, halls, terminals, volumes, alarms] = await Promise.all([
          deps.reads.towns(),
          deps.reads.halls(),
          deps.reads.terminals({}),
          deps.reads.volumes({ day }),
          deps.reads.alarms({ open: true, limit: limits.alarmRows }),
        ]);
        const inHall = Map.groupBy(
          terminals.map((terminal) => withAge(terminal, now)),
          (terminal) => terminal.hallId,
        );
        const inTown = Map.groupBy(
          halls.map((hall) => ({ ...hall, terminals: inHall.get(hall.hallId) ?? [] })),
          (hall) => hall.town,
        );
        return ok({
          now,
          day,
          towns: towns.map((town) => ({ ...town, halls: inTown.get(town.code) ?? [] })),
          volumes,
          alarms,
        });
      },
    ),
  ];
}
