export {
  generateKeys,
  issueCertificate,
  privateKeyPem,
  readPrivateKey,
  type IssueRequest,
  type KeyPair,
} from './issue.ts';
export { peerChain, tlsRefusal } from './peer.ts';
export { PROFILES, type Profile, type ProfileName } from './profiles.ts';
export {
  pemBlocks,
  readIdentity,
  verifyCertificate,
  type CertificateFault,
  type CertificateIdentity,
} from './verify.ts';
