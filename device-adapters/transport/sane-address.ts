import { err, ok, type Result } from '@yimen/contracts/base';

/** A scanner by SANE's name for it. */
export interface SaneAddress {
  /** As `scanimage -L` prints it; a `*` at its end stands for the rest. */
  readonly device: string;
}

const LONGEST = 200;

/** Reads `sane:DEVICE`; the name may have colons, slashes and blanks, but no control characters.
 *  @returns the error is the sentence that says what was expected. */
export function parseSaneAddress(text: string): Result<SaneAddress, string> {
  const device = text.slice('sane:'.length);
  const isName = /^[^\p{Cc}*-][^\p{Cc}*]*\*?$|^\*$/u.test(device);
  if (!text.startsWith('sane:') || !isName || device.length > LONGEST)
    return err(
      `expected sane:DEVICE, not "${text.slice(0, 60)}"; scanimage -L lists the names, * is the only one there`,
    );
  return ok({ device });
}
