import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

type Ran = { readonly status: number; readonly out: string; readonly err: string };

function run(tool: 'probe' | 'record', ...args: string[]): Promise<Ran> {
  const entry = fileURLToPath(new URL(`../../tools/${tool}.mjs`, import.meta.url));
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [entry, ...args], (_, out, err) =>
      resolve({ status: child.exitCode ?? -1, out, err }),
    );
  });
}

it.each([
  [
    'probe',
    ['crt591', '--at', 'tcp:127.0.0.1:7101', 'status'],
    /^probe: no driver "crt591" \(did you mean card-unit-creator-crt591\?\); expected one of card-unit.+\n$/,
  ],
  [
    'probe',
    ['qr-reader-any-hidpos', '--at', 'usb:0c2e:0b61', 'status', '--json'],
    /^probe: --at: expected tcp:HOST:PORT, serial:.+, not "usb:0c2e:0b61"\n$/,
  ],
  [
    'record',
    ['gm65', '--at', 'serial:/dev/ttyS1@9600', 'never-made.hex'],
    /^record: no driver "gm65" \(did you mean qr-reader-hikvision-gm65\?\); expected one of .+\n$/,
  ],
] as const)('%s %j: one line that says what was expected, exit 2', async (tool, args, said) => {
  expect(await run(tool, ...args)).toEqual({ status: 2, out: '', err: expect.stringMatching(said) as string });
});
