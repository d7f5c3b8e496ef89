import { AsnArray, AsnProp, AsnPropTypes, AsnType, AsnTypeTypes } from '@peculiar/asn1-schema';
import { readDer } from './der.ts';

/** SecurityInfo: what a chip can do, in EF.CardAccess and DG14. `protocol` is the dotted object identifier, the other
 *  two are DER of what that identifier says.
 *  @source ICAO 9303-11 §9.2 */
export class SecurityInfo {
  protocol = '';
  requiredData: ArrayBuffer = new ArrayBuffer(0);
  optionalData?: ArrayBuffer;
}
// The decorators are called as functions: type stripping leaves no decorator syntax.
AsnProp({ type: AsnPropTypes.ObjectIdentifier })(SecurityInfo.prototype, 'protocol');
AsnProp({ type: AsnPropTypes.Any })(SecurityInfo.prototype, 'requiredData');
AsnProp({ type: AsnPropTypes.Any, optional: true })(SecurityInfo.prototype, 'optionalData');

class SecurityInfos extends AsnArray<SecurityInfo> {}
AsnType({ type: AsnTypeTypes.Set, itemType: SecurityInfo })(SecurityInfos);

/** SecurityInfos ::= SET OF SecurityInfo; `undefined` when the bytes are no such set. */
export function readSecurityInfos(bytes: Uint8Array): readonly SecurityInfo[] | undefined {
  const infos = readDer(bytes, SecurityInfos);
  return infos === undefined ? undefined : Array.from(infos);
}

/** Contents of an object identifier given in its dotted form, whose first two numbers share one byte. */
export function objectIdentifierBytes(dotted: string): Uint8Array<ArrayBuffer> {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return Uint8Array.from([first * 40 + second, ...rest].flatMap(base128));
}

function base128(value: number): number[] {
  const bytes = [value & 0x7f];
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) bytes.unshift((rest & 0x7f) | 0x80);
  return bytes;
}
