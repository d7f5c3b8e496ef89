import { readFileSync, statSync } from 'node:fs';
import { err, ok, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { deviceFault } from '../../../driver-kit/device-faults.ts';
import { chipLimits } from '../limits.table.ts';
import { readCertificate, type IssuerCertificate } from './certificate.ts';

const BLOCK = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/gu;

/** Certificates of the country signing authorities that this terminal trusts. */
export type TrustAnchors = readonly IssuerCertificate[];

/** Reads the driver's option `trustAnchorsFile`: a file of PEM certificates. It is read anew for every document, so that
 *  a renewed file counts at once. Without the option there are no anchors.
 *  @fault configuration the file is missing, unreadable, too large, empty, or holds a certificate that is none; the
 *  message names it */
export function readTrustAnchors(path: string | number | boolean | undefined): Result<TrustAnchors, Fault> {
  if (path === undefined) return ok([]);
  if (typeof path !== 'string') return unusable(String(path), 'is not a path');
  const text = readText(path);
  if (!text.ok) return unusable(path, text.error);
  const anchors: IssuerCertificate[] = [];
  for (const [, base64 = ''] of text.value.matchAll(BLOCK)) {
    const anchor = readCertificate(Buffer.from(base64, 'base64'));
    if (anchor === undefined) return unusable(path, `certificate ${anchors.length + 1} cannot be read`);
    anchors.push(anchor);
  }
  return anchors.length === 0 ? unusable(path, 'holds no certificate') : ok(anchors);
}

/** In one go: a local file of kilobytes, and the moment between asking and reading would be one in which a chip waits. */
function readText(path: string): Result<string, string> {
  try {
    const { size } = statSync(path);
    if (size > chipLimits.trustAnchorsBytes) return err(`is longer than ${chipLimits.trustAnchorsBytes} bytes`);
    return ok(readFileSync(path, 'utf8'));
  } catch (error) {
    return err(`cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`);
  }
}

function unusable(path: string, why: string): Result<never, Fault> {
  return err(deviceFault('configuration', `trustAnchorsFile ${path} ${why}`, 'configuration'));
}
