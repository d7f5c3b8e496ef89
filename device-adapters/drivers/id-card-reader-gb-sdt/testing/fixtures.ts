import { readdirSync, readFileSync } from 'node:fs';
import { fromHex } from '@yimen/contracts/base';

/** One exchange of `fixtures/*.hex`. */
export interface FixtureExchange {
  readonly file: string;
  readonly says: string;
  readonly request: Uint8Array;
  readonly reply: Uint8Array;
}

const FOLDER = new URL('../fixtures/', import.meta.url);

/** Every exchange of every file, whole frames. A line that begins with spaces goes on with the one before. */
export function readFixtures(): readonly FixtureExchange[] {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.hex'));
  return files.flatMap((file) => {
    const blocks = readFileSync(new URL(file, FOLDER), 'utf8').split('\n\n').slice(1);
    return blocks.map((block) => {
      const lines = block.trimEnd().replaceAll('\n  ', ' ').split('\n');
      const bytesOf = (mark: string): Uint8Array =>
        fromHex(lines.find((line) => line.startsWith(mark))?.slice(mark.length) ?? '');
      return { file, says: lines[0]?.slice(2) ?? '', request: bytesOf('>'), reply: bytesOf('<') };
    });
  });
}

/** The body of a whole frame: what stands between the length and the check byte. */
export function bodyOf(frame: Uint8Array): Uint8Array {
  return frame.slice(7, -1);
}

/** The one exchange with this request and file, its reply's body. */
export function replyBody(file: string, says: string): Uint8Array {
  const found = readFixtures().find((one) => one.file === file && one.says.startsWith(says));
  if (found === undefined) throw new Error(`no exchange "${says}" in ${file}`);
  return bodyOf(found.reply);
}
