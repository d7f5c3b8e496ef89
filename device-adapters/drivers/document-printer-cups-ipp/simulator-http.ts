import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { err, ok, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { SimulatedWire } from '../../testing/simulated-wire.ts';
import type { ByteChannel } from '../../transport/byte-channel.ts';
import { ChunkQueue } from '../../transport/chunk-queue.ts';
import type { TcpListener } from '../../transport/tcp-listener.ts';
import type { HttpReply, SimulatedPrintServer } from './simulator.ts';
import { PATHS } from './simulator-attributes.ts';
import { MOST_BYTES } from './simulator-carrier.ts';

/** A request that does not come whole in this time is given up. */
const REQUEST_MS = 60_000;

/** Serves a simulated print server as IPP over HTTP on the loopback interface: `ipp://127.0.0.1:PORT/ipp/print`. Faults of
 *  the cable bend the bytes of HTTP; while it is unplugged every connection is broken off.
 *  @param port 0 takes a free one.
 *  @fault deviceBusy the port is taken; configuration it may not be used. */
export function servePrintServer(simulated: SimulatedPrintServer, port: number): Promise<Result<TcpListener, Fault>> {
  const server = createServer({ requestTimeout: REQUEST_MS }, (request, response) => {
    void serve(simulated, request, response);
  });
  server.on('connection', (socket) => {
    if (!simulated.isPlugged) socket.destroy();
  });
  const stopWatching = simulated.onChange(() => {
    if (!simulated.isPlugged) server.closeAllConnections();
  });
  return new Promise((resolve) => {
    server.once('error', (error) => {
      stopWatching();
      resolve(err(listenFault(error, port)));
    });
    server.listen({ host: '127.0.0.1', port }, () => {
      const address = server.address();
      const taken = typeof address === 'object' && address !== null ? address.port : port;
      resolve(ok({ port: taken, close: () => stop(server, stopWatching) }));
    });
  });
}

async function serve(
  simulated: SimulatedPrintServer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await bodyOf(request);
  // Whoever is silent on the wire has not heard the request either.
  if (body === 'broken' || simulated.wireFaults.has('silent')) return;
  const reply = body === 'too large' ? plain(413) : replyTo(simulated, request, body);
  if (reply === undefined) return;
  if (simulated.wireFaults.size > 0) return sendBent(simulated, response, reply);
  response.writeHead(reply.status, { 'content-type': reply.type, 'content-length': reply.body.length });
  response.end(reply.body);
}

function replyTo(
  simulated: SimulatedPrintServer,
  { method, url, headers }: IncomingMessage,
  body: Uint8Array,
): HttpReply | undefined {
  // A client may name a job in the path as well.
  const path = (url ?? '').replace(/\/\d{1,9}$/, '');
  if (!PATHS.includes(path) && path !== '/') return plain(404);
  if (method !== 'POST') return plain(method === 'GET' ? 200 : 405);
  if (!(headers['content-type'] ?? '').startsWith('application/ipp')) return plain(400);
  return simulated.post(body);
}

function plain(status: number): HttpReply {
  return { status, type: 'text/html', body: new TextEncoder().encode('<!doctype html><title>A4</title>') };
}

async function bodyOf(request: IncomingMessage): Promise<Uint8Array | 'broken' | 'too large'> {
  const parts: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const part of request as AsyncIterable<Buffer>) {
      bytes += part.length;
      // The rest is read and dropped, so that the answer finds a reader.
      if (bytes <= MOST_BYTES) parts.push(part);
    }
  } catch {
    return 'broken';
  }
  return bytes > MOST_BYTES ? 'too large' : new Uint8Array(Buffer.concat(parts));
}

/** The same faults as on every other cable, on the bytes that HTTP would send. */
function sendBent({ context, wireFaults }: SimulatedPrintServer, response: ServerResponse, reply: HttpReply): void {
  const wire = new SimulatedWire(
    context,
    () => undefined,
    () => undefined,
  );
  for (const fault of wireFaults) wire.faults.add(fault);
  wire.attach(new SocketOut(response));
  const head = `HTTP/1.1 ${reply.status} \r\ncontent-type: ${reply.type}\r\ncontent-length: ${reply.body.length}\r\n\r\n`;
  wire.send(new Uint8Array(Buffer.concat([Buffer.from(head, 'latin1'), reply.body])));
}

/** The way out of one connection; what comes in, HTTP reads. */
class SocketOut implements ByteChannel {
  readonly chunks = new ChunkQueue();
  readonly closed: ByteChannel['closed'];
  readonly #response: ServerResponse;

  constructor(response: ServerResponse) {
    this.#response = response;
    this.closed = new Promise((resolve) => {
      response.once('close', () => {
        this.chunks.end(true);
        resolve({ why: 'closed' });
      });
    });
  }

  async write(bytes: Uint8Array): Promise<Result<void, Fault>> {
    this.#response.socket?.write(bytes);
    return ok(undefined);
  }

  async close(): Promise<void> {
    this.#response.destroy();
  }
}

async function stop(server: Server, stopWatching: () => void): Promise<void> {
  stopWatching();
  const ended = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  server.closeAllConnections();
  await ended;
}

function listenFault(error: Error, port: number): Fault {
  const code = (error as NodeJS.ErrnoException).code ?? 'EUNKNOWN';
  return {
    code: code === 'EADDRINUSE' ? 'deviceBusy' : 'configuration',
    message: `cannot listen on 127.0.0.1:${port}: ${code}`,
    action: 'configuration',
  };
}
