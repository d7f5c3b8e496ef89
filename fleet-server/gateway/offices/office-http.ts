import { request as httpRequest, type IncomingMessage } from 'node:http';
import { z } from 'zod';
import type { Clock } from '@yimen/contracts/base';
import { GATEWAY_LIMITS } from '../limits.table.ts';
import type { Fault } from '../operation-record.ts';

/** An office's answer before its fields are translated. `officeNow` is the office's clock when it answered. */
export type WireEnd =
  | { readonly outcome: 'done'; readonly answer: unknown; readonly officeNow: number }
  | { readonly outcome: 'notDone'; readonly fault: Fault }
  | { readonly outcome: 'unknown'; readonly fault: Fault };

/** The HTTP line to one office (its manual: fleet-server/sandbox/README.md). */
export interface OfficeLine {
  ask(question: { operationId: string; kind: string; terminalId: string; body: unknown }): Promise<WireEnd>;
  settle(operationId: string): Promise<WireEnd>;
  /** A plain read or write outside the operations; undefined when there was no good answer. */
  call(method: 'GET' | 'POST', path: string, body?: unknown): Promise<unknown>;
}

const fault = z.object({ code: z.string().regex(/^[A-Za-z0-9._-]{1,48}$/), message: z.string().max(200) });
const settled = z.discriminatedUnion('outcome', [
  z.object({
    operationId: z.string(),
    state: z.literal('settled'),
    outcome: z.literal('done'),
    answer: z.unknown(),
    now: z.int(),
  }),
  z.object({
    operationId: z.string(),
    state: z.literal('settled'),
    outcome: z.literal('notDone'),
    fault,
    now: z.int(),
  }),
]);
const working = z.object({ operationId: z.string(), state: z.literal('working') });
const refusedBefore = z.object({ error: fault });

/** What came back on the socket, or why nothing did. `refused` is certain: no byte of the question was taken. */
type RawReply =
  | { readonly how: 'answer'; readonly status: number; readonly json: unknown }
  | { readonly how: 'refused' }
  | { readonly how: 'silence' }
  | { readonly how: 'nonsense' };

/** Opens the line to one office.
 *  @param base `http://127.0.0.1:7005/offices/exit-entry` */
export function createOfficeLine(base: string, clock: Clock): OfficeLine {
  const send = (method: string, path: string, body?: unknown): Promise<RawReply> =>
    exchange(clock, method, `${base}${path}`, body);
  return {
    ask: async (question) => wireEnd(await send('POST', '/requests', question), question.operationId),
    settle: async (operationId) => {
      const reply = await send('POST', `/requests/${encodeURIComponent(operationId)}/settle`, {});
      // That *this* question was refused says nothing about the operation: only the office's word on its id does.
      return reply.how === 'answer' && reply.status === 200 ? settledEnd(reply.json, operationId) : silent();
    },
    call: async (method, path, body) => {
      const reply = await send(method, path, body);
      return reply.how === 'answer' && reply.status === 200 ? reply.json : undefined;
    },
  };
}

function wireEnd(reply: RawReply, operationId: string): WireEnd {
  switch (reply.how) {
    case 'refused':
      return {
        outcome: 'notDone',
        fault: { code: 'office-away', message: 'the office cannot be reached; nothing was sent' },
      };
    case 'silence':
      return silent();
    case 'nonsense':
      return malformed();
    case 'answer':
      return reply.status === 200 ? settledEnd(reply.json, operationId) : refusedEnd(reply.status, reply.json);
  }
}

function settledEnd(json: unknown, operationId: string): WireEnd {
  const isWorking = working.safeParse(json);
  if (isWorking.success && isWorking.data.operationId === operationId) {
    return {
      outcome: 'unknown',
      fault: { code: 'GATEWAY_TIMEOUT', message: 'the office is still working: ask this id again' },
    };
  }
  const end = settled.safeParse(json);
  // An answer to another question is no answer: matching is by id alone (services §5 rule 3).
  if (!end.success || end.data.operationId !== operationId) return malformed();
  return end.data.outcome === 'done'
    ? { outcome: 'done', answer: end.data.answer, officeNow: end.data.now }
    : { outcome: 'notDone', fault: end.data.fault };
}

/** The office's manual: 400 and 503 with an error body mean that nothing was begun. Any other status proves nothing. */
function refusedEnd(status: number, json: unknown): WireEnd {
  const refusal = refusedBefore.safeParse(json);
  if (!refusal.success) return malformed();
  if (status === 503)
    return { outcome: 'notDone', fault: { code: 'office-away', message: 'the office takes no requests now' } };
  if (status === 400)
    return { outcome: 'notDone', fault: { code: 'office-refused', message: refusal.data.error.message } };
  return {
    outcome: 'unknown',
    fault: { code: 'GATEWAY_TIMEOUT', message: 'the office had an error: ask this id again' },
  };
}

function silent(): WireEnd {
  return {
    outcome: 'unknown',
    fault: { code: 'GATEWAY_TIMEOUT', message: 'the office has not answered yet: ask this id again' },
  };
}

function malformed(): WireEnd {
  return {
    outcome: 'unknown',
    fault: { code: 'GATEWAY_MALFORMED', message: 'the office answered with something else: ask this id again' },
  };
}

function exchange(clock: Clock, method: string, url: string, body: unknown): Promise<RawReply> {
  return new Promise((resolve) => {
    let connected = false;
    const text = body === undefined ? undefined : JSON.stringify(body);
    const outgoing = httpRequest(url, {
      method,
      // A kept socket may have been closed by the office at that moment, and then nobody knows whether it read the
      // question. A fresh one makes “refused before sending” certain.
      agent: false,
      headers:
        text === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) },
    });
    const finish = (reply: RawReply): void => {
      cancelDeadline();
      outgoing.destroy();
      resolve(reply);
    };
    const cancelDeadline = clock.after(GATEWAY_LIMITS.officeAskMs, () =>
      finish(connected ? { how: 'silence' } : { how: 'refused' }),
    );
    outgoing.once('socket', (socket) => {
      socket.once('connect', () => {
        connected = true;
      });
    });
    outgoing.on('error', () => finish(connected ? { how: 'silence' } : { how: 'refused' }));
    outgoing.once('response', (incoming) => {
      readJson(incoming).then(finish, () => finish({ how: 'silence' }));
    });
    outgoing.end(text);
  });
}

async function readJson(incoming: IncomingMessage): Promise<RawReply> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > GATEWAY_LIMITS.officeAnswerBytes) return { how: 'nonsense' };
    chunks.push(chunk);
  }
  try {
    return {
      how: 'answer',
      status: incoming.statusCode ?? 0,
      json: JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown,
    };
  } catch {
    return { how: 'nonsense' };
  }
}
