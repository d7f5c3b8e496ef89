import { err, ok, type Result } from '@yimen/contracts/base';

/** A program and its arguments, as they are handed to the kernel: no shell looks at them. */
export interface ProcessCommand {
  readonly program: string;
  readonly args: readonly string[];
}

const LONGEST = 1_000;

/** Reads `exec:COMMAND`: words parted by blanks; '…' and "…" keep blanks, nothing else has a meaning. Who wants a shell
 *  says so: `exec:sh -c 'a | b'`.
 *  @returns the error is the sentence that says what was expected. */
export function parseProcessCommand(text: string): Result<ProcessCommand, string> {
  const line = text.slice('exec:'.length);
  if (!text.startsWith('exec:') || line.length > LONGEST || /[\0-\x1f]/.test(line))
    return err('expected exec:COMMAND, one line');
  const words: string[] = [];
  let rest = line.trimStart();
  while (rest !== '') {
    const word = /^(?:[^\s'"]|'[^']*'|"[^"]*")+/.exec(rest)?.[0];
    if (word === undefined || !/^(?:\s|$)/.test(rest.slice(word.length)))
      return err('expected exec:COMMAND with every quote closed');
    words.push(
      word.replaceAll(/'([^']*)'|"([^"]*)"/g, (_, single?: string, double?: string) => single ?? double ?? ''),
    );
    rest = rest.slice(word.length).trimStart();
  }
  const [program = '', ...args] = words;
  return program === '' ? err('expected exec:COMMAND, for instance exec:nc 10.0.0.7 9100') : ok({ program, args });
}
