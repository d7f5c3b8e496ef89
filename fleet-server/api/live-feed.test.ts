import { connect, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { limits } from '../limits.table.ts';
import { OWN_PAGE, tokenOf, withApi, type ApiBench } from '../test/with-api.ts';

/** A reader on a real socket that keeps what it hears. */
class Reader {
  heard = '';
  readonly closed: Promise<void>;
  readonly #socket: Socket;

  constructor(port: number, headers: readonly string[]) {
    this.#socket = connect(port, '127.0.0.1');
    this.#socket.write(['GET /api/live HTTP/1.1', `Host: localhost:${port}`, ...headers, '', ''].join('\r\n'));
    this.#socket.on('data', (bytes) => (this.heard += bytes.toString('utf8')));
    this.closed = new Promise((resolve) => this.#socket.on('close', () => resolve()));
    this.#socket.on('error', () => undefined);
  }

  /** Waits until the text has been heard; the test's own time limit is the deadline. */
  async until(text: string): Promise<void> {
    while (!this.heard.includes(text)) await new Promise((resolve) => this.#socket.once('data', resolve));
  }

  pause(): void {
    this.#socket.pause();
  }

  end(): void {
    this.#socket.destroy();
  }
}

const token = `Authorization: Bearer ${tokenOf('viewer')}`;

async function portOf(bench: ApiBench): Promise<number> {
  const listening = await bench.api.listen({ host: '127.0.0.1', port: 0 });
  if (!listening.ok) throw new Error(listening.error.message);
  return listening.value.port;
}

describe('the live feed', () => {
  it('greets with the server’s time, names what changed, merges repeats, and beats every 15 s', async () => {
    await withApi(async (bench) => {
      const reader = new Reader(await portOf(bench), [token]);
      await reader.until('event: heartbeat');
      expect(reader.heard).toMatch(/^HTTP\/1\.1 200 OK/);
      expect(reader.heard).toMatch(/content-type: text\/event-stream/i);
      expect(reader.heard).toMatch(/content-security-policy: default-src 'none'/i);
      expect(reader.heard).toContain(`"now":${bench.clock.wallMs()}`);
      bench.fleet.tell({ what: 'terminal', tid: 'DALIANG-01' });
      bench.fleet.tell({ what: 'terminal', tid: 'DALIANG-01' });
      bench.fleet.tell({ what: 'events', tid: 'RONGGUI-01', kinds: ['device-status'] });
      await bench.clock.advance(limits.liveGatherMs);
      await reader.until('event: changed');
      expect(reader.heard).toContain(
        'data: {"changes":[{"what":"terminal","tid":"DALIANG-01"},{"what":"events","tid":"RONGGUI-01"}]}\n\n',
      );
      await bench.clock.advance(limits.heartbeatMs);
      await reader.until('id: 3\nevent: heartbeat');
      reader.end();
    });
  });

  it('says "read everything again" when too much changed at once', async () => {
    await withApi(async (bench) => {
      const reader = new Reader(await portOf(bench), [token]);
      await reader.until('event: heartbeat');
      for (let n = 0; n <= limits.livePendingChanges; n += 1) bench.fleet.tell({ what: 'terminal', tid: `LIGHT-${n}` });
      await bench.clock.advance(limits.liveGatherMs);
      await reader.until('event: resync');
      expect(reader.heard).not.toContain('LIGHT-1');
      reader.end();
    });
  });

  it('cuts a reader that does not read, and keeps the others', async () => {
    await withApi(async (bench) => {
      const port = await portOf(bench);
      const slow = new Reader(port, [token]);
      const good = new Reader(port, [token]);
      await Promise.all([slow.until('event: heartbeat'), good.until('event: heartbeat')]);
      slow.pause();
      // Kernel buffers take some megabytes before the server sees that nobody reads.
      for (let round = 0; round < 2_000 && bench.api.live.readers === 2; round += 1) {
        for (let n = 0; n < 400; n += 1)
          bench.fleet.tell({ what: 'terminal', tid: `LIGHT-${round}-${n}`.padEnd(60, 'x') });
        await bench.clock.advance(limits.liveGatherMs);
        await new Promise((resolve) => setImmediate(resolve));
      }
      expect(bench.api.live.readers).toBe(1);
      bench.fleet.tell({ what: 'alarms', tid: 'AFTER-THE-CUT' });
      await bench.clock.advance(limits.liveGatherMs);
      await good.until('AFTER-THE-CUT');
      good.end();
      slow.end();
    });
  });

  it('holds so many streams of one person and no more', async () => {
    await withApi(async (bench) => {
      const port = await portOf(bench);
      const readers = Array.from({ length: limits.liveStreamsPerPerson }, () => new Reader(port, [token]));
      await Promise.all(readers.map((reader) => reader.until('event: heartbeat')));
      const refused = new Reader(port, [token]);
      await refused.until('SERVER_BUSY');
      expect(refused.heard).toMatch(/^HTTP\/1\.1 503/);
      expect(refused.heard).toMatch(/retry-after: 30/i);
      for (const reader of [...readers, refused]) reader.end();
    });
  });

  it('ends with its session: at sign-out at once, and at the next beat when the session has run out', async () => {
    await withApi(async (bench) => {
      const port = await portOf(bench);
      const first = await bench.signIn();
      const reader = new Reader(port, [`Cookie: ${first}`]);
      await reader.until('event: heartbeat');
      await bench.api.app.inject({ method: 'DELETE', url: '/api/session', headers: { ...OWN_PAGE, cookie: first } });
      await reader.closed;
      const second = new Reader(port, [`Cookie: ${await bench.signIn()}`]);
      await second.until('event: heartbeat');
      await bench.clock.advance(limits.sessionIdleMs);
      await second.closed;
      expect(bench.api.live.readers).toBe(0);
    });
  });

  it('forgets a reader that left, and stops listening to the store when it closes', async () => {
    let listeners = (): number => -1;
    await withApi(async (bench) => {
      listeners = () => bench.fleet.listeners;
      const reader = new Reader(await portOf(bench), [token]);
      await reader.until('event: heartbeat');
      reader.end();
      while (bench.api.live.readers > 0) await new Promise((resolve) => setImmediate(resolve));
      expect(listeners()).toBe(1);
    });
    expect(listeners()).toBe(0);
  });

  it('is for signed-in people only', async () => {
    await withApi(async (bench) => {
      const reply = await bench.api.app.inject({ url: '/api/live', headers: { host: 'localhost' } });
      expect(reply.statusCode).toBe(401);
    });
  });
});

describe('listening', () => {
  it('says in one sentence that the port is taken', async () => {
    await withApi(async (bench) => {
      const port = await portOf(bench);
      await withApi(async (second) => {
        const refused = await second.api.listen({ host: '127.0.0.1', port });
        expect(refused).toMatchObject({ ok: false, error: { code: 'PORT_TAKEN' } });
        if (!refused.ok) expect(refused.error.message).toContain(String(port));
      });
    });
  });
});
