import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { err, ok, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { keyAccessSchema, type CoreStart, type KeyAccess } from '@yimen/contracts/terminal';
import { serverCheck } from './check-server.ts';
import { faultOf, reasonOf } from '../platform/fault.ts';

/** How OpenSSL's tpm2 provider writes what only one TPM opens. */
const TPM_BLOB = '-----BEGIN TSS2 PRIVATE KEY-----';

/** Reads the terminal's certificate, key and trusted roots from files (PEM) as key access of kind `file`, or `tpm` where
 *  the key file is a TPM's blob.
 *  @fault DATA_UNREADABLE a file is missing, unreadable or too large; configuration the certificate names another
 *  terminal than `tid` (the subject's CN), or is no certificate */
export function loadKey(files: CoreStart['key'], tid: string): Result<KeyAccess, Fault> {
  let read: unknown;
  try {
    const text = (file: string): string => readFileSync(file, 'utf8');
    const [certPem, keyText, caPem] = [text(files.certFile), text(files.keyFile), text(files.caFile)];
    read = keyText.includes(TPM_BLOB)
      ? { kind: 'tpm', certPem, keyBlobPem: keyText, caPem }
      : { kind: 'file', certPem, keyPem: keyText, caPem };
  } catch (error) {
    return err(faultOf('DATA_UNREADABLE', `the terminal's key cannot be read: ${reasonOf(error)}`, 'configuration'));
  }
  const access = keyAccessSchema.safeParse(read);
  if (!access.success)
    return err(faultOf('DATA_UNREADABLE', 'a key or certificate file is too large', 'configuration'));
  const name = commonName(access.data.certPem);
  if (name === tid) return ok(access.data);
  const why =
    name === undefined
      ? `${files.certFile} is not a certificate`
      : `${files.certFile} belongs to ${name}, this terminal is ${tid}`;
  return err(faultOf('configuration', why, 'configuration'));
}

/** Options of a TLS client: who we are, and whom we believe. */
export interface TlsMaterial {
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
  readonly checkServerIdentity: ReturnType<typeof serverCheck>;
}

/** What TLS needs, from a key that lies in a file or a TPM. For a TPM this process was started with the configuration
 *  that the key store gives (`--openssl-config`, trust design §2.3).
 *  @fault configuration the TPM does not open the key, or nothing here knows how to ask it; the key lies in a PKCS#11
 *  token, with which Node does no TLS */
export function tlsMaterial(access: KeyAccess): Result<TlsMaterial, Fault> {
  const { certPem: cert, caPem: ca } = access;
  const server = { ca, checkServerIdentity: serverCheck(ca) };
  if (access.kind === 'file') return ok({ cert, key: access.keyPem, ...server });
  if (access.kind === 'pkcs11')
    return err(faultOf('configuration', 'a key in a PKCS#11 token cannot be used for TLS', 'configuration'));
  try {
    createPrivateKey(access.keyBlobPem);
  } catch (error) {
    const why = `the TPM does not open the terminal's key (start with --openssl-config): ${reasonOf(error)}`;
    return err(faultOf('configuration', why, 'configuration'));
  }
  return ok({ cert, key: access.keyBlobPem, ...server });
}

function commonName(pem: string): string | undefined {
  try {
    return /^CN=(.+)$/mu.exec(new X509Certificate(pem).subject)?.[1];
  } catch {
    return undefined;
  }
}
