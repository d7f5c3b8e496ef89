import { readdirSync, readFileSync } from 'node:fs';

/** A process of the demonstration. */
export interface Seen {
  readonly pid: number;
  /** What runs there: the name of its program or entry file. */
  readonly name: string;
  readonly command: string;
}

/** A process and everything below it. */
export function processesBelow(pid: number): readonly Seen[] {
  const parents = new Map<number, number>();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/u.test(entry)) continue;
    const status = read(`/proc/${entry}/stat`);
    // The name in brackets may hold blanks and brackets.
    const parent = Number(status.slice(status.lastIndexOf(')') + 2).split(' ')[1] ?? 0);
    parents.set(Number(entry), parent);
  }
  const isBelow = (one: number): boolean => one === pid || (parents.has(one) && isBelow(parents.get(one) ?? 0));
  return [...parents.keys()].filter((one) => isBelow(one)).map(describe);
}

function describe(pid: number): Seen {
  const parts = read(`/proc/${pid}/cmdline`).split('\0').filter(Boolean);
  const command = parts.join(' ');
  const entry =
    parts.find((part, at) => at > 0 && /\.m?[jt]s$/u.test(part) && !isPreload(parts[at - 1])) ?? parts[0] ?? '';
  const type = /--type=(\S+)/u.exec(command)?.[1];
  const name = entry.split('/').slice(-2).join('/');
  return { pid, name: type === undefined ? name : `${name} ${type}`, command };
}

/** Whether what follows is loaded before the program, and is not the program. */
function isPreload(option: string | undefined): boolean {
  return option === '--import' || option === '--require';
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
