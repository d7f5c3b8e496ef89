import { existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import type { KeyObject } from 'node:crypto';
import { err, ok, type Result } from '@yimen/contracts/base';
import { createFileKeyStore } from '../key-store/file-key-store.ts';
import { readSealKey } from '../key-store/seal-key.ts';
import { writeWhole } from '../key-store/write-whole.ts';
import { holdRenewal, holdRootCeremony, INTERMEDIATES, type CeremonyDone, type Intermediate } from './ceremony.ts';
import { fingerprintOf, makePersonKey, openPersonKey, readPersonPublic, type PersonRole } from './person-key.ts';
import { readShareFile, type ShareFile } from './share-file.ts';
import { checkTranscript, TRANSCRIPT } from './transcript.ts';

/** Where a command's lines go, and whom it asks. */
export interface CertsSurroundings {
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
  readonly ask: (prompt: string) => Promise<string | undefined>;
  readonly now: () => number;
}

const HELP = `npm run certs -- ceremony key holder|witness NAME --out DIR
npm run certs -- ceremony request device-ca|server-ca|staff-ca --keys DIR [--seal-key FILE] --out FILE
npm run certs -- ceremony root --holder FILE --holder FILE --holder FILE [--holder … up to five] COMMON
npm run certs -- ceremony renew --root FILE --bundle FILE --share FILE --holder-key FILE [--share … --holder-key …] COMMON
npm run certs -- ceremony check DIR --witness FILE
COMMON: --witness-key FILE --requests DIR --zone NAME [--zone …] --out DIR
  key      a person's own key: NAME.holder.key under a passphrase, NAME.holder.pub.pem for the ceremony
  request  a key for an intermediate, where its signer runs, and the request that the ceremony signs
  root     makes the root's key in memory, splits it (2 of 3, 3 of 5), recombines it as proof, signs three intermediates
  renew    opens the root with enough shares, in the order given, and signs new intermediates beside the old ones
  check    holds a ceremony's files against its transcript and the witness's key
Passphrases are asked for (from a pipe: one a line, in the order of the questions). Every command takes --json.
The script to follow is docs/handbook/key-ceremony.md. Exit status: 0 done, 1 it failed (the last line says why), 2 wrong use.`;

/** Passphrases of people as the trust design has them for passwords (§7.1). */
const PASSPHRASE_CHARACTERS = 15;
const KEY_MODE = 0o600;
const OPEN_MODE = 0o644;
/** Everything that a ceremony reads is a few kilobytes. */
const FILE_CHARACTERS = 200_000;

interface Refusal {
  readonly code: string;
  readonly message: string;
}
type Said = Readonly<Record<string, unknown>>;

/** Its type is what the library makes of the options; written out, it would say the same again.
 *  @throws what `parseArgs` throws on an option that does not exist or lacks its value */
function readOptions(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      help: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      out: { type: 'string' },
      keys: { type: 'string' },
      'seal-key': { type: 'string' },
      holder: { type: 'string', multiple: true, default: [] },
      share: { type: 'string', multiple: true, default: [] },
      'holder-key': { type: 'string', multiple: true, default: [] },
      zone: { type: 'string', multiple: true, default: [] },
      'witness-key': { type: 'string' },
      witness: { type: 'string' },
      requests: { type: 'string' },
      root: { type: 'string' },
      bundle: { type: 'string' },
    },
  });
}
type Values = ReturnType<typeof readOptions>['values'];
type NeededName = Exclude<keyof Values, 'help' | 'json'>;

/** Carries out `npm run certs`.
 *  @returns the exit status: 0 done, 1 it failed, 2 wrong use */
export async function runCerts(args: readonly string[], around: CertsSurroundings): Promise<number> {
  let parsed;
  try {
    parsed = readOptions(args);
  } catch (error) {
    return wrongUse(around, error instanceof Error ? error.message : 'wrong options');
  }
  const { values, positionals } = parsed;
  if (values.help) {
    around.out(HELP);
    return 0;
  }
  const [ceremony, verb = '', ...rest] = positionals;
  const command = ceremony === 'ceremony' ? COMMANDS[verb] : undefined;
  if (command === undefined)
    return wrongUse(around, `expected "ceremony" and one of ${Object.keys(COMMANDS).join(', ')}`);
  const missing = command.needs.find((name) => values[name] === undefined || values[name].length === 0);
  if (missing !== undefined) return wrongUse(around, `ceremony ${verb} needs --${missing}`);
  if (rest.length !== command.operands) return wrongUse(around, `ceremony ${verb} takes ${command.operands} names`);
  const done = await command.run(rest, values, around);
  if (done.ok) {
    if (values.json) around.out(JSON.stringify({ ok: true, ...done.value }));
    else for (const [name, value] of Object.entries(done.value)) around.out(`${name}: ${lineOf(value)}`);
    return 0;
  }
  if (done.error.code === 'WRONG_OPTION') return wrongUse(around, done.error.message);
  if (values.json) around.out(JSON.stringify({ ok: false, fault: done.error }));
  around.err(`${done.error.message} [${done.error.code}]`);
  return 1;
}

