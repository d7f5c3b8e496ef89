import { err, ok, type Result } from '@yimen/contracts/base';

/** One IPP endpoint. */
export interface IppAddress {
  readonly host: string;
  readonly port: number;
  /** Begins with `/`. */
  readonly path: string;
}

/** The port that IANA gave to IPP. */
const IPP_PORT = 631;
const FORM = 'ipp://HOST[:PORT]/PATH';

/** Reads `ipp://HOST[:PORT]/PATH`; an IPv6 host stands in brackets. No user, no query: both would be lost on the way.
 *  The error is a sentence for whoever wrote it. */
export function parseIppAddress(text: string): Result<IppAddress, string> {
  const match = /^ipp:\/\/(?:\[([0-9a-fA-F:]+)\]|([A-Za-z0-9.-]+))(?::(\d{1,5}))?(\/[A-Za-z0-9._~%/-]*)$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const path = match?.[4];
  const port = match?.[3] === undefined ? IPP_PORT : Number(match[3]);
  if (host === undefined || path === undefined || path.length > 200 || port < 1 || port > 65_535)
    return err(`expected ${FORM}, not "${text.slice(0, 60)}"; a CUPS queue is ipp://localhost/printers/NAME`);
  return ok({ host, port, path });
}
