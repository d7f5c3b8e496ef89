export { readCsr, type CsrFault, type ReadCsr } from './csr.ts';
export {
  generateKeys,
  issueCertificate,
  privateKeyPem,
  readPrivateKey,
  type IssueRequest,
  type KeyPair,
} from './issue.ts';
export { createFileKeyStore } from './key-store/file-key-store.ts';
export type { KeyFault, KeyLevel, KeyStore, PublicKeyInfo, TlsMaterial } from './key-store/key-store-port.ts';
export { readSealKey } from './key-store/seal-key.ts';
export { createTpmKeyStore } from './key-store/tpm/tpm-key-store.ts';
export { peerChain, tlsRefusal } from './peer.ts';
export { PROFILES, type Profile, type ProfileName } from './profiles.ts';
export {
  pemBlocks,
  readIdentity,
  verifyCertificate,
  type CertificateFault,
  type CertificateIdentity,
} from './verify.ts';
