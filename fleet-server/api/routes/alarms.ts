import { err, ok } from '@yimen/contracts/base';
import { z } from 'zod';
import { limits } from '../../limits.table.ts';
import type { RouteDeps } from '../api-deps.ts';
import { defineRoute, type ApiRoute } from '../api-route.ts';
import { alarmSchema, digitsField, nowField, townField } from '../views.ts';
import { notSignedIn } from './session.ts';

const DEFAULT_ROWS = 200;

export const alarmsReplySchema = z.object({ now: nowField, alarms: z.array(alarmSchema) });
export const acknowledgedReplySchema = z.object({ now: nowField, id: z.string() });

/** Alarms and their acknowledgement. */
export function alarmRoutes(deps: Pick<RouteDeps, 'reads' | 'alarms' | 'staff' | 'clock'>): ApiRoute[] {
  return [listAlarms(deps), acknowledgeAlarm(deps)];
}

function listAlarms(deps: Pick<RouteDeps, 'reads' | 'clock'>): ApiRoute {
  return defineRoute(
    {
      method: 'GET',
      path: '/api/alarms',
      policy: { permission: 'fleet.see' },
      summary: 'Alarms: open ones, or all of them with open=false',
      query: z.strictObject({
        open: z.enum(['true', 'false']).optional(),
        town: townField.optional(),
        limit: digitsField(1, limits.alarmRows).optional(),
      }),
      reply: alarmsReplySchema,
    },
    async ({ query }) => {
      const open = query.open !== 'false';
      const alarms = await deps.reads.alarms({ open, town: query.town, limit: query.limit ?? DEFAULT_ROWS });
      return ok({ now: deps.clock.wallMs(), alarms });
    },
  );
}

function acknowledgeAlarm(deps: Pick<RouteDeps, 'alarms' | 'staff' | 'clock'>): ApiRoute {
  return defineRoute(
    {
      method: 'POST',
      path: '/api/alarms/:id/ack',
      policy: { permission: 'alarm.acknowledge' },
      summary: 'Acknowledge an alarm in one’s own name',
      params: z.object({ id: z.string().min(1).max(limits.paramLength) }),
      reply: acknowledgedReplySchema,
    },
    async ({ params, call }) => {
      if (call.principal === undefined) return err(notSignedIn);
      const { staffId, roles } = call.principal;
      const now = deps.clock.wallMs();
      const result = await deps.alarms.acknowledge({ id: params.id, by: staffId, at: now });
      await deps.staff.audit({
        who: staffId,
        roles,
        whence: call.address,
        what: 'alarm.acknowledge',
        target: params.id,
        result,
      });
      if (result === 'acknowledged') return ok({ now, id: params.id });
      if (result === 'unknown') {
        return err({ code: 'NOT_FOUND', field: 'id', message: 'There is no such alarm; GET /api/alarms lists them' });
      }
      return err({
        code: 'ALARM_NOT_OPEN',
        field: 'id',
        message: 'The alarm no longer waits for acknowledgement; read the list again',
      });
    },
  );
}
