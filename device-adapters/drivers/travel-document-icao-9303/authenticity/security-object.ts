import { Attribute, EncapsulatedContentInfo, id_signedData, SignerIdentifier } from '@peculiar/asn1-cms';
import { AsnArray, AsnProp, AsnPropTypes, AsnType, AsnTypeTypes, OctetString } from '@peculiar/asn1-schema';
import { AlgorithmIdentifier } from '@peculiar/asn1-x509';
import { findTlv } from '../../../framing/tlv.ts';
import { readDer } from '../der.ts';
import { chipLimits } from '../limits.table.ts';
import { digestName } from './algorithms.ts';

class Attributes extends AsnArray<Attribute> {}
AsnType({ type: AsnTypeTypes.Set, itemType: Attribute })(Attributes);

/** SignerInfo (RFC 5652 §5.3) that keeps the bytes of its signed attributes, which the signature covers. */
export class Signer {
  version = 0;
  sid: SignerIdentifier = new SignerIdentifier();
  digestAlgorithm: AlgorithmIdentifier = new AlgorithmIdentifier();
  signedAttrs?: Attributes;
  /** With its tag [0]. */
  signedAttrsRaw?: Uint8Array;
  signatureAlgorithm: AlgorithmIdentifier = new AlgorithmIdentifier();
  signature: OctetString = new OctetString();
  unsignedAttrs?: Attributes;
}
AsnProp({ type: AsnPropTypes.Integer })(Signer.prototype, 'version');
AsnProp({ type: SignerIdentifier })(Signer.prototype, 'sid');
AsnProp({ type: AlgorithmIdentifier })(Signer.prototype, 'digestAlgorithm');
AsnProp({ type: Attributes, context: 0, implicit: true, optional: true, raw: true })(Signer.prototype, 'signedAttrs');
AsnProp({ type: AlgorithmIdentifier })(Signer.prototype, 'signatureAlgorithm');
AsnProp({ type: OctetString })(Signer.prototype, 'signature');
AsnProp({ type: Attributes, context: 1, implicit: true, optional: true })(Signer.prototype, 'unsignedAttrs');

class Signers extends AsnArray<Signer> {}
AsnType({ type: AsnTypeTypes.Set, itemType: Signer })(Signers);

/** SignedData (RFC 5652 §5.1) whose certificates stay as they came: their signatures are over these very bytes. */
class SignedBytes {
  version = 0;
  digestAlgorithms: ArrayBuffer = new ArrayBuffer(0);
  encapContentInfo: EncapsulatedContentInfo = new EncapsulatedContentInfo();
  certificates?: ArrayBuffer[];
  crls?: ArrayBuffer[];
  signerInfos: Signers = new Signers();
}
AsnProp({ type: AsnPropTypes.Integer })(SignedBytes.prototype, 'version');
AsnProp({ type: AsnPropTypes.Any })(SignedBytes.prototype, 'digestAlgorithms');
AsnProp({ type: EncapsulatedContentInfo })(SignedBytes.prototype, 'encapContentInfo');
AsnProp({ type: AsnPropTypes.Any, repeated: 'set', context: 0, implicit: true, optional: true })(
  SignedBytes.prototype,
  'certificates',
);
AsnProp({ type: AsnPropTypes.Any, repeated: 'set', context: 1, implicit: true, optional: true })(
  SignedBytes.prototype,
  'crls',
);
AsnProp({ type: Signers })(SignedBytes.prototype, 'signerInfos');

class ContentInfo {
  contentType = '';
  content: SignedBytes = new SignedBytes();
}
AsnProp({ type: AsnPropTypes.ObjectIdentifier })(ContentInfo.prototype, 'contentType');
AsnProp({ type: SignedBytes, context: 0 })(ContentInfo.prototype, 'content');

class GroupHash {
  dataGroupNumber = 0;
  dataGroupHashValue: OctetString = new OctetString();
}
AsnProp({ type: AsnPropTypes.Integer })(GroupHash.prototype, 'dataGroupNumber');
AsnProp({ type: OctetString })(GroupHash.prototype, 'dataGroupHashValue');

