import fastifyCookie from '@fastify/cookie';
import fastifyRateLimit from '@fastify/rate-limit';
import fastifySwagger from '@fastify/swagger';
import { jsonSchemaTransform, serializerCompiler, validatorCompiler } from '@fastify/type-provider-zod';
import { err, ok, type Clock, type Result } from '@yimen/contracts/base';
import fastify, {
  LogController,
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import { limits } from '../limits.table.ts';
import type { Staff } from '../staff/staff.ts';
import type { FleetChanges, FleetReads } from '../store/fleet-reads.ts';
import type { AlarmActions, RouteDeps, VarianceActions } from './api-deps.ts';
import type { ApiRoute } from './api-route.ts';
import { sessionCookie, type AuthOptions } from './auth-options.ts';
import { authenticate } from './authenticate.ts';
import { CspReports } from './csp-reports.ts';
import { failureRefusal, RefusalError } from './failure-refusal.ts';
import { LiveFeed } from './live-feed.ts';
import { servePage } from './page.ts';
import { errorReply, REFUSAL_STATUS, type Refusal } from './refusal.ts';
import { registerRoute, requirePolicies } from './register-route.ts';
import { checkHost, checkOwnPage, type GuardedRequest } from './request-guard.ts';
import { apiRoutes } from './routes.table.ts';
import { newNonce, securityHeaders } from './security-headers.ts';

export interface ApiOptions {
  readonly reads: FleetReads;
  readonly changes: FleetChanges;
  readonly alarms: AlarmActions;
  readonly variances: VarianceActions;
  readonly staff: Staff;
  readonly clock: Clock;
  /** Folder of the built dashboard; without it only /api answers. */
  readonly dashboardDir?: string | undefined;
  readonly auth: AuthOptions;
  readonly log?: FastifyBaseLogger;
}

/** The HTTP side of the fleet server. */
export interface Api {
  /** For tests by injection. */
  readonly app: FastifyInstance;
  /** What the server registered; the role matrix is generated from it. */
  readonly routes: readonly ApiRoute[];
  readonly live: LiveFeed;
  /** @fault PORT_TAKEN somebody else listens there; SERVER_FAILED any other reason, in the message. */
  listen(at: {
    readonly host: string;
    readonly port: number;
  }): Promise<Result<{ readonly port: number }, { readonly code: string; readonly message: string }>>;
  close(): Promise<void>;
}

/** Builds the api with its routes, guards and limits; nothing listens yet.
 *  @throws AppError when a route has no policy. */
export async function createApi(options: ApiOptions): Promise<Api> {
  const { staff, clock, auth } = options;
  const live = new LiveFeed({ changes: options.changes, clock, isLive: (hash) => staff.isLive(hash) });
  const forget = staff.onSessionEnded((hash) => live.endSession(hash));
  const deps: RouteDeps = {
    reads: options.reads,
    alarms: options.alarms,
    variances: options.variances,
    staff,
    live,
    cspReports: new CspReports(),
    clock,
  };
  const app = newApp(options);
  const routes = apiRoutes(deps, () => app.swagger());
  requirePolicies(app);
  addErrorAnswers(app);
  await app.register(fastifyCookie, { hook: 'onRequest' });
  addGuards(app, { staff, auth });
  await addPlugins(app);
  for (const route of routes) registerRoute(app, route, auth);
  await addPages(app, options);
  await app.ready();
  return {
    app,
    routes,
    live,
    listen: (at) => listen(app, at),
    async close() {
      forget();
      live.close();
      await app.close();
    },
  };
}

function newApp(options: ApiOptions): FastifyInstance {
  const base = {
    bodyLimit: limits.bodyBytes,
    requestTimeout: limits.requestMs,
    connectionTimeout: limits.socketIdleMs,
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: limits.paramLength },
    // Addresses of requests are nobody's business; failures are logged by the error handler.
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: options.auth.scheme === 'https' ? 'loopback' : false,
    // An address that cannot be decoded is refused before any hook runs, so the common headers are set here as well.
    frameworkErrors(_error: Error, _request: FastifyRequest, reply: FastifyReply): void {
      const secure = options.auth.scheme === 'https';
      void reply.headers({ ...securityHeaders({ secure }), 'cache-control': 'no-store' });
      void sendRefusal(reply, {
        code: 'INPUT_INVALID',
        message: 'The address cannot be read; check its % signs',
        field: 'address',
      });
    },
    http: { maxHeaderSize: limits.headerBytes, headersTimeout: limits.requestMs },
  } as const;
  const app: FastifyInstance =
    options.log === undefined ? fastify(base) : fastify({ ...base, loggerInstance: options.log });
  app.server.maxConnections = limits.connections;
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.decorateRequest('principal', undefined);
  return app;
}

