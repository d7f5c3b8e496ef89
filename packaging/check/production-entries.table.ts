/** Where the finished product begins. What can be reached from here is what a hall runs. */
export const PRODUCTION_ENTRIES: readonly string[] = [
  'terminal/core/main.ts',
  'terminal/session/main.ts',
  'terminal/shell/main.ts',
  'terminal/ui/main.tsx',
  'terminal/staff-ui/main.tsx',
  'device-adapters/host/main.ts',
  'fleet-server/main.ts',
  'fleet-server/dashboard/main.tsx',
];

/** What must never be reachable from a production entry: doubles, the demonstration, development trust. */
export const NEVER_IN_PRODUCTION: readonly string[] = [
  '**/testing/**',
  '**/test/**',
  '**/*.test.{ts,tsx}',
  'device-adapters/drivers/*/simulat*',
  'device-adapters/drivers/*/simulat*/**',
  'fleet-server/sandbox/**',
  'fleet-server/simulator/**',
  'packaging/**',
];
