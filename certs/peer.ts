import type { DetailedPeerCertificate, PeerCertificate, TLSSocket } from 'node:tls';

/** Leaf, CA, root, and one to spare: whoever shows more is refused for it by `verifyCertificate`. */
const CERTIFICATES = 5;

/** The certificates that the peer of an open connection showed, leaf first, with those found above them; DER.
 *  @param peer the connection, or the certificate that `checkServerIdentity` is handed */
export function peerChain(peer: TLSSocket | PeerCertificate): Uint8Array[] {
  const chain: Uint8Array[] = [];
  // Detailed in both: whoever checks a server's identity is handed its issuers, too, whatever the declared type says.
  let at = ('getPeerCertificate' in peer ? peer.getPeerCertificate(true) : peer) as DetailedPeerCertificate | undefined;
  // The root names itself as its issuer.
  while (at?.raw !== undefined && chain.length < CERTIFICATES && !chain.some((one) => at?.raw.equals(one) === true)) {
    chain.push(at.raw);
    at = at.issuerCertificate;
  }
  return chain;
}

/** Node's words for what OpenSSL did not believe, where it has one; the rest is `UNSPECIFIED`. */
const REASONS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'CERT_EXPIRED',
  CERT_NOT_YET_VALID: 'CERT_NOT_YET_VALID',
  INVALID_PURPOSE: 'CERT_PURPOSE',
  UNSPECIFIED: 'CERT_REFUSED',
};

/** Why TLS ended a handshake, in the words of the error table. A server is told of the certificate only by the socket,
 *  which is gone by then; its error says "socket hang up".
 *  @returns `CERT_…`, or TLS_REFUSED when it never came to a certificate (version, none shown, broken off) */
export function tlsRefusal(socket: TLSSocket, error: Error): { readonly code: string; readonly detail: string } {
  // Null where nothing was found wrong, whatever its declared type says.
  const reason = socket.authorizationError as unknown;
  if (typeof reason === 'string') return { code: REASONS[reason] ?? 'CERT_CHAIN', detail: reason };
  return { code: 'TLS_REFUSED', detail: error.message.trim().slice(0, 200) };
}
