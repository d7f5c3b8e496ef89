import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { err, ok, type Clock, type Result } from '@yimen/contracts/base';
import { PEOPLE } from '@yimen/contracts/testing';
import { z } from 'zod';
import { BenchFollowers } from './bench-followers.ts';
import { BENCH_LIMITS } from './bench-limits.table.ts';
import type { BenchRefusal, BenchWorld } from './bench-world.ts';
import { idCardFaceOf, THINGS } from './things.ts';

export interface BenchHttp {
  readonly port: number;
  /** Stops listening and ends every connection. Idempotent. */
  close(): Promise<void>;
}

interface Reply {
  readonly status: number;
  readonly json: object;
}

const PAGE: ReadonlyMap<string, readonly [file: string, type: string]> = new Map([
  ['/', ['index.html', 'text/html; charset=utf-8']],
  ['/bench.css', ['bench.css', 'text/css; charset=utf-8']],
  ['/icon.svg', ['icon.svg', 'image/svg+xml']],
  ...[
    'bench',
    'cabinet',
    'camera',
    'capture',
    'card-stock',
    'counter',
    'desk',
    'elements',
    'enclosure',
    'makers',
    'printer',
    'reader',
    'scanner',
    'texts',
    'things',
  ].map(script),
]);

function script(name: string): readonly [path: string, row: readonly [file: string, type: string]] {
  return [`/${name}.js`, [`${name}.js`, 'text/javascript; charset=utf-8']];
}

const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
} as const;

const VERBS = {
  put: z.strictObject({ thing: z.string().max(60) }),
  fault: z.strictObject({ fault: z.string().max(60) }),
  take: z.strictObject({}),
  clear: z.strictObject({}),
  unplug: z.strictObject({}),
  plug: z.strictObject({}),
} as const;

/** Serves the bench's page and its HTTP interface (commands contract) on the loopback interface. Only this machine and
 *  this page may ask: another Host (DNS rebinding) or Origin is refused.
 *  @param port 0 takes a free one.
 *  @returns `'taken'` when the port is in use. */
export function serveBench(world: BenchWorld, port: number, clock: Clock): Promise<Result<BenchHttp, 'taken'>> {
  const followers = new BenchFollowers(clock, () => JSON.stringify(world.view()));
  const stopWatching = world.onChange(() => followers.changed());
  const server = createServer({ requestTimeout: BENCH_LIMITS.requestMs, maxHeaderSize: 8_192 }, (request, response) => {
    void answer(world, followers, request, response);
  });
  return new Promise((resolve) => {
    server.once('error', () => resolve(err('taken')));
    server.listen({ host: '127.0.0.1', port }, () => {
      const close = async (): Promise<void> => {
        stopWatching();
        followers.close();
        await stop(server);
      };
      resolve(ok({ port: portOf(server), close }));
    });
  });
}

async function answer(
  world: BenchWorld,
  followers: BenchFollowers,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
  const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
  if (!isFromHere(request))
    return send(response, problem(403, 'origin-refused', 'only this machine and this page may ask'));
  if (request.method === 'GET') {
    if (path === '/events') return followers.add(response);
    return get(world, path, response);
  }
  if (request.method !== 'POST') return send(response, problem(405, 'method-unknown', 'GET or POST'));
  const body = await readBody(request);
  send(response, body.ok ? post(world, path, body.value) : body.error);
}

function get(world: BenchWorld, path: string, response: ServerResponse): void {
  if (path === '/state') return send(response, { status: 200, json: world.view() });
  if (path === '/things') return send(response, { status: 200, json: { things: THINGS, people: PEOPLE } });
  const page = PAGE.get(path);
  if (page !== undefined)
    return sendFile(response, readFileSync(new URL(`bench-page/${page[0]}`, import.meta.url)), page[1]);
  const thing = /^\/faces\/([a-z\d-]{1,60})\.jpg$/.exec(path)?.[1] ?? '';
  const face = world.permits.get(thing)?.faceImage ?? idCardFaceOf(thing);
  if (face !== undefined) return sendFile(response, face, 'image/jpeg');
  return send(response, problem(404, 'not-found', `nothing is at ${path.slice(0, 100)}`));
}

