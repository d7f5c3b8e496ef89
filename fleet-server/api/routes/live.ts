import { err } from '@yimen/contracts/base';
import { z } from 'zod';
import type { RouteDeps } from '../api-deps.ts';
import { defineStream, type ApiRoute } from '../api-route.ts';
import { notSignedIn } from './session.ts';

/** The live feed: what changed, as server-sent events. */
export function liveRoutes(deps: Pick<RouteDeps, 'live'>): ApiRoute[] {
  return [
    defineStream(
      {
        method: 'GET',
        path: '/api/live',
        policy: { permission: 'fleet.see' },
        summary:
          'Server-sent events: `changed` names what to read again, `resync` says everything, `heartbeat` carries the server’s time every 15 s',
        reply: z.string().describe('text/event-stream'),
      },
      (call, sink) => (call.principal === undefined ? err(notSignedIn) : deps.live.open(call.principal, sink)),
    ),
  ];
}
