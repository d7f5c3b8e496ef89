import { connect, createServer, type Server } from 'node:tls';
import type { AddressInfo } from 'node:net';
import { privateKeyPem as pem } from '@yimen/certs';
import { createTestTree, issueLeaf, issueOdd, type Oddities, type TestLeaf } from '@yimen/certs/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { breathe, CertificateRig, TID, until, type Engine, type Shown } from './certificate-rig.ts';

const DAY = 86_400_000;
const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';

/** A client with one thing wrong, and the same with that one thing right. */
interface Case {
  readonly what: string;
  /** The class of the trust design's table S1. */
  readonly kind: 'time' | 'state' | 'issuer' | 'strength' | 'use';
  readonly wrong: (rig: CertificateRig) => Promise<Shown>;
  readonly right?: (rig: CertificateRig, wrong: Shown) => Promise<Shown>;
  /** The word in the log; one for both, or for MQTT and HTTPS. */
  readonly word: string | readonly [mqtt: string, https: string];
}

const listed = async (rig: CertificateRig, leaf: TestLeaf, tid = TID): Promise<TestLeaf> => {
  await rig.list(leaf.cert, { tid });
  return leaf;
};
const odd =
  (oddities: Oddities) =>
  async (rig: CertificateRig): Promise<Shown> =>
    listed(rig, await rig.odd(oddities));
const now = (rig: CertificateRig): number => rig.clock.wallMs();

