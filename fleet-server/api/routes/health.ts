import { ok } from '@yimen/contracts/base';
import { z } from 'zod';
import { defineRoute, type ApiRoute } from '../api-route.ts';

/** Whether the server answers. Says nothing else, because anybody may ask. */
export function healthRoutes(): ApiRoute[] {
  return [
    defineRoute(
      {
        method: 'GET',
        path: '/api/health',
        policy: { public: 'a supervisor asks without an account' },
        summary: 'Whether the server answers',
        reply: z.object({ ok: z.literal(true) }),
      },
      async () => ok({ ok: true as const }),
    ),
  ];
}
