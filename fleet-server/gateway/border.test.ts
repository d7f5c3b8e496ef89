import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { connect, type ConnectionOptions, createServer, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { breathe, beginBody, type GatewayRig, must, startRig } from '../test/gateway-rig.ts';
import { GATEWAY_LIMITS } from './limits.table.ts';

let rig: GatewayRig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig.close());

/** One request over a raw TLS socket; resolves with all that came until the end, or the error's code. */
function raw(options: ConnectionOptions, text: string | Uint8Array): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({
      host: '127.0.0.1',
      port: rig.port,
      servername: 'localhost',
      ca: readFileSync(rig.trust.ca),
      ...options,
    });
    let heard = '';
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      heard += chunk;
    });
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    socket.once('close', () => resolve(heard));
    socket.once('secureConnect', () => socket.write(text));
  });
}

function certificate(tid: string): ConnectionOptions {
  const files = rig.trust.terminals.get(tid);
  return { cert: readFileSync(files?.cert ?? ''), key: readFileSync(files?.key ?? '') };
}

const HEALTH = 'GET /v1/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n';

describe('who may come in', () => {
  it('an allow-listed terminal, and the answer is dated', async () => {
    expect(await rig.get('/v1/health')).toEqual({ status: 200, json: { status: 'up', srv: rig.clock.wallMs() } });
  });

  it('nobody without a certificate, with a server certificate, or below TLS 1.3', async () => {
    expect(await raw({}, HEALTH)).toMatch(/CERTIFICATE_REQUIRED/);
    const server = { cert: readFileSync(rig.trust.server.cert), key: readFileSync(rig.trust.server.key) };
    expect(await raw(server, HEALTH)).not.toMatch(/ 200 /);
    expect(await raw({ ...certificate('SD-DALIANG-01'), maxVersion: 'TLSv1.2' }, HEALTH)).toMatch(
      /PROTOCOL_VERSION|ALERT/,
    );
  });

  it('no terminal that was taken off the list', async () => {
    expect(await rig.get('/v1/health', 'SD-REVOKED-01')).toMatchObject({
      status: 403,
      json: { error: { code: 'terminal-unknown' } },
    });
    expect(await rig.post('exitEntry.case.begin', beginBody('permit-li-na'), {}, 'SD-REVOKED-01')).toMatchObject({
      status: 403,
    });
  });

  it('not on an open connection either, once revoked; and a kick cuts it', async () => {
    const sent = 'GET /v1/health HTTP/1.1\r\nHost: localhost\r\n\r\n';
    let heard = '';
    const socket = connect({
      host: '127.0.0.1',
      port: rig.port,
      servername: 'localhost',
      ca: readFileSync(rig.trust.ca),
      ...certificate('SD-RONGGUI-01'),
    });
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      heard += chunk;
    });
    const hears = async (pattern: RegExp): Promise<void> => {
      for (let i = 0; i < 2_000 && !pattern.test(heard); i += 1) await breathe();
      expect(heard).toMatch(pattern);
    };
    socket.write(sent);
    await hears(/ 200 OK/);
    must(await rig.store.allow.setState({ tid: 'SD-RONGGUI-01', state: 'quarantined', changedAt: rig.clock.wallMs() }));
    socket.write(sent);
    await hears(/ 403 Forbidden/);
    must(await rig.store.allow.setState({ tid: 'SD-RONGGUI-01', state: 'active', changedAt: rig.clock.wallMs() }));
    expect((await rig.get('/v1/health', 'SD-RONGGUI-01')).status).toBe(200);
    const idle = connect({
      host: '127.0.0.1',
      port: rig.port,
      servername: 'localhost',
      ca: readFileSync(rig.trust.ca),
      ...certificate('SD-RONGGUI-01'),
    });
    idle.write(sent);
    await new Promise((resolve) => {
      idle.once('data', resolve);
    });
    const cut = new Promise((resolve) => {
      idle.once('close', resolve);
    });
    rig.gateway.kick('SD-RONGGUI-01');
    await cut;
  });

  it('no session is resumed, where a server with tickets resumes it', async () => {
    expect(await isReused(rig.port)).toBe(false);
    const text = (path: string): string => readFileSync(path, 'utf8');
    const server = createServer(
      { cert: text(rig.trust.server.cert), key: text(rig.trust.server.key), ca: text(rig.trust.ca), requestCert: true },
      (socket) => {
        socket.on('data', () => socket.end('HTTP/1.1 204 No Content\r\n\r\n'));
      },
    );
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', () => resolve());
    });
    expect(await isReused((server.address() as AddressInfo).port)).toBe(true);
    server.close();
  });
});

/** Whether a client that kept its session finds it taken up again by the server at `port`. */
async function isReused(port: number): Promise<boolean> {
  let kept: Buffer | undefined;
  let reused = false;
  for (let i = 0; i < 2; i += 1) {
    const socket = connect({
      host: '127.0.0.1',
      port,
      servername: 'localhost',
      ca: readFileSync(rig.trust.ca),
      ...certificate('SD-DALIANG-01'),
      ...(kept === undefined ? {} : { session: kept }),
    });
    socket.on('session', (given: Buffer) => {
      kept = given;
    });
    socket.once('secureConnect', () => {
      reused = socket.isSessionReused();
      socket.write(HEALTH);
    });
    socket.resume();
    await new Promise((resolve) => {
      socket.once('close', resolve);
    });
  }
  return reused;
}

