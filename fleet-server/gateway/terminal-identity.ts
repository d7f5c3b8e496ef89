import type { TLSSocket } from 'node:tls';
import { peerChain, verifyCertificate } from '@yimen/certs';
import { type Clock, err, ok, type Result, terminalIdSchema } from '@yimen/contracts/base';
import { GATEWAY_LIMITS } from './limits.table.ts';

/** One key that may speak for a terminal, as the allow-list has it. */
export interface AllowedTerminalKey {
  /** Certificate serial, upper-case hexadecimal. */
  readonly serial: string;
  readonly state: string;
}

/** The authority on who may speak (trust design §4); the store's allow-list fits. */
export interface AllowList {
  /** The key of this terminal with this SPKI hash (SHA-256, base64url), whatever its state. */
  find(input: {
    tid: string;
    spkiHash: string;
  }): Promise<Result<AllowedTerminalKey | undefined, { readonly code: string; readonly message: string }>>;
}

/** Who a connection speaks for, once TLS and our own profile have been checked. */
export interface TerminalCertificate {
  readonly terminalId: string;
  readonly spkiHash: string;
  readonly serial: string;
  readonly notAfterMs: number;
}

/** Reads and judges the certificate of a peer that TLS let in: profile `operational`, CN a terminal id.
 *  @param ca PEM of the trusted roots with the CAs that lead to them
 *  @fault `CERT_…` of the certs room; CERT_NAME when the CN is no terminal id */
export function certificateOf(
  socket: TLSSocket,
  ca: string,
  now: number,
): Result<TerminalCertificate, { readonly code: string; readonly message: string }> {
  const believed = verifyCertificate(peerChain(socket), ca, 'operational', now);
  if (!believed.ok) return believed;
  const { commonName, spkiHash, serial, notAfterMs } = believed.value;
  const terminalId = terminalIdSchema.safeParse(commonName);
  if (!terminalId.success) return err({ code: 'CERT_NAME', message: 'the certificate names no terminal' });
  return ok({ terminalId: terminalId.data, spkiHash, serial, notAfterMs });
}

/** Asked at every request, so that a revoked or expired terminal is refused on its open connection, too. A list that
 *  cannot be read in time refuses. */
export async function isAllowed(
  allowList: AllowList,
  certificate: TerminalCertificate,
  clock: Clock,
): Promise<boolean> {
  if (certificate.notAfterMs <= clock.wallMs()) return false;
  let cancel = (): void => undefined;
  const deadline = new Promise<undefined>((resolve) => {
    cancel = clock.after(GATEWAY_LIMITS.allowListMs, () => resolve(undefined));
  });
  const found = await Promise.race([
    allowList.find({ tid: certificate.terminalId, spkiHash: certificate.spkiHash }),
    deadline,
  ]);
  cancel();
  if (found === undefined || !found.ok || found.value === undefined) return false;
  return found.value.state === 'active' && hex(found.value.serial) === hex(certificate.serial);
}

/** Serials are numbers: leading zeros and letter case of their text mean nothing. */
function hex(serial: string): string {
  return serial.toUpperCase().replace(/^0+/u, '');
}
