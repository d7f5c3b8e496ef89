import { lstatSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { err, ok } from '@yimen/contracts/base';
import { ManualClock } from '@yimen/contracts/testing';
import { connectRpc, ipcFault, IPC_LIMITS, rpcAnswerSchema, serveRpc, type RpcHandler, type RpcPeer } from './index.ts';

const callSchema = z.discriminatedUnion('call', [
  z.object({ call: z.literal('hello') }),
  z.object({ call: z.literal('echo'), text: z.string().max(5_000_000) }),
  z.object({ call: z.literal('refuse') }),
  z.object({ call: z.literal('never') }),
  z.object({ call: z.literal('throw') }),
]);
type Call = z.infer<typeof callSchema>;
const requestSchema = z.object({ n: z.int().min(1), request: callSchema });
const eventSchema = z.object({ event: z.literal('tick'), at: z.int() });
type Tick = z.infer<typeof eventSchema>;

const handle: RpcHandler<Call> = (request) => {
  switch (request.call) {
    case 'hello':
      return Promise.resolve(ok({ hello: true }));
    case 'echo':
      return Promise.resolve(ok(request.text));
    case 'refuse':
      return Promise.resolve(err(ipcFault('deviceBusy', 'taken', 'suspend')));
    case 'never':
      return new Promise(() => undefined);
    case 'throw':
      return Promise.reject(new Error('a bug'));
  }
};

let folder = '';
const cleanUps: (() => Promise<void> | void)[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yimen-ipc-'));
});
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
  rmSync(folder, { recursive: true, force: true });
});

async function serve(name: string, clock?: ManualClock, seen: RpcPeer<Tick>[] = []): Promise<string> {
  const socketPath = join(folder, name);
  const server = await serveRpc<Call, Tick>({
    socketPath,
    requestSchema,
    ...(clock === undefined ? {} : { clock }),
    onConnection: (peer) => {
      seen.push(peer);
      if (clock === undefined) peer.admit();
      return handle;
    },
  });
  if (!server.ok) throw new Error(server.error.message);
  cleanUps.push(() => server.value.close());
  return socketPath;
}

async function ask(
  socketPath: string,
  clock?: ManualClock,
): Promise<Awaited<ReturnType<typeof connectRpc<Call, Tick>>>> {
  const client = await connectRpc<Call, Tick>({
    socketPath,
    requestTimeoutMs: 1_000,
    answerSchema: rpcAnswerSchema,
    eventSchema,
    ...(clock === undefined ? {} : { clock }),
  });
  if (client.ok) {
    const { value } = client;
    cleanUps.push(() => {
      value.close();
    });
  }
  return client;
}

function opened<T>(result: { ok: true; value: T } | { ok: false; error: { message: string } }): T {
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

describe('requests and answers over a real socket', () => {
  it('answers many at once, each by its number', async () => {
    const client = opened(await ask(await serve('a')));
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, i) => client.request({ call: 'echo', text: `text ${i}` })),
    );
    expect(answers.map((answer) => (answer.ok ? answer.value : 'fault'))).toEqual(
      Array.from({ length: 30 }, (_, i) => `text ${i}`),
    );
  });

  it('carries the fault of the other end, and a thrown error as softwareError', async () => {
    const client = opened(await ask(await serve('a')));
    expect(await client.request({ call: 'refuse' })).toMatchObject({
      ok: false,
      error: { code: 'deviceBusy', action: 'suspend' },
    });
    expect(await client.request({ call: 'throw' })).toMatchObject({ ok: false, error: { code: 'softwareError' } });
  });

  it('gives up at the deadline and goes on', async () => {
    const clock = new ManualClock();
    const socketPath = await serve('a');
    const client = opened(await ask(socketPath, clock));
    const answer = client.request({ call: 'never' });
    await clock.advance(1_000);
    expect(await answer).toMatchObject({ ok: false, error: { code: 'timeOut' } });
    expect(await client.request({ call: 'echo', text: 'still here' })).toEqual(ok('still here'));
  });

  it('refuses more requests than the bound', async () => {
    const client = opened(await ask(await serve('a')));
    const waiting = Array.from({ length: IPC_LIMITS.pending }, () => client.request({ call: 'never' }));
    expect(await client.request({ call: 'hello' })).toMatchObject({ ok: false, error: { code: 'TOO_MANY_REQUESTS' } });
    client.close();
    const ended = await Promise.all(waiting);
    expect(ended.every((answer) => !answer.ok && answer.error.code === 'offline')).toBe(true);
  });

  it('ends what is under way when the server goes, and refuses what comes after', async () => {
    const peers: RpcPeer<Tick>[] = [];
    const client = opened(await ask(await serve('a', undefined, peers)));
    const answer = client.request({ call: 'never' });
    await client.request({ call: 'hello' });
    peers[0]?.close('test');
    expect(await answer).toMatchObject({ ok: false, error: { code: 'offline' } });
    await client.closed;
    expect(await client.request({ call: 'hello' })).toMatchObject({ ok: false, error: { code: 'offline' } });
  });

  it('does not send a message above the bound', async () => {
    const client = opened(await ask(await serve('a')));
    const big = 'x'.repeat(IPC_LIMITS.frameBytes);
    expect(await client.request({ call: 'echo', text: big })).toMatchObject({
      ok: false,
      error: { code: 'IPC_OVERSIZE' },
    });
    expect(await client.request({ call: 'hello' })).toEqual(ok({ hello: true }));
  });
});

