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

/** A recording breaks frames into lines of so many bytes; a full line is gone on with by the next of its direction. */
const RECORDED_BYTES = 32;

function framesOf(text: string, direction: '<' | '>'): readonly Uint8Array[] {
  const frames: string[] = [];
  let isOurs = false;
  let isFull = false;
  for (const line of text.split('\n')) {
    const bare = line.replace(/#.*$/u, '');
    const isHead = /^[<>]/u.test(bare);
    const isIndented = /^\s+[0-9a-fA-F]/u.test(bare);
    if (isHead) {
      const goesOn = isFull && isOurs && bare.startsWith(direction);
      isOurs = bare.startsWith(direction);
      if (isOurs && !goesOn) frames.push('');
    }
    if ((isHead || isIndented) && isOurs) frames[frames.length - 1] += ` ${bare.replace(/^[<>]/u, '')}`;
    isFull = isHead && fromHex(bare.slice(1)).length === RECORDED_BYTES;
  }
  return frames.map(fromHex).filter((frame) => frame.length > 0);
}
