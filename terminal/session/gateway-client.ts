import { Agent, request as httpsRequest } from 'node:https';
import { backOfficeAnswerSchema, gatewayErrorSchema, type BackOfficeRequest } from '@yimen/contracts/back-office';
import { err, ok, type Result } from '@yimen/contracts/base';
import type { KeyAccess } from '@yimen/contracts/terminal';
import { SESSION_LIMITS } from './limits.table.ts';
import type { OfficeResult } from './machine/input.ts';
import type { Office } from './runner/ports.ts';

interface Reply {
  readonly status: number;
  readonly body: unknown;
}
type LineFault = {
  readonly code: 'GATEWAY_UNREACHABLE' | 'GATEWAY_TIMEOUT' | 'GATEWAY_MALFORMED';
  readonly sent: boolean;
  readonly message: string;
};

/** The session's own line to the gateway: HTTPS with mutual TLS 1.3, no resumption. Before the request was written a
 *  failure is `notDone`; after it, silence is `unknown` (style §3.4).
 *  @fault INPUT_INVALID when the key is not a file: other key stores have no implementation yet. */
export function createGatewayClient(
  url: string,
  key: KeyAccess,
): Result<Office, { code: 'INPUT_INVALID'; message: string }> {
  if (key.kind !== 'file') return err({ code: 'INPUT_INVALID', message: `no key store for ${key.kind}` });
  const agent = new Agent({
    cert: key.certPem,
    key: key.keyPem,
    ca: key.caPem,
    minVersion: 'TLSv1.3',
    keepAlive: true,
    maxSockets: 2,
    maxCachedSessions: 0,
  });
  const call = (
    method: 'GET' | 'POST',
    path: string,
    body: unknown,
    deadlineMs: number,
  ): Promise<Result<Reply, LineFault>> => exchange(agent, new URL(path, url), method, body, deadlineMs);
  return ok({
    send: async (request, deadlineMs) => toResult(request, await call('POST', '/v1/operations', request, deadlineMs)),
    async lookUp(operationId, deadlineMs) {
      const reply = await call('GET', `/v1/operations/${operationId}`, undefined, deadlineMs);
      if (!reply.ok) return { known: 'cannotTell' };
      if (reply.value.status === 404 && errorCode(reply.value.body) === 'never-seen') return { known: 'neverSeen' };
      const parsed = backOfficeAnswerSchema.safeParse(reply.value.body);
      if (reply.value.status !== 200 || !parsed.success) return { known: 'cannotTell' };
      return {
        known: 'yes',
        result: { operationId, outcome: parsed.data.outcome, answer: parsed.data.answer, fault: parsed.data.fault },
      };
    },
  });
}

function errorCode(body: unknown): string | undefined {
  const parsed = gatewayErrorSchema.safeParse(body);
  return parsed.success ? parsed.data.error.code : undefined;
}

function toResult(request: BackOfficeRequest, reply: Result<Reply, LineFault>): OfficeResult {
  const { operationId } = request;
  if (!reply.ok) {
    const { code, message, sent } = reply.error;
    return { operationId, outcome: sent ? 'unknown' : 'notDone', answer: null, fault: { code, message } };
  }
  const parsed = backOfficeAnswerSchema.safeParse(reply.value.body);
  if (reply.value.status === 200 && parsed.success && parsed.data.operationId === operationId) {
    return { operationId, outcome: parsed.data.outcome, answer: parsed.data.answer, fault: parsed.data.fault };
  }
  const error = gatewayErrorSchema.safeParse(reply.value.body);
  // A refusal before an operation exists: nothing was begun.
  if (reply.value.status >= 400 && reply.value.status < 500 && error.success) {
    return {
      operationId,
      outcome: 'notDone',
      answer: null,
      fault: { code: error.data.error.code, message: error.data.error.message },
    };
  }
  if (reply.value.status === 503 && error.success) {
    return {
      operationId,
      outcome: 'notDone',
      answer: null,
      fault: { code: error.data.error.code, message: error.data.error.message },
    };
  }
  return {
    operationId,
    outcome: 'unknown',
    answer: null,
    fault: { code: 'GATEWAY_MALFORMED', message: `status ${reply.value.status}` },
  };
}

function exchange(
  agent: Agent,
  url: URL,
  method: 'GET' | 'POST',
  body: unknown,
  deadlineMs: number,
): Promise<Result<Reply, LineFault>> {
  return new Promise((resolve) => {
    let sent = false;
    const fail = (code: LineFault['code'], message: string): void => {
      resolve(err({ code, sent, message: message.slice(0, 200) }));
    };
    const text = body === undefined ? undefined : JSON.stringify(body);
    const outgoing = httpsRequest(url, {
      agent,
      method,
      headers:
        text === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) },
      signal: AbortSignal.timeout(deadlineMs),
    });
    // A kept connection may already have taken the bytes when it breaks, so "sent" begins when they are handed over.
    outgoing.on('socket', (socket) => {
      if (socket.connecting) socket.once('secureConnect', () => (sent = true));
      else sent = true;
    });
    outgoing.on('error', (error: Error) => {
      fail(
        error.name === 'TimeoutError' || error.name === 'AbortError' ? 'GATEWAY_TIMEOUT' : 'GATEWAY_UNREACHABLE',
        error.message,
      );
    });
    outgoing.on('response', (incoming) => {
      const chunks: Buffer[] = [];
      let size = 0;
      incoming.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > SESSION_LIMITS.gatewayBodyBytes) outgoing.destroy(new Error('answer too large'));
        else chunks.push(chunk);
      });
      incoming.on('error', (error: Error) => {
        fail('GATEWAY_UNREACHABLE', error.message);
      });
      incoming.on('end', () => {
        const parsed = parseJson(Buffer.concat(chunks).toString('utf8'));
        if (parsed.ok) resolve(ok({ status: incoming.statusCode ?? 0, body: parsed.value }));
        else fail('GATEWAY_MALFORMED', 'not JSON');
      });
    });
    outgoing.end(text);
  });
}

function parseJson(text: string): Result<unknown, 'bad'> {
  try {
    return ok(JSON.parse(text));
  } catch {
    return err('bad');
  }
}
