import { constants } from 'node:crypto';
import type { AddressInfo, Socket } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import { peerChain, tlsRefusal, verifyCertificate } from '@yimen/certs';
import { err, ok, type Result } from '@yimen/contracts/base';
import type { BrokerFault, ListenerOptions, PeerIdentity, Refusal } from './broker-port.ts';
import { BROKER_LIMITS } from './limits.table.ts';
import { TokenBucket } from './token-bucket.ts';

/** The TLS side of the device listener: TLS 1.3, client certificates, nothing resumed. Tells of sockets whose
 *  certificate is believed, and of those that are not. */
export class DeviceListener {
  readonly #options: ListenerOptions;
  readonly #halfOpen = new Map<string, Set<number>>();
  readonly #handshakes: TokenBucket;
  #server: Server | undefined;
  #onPeer: (socket: TLSSocket, peer: PeerIdentity) => void = () => undefined;
  #onRefusal: (refusal: Refusal) => void = () => undefined;

  constructor(options: ListenerOptions) {
    const perSecond = Math.max(
      BROKER_LIMITS.handshakesPerSecond,
      options.terminals / BROKER_LIMITS.terminalsPerHandshake,
    );
    this.#options = options;
    this.#handshakes = new TokenBucket(perSecond, perSecond, options.clock.monoMs());
  }

  onPeer(handler: (socket: TLSSocket, peer: PeerIdentity) => void): void {
    this.#onPeer = handler;
  }

  onRefusal(handler: (refusal: Refusal) => void): void {
    this.#onRefusal = handler;
  }

  /** @fault PORT_TAKEN; DATA_UNREADABLE certificate or key are no good */
  listen(): Promise<Result<{ readonly port: number }, BrokerFault>> {
    let server: Server;
    try {
      server = this.#makeServer();
    } catch (error) {
      return Promise.resolve(
        err({
          code: 'DATA_UNREADABLE' as const,
          message: `server certificate: ${error instanceof Error ? error.message : String(error)}`,
        }),
      );
    }
    this.#server = server;
    return new Promise((resolve) => {
      server.once('error', (error) =>
        resolve(err({ code: 'PORT_TAKEN', message: `port ${this.#options.port}: ${error.message}` })),
      );
      server.listen(this.#options.port, this.#options.host, () =>
        resolve(ok({ port: (server.address() as AddressInfo).port })),
      );
    });
  }

  /** No new links from now on. */
  close(): void {
    this.#server?.close();
  }

  #makeServer(): Server {
    const { ca, cert, key } = this.#options;
    const server = createServer({
      ca,
      cert,
      key,
      minVersion: 'TLSv1.3',
      requestCert: true,
      rejectUnauthorized: true,
      handshakeTimeout: BROKER_LIMITS.handshakeMs,
      // A resumed session is not looked at again, so a revoked terminal would come back (trust design §4): no tickets,
      // and without a `resumeSession` listener no session is ever found.
      secureOptions: constants.SSL_OP_NO_TICKET,
    });
    server.maxConnections = BROKER_LIMITS.links;
    server.on('connection', (socket) => this.#begin(socket));
    server.on('secureConnection', (socket) => this.#admit(socket));
    server.on('tlsClientError', (error, socket) => {
      this.#onRefusal({ tid: null, address: socket.remoteAddress ?? '', ...tlsRefusal(socket, error) });
      socket.destroy();
    });
    return server;
  }

  #begin(socket: Socket): void {
    const address = socket.remoteAddress ?? '';
    const open = this.#halfOpen.get(address) ?? new Set<number>();
    if (open.size >= BROKER_LIMITS.halfOpenPerAddress || this.#handshakes.take(this.#options.clock.monoMs()) > 0) {
      this.#refuse(socket, null, 'LINK_REFUSED', 'too many handshakes');
      return;
    }
    const port = socket.remotePort ?? 0;
    this.#halfOpen.set(address, open.add(port));
    socket.once('close', () => this.#endHalfOpen(address, port));
  }

  #endHalfOpen(address: string, port: number): void {
    const open = this.#halfOpen.get(address);
    open?.delete(port);
    if (open?.size === 0) this.#halfOpen.delete(address);
  }

  #admit(socket: TLSSocket): void {
    const address = socket.remoteAddress ?? '';
    this.#endHalfOpen(address, socket.remotePort ?? 0);
    // Before anything can be awaited: an error without a listener would end the process.
    socket.on('error', () => socket.destroy());
    const believed = verifyCertificate(
      peerChain(socket),
      this.#options.ca,
      'operational',
      this.#options.clock.wallMs(),
    );
    if (!believed.ok) {
      this.#refuse(socket, null, believed.error.code, believed.error.message);
      return;
    }
    this.#onPeer(socket, { ...believed.value, tid: believed.value.commonName, address });
  }

  #refuse(socket: Socket, tid: string | null, code: string, detail: string): void {
    this.#onRefusal({ tid, address: socket.remoteAddress ?? '', code, detail });
    socket.destroy();
  }
}
