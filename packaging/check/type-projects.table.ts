/** One compilation per surroundings: contracts see neither Node nor DOM, Node rooms see no DOM, pages see no Node, and
 *  only the shell sees what Electron adds to both. The root project holds what belongs to none of them (the test runner's
 *  configuration, the tests of contracts). */
export const TYPE_PROJECTS: readonly string[] = [
  'tsconfig.json',
  'contracts/tsconfig.json',
  'certs/tsconfig.json',
  'device-adapters/tsconfig.json',
  'terminal/tsconfig.json',
  'terminal/shell/tsconfig.json',
  'terminal/ui/tsconfig.json',
  'terminal/staff-ui/tsconfig.json',
  'fleet-server/tsconfig.json',
  'fleet-server/dashboard/tsconfig.json',
  'packaging/tsconfig.json',
];
