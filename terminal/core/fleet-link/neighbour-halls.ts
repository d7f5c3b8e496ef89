import { request } from 'node:https';
import { neighbourHallsSchema, type NeighbourHall } from '@yimen/contracts/back-office';
import { err, ok, type CancelTimer, type Clock, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import type { KeyAccess } from '@yimen/contracts/terminal';
import { tlsMaterial } from '../identity/index.ts';
import { CORE_LIMITS } from '../limits.table.ts';
import { faultOf, reasonOf } from '../platform/fault.ts';
import type { Log } from '../platform/logger.ts';

/** What this terminal knows of other halls, fetched from the gateway and aged here. */
export interface NeighbourHalls {
  start(): void;
  stop(): void;
  /** Addresses and hours as last heard; what works there only while that is fresh. */
  halls(): readonly NeighbourHall[];
}

export function neighbourHalls(options: {
  gatewayUrl: string;
  key: KeyAccess;
  clock: Clock;
  log: Log;
}): NeighbourHalls {
  const { clock, log } = options;
  let heard: { halls: readonly NeighbourHall[]; mono: number } | undefined;
  let again: CancelTimer | undefined;
  let stopped = false;
  const fetchOnce = async (): Promise<void> => {
    const got = await getHalls(options.gatewayUrl, options.key);
    if (stopped) return;
    if (got.ok) heard = { halls: got.value, mono: clock.monoMs() };
    else log.debug({ fault: got.error }, 'the list of halls could not be fetched');
    again = clock.after(CORE_LIMITS.hallsEveryMs, () => {
      void fetchOnce();
    });
  };
  return {
    start: () => {
      void fetchOnce();
    },
    stop: () => {
      stopped = true;
      again?.();
    },
    halls: () => {
      if (heard === undefined) return [];
      const isStale = clock.monoMs() - heard.mono > CORE_LIMITS.hallsStaleMs;
      return isStale ? heard.halls.map((hall) => ({ ...hall, working: null, asOf: null })) : heard.halls;
    },
  };
}

/** `GET /v1/halls` over mutual TLS 1.3.
 *  @fault GATEWAY_UNREACHABLE, GATEWAY_TIMEOUT, GATEWAY_MALFORMED (also above `hallsBytes`) */
function getHalls(gatewayUrl: string, key: KeyAccess): Promise<Result<readonly NeighbourHall[], Fault>> {
  const tls = tlsMaterial(key);
  if (!tls.ok) return Promise.resolve(tls);
  return new Promise((resolve) => {
    const fail = (code: string, why: string): void => {
      resolve(err(faultOf(code, `halls: ${why}`, 'suspend')));
    };
    const url = new URL('/v1/halls', gatewayUrl);
    const asked = request(
      url,
      { ...tls.value, minVersion: 'TLSv1.3', agent: false, signal: AbortSignal.timeout(CORE_LIMITS.hallsMs) },
      (response) => {
        const parts: Buffer[] = [];
        let bytes = 0;
        response.on('data', (part: Buffer) => {
          bytes += part.length;
          if (bytes > CORE_LIMITS.hallsBytes) response.destroy(new Error('too many bytes'));
          else parts.push(part);
        });
        response.on('error', (error) => {
          fail('GATEWAY_MALFORMED', error.message);
        });
        response.on('end', () => {
          const parsed = parse(Buffer.concat(parts));
          if (response.statusCode === 200 && parsed !== undefined) resolve(ok(parsed));
          else fail('GATEWAY_MALFORMED', `status ${response.statusCode ?? 0}`);
        });
      },
    );
    asked.on('error', (error) => {
      fail(error.name === 'AbortError' ? 'GATEWAY_TIMEOUT' : 'GATEWAY_UNREACHABLE', reasonOf(error));
    });
    asked.end();
  });
}

function parse(bytes: Uint8Array): readonly NeighbourHall[] | undefined {
  try {
    const parsed = neighbourHallsSchema.safeParse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
    return parsed.success ? parsed.data.halls : undefined;
  } catch {
    return undefined;
  }
}
