import { readFileSync } from 'node:fs';
import { fromHex } from '@yimen/contracts/base';

/** One exchange of `fixtures/exchanges.hex`. */
export interface FixtureExchange {
  readonly says: string;
  readonly sent: Uint8Array;
  readonly received: Uint8Array;
}

/** Every exchange. A line that begins with spaces goes on with the one before. */
export function readFixtures(): readonly FixtureExchange[] {
  const text = readFileSync(new URL('../fixtures/exchanges.hex', import.meta.url), 'utf8');
  const [, ...blocks] = text.split('\n\n');
  return blocks.map((block) => {
    const lines = block.trimEnd().replaceAll('\n  ', ' ').split('\n');
    const bytesOf = (mark: string): Uint8Array =>
      fromHex(lines.find((line) => line.startsWith(mark))?.slice(mark.length) ?? '');
    return { says: lines[0]?.slice(2) ?? '', sent: bytesOf('>'), received: bytesOf('<') };
  });
}

/** The one exchange that begins with these words. */
export function fixture(says: string): FixtureExchange {
  const found = readFixtures().find((one) => one.says.startsWith(`${says}:`));
  if (found === undefined) throw new Error(`no exchange "${says}"`);
  return found;
}
