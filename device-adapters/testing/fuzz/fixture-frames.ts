import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromHex } from '@yimen/contracts/base';

const DRIVERS = join(import.meta.dirname, '../../drivers');

/** Frames of a driver's fixtures: `<` what the device says, `>` what it hears; an indented line goes on. */
export function fixtureFrames(driver: string, direction: '<' | '>' = '<'): readonly Uint8Array[] {
  const folder = join(DRIVERS, driver, 'fixtures');
  return readdirSync(folder)
    .filter((name) => name.endsWith('.hex'))
    .flatMap((name) => framesOf(readFileSync(join(folder, name), 'utf8'), direction));
}

function framesOf(text: string, direction: '<' | '>'): readonly Uint8Array[] {
  const frames: string[] = [];
  let isOurs = false;
  for (const line of text.split('\n')) {
    const bare = line.replace(/#.*$/u, '');
    if (/^[<>]/u.test(bare)) {
      isOurs = bare.startsWith(direction);
      if (isOurs) frames.push(bare.slice(1));
    } else if (/^\s+[0-9a-fA-F]/u.test(bare)) {
      if (isOurs) frames[frames.length - 1] += bare;
    } else if (line.trim() !== '' && !line.trimStart().startsWith('#')) isOurs = false;
  }
  return frames.map(fromHex).filter((frame) => frame.length > 0);
}
