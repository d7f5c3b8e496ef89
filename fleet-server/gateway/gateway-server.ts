import { constants } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { tlsRefusal } from '@yimen/certs';
import type { VarianceAcceptance } from '@yimen/contracts/fleet';
import { type Clock, err, ok, operationIdSchema, type Result } from '@yimen/contracts/base';
import type { GatewayLog } from './gateway-log.ts';
import { announcedBytes, createInFlight, type Place } from './in-flight.ts';
import { GATEWAY_LIMITS } from './limits.table.ts';
import type { NeighbourHalls } from './neighbour-halls.ts';
import type { OperationDesk } from './operation-desk.ts';
import { checkRequest } from './request-check.ts';
import { type AllowList, certificateOf, isAllowed, type TerminalCertificate } from './terminal-identity.ts';

export interface GatewayTls {
  /** PEM texts: trusted roots with the CAs that lead to them; the server's own chain; its key. */
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** Counted differences that the fleet accepted and this terminal has not recorded yet. */
export type AcceptancesOf = (
  tid: string,
) => Promise<Result<readonly VarianceAcceptance[], { readonly code: string; readonly message: string }>>;

export interface ServerParts {
  readonly tls: GatewayTls;
  readonly allowList: AllowList;
  readonly desk: OperationDesk;
  readonly halls: NeighbourHalls;
  readonly acceptances: AcceptancesOf;
  readonly clock: Clock;
  readonly log: GatewayLog;
}

export type ListenFault = { readonly code: 'PORT_TAKEN' | 'PORT_REFUSED'; readonly message: string };

export interface GatewayServer {
  listen(port: number, host: string): Promise<Result<number, ListenFault>>;
  /** Cuts the open connections of a terminal. */
  kick(terminalId: string): void;
  close(): Promise<void>;
}

interface Refused {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly field?: string | undefined;
  /** For our log alone. */
  readonly reason?: string;
}

/** The HTTPS side: TLS 1.3, client certificate required, no tickets and so no resumption (a revoked terminal must not
 *  come back by an old session, trust design §4). */
export function createGatewayServer(parts: ServerParts): GatewayServer {
  const app = fastify({
    https: {
      ca: parts.tls.ca,
      cert: parts.tls.cert,
      key: parts.tls.key,
      minVersion: 'TLSv1.3',
      requestCert: true,
      rejectUnauthorized: true,
      secureOptions: constants.SSL_OP_NO_TICKET,
      ALPNProtocols: ['http/1.1'],
      handshakeTimeout: GATEWAY_LIMITS.handshakeMs,
    },
    bodyLimit: GATEWAY_LIMITS.bodyBytes,
    requestTimeout: GATEWAY_LIMITS.receiveMs,
    connectionTimeout: GATEWAY_LIMITS.idleMs,
    keepAliveTimeout: GATEWAY_LIMITS.idleMs,
    forceCloseConnections: true,
    logger: false,
  });
  app.removeContentTypeParser('text/plain');
  app.server.maxConnections = GATEWAY_LIMITS.connections;
  app.server.on('tlsClientError', (error: Error, socket: TLSSocket) =>
    parts.log.handshakeRefused({ address: socket.remoteAddress ?? '', ...tlsRefusal(socket, error) }),
  );
  const doors = new Doors(parts);
  doors.guard(app);
  addRoutes(app, parts, doors);
  return {
    listen: async (port, host) => {
      try {
        await app.listen({ port, host });
        return ok((app.server.address() as AddressInfo).port);
      } catch (error) {
        const isTaken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
        return err({
          code: isTaken ? 'PORT_TAKEN' : 'PORT_REFUSED',
          message: `port ${port}: ${error instanceof Error ? error.message : String(error)}`,
        });
      }
    },
    kick: (terminalId) => doors.kick(terminalId),
    close: () => app.close(),
  };
}

/** Who is at the door, who may come in, how many at a time. */
class Doors {
  readonly #parts: ServerParts;
  readonly #certificates = new WeakMap<TLSSocket, TerminalCertificate>();
  readonly #sockets = new Map<string, Set<TLSSocket>>();
  readonly #inFlight = createInFlight();
  readonly #places = new WeakMap<FastifyRequest, Place>();

  constructor(parts: ServerParts) {
    this.#parts = parts;
  }

  /** The sender of a request that came through the guard. */
  senderOf(request: FastifyRequest): string {
    return this.#certificates.get(request.raw.socket as TLSSocket)?.terminalId ?? '';
  }

