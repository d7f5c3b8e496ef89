import { createHash, sign } from 'node:crypto';
import { ECDSA_SHA256 } from './simulated-certificate.ts';
import { integer, NULL, object, objectIdentifier, octetString, sequence, setOf } from './simulated-der.ts';
import type { DocumentSigner } from './simulated-issuer.ts';

const SHA256 = sequence(objectIdentifier('2.16.840.1.101.3.4.2.1'), NULL);
const SIGNED_DATA = objectIdentifier('1.2.840.113549.1.7.2');
const CONTENT_TYPE = objectIdentifier('1.2.840.113549.1.9.3');
const MESSAGE_DIGEST = objectIdentifier('1.2.840.113549.1.9.4');
/** id-icao-mrtd-security-ldsSecurityObject */
const LDS_OBJECT = objectIdentifier('2.23.136.1.1.1');

/** EF.SOD: 77 { SignedData over the digests of the data groups }, with the signer's certificate inside.
 *  @source ICAO 9303-10 §4.6.2.2 and its appendix D; RFC 5652 §5 */
export function securityObject(groups: ReadonlyMap<number, Buffer>, signer: DocumentSigner): Buffer {
  const digests = [...groups].map(([number, file]) => sequence(integer(number), octetString(sha256(file))));
  const content = sequence(integer(0), SHA256, sequence(...digests));
  const attributes = signedAttributes(content);
  // What is signed bears the tag of a SET, what is sent a [0] (RFC 5652 §5.4).
  const signature = sign('sha256', setOf(...attributes), signer.privateKey);
  const signerInfo = sequence(
    integer(1),
    sequence(signer.issuer, integer(signer.serial)),
    SHA256,
    Buffer.concat([Buffer.from([0xa0]), setOf(...attributes).subarray(1)]),
    ECDSA_SHA256,
    octetString(signature),
  );
  const signedData = sequence(
    integer(3),
    setOf(SHA256),
    sequence(LDS_OBJECT, object(0xa0, octetString(content))),
    object(0xa0, signer.certificate),
    setOf(signerInfo),
  );
  return object(0x77, sequence(SIGNED_DATA, object(0xa0, signedData)));
}

function signedAttributes(content: Buffer): Buffer[] {
  return [sequence(CONTENT_TYPE, setOf(LDS_OBJECT)), sequence(MESSAGE_DIGEST, setOf(octetString(sha256(content))))];
}

function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}
