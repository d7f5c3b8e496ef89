import type { z } from 'zod';
import { err, ok, type Result } from '../base/result.ts';
import { FLEET_LIMITS } from './common.ts';

export interface PayloadFault {
  readonly code: 'PAYLOAD_INVALID';
  readonly message: string;
}

/** Reads one wire payload: JSON, depth ≤6, no floats, no `__proto__`, then its schema. Byte limits are the caller's. */
export function decodePayload<S extends z.ZodType>(text: string, schema: S): Result<z.output<S>, PayloadFault> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return err({ code: 'PAYLOAD_INVALID', message: 'not JSON' });
  }
  const shape = shapeFaultOf(value, FLEET_LIMITS.depth);
  if (shape !== undefined) return err({ code: 'PAYLOAD_INVALID', message: shape });
  const parsed = schema.safeParse(value);
  if (parsed.success) return ok(parsed.data);
  const issue = parsed.error.issues[0];
  return err({
    code: 'PAYLOAD_INVALID',
    message: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}`.slice(0, 200),
  });
}

/** What no payload may hold, whatever its schema: floats, members that could reach a prototype, more levels than `depth`. */
export function shapeFaultOf(value: unknown, depth: number): string | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? undefined : 'a number is not an integer';
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth === 0) return 'nested too deeply';
  for (const key of Object.keys(value)) {
    if (key === '__proto__' || key === 'constructor' || key === 'prototype') return `field ${key}`;
    const fault = shapeFaultOf((value as Readonly<Record<string, unknown>>)[key], depth - 1);
    if (fault !== undefined) return fault;
  }
  return undefined;
}
