export * from './catalogue.table.ts';
export { checkPackage } from './check-package.ts';
export { HELPFUL_DEVICES } from './check/devices.ts';
export { walkAll } from './check/dry-walk.ts';
export type { Finding } from './check/finding.ts';
export type { RawPackage } from './check/read-files.ts';
export * from './package.ts';
export * from './policy.ts';
export * from './step.table.ts';
