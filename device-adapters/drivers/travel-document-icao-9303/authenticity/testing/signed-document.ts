import { constants, createHash, sign, type KeyObject } from 'node:crypto';
import { concatBytes } from '@yimen/contracts/base';
import { encodeTlv } from '../../protocol.ts';
import { bits, integer, name, NULL, octets, oid, sequence, setOf, tagged, utcTime } from './der-samples.ts';

export interface KeyPair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

const DIGEST_OID = {
  sha1: '1.3.14.3.2.26',
  sha224: '2.16.840.1.101.3.4.2.4',
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
} as const;
export type DigestName = keyof typeof DIGEST_OID;

const digestAlgorithm = (digest: DigestName): Uint8Array<ArrayBuffer> => sequence(oid(DIGEST_OID[digest]), NULL);

/** A signature algorithm: its identifier, and how it signs. */
export interface SigningWay {
  readonly algorithm: Uint8Array;
  readonly sign: (key: KeyObject, data: Uint8Array) => Uint8Array;
}

export function plainWay(dotted: string, digest: DigestName): SigningWay {
  return { algorithm: sequence(oid(dotted)), sign: (key, data) => sign(digest, data, key) };
}

/** RSASSA-PSS with its parameters; `maskDigest` other than the digest makes parameters that OpenSSL does not sign so. */
export function pssWay(digest: DigestName, saltLength: number, maskDigest: DigestName = digest): SigningWay {
  const mask = sequence(oid('1.2.840.113549.1.1.8'), digestAlgorithm(maskDigest));
  const parameters = sequence(tagged(0, digestAlgorithm(digest)), tagged(1, mask), tagged(2, integer(saltLength)));
  return {
    algorithm: sequence(oid('1.2.840.113549.1.1.10'), parameters),
    sign: (key, data) => sign(digest, data, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength }),
  };
}

export const ECDSA_SHA256 = plainWay('1.2.840.10045.4.3.2', 'sha256');

export interface CertificateSample {
  readonly serial?: number;
  readonly issuer?: Uint8Array;
  readonly subject?: Uint8Array;
  readonly key: KeyObject;
  readonly signedBy: KeyObject;
  readonly way?: SigningWay;
  /** YYMMDD */
  readonly from?: string;
  readonly to?: string;
  readonly extensions: readonly Uint8Array[];
}

const AUTHORITY_NAME = name('UT', 'Utopia CSCA');
const extension = (type: string, value: Uint8Array): Uint8Array => sequence(oid(type), octets(value));
/** keyCertSign and cRLSign. */
export const CERTIFICATE_USAGE = extension('2.5.29.15', bits(Uint8Array.of(0x06), 1));
/** digitalSignature */
export const SIGNATURE_USAGE = extension('2.5.29.15', bits(Uint8Array.of(0x80), 7));
export const IS_AUTHORITY = extension('2.5.29.19', sequence(encodeTlv(0x01, Uint8Array.of(0xff)), integer(0)));
export const keyIdentifier = (bytes: Uint8Array): Uint8Array => extension('2.5.29.14', octets(bytes));

/** An X.509 certificate, DER. Valid from 2015 to 2045 unless told otherwise. */
export function certificate(sample: CertificateSample): Uint8Array<ArrayBuffer> {
  const { serial = 1, issuer = AUTHORITY_NAME, way = ECDSA_SHA256, from = '150101', to = '450101' } = sample;
  const toBeSigned = sequence(
    tagged(0, integer(2)),
    integer(serial),
    way.algorithm,
    issuer,
    sequence(utcTime(from), utcTime(to)),
    sample.subject ?? AUTHORITY_NAME,
    sample.key.export({ type: 'spki', format: 'der' }),
    tagged(3, sequence(...sample.extensions)),
  );
  return sequence(toBeSigned, way.algorithm, bits(way.sign(sample.signedBy, toBeSigned)));
}

export function pemOf(der: Uint8Array): string {
  return `-----BEGIN CERTIFICATE-----\n${Buffer.from(der).toString('base64')}\n-----END CERTIFICATE-----\n`;
}

export interface SecurityObjectSample {
  readonly groups: ReadonlyMap<number, Uint8Array>;
  readonly signerCertificate: Uint8Array;
  readonly key: KeyObject;
  readonly way?: SigningWay;
  /** Digest of the groups. */
  readonly digest?: DigestName;
  /** Digest of the signer. */
  readonly signerDigest?: DigestName;
  readonly version?: 0 | 1;
  /** The signer's identifier; by issuer and serial number 2 when it is left out. */
  readonly sid?: Uint8Array;
  /** Changes parts after or before they are signed. */
  readonly change?: Partial<Record<'content' | 'contentType' | 'messageDigest' | 'signature', Uint8Array>>;
  readonly signers?: 0 | 1 | 2;
  readonly hasAttributes?: boolean;
}

const LDS_OBJECT = oid('2.23.136.1.1.1');

/** The LDS security object over these groups (ICAO 9303-10 §4.6.2.3). */
export function ldsSecurityObject(
  sample: Pick<SecurityObjectSample, 'digest' | 'version' | 'groups'>,
): Uint8Array<ArrayBuffer> {
  const { digest = 'sha256', version = 0, groups } = sample;
  const hashes = [...groups].map(([number, file]) => sequence(integer(number), octets(hash(digest, file))));
  const text = (value: string): Uint8Array => encodeTlv(0x13, new TextEncoder().encode(value));
  const versionInfo = version === 1 ? [sequence(text('0108'), text('040000'))] : [];
  return sequence(integer(version), digestAlgorithm(digest), sequence(...hashes), ...versionInfo);
}

/** EF.SOD around it, after RFC 5652 §5. */
export function securityObject(sample: SecurityObjectSample): Uint8Array<ArrayBuffer> {
  const { change = {}, signerDigest = 'sha256', way = ECDSA_SHA256, signers = 1, hasAttributes = true } = sample;
  const content = ldsSecurityObject(sample);
  const attributes = concatBytes(
    sequence(oid('1.2.840.113549.1.9.3'), setOf(change.contentType ?? LDS_OBJECT)),
    sequence(oid('1.2.840.113549.1.9.4'), setOf(octets(change.messageDigest ?? hash(signerDigest, content)))),
  );
  const signature = way.sign(sample.key, hasAttributes ? setOf(attributes) : content);
  const signer = sequence(
    integer(1),
    sample.sid ?? sequence(AUTHORITY_NAME, integer(2)),
    digestAlgorithm(signerDigest),
    hasAttributes ? tagged(0, attributes) : new Uint8Array(0),
    way.algorithm,
    octets(change.signature ?? signature),
  );
  const signedData = sequence(
    integer(3),
    setOf(digestAlgorithm(signerDigest)),
    sequence(LDS_OBJECT, tagged(0, octets(change.content ?? content))),
    tagged(0, sample.signerCertificate),
    setOf(...Array.from({ length: signers }, () => signer)),
  );
  return encodeTlv(0x77, sequence(oid('1.2.840.113549.1.7.2'), tagged(0, signedData)));
}

function hash(digest: DigestName, bytes: Uint8Array): Uint8Array {
  return createHash(digest).update(bytes).digest();
}
