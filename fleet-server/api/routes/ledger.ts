import { err, ok } from '@yimen/contracts/base';
import { z } from 'zod';
import type { RouteDeps } from '../api-deps.ts';
import { defineRoute, type ApiRoute } from '../api-route.ts';
import { ledgerSchema, nowField, tidField } from '../views.ts';
import { unknownTerminal } from './terminals.ts';

export const ledgerReplySchema = z.object({ now: nowField, ledger: ledgerSchema });

/** How much of a terminal's ledger the fleet holds, and what is missing. */
export function ledgerRoutes(deps: Pick<RouteDeps, 'reads' | 'clock'>): ApiRoute[] {
  return [
    defineRoute(
      {
        method: 'GET',
        path: '/api/ledger/:tid',
        policy: { permission: 'fleet.see' },
        summary: 'The state of one terminal’s ledger: up to where, holes, quarantine, head hash',
        params: z.object({ tid: tidField }),
        reply: ledgerReplySchema,
      },
      async ({ params }) => {
        const ledger = await deps.reads.ledger(params.tid);
        if (ledger === undefined) return err(unknownTerminal(params.tid));
        return ok({ now: deps.clock.wallMs(), ledger });
      },
    ),
  ];
}
