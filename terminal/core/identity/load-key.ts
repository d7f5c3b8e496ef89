import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { err, ok, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { keyAccessSchema, type CoreStart, type KeyAccess } from '@yimen/contracts/terminal';
import { faultOf, reasonOf } from '../platform/fault.ts';

/** Reads the terminal's certificate, key and trusted roots from files (PEM) as key access of kind `file`.
 *  @fault DATA_UNREADABLE a file is missing, unreadable or too large; configuration the certificate names another
 *  terminal than `tid` (the subject's CN), or is no certificate */
export function loadKey(files: CoreStart['key'], tid: string): Result<KeyAccess, Fault> {
  let read: unknown;
  try {
    const text = (file: string): string => readFileSync(file, 'utf8');
    read = { kind: 'file', certPem: text(files.certFile), keyPem: text(files.keyFile), caPem: text(files.caFile) };
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

/** What TLS needs, from a key that lies in a file.
 *  @fault configuration the key lies in a PKCS#11 token or a TPM: not built yet */
export function tlsMaterial(access: KeyAccess): Result<{ cert: string; key: string; ca: string }, Fault> {
  if (access.kind === 'file') return ok({ cert: access.certPem, key: access.keyPem, ca: access.caPem });
  return err(
    faultOf('configuration', `keys of kind ${access.kind} are not built yet: only keys in files`, 'configuration'),
  );
}

function commonName(pem: string): string | undefined {
  try {
    return /^CN=(.+)$/mu.exec(new X509Certificate(pem).subject)?.[1];
  } catch {
    return undefined;
  }
}