function post(world: BenchWorld, path: string, body: unknown): Reply {
  const [, kind = '', verb = ''] = /^\/devices\/([^/]{1,60})\/([^/]{1,20})$/.exec(path) ?? [];
  if (!isVerb(verb)) return problem(404, 'not-found', `POST /devices/KIND/${Object.keys(VERBS).join('|')}`);
  const parsed = VERBS[verb].safeParse(body);
  if (!parsed.success) return invalid(parsed.error);
  const done = act(world, kind, verb, parsed.data);
  return done.ok ? { status: 200, json: done.value } : refusal(done.error);
}

function act(
  world: BenchWorld,
  kind: string,
  verb: keyof typeof VERBS,
  input: { thing?: string; fault?: string },
): Result<object, BenchRefusal> {
  switch (verb) {
    case 'put':
      return world.put(kind, input.thing ?? '');
    case 'fault':
      return world.fault(kind, input.fault ?? '');
    case 'take':
      return world.take(kind);
    case 'clear':
      return world.clear(kind);
    case 'unplug':
      return world.unplug(kind);
    case 'plug':
      return world.plug(kind);
  }
}

function isVerb(verb: string): verb is keyof typeof VERBS {
  return Object.hasOwn(VERBS, verb);
}

const REFUSALS = {
  unknown: [404, 'device-unknown'],
  invalid: [400, 'input-invalid'],
  impossible: [409, 'not-possible'],
} as const;

function refusal({ why, message, field }: BenchRefusal): Reply {
  const [status, code] = REFUSALS[why];
  return problem(status, code, message, field);
}

function invalid(error: z.ZodError): Reply {
  const issue = error.issues[0];
  const field = issue?.code === 'unrecognized_keys' ? issue.keys[0] : issue?.path.join('.');
  return problem(
    400,
    'input-invalid',
    issue?.message ?? 'the input does not fit',
    field === undefined || field === '' ? '(body)' : field,
  );
}

function problem(status: number, code: string, message: string, field?: string): Reply {
  return { status, json: { error: { code, message, ...(field === undefined ? {} : { field }) } } };
}

/** The name in the address bar and the page that asks must be this server's own. A browser sends Origin with every
 *  POST of a foreign page; programs send none. */
function isFromHere(request: IncomingMessage): boolean {
  const { host, origin } = request.headers;
  const port = request.socket.localPort;
  const names = [`127.0.0.1:${port}`, `localhost:${port}`];
  return (
    host !== undefined &&
    names.includes(host) &&
    (origin === undefined || names.includes(origin.replace(/^http:\/\//, '')))
  );
}

async function readBody(request: IncomingMessage): Promise<Result<unknown, Reply>> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      // The rest is read and dropped: an answer in the middle of an upload would reach nobody.
      if (bytes <= BENCH_LIMITS.bodyBytes) chunks.push(chunk);
      if (bytes > BENCH_LIMITS.bodyBytes * 64) request.destroy();
    }
  } catch {
    return err(problem(400, 'input-invalid', 'the body was cut', '(body)'));
  }
  if (bytes > BENCH_LIMITS.bodyBytes)
    return err(problem(413, 'input-invalid', `a body has at most ${BENCH_LIMITS.bodyBytes} bytes`, '(body)'));
  const text = Buffer.concat(chunks).toString('utf8');
  try {
    return ok(text.trim() === '' ? {} : JSON.parse(text));
  } catch {
    return err(problem(400, 'input-invalid', 'the body is not JSON', '(body)'));
  }
}

function send(response: ServerResponse, { status, json }: Reply): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(`${JSON.stringify(json)}\n`);
}

function sendFile(response: ServerResponse, bytes: Uint8Array, type: string): void {
  response.writeHead(200, { 'content-type': type, 'content-length': bytes.length });
  response.end(bytes);
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
