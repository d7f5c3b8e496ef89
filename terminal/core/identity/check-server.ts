import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import { peerChain, verifyCertificate } from '@yimen/certs';

/** For TLS's `checkServerIdentity`: the host name as Node checks it, then our own profile `server` on the whole chain
 *  (trust design §4). A chain that OpenSSL believes may still be a terminal's, or live too long.
 *  @param ca PEM of the trusted roots with the CAs that lead to them */
export function serverCheck(ca: string): (host: string, certificate: PeerCertificate) => Error | undefined {
  return (host, certificate) => {
    const wrongHost = checkServerIdentity(host, certificate);
    if (wrongHost !== undefined) return wrongHost;
    // The machine's own clock, because OpenSSL has just gone by it: two clocks would only disagree.
    const believed = verifyCertificate(peerChain(certificate), ca, 'server', Date.now());
    return believed.ok ? undefined : new Error(`${believed.error.message} [${believed.error.code}]`);
  };
}
