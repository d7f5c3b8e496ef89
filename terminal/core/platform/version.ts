import { readFileSync } from 'node:fs';

/** The version of the terminal's program, as its birth tells the fleet: that of its package. */
export const TERMINAL_VERSION: string = readVersion(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
);

function readVersion(text: string): string {
  const about: unknown = JSON.parse(text);
  return typeof about === 'object' && about !== null && 'version' in about && typeof about.version === 'string'
    ? about.version
    : 'unknown';
}
