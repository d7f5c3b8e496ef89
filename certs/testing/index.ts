export { createDevelopmentTrust, type DevelopmentTrust } from './development-trust.ts';
export { issueOdd, type Oddities } from './odd-certificate.ts';
export { createTestTree, issueLeaf, type TestAuthority, type TestLeaf, type TestTree } from './test-tree.ts';
export { startTlsPeer, type TlsPeer } from './tls-peer.ts';
export { startTpmBench, type TpmBench } from './tpm-bench.ts';
