import { err, ok, type Result } from '@yimen/contracts/base';

/** The libraries that can talk to the PC/SC daemon; the first is taken unless the address says otherwise. */
export const PCSC_BINDINGS = ['pcsc-mini', 'pcsclite'] as const;
export type PcscBindingName = (typeof PCSC_BINDINGS)[number];

/** A card reader of the PC/SC daemon. */
export interface PcscAddress {
  /** The daemon's name for the reader, or as much of its beginning as no other reader shares. */
  readonly reader: string;
  readonly binding: PcscBindingName;
}

const PCSC_FORM = 'pcsc:NAME[@pcsclite]';

const FORM = /^pcsc:([^\p{Cc}@][^\p{Cc}]{0,127}?)(?:@(pcsc-mini|pcsclite))?$/u;

/** Reads `pcsc:ACS ACR1252 Dual Reader (RR123-012345) 00 01`. Names hold blanks and brackets, so all up to the end is the
 *  name, but for a known binding after the last `@`.
 *  @returns the error is the sentence that says what was expected. */
export function parsePcscAddress(text: string): Result<PcscAddress, string> {
  const [, reader, binding = PCSC_BINDINGS[0]] = FORM.exec(text) ?? [];
  if (reader === undefined || reader !== reader.trim())
    return err(`expected ${PCSC_FORM}, not ${JSON.stringify(text.slice(0, 60))}`);
  return ok({ reader, binding: binding as PcscBindingName });
}
