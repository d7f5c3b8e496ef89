import { createInterface, type Interface } from 'node:readline';

let lines: AsyncIterator<string> | undefined;
let opened: Interface | undefined;

/** Asks a person for a passphrase, without showing it; from a pipe it takes the next line. Never from the command line
 *  or the surroundings of the process, where others can read them.
 *  @returns `undefined` when there is no more input */
export async function askPassphrase(prompt: string): Promise<string | undefined> {
  process.stderr.write(`${prompt}: `);
  if (!process.stdin.isTTY) return nextLine();
  process.stdin.setRawMode(true);
  try {
    return await typed();
  } finally {
    process.stdin.setRawMode(false);
    process.stdin.pause();
    process.stderr.write('\n');
  }
}

async function nextLine(): Promise<string | undefined> {
  opened ??= createInterface({ input: process.stdin });
  lines ??= opened[Symbol.asyncIterator]();
  const next = await lines.next();
  return next.done === true ? undefined : next.value;
}

const ENTER = /[\r\n]/u;
const CTRL_C = '\u0003';
const ERASE = /[\u007f\b]/u;

function typed(): Promise<string | undefined> {
  return new Promise((resolve) => {
    let text = '';
    const take = (chunk: Buffer): void => {
      for (const char of chunk.toString('utf8')) {
        if (char === CTRL_C || ENTER.test(char)) {
          process.stdin.off('data', take);
          resolve(char === CTRL_C ? undefined : text);
          return;
        }
        text = ERASE.test(char) ? text.slice(0, -1) : text + char;
      }
    };
    process.stdin.resume();
    process.stdin.on('data', take);
  });
}
