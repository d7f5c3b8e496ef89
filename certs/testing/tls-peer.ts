import type { AddressInfo } from 'node:net';
import { createServer } from 'node:tls';
import { issueLeaf, type TestTree } from './test-tree.ts';

/** A TLS 1.3 server that asks for a client certificate and notes the serials of those that came in. */
export interface TlsPeer extends AsyncDisposable {
  readonly port: number;
  readonly serials: readonly string[];
}

/** Answers each client that is believed with its serial, then closes. */
export async function startTlsPeer(tree: TestTree): Promise<TlsPeer> {
  const own = await issueLeaf(tree, 'server', { hosts: ['localhost'], now: Date.now() });
  const serials: string[] = [];
  const server = createServer(
    { ...own, ca: tree.bundle, requestCert: true, rejectUnauthorized: true, minVersion: 'TLSv1.3' },
    (socket) => {
      socket.on('error', () => undefined);
      const serial = socket.getPeerCertificate().serialNumber;
      serials.push(serial);
      socket.end(serial);
    },
  );
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    serials,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