  kick(terminalId: string): void {
    for (const socket of this.#sockets.get(terminalId) ?? []) socket.destroy();
  }

  guard(app: FastifyInstance): void {
    app.addHook('onRequest', async (request, reply) => {
      const refused = (await this.#refusal(request.raw.socket as TLSSocket)) ?? this.#enter(request, reply);
      if (refused !== undefined)
        return refuse(this.#parts.log, request, reply.header('connection', 'close'), this.senderOf(request), refused);
    });
    app.setNotFoundHandler((request, reply) =>
      refuse(this.#parts.log, request, reply, this.senderOf(request), {
        status: 404,
        code: 'nothing-here',
        message: 'no such address',
      }),
    );
    app.setErrorHandler((error: FastifyError, request, reply) =>
      refuse(this.#parts.log, request, reply, this.senderOf(request), refusedBy(error, this.#parts.log)),
    );
  }

  async #refusal(socket: TLSSocket): Promise<Refused | undefined> {
    const known = this.#certificates.get(socket);
    const read =
      known === undefined ? certificateOf(socket, this.#parts.tls.ca, this.#parts.clock.wallMs()) : ok(known);
    if (!read.ok)
      return {
        status: 403,
        code: 'terminal-unknown',
        message: `${read.error.message} [${read.error.code}]`,
        reason: read.error.code,
      };
    const certificate = read.value;
    this.#remember(socket, certificate);
    const allowed = await isAllowed(this.#parts.allowList, certificate, this.#parts.clock);
    return allowed
      ? undefined
      : {
          status: 403,
          code: 'terminal-unknown',
          message: 'this certificate is not on the allow-list',
          reason: certificate.notAfterMs <= this.#parts.clock.wallMs() ? 'CERT_EXPIRED' : 'CERT_UNLISTED',
        };
  }

  #enter(request: FastifyRequest, reply: FastifyReply): Refused | undefined {
    const place = this.#inFlight.enter(this.senderOf(request), announcedBytes(request.headers));
    if (place === undefined) return { status: 503, code: 'too-busy', message: 'too many requests at a time' };
    this.#places.set(request, place);
    // Who went away while the allow-list was asked has closed already, and will not close again.
    if (reply.raw.destroyed) place.close();
    else reply.raw.once('close', () => place.close());
    return undefined;
  }

  /** Works on a request that came through the guard. */
  work<T>(request: FastifyRequest, fn: () => Promise<T>): Promise<T> {
    return this.#places.get(request)?.work(fn) ?? fn();
  }

  #remember(socket: TLSSocket, certificate: TerminalCertificate): void {
    if (this.#certificates.has(socket)) return;
    this.#certificates.set(socket, certificate);
    const open = this.#sockets.get(certificate.terminalId) ?? new Set();
    this.#sockets.set(certificate.terminalId, open.add(socket));
    socket.once('close', () => {
      open.delete(socket);
      if (open.size === 0 && this.#sockets.get(certificate.terminalId) === open)
        this.#sockets.delete(certificate.terminalId);
    });
  }
}

function addRoutes(app: FastifyInstance, parts: ServerParts, doors: Doors): void {
  const { desk, halls, acceptances, clock, log } = parts;
  app.post('/v1/operations', async (request, reply) => {
    const terminalId = doors.senderOf(request);
    const checked = checkRequest(request.body, terminalId);
    const answer = checked.ok ? await doors.work(request, () => desk.accept(checked.value)) : checked;
    return answer.ok ? reply.send(answer.value) : refuse(log, request, reply, terminalId, answer.error);
  });
  app.get('/v1/operations/:operationId', async (request, reply) => {
    const terminalId = doors.senderOf(request);
    const id = operationIdSchema.safeParse((request.params as { operationId: string }).operationId);
    if (!id.success)
      return refuse(log, request, reply, terminalId, {
        status: 400,
        code: 'operation-id',
        message: 'a UUID version 7 is expected',
        field: 'operationId',
      });
    const answer = await desk.find(id.data, terminalId);
    return answer.ok ? reply.send(answer.value) : refuse(log, request, reply, terminalId, answer.error);
  });
  app.get('/v1/halls', async (_request, reply) => reply.send(await halls.list()));
  app.get('/v1/acceptances', async (request, reply) => {
    const terminalId = doors.senderOf(request);
    const accepted = await acceptances(terminalId);
    return accepted.ok
      ? reply.send({ v: 1, acceptances: accepted.value, at: clock.wallMs() })
      : refuse(log, request, reply, terminalId, { status: 503, code: 'store-away', message: 'ask again later' });
  });
  app.get('/v1/health', async (_request, reply) => reply.send({ status: 'up', srv: clock.wallMs() }));
}

function refuse(
  log: GatewayLog,
  request: FastifyRequest,
  reply: FastifyReply,
  terminalId: string,
  refused: Refused,
): FastifyReply {
  const { status, code, message, field, reason = null } = refused;
  const sent = operationIdSchema.safeParse((request.body as { operationId?: unknown } | null | undefined)?.operationId);
  log.refused({
    terminalId: terminalId === '' ? null : terminalId,
    status,
    code,
    reason,
    operationId: sent.success ? sent.data : null,
  });
  if (status === 503) void reply.header('retry-after', '2');
  return reply
    .code(status)
    .send({ error: { code, message: message.slice(0, 300), ...(field === undefined ? {} : { field }) } });
}

/** Errors of the HTTP library, converted once; anything else is our own mistake and says nothing of itself outside. */
function refusedBy(error: FastifyError, log: GatewayLog): Refused {
  switch (error.statusCode) {
    case 413:
      return { status: 413, code: 'too-large', message: `at most ${GATEWAY_LIMITS.bodyBytes} bytes`, field: '(body)' };
    case 415:
      return { status: 415, code: 'json-only', message: 'send application/json', field: 'content-type' };
    case 400:
      return { status: 400, code: 'not-json', message: 'the body is not JSON', field: '(body)' };
    default:
      log.broken({ what: 'a request', error: error.message });
      // Not 503: an operation may exist, and 503 promises that none does.
      return { status: 500, code: 'gateway-fault', message: 'the gateway has a fault of its own' };
  }
}
