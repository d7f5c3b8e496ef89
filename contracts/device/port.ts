import type { z } from 'zod';
import type { Result } from '../base/result.ts';
import type { DeviceBase } from './base-port.ts';
import type { Lease } from './lease.ts';
import type { Op, OperationRecord } from './operation.ts';
import type { Fault } from './status.ts';

/** One verb of a device kind. An `effect` moves, prints or charges: it takes an `Op` and ends in an OperationRecord.
 *  A `read` changes nothing that matters: it takes a deadline and gives a value. */
export interface EffectVerb<A extends z.ZodType = z.ZodType> {
  readonly nature: 'effect';
  readonly args: A;
}
export interface ReadVerb<A extends z.ZodType = z.ZodType, R extends z.ZodType = z.ZodType> {
  readonly nature: 'read';
  readonly args: A;
  readonly result: R;
}
export type Verb = EffectVerb | ReadVerb;

/** A device kind as data: the RPC server, the client proxies, the bench and the contract suite are driven by it. */
export interface PortTable {
  readonly kind: string;
  readonly verbs: Readonly<Record<string, Verb>>;
}

export function effect<A extends z.ZodType>(args: A): EffectVerb<A> {
  return { nature: 'effect', args };
}

export function read<A extends z.ZodType, R extends z.ZodType>(args: A, result: R): ReadVerb<A, R> {
  return { nature: 'read', args, result };
}

export type VerbCall<V> =
  V extends ReadVerb<infer A, infer R>
    ? (lease: Lease, deadlineMs: number, args: z.input<A>) => Promise<Result<z.output<R>, Fault>>
    : V extends EffectVerb<infer A>
      ? (lease: Lease, op: Op, args: z.input<A>) => Promise<Result<OperationRecord, Fault>>
      : never;

/** The typed face of a port: its own verbs beside the seven base members. An effect's `err` means that it never
 *  became an operation (no lease, bad arguments, device busy); everything later is in the record's outcome. */
export type PortOf<T extends PortTable> = DeviceBase & { [K in keyof T['verbs']]: VerbCall<T['verbs'][K]> };