interface Command {
  readonly needs: readonly NeededName[];
  readonly operands: number;
  readonly run: (
    operands: readonly string[],
    values: Values,
    around: CertsSurroundings,
  ) => Promise<Result<Said, Refusal>>;
}

const COMMANDS: Readonly<Record<string, Command>> = {
  key: { needs: ['out'], operands: 2, run: makeKey },
  request: { needs: ['keys', 'out'], operands: 1, run: makeRequest },
  root: { needs: ['holder', 'witness-key', 'requests', 'zone', 'out'], operands: 0, run: holdRoot },
  renew: {
    needs: ['root', 'bundle', 'share', 'holder-key', 'witness-key', 'requests', 'zone', 'out'],
    operands: 0,
    run: renew,
  },
  check: { needs: ['witness'], operands: 1, run: check },
};

async function makeKey(
  [role = '', name = '']: readonly string[],
  values: Values,
  around: CertsSurroundings,
): Promise<Result<Said, Refusal>> {
  if ((role !== 'holder' && role !== 'witness') || !/^[\w.-]{1,40}$/u.test(name))
    return refused('WRONG_OPTION', 'expected "holder" or "witness", and a name of letters, digits, - and _');
  const dir = values.out ?? '';
  const [keyFile, publicFile] = [join(dir, `${name}.${role}.key`), join(dir, `${name}.${role}.pub.pem`)];
  if (existsSync(keyFile)) return refused('KEY_EXISTS', `${keyFile} exists: keys are not replaced`);
  const passphrase = await around.ask(`passphrase of ${name}, at least ${PASSPHRASE_CHARACTERS} characters`);
  const again = await around.ask('once more');
  if (passphrase === undefined || passphrase.length < PASSPHRASE_CHARACTERS || passphrase !== again)
    return refused('KEY_UNREADABLE', `at least ${PASSPHRASE_CHARACTERS} characters, twice the same`);
  const made = makePersonKey(role, passphrase);
  const written = write(dir, [
    { path: keyFile, text: made.sealed, mode: KEY_MODE },
    { path: publicFile, text: made.publicPem, mode: OPEN_MODE },
  ]);
  if (!written.ok) return written;
  const key = readPersonPublic(role, made.publicPem);
  return key.ok ? ok({ key: keyFile, public: publicFile, fingerprint: fingerprintOf(key.value) }) : key;
}

async function makeRequest(
  [name = '']: readonly string[],
  values: Values,
  around: CertsSurroundings,
): Promise<Result<Said, Refusal>> {
  const profile = INTERMEDIATES.find((one) => one === name);
  if (profile === undefined) return refused('WRONG_OPTION', `expected one of ${INTERMEDIATES.join(', ')}`);
  const [dir = '', out = ''] = [values.keys, values.out];
  const made = write(dir, []);
  if (!made.ok) return made;
  const sealFile = values['seal-key'];
  const sealKey = sealFile === undefined ? ok(null) : readSealKey({ file: sealFile }, dir);
  if (!sealKey.ok) return sealKey;
  const store = createFileKeyStore({ dir, sealKey: sealKey.value });
  const year = new Date(around.now()).getUTCFullYear();
  // With its month, because keys are not replaced and a renewal comes every eighteen.
  const keyName = `${profile}-${new Date(around.now()).toISOString().slice(0, 7)}`;
  const key = await store.generate(keyName);
  if (!key.ok) return key;
  const csr = await store.csr(keyName, profile, `yimen ${profile.replace('-', ' ')} ${year}`);
  if (!csr.ok) return csr;
  const written = write(dirname(out), [{ path: out, text: csr.value, mode: OPEN_MODE }]);
  return written.ok ? ok({ key: keyName, level: store.level, request: out, spki: key.value.spkiHash }) : written;
}

async function holdRoot(
  _operands: readonly string[],
  values: Values,
  around: CertsSurroundings,
): Promise<Result<Said, Refusal>> {
  const holders = readAll(values.holder, (text) => readPersonPublic('holder', text));
  if (!holders.ok) return holders;
  const given = await readCommon(values, around);
  if (!given.ok) return given;
  return keep(await holdRootCeremony({ ...given.value, holders: holders.value }), values.out ?? '');
}

