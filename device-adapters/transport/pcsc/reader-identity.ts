import type { ReaderFacts } from './pcsc-binding.ts';

/** What the reader says of itself, as the carrier has it: ASCII `model;serial;firmware`.
 *  pcscd's names are `MODEL [INTERFACE] (SERIAL) READER SLOT`, where the last two are two hexadecimal digits each and the
 *  serial number is the one of USB, when the device has one; so both bindings tell it.
 *  @source pcscd 1.9.9, readerfactory.c and hotplug_libudev.c */
export function readerIdentity(reader: string, facts: ReaderFacts): Uint8Array {
  const [, model = reader, named] = /^(.*?)(?: \(([^()]+)\))?(?: [0-9A-F]{2} [0-9A-F]{2})$/u.exec(reader) ?? [];
  const parts = [model, facts.serial ?? named ?? '', facts.firmware ?? ''];
  return new TextEncoder().encode(parts.map(asciiPart).join(';'));
}

/** SCARD_ATTR_VENDOR_IFD_VERSION: a 32-bit number 0xMMmmbbbb in the machine's order.
 *  @source PC/SC part 3 §3.1.1 */
export function firmwareText(value: Uint8Array): string | undefined {
  if (value.length !== 4) return undefined;
  const number = new DataView(value.buffer, value.byteOffset, 4).getUint32(0, true);
  return `${number >>> 24}.${(number >>> 16) & 0xff}.${number & 0xffff}`;
}

function asciiPart(text: string): string {
  return text
    .replace(/;/gu, ',')
    .replace(/[^ -~]/gu, '?')
    .slice(0, 60);
}
