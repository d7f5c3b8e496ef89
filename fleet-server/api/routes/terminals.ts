import { err, ok } from '@yimen/contracts/base';
import { z } from 'zod';
import type { RouteDeps } from '../api-deps.ts';
import { defineRoute, type ApiRoute } from '../api-route.ts';
import type { Refusal } from '../refusal.ts';
import { withAge } from '../terminal-reply.ts';
import {
  hallField,
  nowField,
  shownStateSchema,
  terminalDetailSchema,
  terminalSchema,
  tidField,
  townField,
} from '../views.ts';

export const terminalReplySchema = z.object({ now: nowField, terminal: terminalDetailSchema });

/** Terminals with their state, its age, devices and supplies. */
export function terminalRoutes(deps: Pick<RouteDeps, 'reads' | 'clock'>): ApiRoute[] {
  return [
    defineRoute(
      {
        method: 'GET',
        path: '/api/terminals',
        policy: { permission: 'fleet.see' },
        summary: 'Terminals, by town, hall or state',
        query: z.strictObject({
          town: townField.optional(),
          hall: hallField.optional(),
          state: shownStateSchema.optional(),
        }),
        reply: z.object({ now: nowField, terminals: z.array(terminalSchema) }),
      },
      async ({ query }) => {
        const terminals = await deps.reads.terminals({ town: query.town, hall: query.hall });
        const wanted = terminals.filter((terminal) => query.state === undefined || terminal.state === query.state);
        const now = deps.clock.wallMs();
        return ok({ now, terminals: wanted.map((terminal) => withAge(terminal, now)) });
      },
    ),
    defineRoute(
      {
        method: 'GET',
        path: '/api/terminals/:tid',
        policy: { permission: 'fleet.see' },
        summary: 'One terminal with software, services and system figures',
        params: z.object({ tid: tidField }),
        reply: terminalReplySchema,
      },
      async ({ params }) => {
        const terminal = await deps.reads.terminal(params.tid);
        if (terminal === undefined) return err(unknownTerminal(params.tid));
        const now = deps.clock.wallMs();
        return ok({ now, terminal: withAge(terminal, now) });
      },
    ),
  ];
}

/** The refusal of a terminal id that no terminal has. */
export function unknownTerminal(tid: string): Refusal {
  return { code: 'NOT_FOUND', field: 'tid', message: `There is no terminal ${tid}; GET /api/terminals lists them` };
}
