import { err, ok } from '@yimen/contracts/base';
import { z } from 'zod';
import { limits } from '../../limits.table.ts';
import type { RouteDeps } from '../api-deps.ts';
import { defineRoute, type ApiRoute } from '../api-route.ts';
import { digitsField, nowField, reasonField, tidField, townField, varianceSchema } from '../views.ts';
import { notSignedIn } from './session.ts';

const DEFAULT_ROWS = 200;

export const variancesReplySchema = z.object({ now: nowField, variances: z.array(varianceSchema) });
export const varianceAcceptedReplySchema = z.object({ now: nowField, id: z.string() });

/** Counted differences, and the fleet's acceptance of one (faults F65). */
export function varianceRoutes(deps: Pick<RouteDeps, 'reads' | 'variances' | 'staff' | 'clock'>): ApiRoute[] {
  return [listVariances(deps), acceptVariance(deps)];
}

function listVariances(deps: Pick<RouteDeps, 'reads' | 'clock'>): ApiRoute {
  return defineRoute(
    {
      method: 'GET',
      path: '/api/variances',
      policy: { permission: 'fleet.see' },
      summary: 'Differences that staff counted: open ones, or all of them with open=false',
      query: z.strictObject({
        open: z.enum(['true', 'false']).optional(),
        town: townField.optional(),
        tid: tidField.optional(),
        limit: digitsField(1, limits.varianceRows).optional(),
      }),
      reply: variancesReplySchema,
    },
    async ({ query }) => {
      const { town, tid, limit = DEFAULT_ROWS } = query;
      const variances = await deps.reads.variances({ open: query.open !== 'false', town, tid, limit });
      return ok({ now: deps.clock.wallMs(), variances });
    },
  );
}

function acceptVariance(deps: Pick<RouteDeps, 'variances' | 'staff' | 'clock'>): ApiRoute {
  return defineRoute(
    {
      method: 'POST',
      path: '/api/variances/:id/accept',
      policy: { permission: 'variance.accept' },
      summary: 'Accept a counted difference in one’s own name, with a reason; nothing is adjusted by it',
      params: z.object({ id: z.string().min(1).max(limits.paramLength) }),
      body: z.strictObject({ reason: reasonField }),
      reply: varianceAcceptedReplySchema,
    },
    async ({ params, body, call }) => {
      if (call.principal === undefined) return err(notSignedIn);
      const { staffId, roles } = call.principal;
      const { id } = params;
      const now = deps.clock.wallMs();
      const result = await deps.variances.accept({ id, by: staffId, reason: body.reason, at: now });
      await deps.staff.audit({
        who: staffId,
        roles,
        whence: call.address,
        what: 'variance.accept',
        target: id,
        reason: body.reason,
        result,
      });
      if (result === 'accepted') return ok({ now, id });
      if (result === 'unknown')
        return err({
          code: 'NOT_FOUND',
          field: 'id',
          message: 'There is no such difference; GET /api/variances lists them',
        });
      return err({
        code: 'VARIANCE_NOT_OPEN',
        field: 'id',
        message: 'Somebody has accepted this difference already; read the list again',
      });
    },
  );
}