const CASES: readonly Case[] = [
  {
    kind: 'time',
    what: 'expired',
    word: 'CERT_EXPIRED',
    wrong: (rig) => odd({ notBefore: now(rig) - 2 * DAY, notAfter: now(rig) - DAY })(rig),
  },
  {
    kind: 'time',
    what: 'not yet valid',
    word: 'CERT_NOT_YET_VALID',
    wrong: (rig) => odd({ notBefore: now(rig) + DAY, notAfter: now(rig) + 2 * DAY })(rig),
  },
  {
    kind: 'time',
    what: 'expired by the server’s own clock alone',
    word: 'CERT_EXPIRED',
    wrong: (rig) => odd({ notBefore: now(rig) - DAY, notAfter: now(rig) - 61_000 + AHEAD })(aheadOf(rig)),
    right: (rig) => odd({ notBefore: now(rig) - DAY, notAfter: now(rig) + DAY })(rig),
  },
  {
    kind: 'time',
    what: 'issued for longer than a terminal’s lives',
    word: 'CERT_LIFE',
    wrong: (rig) => odd({ notAfter: now(rig) + 31 * DAY })(rig),
  },

  {
    kind: 'state',
    what: 'revoked',
    word: ['LINK_REFUSED', 'CERT_UNLISTED'],
    wrong: (rig) => odd({})(rig).then((shown) => rig.revoke().then(() => shown)),
    right: (rig, shown) => rig.list(shown.cert ?? '').then(() => shown),
  },
  {
    kind: 'state',
    what: 'in quarantine',
    word: ['LINK_REFUSED', 'CERT_UNLISTED'],
    wrong: (rig) => odd({})(rig).then((shown) => rig.revoke('quarantined').then(() => shown)),
    right: (rig, shown) => rig.list(shown.cert ?? '').then(() => shown),
  },
  {
    kind: 'state',
    what: 'never listed',
    word: ['LINK_REFUSED', 'CERT_UNLISTED'],
    wrong: (rig) => rig.odd({}),
    right: (rig, shown) => rig.list(shown.cert ?? '').then(() => shown),
  },
  {
    kind: 'state',
    what: 'a row with another SPKI hash',
    word: ['LINK_REFUSED', 'CERT_UNLISTED'],
    wrong: async (rig) => {
      const leaf = await rig.odd({});
      await rig.list(leaf.cert, { spkiHash: 'A'.repeat(43) });
      return leaf;
    },
    right: (rig, shown) => rig.list(shown.cert ?? '').then(() => shown),
  },
  {
    kind: 'state',
    what: 'the listed key under another serial',
    word: ['LINK_REFUSED', 'CERT_UNLISTED'],
    wrong: async (rig) => {
      const leaf = await rig.odd({});
      await rig.list(leaf.cert, { serial: 'F'.repeat(32) });
      return leaf;
    },
    right: (rig, shown) => rig.list(shown.cert ?? '').then(() => shown),
  },
  {
    kind: 'state',
    what: 'a key that is listed for another terminal',
    word: ['LINK_REFUSED', 'CERT_UNLISTED'],
    wrong: async (rig) => {
      const leaf = await rig.odd({});
      await rig.list(leaf.cert, { tid: 'SD-RONGGUI-01' });
      return leaf;
    },
    right: (rig, shown) => rig.list(shown.cert ?? '').then(() => shown),
  },

  {
    kind: 'issuer',
    what: 'another CA of the same names',
    word: 'CERT_CHAIN',
    wrong: async (rig) =>
      listed(rig, await issueLeaf(await createTestTree(now(rig)), 'operational', { commonName: TID, now: now(rig) })),
  },
  {
    kind: 'issuer',
    what: 'another CA, with its root shown',
    word: 'CERT_CHAIN',
    wrong: async (rig) => {
      const other = await createTestTree(now(rig));
      const leaf = await listed(rig, await issueLeaf(other, 'operational', { commonName: TID, now: now(rig) }));
      return { ...leaf, cert: leaf.cert + other.root.cert };
    },
  },
  {
    kind: 'issuer',
    what: 'a CA of ours that is not for terminals',
    word: ['CERT_CHAIN', 'CERT_CHAIN'],
    wrong: async (rig) => listed(rig, await issueOdd(rig.tree.root, 'operational', TID, now(rig))),
  },
  {
    kind: 'issuer',
    what: 'another terminal as CA',
    word: 'CERT_REFUSED',
    wrong: async (rig) => {
      const leaf = await issueOdd(rig.tree.deviceCa, 'operational', 'SD-RONGGUI-01', now(rig));
      const [own = ''] = leaf.cert.split(/(?<=-----END CERTIFICATE-----\n)/u);
      const below = await issueOdd({ cert: own, keys: leaf.keys }, 'operational', TID, now(rig));
      return listed(rig, { ...below, cert: below.cert + rig.tree.deviceCa.cert });
    },
  },

  { kind: 'strength', what: 'SHA-1', word: 'CERT_REFUSED', wrong: odd({ hash: 'SHA-1' }) },
  { kind: 'strength', what: 'RSA-1024', word: 'CERT_REFUSED', wrong: odd({ keys: 'RSA-1024' }) },
  { kind: 'strength', what: 'RSA-2048', word: 'CERT_STRENGTH', wrong: odd({ keys: 'RSA-2048' }) },
  { kind: 'strength', what: 'P-521', word: 'CERT_STRENGTH', wrong: odd({ keys: 'P-521' }) },
  { kind: 'strength', what: 'P-384, which is the root’s', word: 'CERT_STRENGTH', wrong: odd({ keys: 'P-384' }) },
  {
    kind: 'strength',
    what: 'TLS 1.2',
    word: 'TLS_REFUSED',
    wrong: async (rig) => ({ ...(await odd({})(rig)), tls: { maxVersion: 'TLSv1.2' } }),
    right: async (_rig, { tls: _tls, ...shown }) => shown,
  },
  { kind: 'strength', what: 'no certificate', word: 'TLS_REFUSED', wrong: async () => ({}) },

  { kind: 'use', what: 'a purpose of servers', word: 'CERT_PURPOSE', wrong: odd({ purposes: [SERVER_AUTH] }) },
  { kind: 'use', what: 'both purposes', word: 'CERT_PURPOSE', wrong: odd({ purposes: [CLIENT_AUTH, SERVER_AUTH] }) },
  {
    kind: 'use',
    what: 'the server’s own kind',
    word: 'CERT_PURPOSE',
    wrong: async (rig) => listed(rig, await issueLeaf(rig.tree, 'server', { hosts: ['localhost'], now: now(rig) })),
  },
  {
    kind: 'use',
    what: 'the device CA itself',
    word: 'CERT_PURPOSE',
    wrong: async (rig) => listed(rig, await caAsLeaf(rig)),
  },
  { kind: 'use', what: 'a leaf that is a CA besides', word: 'CERT_PURPOSE', wrong: odd({ ca: { pathLength: 0 } }) },
  {
    kind: 'use',
    what: 'a birth certificate',
    word: 'CERT_PURPOSE',
    wrong: async (rig) => listed(rig, await issueLeaf(rig.tree, 'birth', { commonName: TID, now: now(rig) })),
  },
  {
    kind: 'use',
    what: 'a member of staff',
    word: 'CERT_CHAIN',
    wrong: async (rig) =>
      listed(rig, await issueLeaf(rig.tree, 'staff', { commonName: 'staff-0042', now: now(rig) }), 'staff-0042'),
  },
  {
    kind: 'use',
    what: 'an unknown critical extension',
    word: 'CERT_REFUSED',
    wrong: odd({ more: [{ oid: '1.3.6.1.4.1.32473.9', critical: true, der: Uint8Array.of(5, 0) }] }),
  },
  {
    kind: 'use',
    what: 'another unit than the CA may name',
    word: 'CERT_REFUSED',
    wrong: odd({ subject: [{ O: ['yimen'] }, { OU: ['staff'] }, { CN: [TID] }] }),
  },
  {
    kind: 'use',
    what: 'two names',
    word: 'CERT_NAME',
    wrong: odd({ subject: [{ O: ['yimen'] }, { OU: ['terminal'] }, { CN: [TID] }, { CN: ['GUEST-01'] }] }),
  },
];