describe('events', () => {
  it('keeps events for the first listener, in order', async () => {
    const peers: RpcPeer<Tick>[] = [];
    const client = opened(await ask(await serve('a', undefined, peers)));
    await client.request({ call: 'hello' });
    peers[0]?.sendEvent({ event: 'tick', at: 1 });
    peers[0]?.sendEvent({ event: 'tick', at: 2 });
    await client.request({ call: 'hello' });
    const seen: number[] = [];
    client.onEvent((event) => seen.push(event.at));
    expect(seen).toEqual([1, 2]);
  });
});

describe('strangers', () => {
  it('closes a connection that says nothing in time', async () => {
    const clock = new ManualClock();
    const socketPath = await serve('a', clock);
    const client = opened(await ask(socketPath));
    await client.request({ call: 'hello' });
    await clock.advance(IPC_LIMITS.helloMs);
    expect(await client.closed).toContain('closed');
  });

  it('answers a request that does not fit, and closes on bytes that are no frame', async () => {
    const socketPath = await serve('a');
    const loose = opened(await ask(socketPath));
    expect(await loose.request({ call: 'other' } as unknown as Call)).toMatchObject({
      ok: false,
      error: { code: 'INPUT_INVALID' },
    });
    const raw = createConnection(socketPath);
    const ended = new Promise<void>((resolve) =>
      raw.once('close', () => {
        resolve();
      }),
    );
    raw.write(Buffer.from('ffffffff00000000', 'hex'));
    await ended;
  });
});

describe('the socket file', () => {
  it('belongs to its user alone and is gone after close', async () => {
    const server = opened(
      await serveRpc<Call, Tick>({ socketPath: join(folder, 's'), requestSchema, onConnection: () => handle }),
    );
    expect(lstatSync(server.socketPath).mode & 0o777).toBe(0o600);
    await server.close();
    expect(lstatSync(server.socketPath, { throwIfNoEntry: false })).toBeUndefined();
  });

  it('of a dead process is replaced, of a living one is refused', async () => {
    const socketPath = join(folder, 's');
    await leaveStaleSocket(socketPath);
    expect(lstatSync(socketPath).isSocket()).toBe(true);
    await serve('s');
    const second = await serveRpc<Call, Tick>({ socketPath, requestSchema, onConnection: () => handle });
    expect(second).toMatchObject({ ok: false, error: { code: 'DATA_IN_USE' } });
    expect((await ask(socketPath)).ok).toBe(true);
  });

  it('never replaces what is not a socket', async () => {
    writeFileSync(join(folder, 'file'), 'precious');
    const refused = await serveRpc<Call, Tick>({
      socketPath: join(folder, 'file'),
      requestSchema,
      onConnection: () => handle,
    });
    expect(refused).toMatchObject({ ok: false, error: { code: 'configuration' } });
  });

  it('says how long its path may be', async () => {
    const refused = await ask(join(folder, 'x'.repeat(120)));
    expect(refused).toMatchObject({ ok: false, error: { code: 'configuration' } });
    expect(refused.ok ? '' : refused.error.message).toMatch(/107 bytes, this one has \d+/u);
  });

  it('that nobody made is offline', async () => {
    expect(await ask(join(folder, 'none'))).toMatchObject({ ok: false, error: { code: 'offline' } });
  });
});

/** What a killed process leaves behind: its file under another name survives the server's own clean-up. */
async function leaveStaleSocket(socketPath: string): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve) =>
    server.listen(`${socketPath}.old`, () => {
      resolve();
    }),
  );
  renameSync(`${socketPath}.old`, socketPath);
  await new Promise<void>((resolve) =>
    server.close(() => {
      resolve();
    }),
  );
}
