import { AppError } from '@yimen/contracts/base';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { limits } from '../limits.table.ts';
import type { Principal } from '../staff/staff.ts';
import type { ApiRoute, Call, Policy, StreamSink } from './api-route.ts';
import { sessionCookie, type AuthOptions } from './auth-options.ts';
import { RefusalError } from './failure-refusal.ts';
import { errorReplySchema } from './refusal.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    policy?: Policy;
    /** Why this route is exempt from the own-page check. */
    fromAnywhere?: string | undefined;
  }
  interface FastifyRequest {
    principal: Principal | undefined;
  }
}

/** Refuses to start with a route that says nothing about who may use it. Every route passes here, whoever adds it. */
export function requirePolicies(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    if (route.config?.policy === undefined && !route.url.startsWith('/assets/')) {
      throw new AppError('INTERNAL_UNREACHABLE', `${String(route.method)} ${route.url} names no policy`);
    }
  });
}

/** Adds one route of the table to the server. */
export function registerRoute(app: FastifyInstance, route: ApiRoute, auth: AuthOptions): void {
  const { method, path, policy, summary, params, query, body, reply, status = 200 } = route;
  app.route({
    method,
    url: path,
    bodyLimit: route.bodyBytes ?? limits.bodyBytes,
    ...(route.stream === undefined ? { handlerTimeout: limits.handlerMs } : {}),
    config: { policy, fromAnywhere: route.fromAnywhere, ...rateLimitOf(route) },
    schema: {
      summary,
      ...(params === undefined ? {} : { params }),
      ...(query === undefined ? {} : { querystring: query }),
      ...(body === undefined ? {} : { body }),
      response: { [status]: reply, '4xx': errorReplySchema, '5xx': errorReplySchema },
    },
    handler: route.stream === undefined ? answer(route, auth) : openStream(route, auth),
  });
}

function rateLimitOf(route: ApiRoute): object {
  if (route.perMinute === undefined) return {};
  return {
    rateLimit: { max: route.perMinute, timeWindow: 60_000, keyGenerator: (request: FastifyRequest) => request.ip },
  };
}

function answer(
  route: ApiRoute,
  auth: AuthOptions,
): (request: FastifyRequest, reply: FastifyReply) => Promise<unknown> {
  return async (request, reply) => {
    const input = {
      params: request.params,
      query: request.query,
      body: request.body,
      call: callOf(request, reply, auth),
    };
    const done = await route.handle?.(input);
    if (done === undefined) throw new AppError('INTERNAL_UNREACHABLE', `${route.method} ${route.path} has no handler`);
    if (!done.ok) throw new RefusalError(done.error);
    if (route.status === 204) return reply.code(204).send();
    return done.value;
  };
}

function openStream(route: ApiRoute, auth: AuthOptions): (request: FastifyRequest, reply: FastifyReply) => void {
  return (request, reply) => {
    const opened = route.stream?.(callOf(request, reply, auth), () => streamSink(reply));
    if (opened === undefined)
      throw new AppError('INTERNAL_UNREACHABLE', `${route.method} ${route.path} has no handler`);
    if (!opened.ok) throw new RefusalError(opened.error);
  };
}

function callOf(request: FastifyRequest, reply: FastifyReply, auth: AuthOptions): Call {
  const cookie = sessionCookie(auth.scheme);
  return {
    principal: request.principal,
    address: request.ip,
    sessionId: request.cookies[cookie.name],
    setSession(id) {
      // Set without a lifetime: the browser forgets it when it closes; the server ends it by its own clock anyway.
      if (id === null) void reply.clearCookie(cookie.name, cookie.options);
      else void reply.setCookie(cookie.name, id, cookie.options);
    },
  };
}

function streamSink(reply: FastifyReply): StreamSink {
  reply.hijack();
  const { raw } = reply;
  // What the guards have set so far: the security headers and no-store.
  for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) raw.setHeader(name, value);
  // A stream that ends takes its connection along; the last header tells a proxy not to gather it into blocks.
  raw.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    connection: 'close',
    'x-accel-buffering': 'no',
  });
  // A peer that is gone makes a late write fail; the close event is what ends the reader.
  raw.on('error', () => undefined);
  return {
    write: (text) => void raw.write(text),
    waitingBytes: () => raw.writableLength,
    end: (how) => void (how === 'cut' ? raw.destroy() : raw.end()),
    onClose: (fn) => void raw.on('close', fn),
  };
}
