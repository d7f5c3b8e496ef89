import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:tls';
import { createTestTree, issueLeaf, issueOdd, type Oddities, type TestLeaf, type TestTree } from '@yimen/certs/testing';
import { beforeAll, expect, it } from 'vitest';
import { tlsMaterial } from './load-key.ts';

const DAY = 86_400_000;
const NOW = Date.now();
const LOCALHOST = { type: 'dns', value: 'localhost' } as const;
let tree: TestTree;
let own: TestLeaf;
beforeAll(async () => {
  tree = await createTestTree(NOW);
  own = await issueLeaf(tree, 'operational', { commonName: 'SD-DALIANG-01', now: NOW });
});

/** `in`, or why the terminal left. */
async function comesIn(server: TestLeaf): Promise<string> {
  const listening = createServer({
    ...server,
    ca: tree.bundle,
    requestCert: true,
    minVersion: 'TLSv1.3',
    ciphers: 'DEFAULT@SECLEVEL=0',
  });
  listening.on('secureConnection', (socket) => socket.on('error', () => undefined));
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  const tls = tlsMaterial({ kind: 'file', certPem: own.cert, keyPem: own.key, caPem: tree.bundle });
  if (!tls.ok) throw new Error(tls.error.code);
  const { port } = listening.address() as AddressInfo;
  const said = await new Promise<string>((resolve) => {
    const socket = connect({ ...tls.value, host: '127.0.0.1', port, servername: 'localhost', minVersion: 'TLSv1.3' });
    socket.once('secureConnect', () => {
      resolve('in');
      socket.destroy();
    });
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(`${error.code ?? ''} ${error.message}`));
  });
  await new Promise<void>((resolve) => listening.close(() => resolve()));
  return said;
}

const odd = (oddities: Oddities) => (): Promise<TestLeaf> =>
  issueOdd(tree.serverCa, 'server', '', NOW, { names: [LOCALHOST], ...oddities });

it.each<[string, () => Promise<TestLeaf>, RegExp]>([
  ['issued for longer than a server’s lives', odd({ notAfter: NOW + 91 * DAY }), /CERT_LIFE/u],
  ['on another curve', odd({ keys: 'P-384' }), /CERT_STRENGTH/u],
  ['with an RSA key', odd({ keys: 'RSA-2048' }), /CERT_STRENGTH/u],
  ['for clients too', odd({ purposes: ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2'] }), /CERT_PURPOSE/u],
  ['of no profile', odd({ profileText: null }), /CERT_PURPOSE/u],
  ['signed by the root itself', () => issueOdd(tree.root, 'server', '', NOW, { names: [LOCALHOST] }), /CERT_CHAIN/u],
  ['of another host', odd({ names: [{ type: 'dns', value: 'sub.localhost' }] }), /ERR_TLS_CERT_ALTNAME_INVALID/u],
  [
    'outside the zone',
    odd({ names: [LOCALHOST, { type: 'dns', value: 'evil.example' }] }),
    /permitted|CERT|UNSPECIFIED|PERMITTED/u,
  ],
  ['expired', odd({ notBefore: NOW - 2 * DAY, notAfter: NOW - DAY }), /CERT_HAS_EXPIRED/u],
  [
    'of another tree',
    async () => issueLeaf(await createTestTree(NOW), 'server', { hosts: ['localhost'], now: NOW }),
    /ISSUER|SELF_SIGNED|CERT_SIGNATURE|VERIFY/u,
  ],
  [
    'another terminal’s',
    () => issueLeaf(tree, 'operational', { commonName: 'SD-RONGGUI-01', now: NOW }),
    /INVALID_PURPOSE/u,
  ],
])('a terminal leaves a server whose certificate is %s', async (_what, server, says) => {
  expect(await comesIn(await server())).toMatch(says);
  expect(await comesIn(await odd({})())).toBe('in');
});