async function renew(
  _operands: readonly string[],
  values: Values,
  around: CertsSurroundings,
): Promise<Result<Said, Refusal>> {
  const [root, bundle] = [readText(values.root ?? ''), readText(values.bundle ?? '')];
  if (!root.ok) return root;
  if (!bundle.ok) return bundle;
  const files = readAll(values.share, readShareFile);
  if (!files.ok) return files;
  if (values.share.length !== values['holder-key'].length)
    return refused('WRONG_OPTION', 'as many --holder-key as --share, in the same order');
  const shares: { file: ShareFile; key: KeyObject }[] = [];
  for (const [i, path] of values['holder-key'].entries()) {
    const key = await openKey('holder', path, around);
    const file = files.value[i];
    if (!key.ok) return key;
    if (file !== undefined) shares.push({ file, key: key.value });
  }
  const given = await readCommon(values, around);
  if (!given.ok) return given;
  return keep(await holdRenewal({ ...given.value, root: root.value, bundle: bundle.value, shares }), values.out ?? '');
}

async function check([dir = '']: readonly string[], values: Values): Promise<Result<Said, Refusal>> {
  const witness = readAll([values.witness ?? ''], (text) => readPersonPublic('witness', text));
  const [key] = witness.ok ? witness.value : [];
  if (!witness.ok || key === undefined) return witness.ok ? refused('KEY_UNREADABLE', 'no witness') : witness;
  const checked = checkTranscript((name) => {
    const text = /^[\w.-]+$/u.test(name) ? readText(join(dir, name)) : undefined;
    return text?.ok === true ? text.value : undefined;
  }, key);
  return checked.ok ? ok({ ...checked.value }) : checked;
}

interface Common {
  readonly requests: Readonly<Record<Intermediate, string>>;
  readonly zone: readonly string[];
  readonly witness: KeyObject;
  readonly now: number;
}

/** What both ceremonies are given. An output folder that has something in it is another ceremony's. */
async function readCommon(values: Values, around: CertsSurroundings): Promise<Result<Common, Refusal>> {
  const { out = '', requests: dir = '', zone } = values;
  if (existsSync(out) && readdirSync(out).length > 0) return refused('WRONG_OPTION', `${out} is not empty`);
  const texts = readAll(
    INTERMEDIATES.map((profile) => join(dir, `${profile}.csr.pem`)),
    (text) => ok(text),
  );
  if (!texts.ok) return texts;
  const [device = '', server = '', staff = ''] = texts.value;
  const witness = await openKey('witness', values['witness-key'] ?? '', around);
  if (!witness.ok) return witness;
  const requests = { 'device-ca': device, 'server-ca': server, 'staff-ca': staff };
  return ok({ requests, zone, witness: witness.value, now: around.now() });
}

async function openKey(role: PersonRole, path: string, around: CertsSurroundings): Promise<Result<KeyObject, Refusal>> {
  const text = readText(path);
  if (!text.ok) return text;
  const passphrase = await around.ask(`passphrase of ${path}`);
  return openPersonKey(role, text.value, passphrase ?? '');
}

/** Writes what a ceremony left. The transcript comes last: without it, it was none. */
function keep(done: Result<CeremonyDone, Refusal>, out: string): Result<Said, Refusal> {
  if (!done.ok) return done;
  const { files, rootHash } = done.value;
  const written = write(
    out,
    files.map(({ name, text }) => ({
      path: join(out, name),
      text,
      mode: name.startsWith('share-') ? KEY_MODE : OPEN_MODE,
    })),
  );
  if (!written.ok) return written;
  return ok({ root: rootHash, files: files.map((file) => file.name), transcript: join(out, TRANSCRIPT) });
}

function write(
  dir: string,
  files: readonly { readonly path: string; readonly text: string; readonly mode: number }[],
): Result<void, Refusal> {
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    for (const { path, text, mode } of files) writeWhole(path, text, mode);
    return ok(undefined);
  } catch (error) {
    const isFull = (error as NodeJS.ErrnoException).code === 'ENOSPC';
    return refused(
      isFull ? 'DISK_FULL' : 'DATA_UNREADABLE',
      `${dir}: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

function readAll<T>(paths: readonly string[], read: (text: string) => Result<T, Refusal>): Result<T[], Refusal> {
  const all: T[] = [];
  for (const path of paths) {
    const text = readText(path);
    const one = text.ok ? read(text.value) : text;
    if (!one.ok) return refused(one.error.code, `${path}: ${one.error.message}`);
    all.push(one.value);
  }
  return ok(all);
}

function readText(path: string): Result<string, Refusal> {
  try {
    const text = readFileSync(path, 'utf8');
    return text.length <= FILE_CHARACTERS ? ok(text) : refused('DATA_UNREADABLE', `${path} is too large`);
  } catch (error) {
    return refused('DATA_UNREADABLE', `${path} cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown'}`);
  }
}

function refused(code: string, message: string): { readonly ok: false; readonly error: Refusal } {
  return err({ code, message });
}

function wrongUse(around: CertsSurroundings, message: string): number {
  around.err(`${message} [WRONG_OPTION]`);
  around.err(HELP);
  return 2;
}

function lineOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return Array.isArray(value) ? value.join(' ') : JSON.stringify(value);
}