function request(type: string, body: string): string {
  return `POST /v1/operations HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

describe('what may be sent', () => {
  it('names the field of what does not fit', async () => {
    const cases = [
      ['exitEntry.case.unheard', {}, {}, 'kind'],
      ['exitEntry.case.begin', { ...beginBody('permit-li-na'), phone: '12' }, {}, 'body.phone'],
      ['exitEntry.case.begin', { ...beginBody('permit-li-na'), extra: 1 }, {}, 'body.extra'],
      ['exitEntry.case.begin', beginBody('permit-li-na'), { terminalId: 'SD-RONGGUI-01' }, 'terminalId'],
      ['exitEntry.case.begin', beginBody('permit-li-na'), { operationId: 'x' as never }, 'operationId'],
    ] as const;
    for (const [kind, body, over, field] of cases) {
      expect(await rig.post(kind, body, over)).toMatchObject({ status: 400, json: { error: { field } } });
    }
  });

  it('refuses what is too large, not JSON, of another type, or nowhere', async () => {
    // The head alone: the answer comes before the body, and what is still on its way then is cut off.
    const large = request('application/json', '{').replace(/Length: \d+/u, `Length: ${GATEWAY_LIMITS.bodyBytes + 1}`);
    expect(await raw(certificate('SD-DALIANG-01'), large)).toMatch(/ 413 [^]*too-large/);
    expect(await raw(certificate('SD-DALIANG-01'), request('application/json', '{'))).toMatch(/ 400 [^]*not-json/);
    expect(await raw(certificate('SD-DALIANG-01'), request('text/plain', '{}'))).toMatch(/ 415 [^]*json-only/);
    expect(await rig.get('/v1/elsewhere')).toMatchObject({ status: 404, json: { error: { code: 'nothing-here' } } });
  });
});

describe('how much may be sent at a time', () => {
  it('takes pictures and scanned pages of full size', async () => {
    const page = 'A'.repeat(1_000_000);
    const body = {
      item: 'inspect',
      faceScore: null,
      consentAt: 1,
      traceNo: 'trace-1',
      idNo: '440606199001010010',
      plateType: '02',
      plateNo: '粤X12345',
      materials: [
        { what: 'insurance', page },
        { what: 'tax', page },
      ],
    };
    const reply = await rig.post('vehicle.case.begin', body);
    expect(reply).toMatchObject({ status: 200 });
    const tooLong = { ...body, materials: [{ what: 'tax', page: `${page}AAAA` }] };
    expect(await rig.post('vehicle.case.begin', tooLong)).toMatchObject({
      status: 400,
      json: { error: { field: 'body.materials.0.page' } },
    });
  });

  it('lets no terminal hold more than two of the largest, and the next one in when one is gone', async () => {
    const head = `POST /v1/operations HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${GATEWAY_LIMITS.bodyBytes}\r\n\r\n{`;
    const slow = [0, 1].map(() => slowSender(head));
    const asked = (): Promise<string> => raw(certificate('SD-RONGGUI-01'), request('application/json', '{}'));
    await until(async () => / 503 [^]*too-busy/.test(await asked()));
    // Only the one that holds so much is asked to wait.
    expect(await raw(certificate('SD-DALIANG-01'), request('application/json', '{}'))).toMatch(/ 400 [^]*envelope/);
    expect((await rig.get('/v1/health', 'SD-RONGGUI-01')).status).toBe(200);
    slow[0]?.destroy();
    await until(async () => / 400 [^]*envelope/.test(await asked()));
    slow[1]?.destroy();
  });

  it('keeps no place for those who went away before they were let in', async () => {
    for (let i = 0; i < 2 * GATEWAY_LIMITS.requestsPerTerminal; i += 1) {
      const socket = slowSender(HEALTH);
      await new Promise<void>((resolve) => {
        socket.once('secureConnect', () => setImmediate(() => resolve(void socket.destroy())));
      });
    }
    await until(async () => (await rig.get('/v1/health', 'SD-RONGGUI-01')).status === 200);
  });
});

/** Sends the head of a large request and then nothing more. */
function slowSender(head: string): TLSSocket {
  const socket = connect({
    host: '127.0.0.1',
    port: rig.port,
    servername: 'localhost',
    ca: readFileSync(rig.trust.ca),
    ...certificate('SD-RONGGUI-01'),
  });
  socket.on('error', () => undefined);
  socket.once('secureConnect', () => socket.write(head));
  return socket;
}

async function until(check: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 200; i += 1) {
    if (await check()) return;
    await breathe();
  }
  throw new Error('it did not happen');
}

describe('GET /v1/halls', () => {
  it('gives halls without a health claim when there is no fresh word', async () => {
    must(
      await rig.store.places.seed({
        halls: [
          {
            hallId: 'daliang-centre',
            town: '440606005',
            zh: '大良',
            en: 'Daliang',
            addressZh: '地址',
            addressEn: 'Address',
            hoursZh: '全天',
            hoursEn: '24 h',
          },
        ],
        terminals: [{ tid: 'SD-DALIANG-01', hallId: 'daliang-centre', simulated: true }],
      }),
    );
    expect(await rig.get('/v1/halls')).toMatchObject({
      status: 200,
      json: { halls: [{ hallId: 'daliang-centre', working: null, asOf: null }] },
    });
  });
});