async function addPlugins(app: FastifyInstance): Promise<void> {
  await app.register(fastifyRateLimit, {
    max: limits.requestsPerMinute,
    timeWindow: 60_000,
    cache: limits.rateKeys,
    // After the guards, so that a person is counted as a person; before the body is read.
    hook: 'preParsing',
    keyGenerator: (request) => request.principal?.staffId ?? request.ip,
    errorResponseBuilder: (_request, context) =>
      new RefusalError({
        code: 'TOO_MANY_REQUESTS',
        message: `More than ${context.max} requests in a minute; wait ${Math.ceil(context.ttl / 1000)} s`,
        retryAfterSec: Math.ceil(context.ttl / 1000),
      }),
  });
  await app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'yimen fleet server',
        version: '1',
        description: 'What the dashboard reads and does. Every answer carries `now`.',
      },
      components: {
        securitySchemes: {
          session: { type: 'apiKey', in: 'cookie', name: '__Host-sid' },
          bearer: { type: 'http', scheme: 'bearer' },
        },
      },
    },
    transform: jsonSchemaTransform,
  });
  // Browsers send violation reports under these two types; their route takes whatever JSON they hold.
  app.addContentTypeParser(
    ['application/csp-report', 'application/reports+json'],
    { parseAs: 'string' },
    app.getDefaultJsonParser('error', 'error'),
  );
}

function addErrorAnswers(app: FastifyInstance): void {
  app.setErrorHandler((error, request, reply) => {
    const refusal = failureRefusal(error);
    if (refusal.code === 'SERVER_FAILED')
      request.log.error({ err: error, route: request.routeOptions.url }, 'request failed');
    return sendRefusal(reply, refusal);
  });
}

function sendRefusal(reply: FastifyReply, refusal: Refusal): FastifyReply {
  if (refusal.retryAfterSec !== undefined) void reply.header('retry-after', String(refusal.retryAfterSec));
  // The serializer of the route knows the shape; a request without a route has none, so it is written out here.
  void reply.serializer((payload: unknown) => JSON.stringify(payload)).type('application/json; charset=utf-8');
  return reply.code(REFUSAL_STATUS[refusal.code]).send(errorReply(refusal));
}

function addGuards(app: FastifyInstance, deps: { staff: Staff; auth: AuthOptions }): void {
  const { auth } = deps;
  const secure = auth.scheme === 'https';
  const cookie = sessionCookie(auth.scheme);
  app.addHook('onRequest', async (request, reply) => {
    void reply.headers({ ...securityHeaders({ secure }), 'cache-control': 'no-store' });
    const config = request.routeOptions.config;
    const guarded = guardedRequest(request);
    const foreign = checkHost(guarded, auth.hosts);
    if (foreign !== undefined) throw new RefusalError(foreign);
    // A bearer token is put there by a program, never by a browser on its own, so it cannot be ridden on.
    const exempt = config.fromAnywhere !== undefined || request.headers.authorization !== undefined;
    const forged = exempt ? undefined : checkOwnPage(guarded, auth.scheme);
    if (forged !== undefined) throw new RefusalError(forged);
    const policy = config.policy ?? { public: 'nothing is there, or a file of the page' };
    const credentials = { sessionId: request.cookies[cookie.name], authorization: request.headers.authorization };
    const known = await authenticate(policy, credentials, deps);
    if (!known.ok) throw new RefusalError(known.error);
    request.principal = known.value;
  });
}

function guardedRequest(request: FastifyRequest): GuardedRequest {
  const one = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? undefined : value);
  const { headers, method } = request;
  return {
    method,
    host: headers.host,
    origin: headers.origin,
    fetchSite: one(headers['sec-fetch-site']),
    csrf: one(headers['x-csrf']),
  };
}

async function addPages(app: FastifyInstance, options: ApiOptions): Promise<void> {
  const page = options.dashboardDir === undefined ? undefined : await servePage(app, options.dashboardDir);
  const secure = options.auth.scheme === 'https';
  app.setNotFoundHandler({ preHandler: app.rateLimit() }, async (request, reply) => {
    const path = request.url.split('?', 1)[0] ?? '/';
    const isPage = request.method === 'GET' && !/^\/(?:api|assets)(?:\/|$)/.test(path);
    if (!isPage || page === undefined) {
      return sendRefusal(reply, {
        code: 'NOT_FOUND',
        message: `${request.method} ${path} does not exist; GET /api/openapi.json lists what does`,
      });
    }
    const nonce = newNonce();
    const made = await page(nonce);
    if (!made.ok) return sendRefusal(reply, made.error);
    return reply.headers(securityHeaders({ nonce, secure })).type('text/html; charset=utf-8').send(made.value);
  });
}

async function listen(app: FastifyInstance, at: { host: string; port: number }): ReturnType<Api['listen']> {
  try {
    await app.listen(at);
    const bound = app.server.address();
    return ok({ port: typeof bound === 'object' && bound !== null ? bound.port : at.port });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') {
      return err({ code: 'PORT_TAKEN', message: `port ${at.port} on ${at.host} is taken` });
    }
    return err({ code: 'SERVER_FAILED', message: `Cannot listen on ${at.host}:${at.port}: ${message}` });
  }
}
