import { webcrypto } from 'node:crypto';
import * as x509 from './x509.ts';
import { err, ok, type Result } from '@yimen/contracts/base';
import { writeDer } from './der.ts';
import { nameOf } from './issue.ts';
import { PROFILES, type ProfileName } from './profiles.ts';

/** Why a request for a certificate is not taken. */
export interface CsrFault {
  readonly code: 'CSR_REFUSED';
  readonly message: string;
}

/** What a request asks for: a name and a key, whose holder has signed it. */
export interface ReadCsr {
  readonly commonName: string;
  readonly publicKey: webcrypto.CryptoKey;
}

/** A request is one kilobyte; more is none. */
const CSR_CHARACTERS = 8_000;
/** ecdsa-with-SHA256 (RFC 5758 §3.2). */
const ECDSA_SHA256 = writeDer(0x30, Uint8Array.of(0x06, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02));

/** A PKCS#10 request (RFC 2986) as PEM, signed by whoever holds the key, wherever that lies.
 *  @param spki DER of the public key
 *  @param sign ECDSA over SHA-256, DER */
export async function makeCsr<F>(
  profile: ProfileName,
  commonName: string,
  spki: Uint8Array,
  sign: (data: Uint8Array) => Promise<Result<Uint8Array, F>>,
): Promise<Result<string, F>> {
  const subject = new Uint8Array(nameOf(PROFILES[profile].unit, commonName).toArrayBuffer());
  const info = writeDer(0x30, Uint8Array.of(0x02, 1, 0), subject, spki, Uint8Array.of(0xa0, 0));
  const signature = await sign(info);
  if (!signature.ok) return signature;
  const whole = writeDer(0x30, info, ECDSA_SHA256, writeDer(0x03, Uint8Array.of(0), signature.value));
  const base64 = Buffer.from(whole).toString('base64').replace(/.{64}/gu, '$&\n').trimEnd();
  return ok(`-----BEGIN CERTIFICATE REQUEST-----\n${base64}\n-----END CERTIFICATE REQUEST-----\n`);
}

/** Reads a request for a certificate of `profile` and believes that its sender holds the key.
 *  @fault CSR_REFUSED no request, not signed by its own key, another curve, another subject */
export async function readCsr(pem: string, profile: ProfileName): Promise<Result<ReadCsr, CsrFault>> {
  const refused = (message: string): Result<ReadCsr, CsrFault> => err({ code: 'CSR_REFUSED', message });
  const { unit, commonName: pattern, curve } = PROFILES[profile];
  if (pem.length > CSR_CHARACTERS) return refused('the request is too large');
  try {
    const csr = new x509.Pkcs10CertificateRequest(pem);
    const names = csr.subjectName.getField('CN');
    const commonName = names[0] ?? '';
    if (csr.publicKey.algorithm.name !== 'ECDSA') return refused(`a ${profile} key is on ${curve}`);
    const publicKey = await csr.publicKey.export({ name: 'ECDSA', namedCurve: curve }, ['verify'], webcrypto);
    if (!(await csr.verify(webcrypto))) return refused('the request is not signed by the key it brings');
    if (names.length > 1 || csr.subjectName.getField('OU')[0] !== unit || pattern?.test(commonName) === false)
      return refused(`"${csr.subject}" is no name of a ${profile} certificate`);
    return ok({ commonName, publicKey });
  } catch (error) {
    return refused(
      `it is no request for a ${profile} certificate: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
