import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { certificate, distinguishedName, pem } from './simulated-certificate.ts';

/** A document signer: its certificate (DER), its issuer's name and its serial number as the security object cites them. */
export interface DocumentSigner {
  readonly certificate: Buffer;
  readonly issuer: Buffer;
  readonly serial: number;
  readonly privateKey: KeyObject;
}

/** `genuine` stands under the simulated trust anchor; `foreign` under another authority of the same name, as a forger
 *  would make it; `expired` under the trust anchor, and over since the end of 2019. */
export type SignerKind = 'genuine' | 'foreign' | 'expired';

interface Authority {
  readonly certificate: Buffer;
  readonly name: Buffer;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

// Keys are made in each process and never leave it: nothing that could sign lies in the repository or on a disk.
const authorities = new Map<'genuine' | 'foreign', Authority>();
const signers = new Map<SignerKind, DocumentSigner>();

/** The simulated country's signing authority as PEM: the trust anchor that makes simulated documents pass. Another in
 *  each process that makes chips, so it is asked of the process that plays them. */
export function simulatedTrustAnchors(): string {
  return pem('CERTIFICATE', authorityOf('genuine').certificate);
}

export function documentSigner(kind: SignerKind): DocumentSigner {
  const known = signers.get(kind) ?? newSigner(kind);
  signers.set(kind, known);
  return known;
}

function authorityOf(kind: 'genuine' | 'foreign'): Authority {
  const known = authorities.get(kind) ?? newAuthority();
  authorities.set(kind, known);
  return known;
}

/** Validity is wide and fixed, so that no check depends on the day of a run. */
function newAuthority(): Authority {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = distinguishedName('CN', 'Simulated issuer, no authority', 'Simulated CSCA');
  const made = certificate({
    serial: 1,
    issuer: name,
    subject: name,
    subjectKey: publicKey,
    issuerKey: privateKey,
    issuerPublicKey: publicKey,
    years: [2010, 2049],
    role: 'authority',
  });
  return { certificate: made, name, privateKey, publicKey };
}

function newSigner(kind: SignerKind): DocumentSigner {
  const authority = authorityOf(kind === 'foreign' ? 'foreign' : 'genuine');
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const serial = kind === 'expired' ? 1_001 : 1_002;
  const made = certificate({
    serial,
    issuer: authority.name,
    subject: distinguishedName('CN', 'Simulated issuer, no authority', `Simulated document signer ${serial}`),
    subjectKey: publicKey,
    issuerKey: authority.privateKey,
    issuerPublicKey: authority.publicKey,
    years: kind === 'expired' ? [2010, 2019] : [2015, 2049],
    role: 'documentSigner',
  });
  return { certificate: made, issuer: authority.name, serial, privateKey };
}
