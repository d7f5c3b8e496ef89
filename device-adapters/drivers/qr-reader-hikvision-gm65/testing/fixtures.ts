import { readdirSync, readFileSync } from 'node:fs';
import { fromHex } from '@yimen/contracts/base';

/** One exchange of `fixtures/*.hex`. */
export interface FixtureExchange {
  readonly file: string;
  readonly says: string;
  readonly sent: Uint8Array;
  /** Everything that comes, in order: the answer, and codes. */
  readonly received: Uint8Array;
}

const FOLDER = new URL('../fixtures/', import.meta.url);

/** Every exchange of every file. A line that begins with spaces goes on with the one before. */
export function readFixtures(): readonly FixtureExchange[] {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.hex'));
  return files.flatMap((file) => {
    const blocks = readFileSync(new URL(file, FOLDER), 'utf8').split('\n\n').slice(1);
    return blocks.map((block) => {
      const lines = block.trimEnd().replaceAll('\n  ', ' ').split('\n');
      const bytesOf = (mark: string): Uint8Array =>
        fromHex(lines.find((line) => line.startsWith(mark))?.slice(mark.length) ?? '');
      return { file, says: lines[0]?.slice(2) ?? '', sent: bytesOf('>'), received: bytesOf('<') };
    });
  });
}

/** The one exchange that is said so. */
export function fixture(says: string): FixtureExchange {
  const found = readFixtures().find((one) => one.says.startsWith(says));
  if (found === undefined) throw new Error(`no exchange "${says}"`);
  return found;
}

/** The data of the answer, of an exchange without a code. */
export function answerData(says: string): Uint8Array {
  return fixture(says).received.slice(4, -2);
}
