import { spawn } from 'node:child_process';
import { randomBytes, X509Certificate } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { combine } from 'shamir-secret-sharing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pemBlocks, verifyCertificate } from '../../verify.ts';
import { openPersonKey } from '../../ceremony/person-key.ts';
import { rootKeyFrom } from '../../ceremony/root-key.ts';
import { runCerts } from '../../ceremony/run-certs.ts';
import { openShare, readShareFile } from '../../ceremony/share-file.ts';

const RUNBOOK = fileURLToPath(new URL('../../../docs/handbook/key-ceremony.md', import.meta.url));
const PROGRAM = fileURLToPath(new URL('../../ceremony/certs.mjs', import.meta.url));
/** Whoever has a key types its passphrase, in the order in which the command names the keys. */
const PASSPHRASES: Readonly<Record<string, string>> = {
  li: 'li remembers seven herons',
  wang: 'wang remembers nine ferries',
  zhao: 'zhao remembers two bridges',
  chen: 'chen watches every step',
};

interface Ran {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
  /** Files outside the sources that the process was seen to have open. */
  readonly opened: ReadonlySet<string>;
  /** Files that are there since. */
  readonly made: readonly string[];
}

let dir = '';
const ran = new Map<string, Ran>();
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'yimen-ceremony-'));
  for (const name of ['home', 'tmp', 'signer-secret']) mkdirSync(join(dir, name));
  writeFileSync(join(dir, 'signer-secret', 'seal'), randomBytes(32));
  // The runbook is the drill: every line that it says, in its order. A renewal's keys are made in another month.
  for (const line of commandsOf(readFileSync(RUNBOOK, 'utf8'))) ran.set(line, await run(line, monthOf(line)));
}, 120_000);
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function commandsOf(markdown: string): string[] {
  const blocks = [...markdown.matchAll(/```sh\n([\s\S]*?)```/gu)].map((match) => match[1] ?? '');
  return blocks.flatMap((block) => block.split('\n')).filter((line) => line !== '');
}

/** Eighteen months on, for the renewal. */
function monthOf(line: string): number {
  return line.includes('2028') ? 540 : 0;
}

