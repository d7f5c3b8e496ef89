export { createDevelopmentTrust, type DevelopmentTrust } from './development-trust.ts';
