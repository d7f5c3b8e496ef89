import type { Result } from '@yimen/contracts/base';
import type { z } from 'zod';
import type { Permission } from '../staff/roles.table.ts';
import type { Principal } from '../staff/staff.ts';
import type { Refusal } from './refusal.ts';

/** Who may use a route. `public`: anybody, with the reason written; `signedIn`: any known person; otherwise the
 *  permission that one of the person's roles has to carry. */
export type Policy = { readonly public: string } | { readonly signedIn: string } | { readonly permission: Permission };

/** What a handler is told beside its checked input. */
export interface Call {
  /** Set for every route that is not public. */
  readonly principal: Principal | undefined;
  /** The peer's address, for audit and limits. */
  readonly address: string;
  /** The session id that the browser sent, if any; for signing in and out only. */
  readonly sessionId: string | undefined;
  /** Sends the session cookie with the answer; null removes it. */
  setSession(id: string | null): void;
}

/** A place to write a live stream to. */
export interface StreamSink {
  write(text: string): void;
  /** Bytes handed over that the peer has not taken yet. */
  waitingBytes(): number;
  /** Ends the stream: politely, or at once for a peer that does not read. */
  end(how: 'done' | 'cut'): void;
  onClose(fn: () => void): void;
}

interface RouteBase {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: `/api/${string}`;
  readonly policy: Policy;
  readonly summary: string;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  readonly reply: z.ZodType;
  /** 200 where left out; 204 has no body. */
  readonly status?: 200 | 204;
  /** Fewer requests a minute than the common limit, per address. */
  readonly perMinute?: number;
  readonly bodyBytes?: number;
  /** Why this non-GET route may be called without the page's own headers. */
  readonly fromAnywhere?: string;
}

interface Input<P, Q, B> {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly call: Call;
}

/** A route as the server registers it: types already erased by `defineRoute`. */
export interface ApiRoute extends RouteBase {
  readonly handle?: (input: Input<unknown, unknown, unknown>) => Promise<Result<unknown, Refusal>>;
  /** A live stream instead of one answer; refuses before the first byte. */
  readonly stream?: (call: Call, sink: () => StreamSink) => Result<undefined, Refusal>;
}

type Out<S> = S extends z.ZodType ? z.output<S> : undefined;
type Frozen<T> = T extends object ? { readonly [K in keyof T]: Frozen<T[K]> } : T;

/** Ties a handler's input and answer to the route's schemas. The schemas have checked what the handler gets, and what
 *  it gives back is checked against `reply` again: a field that is not in the schema does not leave the server. */
export function defineRoute<const R extends RouteBase>(
  route: R,
  handle: (
    input: Input<Out<R['params']>, Out<R['query']>, Out<R['body']>>,
  ) => Promise<Result<Frozen<z.output<R['reply']>>, Refusal>>,
): ApiRoute {
  return { ...route, handle: handle as NonNullable<ApiRoute['handle']> };
}

/** A route whose answer is a live stream (`text/event-stream`). */
export function defineStream(route: RouteBase, stream: NonNullable<ApiRoute['stream']>): ApiRoute {
  return { ...route, stream };
}