/** What people type: a new passphrase twice, else one for each key that the line names. */
function typed(line: string): string[] {
  const made = /ceremony key \w+ (\w+)/u.exec(line)?.[1];
  if (made !== undefined) return [PASSPHRASES[made] ?? '', PASSPHRASES[made] ?? ''];
  return [...line.matchAll(/-key usb-(\w+)\//gu)].map((match) => PASSPHRASES[match[1] ?? ''] ?? '');
}

async function run(line: string, daysOn = 0, lines = typed(line)): Promise<Ran> {
  const [npm, verb, name, dashes, ...args] = line.split(' ');
  expect([npm, verb, name, dashes]).toEqual(['npm', 'run', 'certs', '--']);
  // A clock that is ahead, as on the day of a renewal; the program asks for the time once.
  const ahead = `const now = Date.now; Date.now = () => now() + ${daysOn} * 86400000;`;
  const clock = join(dir, 'home', 'clock.mjs');
  writeFileSync(clock, ahead);
  const child = spawn(process.execPath, ['--import', clock, PROGRAM, ...args], {
    cwd: dir,
    env: { PATH: process.env['PATH'], HOME: join(dir, 'home'), TMPDIR: join(dir, 'tmp') },
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  child.stdin.on('error', () => undefined);
  child.stdin.end(lines.map((text) => `${text}\n`).join(''));
  const before = new Set(allFiles());
  const opened = new Set<string>();
  const watch = setInterval(() => {
    for (const file of openFiles(child.pid)) opened.add(file);
  }, 5);
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
  clearInterval(watch);
  return { status, out, err, opened, made: allFiles().filter((path) => !before.has(path)) };
}

/** Below the folder that is also the program's home, its working folder and its place for temporary files. */
function allFiles(): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** The same in this process: for what is refused, where a start of Node each time would take a minute. */
async function refuse(line: string, daysOn = 540, lines = typed(line)): Promise<Pick<Ran, 'status' | 'out' | 'err'>> {
  const args = line
    .split(' ')
    .slice(4)
    .map((arg) => (PLACES.test(arg) ? join(dir, arg) : arg));
  const said = { out: '', err: '' };
  const status = await runCerts(args, {
    out: (text) => (said.out += `${text}\n`),
    err: (text) => (said.err += `${text}\n`),
    ask: async () => lines.shift(),
    now: () => Date.now() + daysOn * 86_400_000,
  });
  return { status, ...said };
}
const PLACES = /^(?:usb-|root-2026|renewal-2028|requests|signer|x\d)/u;

function openFiles(pid: number | undefined): string[] {
  try {
    return readdirSync(`/proc/${pid ?? 0}/fd`).flatMap((fd) => {
      try {
        const path = readlinkSync(`/proc/${pid ?? 0}/fd/${fd}`);
        return path.startsWith('/') && !path.startsWith('/dev/') && !path.startsWith('/proc/') ? [path] : [];
      } catch {
        return [];
      }
    });
  } catch {
    return [];
  }
}

const text = (...path: string[]): string => readFileSync(join(dir, ...path), 'utf8');

/** The root's private number, as two holders could have it. */
async function rootScalar(): Promise<Uint8Array> {
  const shares = [];
  for (const [file, name] of [
    ['share-1.json', 'li'],
    ['share-2.json', 'wang'],
  ] as const) {
    const share = readShareFile(text('root-2026', file));
    const key = openPersonKey('holder', text(`usb-${name}`, `${name}.holder.key`), PASSPHRASES[name] ?? '');
    const opened = share.ok && key.ok ? openShare(share.value, key.value) : undefined;
    if (opened?.ok !== true) throw new Error('no share');
    shares.push(new Uint8Array(opened.value));
  }
  return combine(shares);
}

/** All files below the drill's folder that have the bytes in one of the ways people write bytes. */
function filesWith(bytes: Uint8Array): string[] {
  const raw = Buffer.from(bytes);
  // The middle of base64 at each of its three beginnings.
  const base64 = [0, 1, 2].map((shift) =>
    Buffer.concat([Buffer.alloc(shift), raw])
      .toString('base64')
      .slice(4, -4),
  );
  const needles = [
    raw,
    Buffer.from(raw.toString('hex')),
    Buffer.from(raw.toString('hex').toUpperCase()),
    ...base64.map((one) => Buffer.from(one)),
  ];
  return allFiles().filter((path) => {
    const content = readFileSync(path);
    const joined = Buffer.from(content.toString('latin1').replaceAll(/\s/gu, ''), 'latin1');
    return needles.some((needle) => content.includes(needle) || joined.includes(needle));
  });
}

describe('the drill, as the runbook says it', () => {
  it('goes through, step by step', () => {
    expect(ran.size).toBeGreaterThanOrEqual(13);
    for (const [line, { status, err }] of ran) expect([line, status, status === 0 ? '' : err]).toEqual([line, 0, '']);
  });

  it('ends with certificates that are believed, old and new side by side', () => {
    const bundle = text('renewal-2028', 'bundle.pem');
    expect(pemBlocks(bundle).length).toBe(7);
    const at = Date.now() + 541 * 86_400_000;
    for (const folder of ['root-2026', 'renewal-2028'])
      for (const profile of ['device-ca', 'server-ca', 'staff-ca'] as const)
        expect(verifyCertificate([text(folder, `${profile}.crt.pem`)], bundle, profile, at).ok).toBe(true);
  });

  it('leaves the root key nowhere: not in what it wrote, nor beside it', async () => {
    const scalar = await rootScalar();
    // It is the root's, so this looks for the right thing.
    const root = new X509Certificate(text('root-2026', 'root.crt.pem')).publicKey.export({
      type: 'spki',
      format: 'der',
    });
    expect((await rootKeyFrom(scalar))?.spki.equals(root)).toBe(true);
    expect(filesWith(scalar)).toEqual([]);
    // The control: planted, it is found, in each way.
    for (const planted of [
      Buffer.from(scalar),
      Buffer.from(scalar).toString('hex'),
      `x${Buffer.from(scalar).toString('base64')}`,
    ]) {
      writeFileSync(join(dir, 'tmp', 'planted'), planted);
      expect(filesWith(scalar)).toEqual([join(dir, 'tmp', 'planted')]);
    }
    rmSync(join(dir, 'tmp', 'planted'));
    expect(readdirSync(join(dir, 'tmp'))).toEqual([]);
  });

  it('writes only into the folder it was given, and holds no deleted file open', () => {
    for (const [line, { opened, made }] of ran) {
      const out = /--out (\S+)/u.exec(line)?.[1] ?? '';
      const strange = [...opened].filter((path) => path.includes('(deleted)') && !path.startsWith(join(dir, out)));
      expect([line, strange]).toEqual([line, []]);
      const keys = /--keys (\S+)/u.exec(line)?.[1] ?? out;
      const elsewhere = made.filter((path) => ![out, keys].some((folder) => path.startsWith(join(dir, folder))));
      expect([line, elsewhere]).toEqual([line, []]);
    }
    for (const share of ['share-1.json', 'share-2.json', 'share-3.json'])
      expect(statSync(join(dir, 'root-2026', share)).mode & 0o777).toBe(0o600);
    expect(statSync(join(dir, 'usb-li', 'li.holder.key')).mode & 0o777).toBe(0o600);
  });

  it('shows no passphrase', () => {
    for (const { out, err } of ran.values())
      for (const passphrase of Object.values(PASSPHRASES)) expect(out + err).not.toContain(passphrase);
  });
});

describe('the command refuses', () => {
  const renewal = (): string => [...ran.keys()].find((line) => line.includes('ceremony renew')) ?? '';
  const check = (): string => [...ran.keys()].find((line) => line.includes('check root-2026')) ?? '';

  it.each<[string, () => string, number, RegExp]>([
    [
      'one share where two are needed',
      () =>
        renewal()
          .replace(/ --share \S+share-3\S+ --holder-key \S+/u, '')
          .replace('--out renewal-2028', '--out x1'),
      1,
      /1 shares of 2 .*\[SHARES_REFUSED\]/u,
    ],
    [
      'a share with another holder’s key',
      () => renewal().replace('usb-zhao/zhao', 'usb-wang/wang').replace('--out renewal-2028', '--out x2'),
      1,
      /\[SHARES_REFUSED\]/u,
    ],
    ['a folder that is in use', () => renewal(), 2, /not empty \[WRONG_OPTION\]/u],
    ['a key for each share but one', () => renewal().replace(/ --holder-key usb-zhao\S+/u, ''), 2, /as many/u],
    [
      'a key that would be replaced',
      () => 'npm run certs -- ceremony key holder li --out usb-li',
      1,
      /\[KEY_EXISTS\]/u,
    ],
    [
      'the witness’s key as a holder’s',
      () =>
        renewal().replace('usb-zhao/zhao.holder', 'usb-chen/chen.witness').replace('--out renewal-2028', '--out x3'),
      1,
      /\[KEY_UNREADABLE\]/u,
    ],
    ['another witness', () => check().replace('usb-chen/chen.witness', 'usb-li/li.holder'), 1, /\[KEY_UNREADABLE\]/u],
    ['a command that there is none', () => 'npm run certs -- ceremony dance', 2, /\[WRONG_OPTION\]/u],
    ['an option that there is none', () => `${check()} --force`, 2, /\[WRONG_OPTION\]/u],
  ])('%s', async (_what, line, status, says) => {
    const refused = await refuse(line());
    expect([refused.status, refused.err]).toEqual([status, expect.stringMatching(says)]);
    for (const name of ['x1', 'x2', 'x3']) expect(readdirSync(dir)).not.toContain(name);
  });

  it('a wrong passphrase, a short one, and none', async () => {
    const other = renewal().replace('--out renewal-2028', '--out x4');
    expect(await refuse(other, 540, ['wrong', 'wrong', 'wrong'])).toMatchObject({
      status: 1,
      err: expect.stringContaining('KEY_UNREADABLE'),
    });
    expect(await refuse(other, 540, [])).toMatchObject({ status: 1, err: expect.stringContaining('KEY_UNREADABLE') });
    const make = 'npm run certs -- ceremony key holder sun --out usb-sun';
    for (const lines of [['short', 'short'], ['long enough to be one', 'long enough to be two'], []] as string[][])
      expect(await refuse(make, 0, lines)).toMatchObject({ status: 1 });
    expect(readdirSync(dir)).not.toContain('usb-sun');
  });

  it('a file of the ceremony that was changed', async () => {
    const file = join(dir, 'root-2026', 'device-ca.crt.pem');
    const before = readFileSync(file);
    writeFileSync(file, `${before.toString()}\n`);
    expect(await refuse(check())).toMatchObject({ status: 1, err: expect.stringContaining('TRANSCRIPT_REFUSED') });
    writeFileSync(file, before);
    expect(await refuse(`${check()} --json`)).toMatchObject({
      status: 0,
      out: expect.stringContaining('"recombined":3'),
    });
  });
});
