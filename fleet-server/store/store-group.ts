import type { Result } from '@yimen/contracts/base';
import type { StoreFault } from './store-fault.ts';

type Asked<F> = F extends (db: never, ...rest: infer I) => Promise<infer O>
  ? (...input: I) => Promise<Result<O, StoreFault>>
  : never;

/** A group of store functions as the rooms see it: without the connection, each answering a Result. */
export type Group<T> = { readonly [K in keyof T]: Asked<T[K]> };