class GroupHashes extends AsnArray<GroupHash> {}
AsnType({ type: AsnTypeTypes.Sequence, itemType: GroupHash })(GroupHashes);

/** LDSSecurityObject (ICAO 9303-10 §4.6.2.3): version 0 ends after the digests, version 1 says the LDS version too. */
class LdsSecurityObject {
  version = 0;
  hashAlgorithm: AlgorithmIdentifier = new AlgorithmIdentifier();
  dataGroupHashValues: GroupHashes = new GroupHashes();
  ldsVersionInfo?: ArrayBuffer;
}
AsnProp({ type: AsnPropTypes.Integer })(LdsSecurityObject.prototype, 'version');
AsnProp({ type: AlgorithmIdentifier })(LdsSecurityObject.prototype, 'hashAlgorithm');
AsnProp({ type: GroupHashes })(LdsSecurityObject.prototype, 'dataGroupHashValues');
AsnProp({ type: AsnPropTypes.Any, optional: true })(LdsSecurityObject.prototype, 'ldsVersionInfo');

const LDS_SECURITY_OBJECT = '2.23.136.1.1.1';
const TLV_LIMITS = { valueBytes: chipLimits.fileBytes, objects: 4 };

/** EF.SOD taken apart; nothing of it is verified yet. */
export interface SecurityObject {
  /** Digest of the data groups, as node:crypto names it, and the digests by number of the group. */
  readonly digest: string;
  readonly groups: ReadonlyMap<number, Uint8Array>;
  /** The signed content: the LDS security object's own bytes. */
  readonly content: Uint8Array;
  readonly contentType: string;
  readonly signer: Signer;
  /** DER of each certificate in it. */
  readonly certificates: readonly Uint8Array[];
}

/** Reads EF.SOD: 77 { ContentInfo }, a CMS SignedData with one signer around the LDS security object.
 *  @returns `undefined` when it does not follow its standard
 *  @source ICAO 9303-10 §4.6.2, RFC 5652 */
export function readSecurityObject(file: Uint8Array): SecurityObject | undefined {
  const wrapped = findTlv(file, [0x77], TLV_LIMITS);
  const info = wrapped.ok && wrapped.value !== undefined ? readDer(wrapped.value, ContentInfo) : undefined;
  if (info?.contentType !== id_signedData) return undefined;
  const { encapContentInfo, signerInfos, certificates = [] } = info.content;
  const content = encapContentInfo.eContent?.single?.buffer;
  const [signer, second] = Array.from(signerInfos);
  if (content === undefined || signer === undefined || second !== undefined) return undefined;
  const groups = readGroups(new Uint8Array(content));
  if (groups === undefined || encapContentInfo.eContentType !== LDS_SECURITY_OBJECT) return undefined;
  return {
    ...groups,
    content: new Uint8Array(content),
    contentType: encapContentInfo.eContentType,
    signer,
    certificates: certificates.map((der) => new Uint8Array(der)),
  };
}

function readGroups(content: Uint8Array): Pick<SecurityObject, 'digest' | 'groups'> | undefined {
  const lds = readDer(content, LdsSecurityObject);
  const digest = digestName(lds?.hashAlgorithm.algorithm ?? '');
  if (lds === undefined || digest === undefined) return undefined;
  // Version 0 has no version information, version 1 must have it.
  const isVersionGood = lds.version === 0 ? lds.ldsVersionInfo === undefined : lds.version === 1;
  if (!isVersionGood || (lds.version === 1 && lds.ldsVersionInfo === undefined)) return undefined;
  const groups = new Map<number, Uint8Array>();
  for (const { dataGroupNumber, dataGroupHashValue } of lds.dataGroupHashValues) {
    const isNew = !groups.has(dataGroupNumber) && dataGroupNumber >= 1 && dataGroupNumber <= 16;
    if (!isNew) return undefined;
    groups.set(dataGroupNumber, new Uint8Array(dataGroupHashValue.buffer));
  }
  return groups.size === 0 ? undefined : { digest, groups };
}