/** How far the server's clock is moved for a certificate that has ended by that one alone. */
const AHEAD = 3_600_000;
function aheadOf(rig: CertificateRig): CertificateRig {
  rig.clock.jumpWall(AHEAD + 120_000);
  return rig;
}

async function caAsLeaf(rig: CertificateRig): Promise<TestLeaf> {
  const { keys } = rig.tree.deviceCa;
  return { cert: rig.tree.deviceCa.cert, key: await pem(keys.privateKey) };
}

describe.each<Engine>(['endpoint', 'aedes'])('S1 with the %s broker', (engine) => {
  let rig: CertificateRig;
  let wallAtStart = 0;
  beforeAll(async () => {
    rig = await CertificateRig.start(engine);
    wallAtStart = rig.clock.wallMs();
  });
  afterEach(async () => {
    await rig.clear();
    // Certificates are dated by the machine's clock: it is where OpenSSL looks.
    rig.clock.jumpWall(wallAtStart - rig.clock.wallMs());
  });
  afterAll(() => rig.close());

  it.each(CASES)(
    '$kind: $what is refused by MQTT and HTTPS, and named; set right it gets in',
    async ({ wrong, right, word }) => {
      const shown = await wrong(rig);
      const [byMqtt, byHttps] = typeof word === 'string' ? [word, word] : word;
      expect((await rig.mqtt(shown)).in).toBe(false);
      expect(await rig.wordFor('mqtt')).toBe(byMqtt);
      expect((await rig.https(shown)).in).toBe(false);
      expect(await rig.wordFor('https')).toBe(byHttps);
      const good = right === undefined ? await odd({})(rig) : await right(rig, shown);
      expect((await rig.mqtt(good)).in).toBe(true);
      expect((await rig.https(good)).in).toBe(true);
    },
  );

  it('use: another client id, or another terminal in a request, than the certificate has', async () => {
    const shown = await odd({})(rig);
    await rig.list(shown.cert ?? '', { tid: 'SD-RONGGUI-01' });
    expect((await rig.mqtt({ ...shown, clientId: 'SD-RONGGUI-01' })).in).toBe(false);
    expect(await rig.wordFor('mqtt')).toBe('LINK_REFUSED');
    expect((await rig.https(shown, { terminalId: 'SD-RONGGUI-01' })).status).toBe(400);
    expect((await rig.mqtt(shown)).in).toBe(true);
    expect((await rig.https(shown)).in).toBe(true);
  });

  it('state: revoked with a live session: cut within ten seconds of the row, without a call', async () => {
    const shown = await odd({})(rig);
    const { client } = await rig.mqtt(shown);
    const idle = await idleGateway(rig, shown);
    await rig.clock.advance(9_000);
    for (let i = 0; i < 10; i += 1) await breathe();
    // The control: while the row stands, nothing is cut.
    expect([client.connected, idle.isOpen()]).toEqual([true, true]);
    await rig.revoke();
    const revokedAt = rig.clock.monoMs();
    for (let i = 0; i < 10 && (client.connected || idle.isOpen()); i += 1) {
      await rig.clock.advance(1_000);
      for (let turn = 0; turn < 10; turn += 1) await breathe();
    }
    expect([client.connected, idle.isOpen()]).toEqual([false, false]);
    expect(rig.clock.monoMs() - revokedAt).toBeLessThanOrEqual(10_000);
    expect(rig.lines).toContainEqual(expect.objectContaining({ room: 'enrolment', tid: TID }));
  });

  it('state: revoked with a session kept from before: nothing is resumed', async () => {
    const shown = await odd({})(rig);
    for (const [port, come] of [
      [rig.ports.mqtt, (tls: object) => rig.mqtt({ ...shown, tls })],
      [rig.ports.gateway, (tls: object) => rig.https({ ...shown, tls })],
    ] as const) {
      await rig.list(shown.cert ?? '');
      const session = await keptSession(port, shown, rig);
      expect(await come(session)).toMatchObject({ in: true, reused: false });
      await rig.revoke();
      expect(await come(session)).toMatchObject({ in: false, reused: false });
    }
  });

  it('state: the same client is resumed by a listener that keeps tickets', async () => {
    const shown = await odd({})(rig);
    const own = await issueLeaf(rig.tree, 'server', { hosts: ['localhost'], now: now(rig) });
    const server = createServer({ ...own, ca: rig.tree.bundle, requestCert: true, minVersion: 'TLSv1.3' }, (socket) =>
      socket.end('x'),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const session = await keptSession(port, shown, rig);
    expect(await isReused(port, shown, rig, session)).toBe(true);
    await closed(server);
  });
});

/** Two names for one thing: a session that a client took from one connection to show at the next. */
type Kept = { readonly session?: Buffer };

/** The session of a whole connection; empty when the server gave none. */
function keptSession(port: number, shown: Shown, rig: CertificateRig): Promise<Kept> {
  return new Promise((resolve) => {
    let session: Buffer | undefined;
    const socket = connect({
      host: '127.0.0.1',
      port,
      servername: 'localhost',
      ca: rig.tree.bundle,
      ...(shown as object),
    });
    socket.on('session', (given: Buffer) => (session = given));
    socket.on('error', () => undefined);
    socket.resume();
    socket.once('secureConnect', () => setTimeout(() => socket.destroy(), 50));
    socket.once('close', () => resolve(session === undefined ? {} : { session }));
  });
}

function isReused(port: number, shown: Shown, rig: CertificateRig, kept: Kept): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({
      host: '127.0.0.1',
      port,
      servername: 'localhost',
      ca: rig.tree.bundle,
      ...(shown as object),
      ...kept,
    });
    socket.on('error', () => resolve(false));
    socket.once('secureConnect', () => {
      resolve(socket.isSessionReused());
      socket.destroy();
    });
  });
}

/** A connection to the gateway that has had its answer and stays open. */
async function idleGateway(rig: CertificateRig, shown: Shown): Promise<{ isOpen(): boolean }> {
  const socket = connect({
    host: '127.0.0.1',
    port: rig.ports.gateway,
    servername: 'localhost',
    ca: rig.tree.bundle,
    ...(shown as object),
  });
  let heard = '';
  let isOpen = true;
  socket.on('data', (chunk: Buffer) => (heard += chunk.toString()));
  socket.on('error', () => undefined);
  socket.once('close', () => (isOpen = false));
  socket.write('GET /v1/health HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await until(() => heard.includes('200 OK'));
  return { isOpen: () => isOpen };
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}
