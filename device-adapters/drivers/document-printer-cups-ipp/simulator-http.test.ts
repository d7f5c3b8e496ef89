import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { seededRandom } from '../../testing/contract-bench.ts';
import { createSimulatedPrintServer } from './simulator.ts';
import { servePrintServer } from './simulator-http.ts';
import { ASK, heard, pdfOf, QUEUE, realClock, requestBytes } from './simulator-test-host.ts';

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function serve() {
  const server = createSimulatedPrintServer({ clock: realClock, random: seededRandom(1), speed: 'fast' });
  const listening = await servePrintServer(server, 0);
  if (!listening.ok) throw new Error(listening.error.message);
  ends.push(() => listening.value.close());
  return { server, port: listening.value.port, close: listening.value.close };
}

interface Said {
  readonly path?: string;
  readonly method?: string;
  readonly type?: string;
  readonly body?: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

const QUESTION = requestBytes(ASK.printer, [[1, QUEUE]]);

function ask(port: number, said: Said = {}): Promise<{ status: number; type: string; body: Buffer }> {
  const { path = '/ipp/print', method = 'POST', type = 'application/ipp', body = QUESTION, headers = {} } = said;
  return new Promise((resolve, reject) => {
    const asking = httpRequest(
      { host: '127.0.0.1', port, path, method, agent: false, headers: { 'content-type': type, ...headers } },
      (answer) => {
        const parts: Buffer[] = [];
        answer.on('error', reject);
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('end', () =>
          resolve({
            status: answer.statusCode ?? 0,
            type: answer.headers['content-type'] ?? '',
            body: Buffer.concat(parts),
          }),
        );
      },
    );
    asking.on('error', reject);
    asking.end(method === 'GET' ? undefined : body);
  });
}

/** What comes back, byte for byte, until there are so many. */
function bytesBack(port: number, atLeast: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let bytes = Buffer.alloc(0);
    socket.on('error', reject);
    socket.on('data', (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      if (bytes.length < atLeast) return;
      socket.destroy();
      resolve(bytes);
    });
    socket.write(
      `POST /ipp/print HTTP/1.1\r\nhost: x\r\ncontent-type: application/ipp\r\ncontent-length: ${QUESTION.length}\r\n\r\n`,
    );
    socket.write(QUESTION);
  });
}

describe('IPP over HTTP', () => {
  it('answers a POST, also one in chunks and one that waits for 100', async () => {
    const { server, port } = await serve();
    const answer = await ask(port);
    expect(answer).toMatchObject({ status: 200, type: 'application/ipp' });
    expect(heard(200, answer.body)).toMatchObject({ status: 0, groups: [{ tag: 4 }] });
    const body = requestBytes(ASK.print, [[1, QUEUE]], pdfOf(2));
    const chunked = await ask(port, { body, headers: { 'transfer-encoding': 'chunked', expect: '100-continue' } });
    expect(heard(200, chunked.body)).toMatchObject({ status: 0 });
    expect(server.state()).toMatchObject({ waiting: expect.any(Number) as number, connected: true });
  });

  it.each([
    [{ path: '/printers/nobody' }, 404],
    [{ method: 'GET' }, 200],
    [{ method: 'PUT' }, 405],
    [{ type: 'text/plain' }, 400],
    [{ body: Buffer.from('no IPP') }, 400],
  ])('%j is no IPP: %i and a page', async (said, status) => {
    const { port } = await serve();
    expect(await ask(port, said)).toMatchObject({ status, type: 'text/html' });
  });

  it('a request that is too large is read to its end and refused', async () => {
    const { port } = await serve();
    const body = new Uint8Array(17 * 1_048_576);
    expect(await ask(port, { body })).toMatchObject({ status: 413 });
  });

  it('a taken port is told', async () => {
    const { server, port, close } = await serve();
    expect(await servePrintServer(server, port)).toMatchObject({ ok: false, error: { code: 'deviceBusy' } });
    await close();
    await close();
    await expect(ask(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});

describe('the cable under HTTP', () => {
  it('unplugged: connections break off, and new ones too, until it is plugged in again', async () => {
    const { server, port } = await serve();
    server.fault('silent');
    const waiting = ask(port).catch((error: unknown) => error);
    await new Promise((resolve) => setImmediate(resolve));
    server.unplug();
    expect(await waiting).toMatchObject({ code: 'ECONNRESET' });
    await expect(ask(port)).rejects.toMatchObject({ code: 'ECONNRESET' });
    server.clear();
    server.plug();
    expect(await ask(port)).toMatchObject({ status: 200 });
  });

  it('noise before an answer, half an answer, an answer twice: of the bytes of HTTP', async () => {
    const { server, port } = await serve();
    server.fault('garbage');
    expect((await bytesBack(port, 64)).toString('latin1')).toMatch(/^\u00ff\u0000\u0081\u007f\u00ffHTTP\/1\.1 200/);
    await expect(ask(port)).rejects.toThrow();
    server.clear();
    server.fault('duplicate');
    const twice = await bytesBack(port, 2_000);
    expect(twice.toString('latin1').split('HTTP/1.1 200')).toHaveLength(3);
    server.clear();
    server.fault('half-frame');
    const half = (await bytesBack(port, 64)).toString('latin1');
    expect(half).toMatch(/^HTTP\/1\.1 200/);
    const [, length = ''] = /content-length: (\d+)/.exec(half) ?? [];
    expect(half.length).toBeLessThan(Number(length));
  });
});
