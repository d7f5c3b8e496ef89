import { request } from 'node:https';
import { err, ok, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import type { KeyAccess } from '@yimen/contracts/terminal';
import type { z } from 'zod';
import { tlsMaterial } from '../identity/index.ts';
import { faultOf, reasonOf } from '../platform/fault.ts';

/** Reads one small document of the gateway over mutual TLS 1.3: it is the fleet's own word, for this terminal.
 *  @fault GATEWAY_UNREACHABLE, GATEWAY_TIMEOUT, GATEWAY_MALFORMED (also above `bytes`) */
export function gatewayGet<S extends z.ZodType>(asked: {
  readonly gatewayUrl: string;
  readonly path: string;
  readonly key: KeyAccess;
  readonly schema: S;
  readonly ms: number;
  readonly bytes: number;
}): Promise<Result<z.output<S>, Fault>> {
  const tls = tlsMaterial(asked.key);
  if (!tls.ok) return Promise.resolve(tls);
  return new Promise((resolve) => {
    const fail = (code: string, why: string): void => {
      resolve(err(faultOf(code, `${asked.path}: ${why}`, 'suspend')));
    };
    const options = {
      ...tls.value,
      minVersion: 'TLSv1.3',
      agent: false,
      signal: AbortSignal.timeout(asked.ms),
    } as const;
    const sent = request(new URL(asked.path, asked.gatewayUrl), options, (response) => {
      const parts: Buffer[] = [];
      let bytes = 0;
      response.on('data', (part: Buffer) => {
        bytes += part.length;
        if (bytes > asked.bytes) response.destroy(new Error('too many bytes'));
        else parts.push(part);
      });
      response.on('error', (error) => {
        fail('GATEWAY_MALFORMED', error.message);
      });
      response.on('end', () => {
        const parsed = asked.schema.safeParse(jsonOf(Buffer.concat(parts)));
        if (response.statusCode === 200 && parsed.success) resolve(ok(parsed.data));
        else fail('GATEWAY_MALFORMED', `status ${response.statusCode ?? 0}`);
      });
    });
    sent.on('error', (error) => {
      fail(error.name === 'AbortError' ? 'GATEWAY_TIMEOUT' : 'GATEWAY_UNREACHABLE', reasonOf(error));
    });
    sent.end();
  });
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
