import { AsnConvert, AsnProp, AsnPropTypes, AsnType, AsnTypeTypes } from '@peculiar/asn1-schema';
import { readTlvList } from '../../framing/tlv.ts';

/** Reads DER into one of the schema's classes; `undefined` when it does not follow the schema. The library throws,
 *  also for what is nested too deep; callers bound the bytes before.
 *  @param bytes at most one file of the chip, or one certificate */
export function readDer<T>(bytes: Uint8Array | ArrayBuffer, schema: new () => T): T | undefined {
  try {
    return AsnConvert.parse(bytes, schema);
  } catch {
    return undefined;
  }
}

/** A non-negative INTEGER below 2^31 with its tag; `undefined` for anything else. */
export function readSmallInteger(der: ArrayBuffer | undefined): number | undefined {
  const bytes = new Uint8Array(der ?? new ArrayBuffer(0));
  const value = bytes.subarray(2);
  const isInteger = bytes[0] === 0x02 && bytes[1] === value.length && value.length >= 1 && value.length <= 4;
  return isInteger && (value[0] ?? 0) < 0x80 ? value.reduce((sum, byte) => sum * 256 + byte, 0) : undefined;
}

/** Contents of an INTEGER of any length, big-endian; empty when it is none. */
export function readIntegerBytes(der: ArrayBuffer): Uint8Array {
  const bytes = new Uint8Array(der);
  const value = readTlvList(bytes, { valueBytes: bytes.length, objects: 1 });
  const [integer] = value.ok ? value.value : [];
  return integer?.tag === 0x02 ? integer.value : new Uint8Array(0);
}

class ObjectIdentifier {
  value = '';
}
AsnType({ type: AsnTypeTypes.Choice })(ObjectIdentifier);
AsnProp({ type: AsnPropTypes.ObjectIdentifier })(ObjectIdentifier.prototype, 'value');

/** An OBJECT IDENTIFIER with its tag, in dotted form. */
export function readObjectIdentifier(der: ArrayBuffer | undefined): string | undefined {
  return der === undefined ? undefined : readDer(der, ObjectIdentifier)?.value;
}
