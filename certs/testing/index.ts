export { createDevelopmentTrust, type DevelopmentTrust } from './development-trust.ts';
export { issueOdd, type Oddities } from './odd-certificate.ts';
export { createTestTree, issueLeaf, type TestAuthority, type TestLeaf, type TestTree } from './test-tree.ts';
