import {
  chmodSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  closeSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { createPublicKey, X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { err, ok, type Result } from '@yimen/contracts/base';
import { generateKeys, issueCertificate, privateKeyPem, readPrivateKey } from '../issue.ts';
import type { ProfileName } from '../profiles.ts';
import { pemBlocks, verifyCertificate } from '../verify.ts';

/** Paths of PEM files. `ca`: what both sides trust: the root, and the two CAs that lead to it. A `cert` file holds the
 *  leaf and its issuer. */
export interface DevelopmentTrust {
  readonly ca: string;
  readonly server: { readonly cert: string; readonly key: string };
  readonly terminals: ReadonlyMap<string, { readonly cert: string; readonly key: string }>;
}

export interface TrustFault {
  readonly code: 'DATA_UNREADABLE' | 'DISK_FULL';
  readonly message: string;
}

interface Options {
  readonly terminals: readonly string[];
  readonly serverNames: readonly string[];
  /** Wall milliseconds; the machine's clock when left out. */
  readonly now?: number;
}

interface Issued {
  readonly cert: string;
  readonly key: string;
}

const RENEW_BEFORE_MS = 3 * 86_400_000;
const KEY_MODE = 0o600;

/** A throw-away trust tree of its own in `dir`: root, device CA, server CA, one server certificate (its names in
 *  `serverNames`), one client certificate of 30 days for each terminal. Calling it again keeps what is good for another
 *  three days and makes the rest anew; the root stays as long as it and its key can be read. For demonstrations and
 *  tests only: all keys lie in files (mode 0600) on one machine.
 *  @fault DATA_UNREADABLE the folder cannot be read or written; DISK_FULL */
export async function createDevelopmentTrust(
  dir: string,
  options: Options,
): Promise<Result<DevelopmentTrust, TrustFault>> {
  try {
    return ok(await makeTree(dir, options));
  } catch (error) {
    const code = error instanceof Error && 'code' in error && error.code === 'ENOSPC' ? 'DISK_FULL' : 'DATA_UNREADABLE';
    return err({ code, message: `trust folder ${dir}: ${error instanceof Error ? error.message : String(error)}` });
  }
}

async function makeTree(dir: string, options: Options): Promise<DevelopmentTrust> {
  const now = options.now ?? Date.now();
  const year = new Date(now).getUTCFullYear();
  mkdirSync(join(dir, 'terminals'), { recursive: true, mode: 0o700 });
  const tree = new Tree(dir, now);
  const root = await tree.keep('root', 'root', null, { commonName: `yimen root ${year}` });
  const deviceCa = await tree.keep('device-ca', 'device-ca', root, { commonName: `yimen device ca ${year}` });
  const zone = [
    ...options.serverNames.filter((name) => !isAddress(name)),
    ...options.serverNames.filter(isAddress).map((name) => `${name}/32`),
  ];
  const serverCa = await tree.keep('server-ca', 'server-ca', root, {
    commonName: `yimen server ca ${year}`,
    hosts: zone,
  });
  const server = await tree.keep('server', 'server', serverCa, { hosts: options.serverNames });
  const terminals = new Map<string, Issued>();
  for (const tid of options.terminals)
    terminals.set(tid, await tree.keep(join('terminals', tid), 'operational', deviceCa, { commonName: tid }));
  const bundle = [root, deviceCa, serverCa].map((one) => readFileSync(one.cert, 'utf8')).join('');
  const ca = join(dir, 'ca.crt.pem');
  if (!existsSync(ca) || readFileSync(ca, 'utf8') !== bundle) writeWhole(ca, bundle, 0o644);
  return { ca, server, terminals };
}

/** One folder of certificates. */
class Tree {
  readonly #dir: string;
  readonly #now: number;
  #rootPem = '';

  constructor(dir: string, now: number) {
    this.#dir = dir;
    this.#now = now;
  }

  /** The files of one certificate: as they are, when good for another while, else made anew. */
  async keep(
    name: string,
    profile: ProfileName,
    issuer: Issued | null,
    names: { commonName?: string; hosts?: readonly string[] },
  ): Promise<Issued> {
    const files = { cert: join(this.#dir, `${name}.crt.pem`), key: join(this.#dir, `${name}.key.pem`) };
    if (!this.#isGood(files, profile, names.hosts)) await this.#make(files, profile, issuer, names);
    if (profile === 'root') this.#rootPem = readFileSync(files.cert, 'utf8');
    return files;
  }

  #isGood(files: Issued, profile: ProfileName, hosts: readonly string[] | undefined): boolean {
    if (!existsSync(files.cert) || !existsSync(files.key)) return false;
    chmodSync(files.key, KEY_MODE);
    const pem = readFileSync(files.cert, 'utf8');
    const chain = pemBlocks(pem);
    const believed = verifyCertificate(
      chain,
      profile === 'root' ? pem : this.#rootPem,
      profile,
      this.#now + RENEW_BEFORE_MS,
    );
    if (!believed.ok || !fitsKey(chain[0], readFileSync(files.key, 'utf8'))) return false;
    // A server certificate for other names is of no use; a CA's zone is seen by its leaf not being believed.
    return profile !== 'server' || hosts === undefined || hosts.every((host) => namesHost(chain[0], host));
  }

  async #make(
    files: Issued,
    profile: ProfileName,
    issuer: Issued | null,
    names: { commonName?: string; hosts?: readonly string[] },
  ): Promise<void> {
    const keys = await generateKeys(profile);
    const issuerPem = issuer === null ? null : readFileSync(issuer.cert, 'utf8');
    const signer =
      issuer === null
        ? { certificate: null, privateKey: keys.privateKey }
        : {
            certificate: pemBlocks(issuerPem ?? '')[0] ?? '',
            privateKey: await readPrivateKey(readFileSync(issuer.key, 'utf8'), issuerProfile(profile)),
          };
    const pem = await issueCertificate({ profile, ...names, publicKey: keys.publicKey, signer, now: this.#now });
    // The key first: a cut between the two leaves a pair that does not fit, which the next start makes anew.
    writeWhole(files.key, await privateKeyPem(keys.privateKey), KEY_MODE);
    const isLeaf = profile === 'operational' || profile === 'server';
    writeWhole(files.cert, isLeaf ? pem + (issuerPem ?? '') : pem, 0o644);
  }
}

function issuerProfile(profile: ProfileName): ProfileName {
  if (profile === 'operational') return 'device-ca';
  return profile === 'server' ? 'server-ca' : 'root';
}

function fitsKey(certificate: string | undefined, keyPem: string): boolean {
  if (certificate === undefined) return false;
  try {
    return new X509Certificate(certificate).publicKey.equals(createPublicKey(keyPem));
  } catch {
    return false;
  }
}

function namesHost(certificate: string | undefined, host: string): boolean {
  if (certificate === undefined) return false;
  const parsed = new X509Certificate(certificate);
  return (isAddress(host) ? parsed.checkIP(host) : parsed.checkHost(host)) !== undefined;
}

function isAddress(name: string): boolean {
  return /^\d+\.\d+\.\d+\.\d+$/u.test(name);
}

/** New file, fsync, rename: a cut leaves the old file or the new one, never half of it. */
function writeWhole(path: string, text: string, mode: number): void {
  const beside = `${path}.new`;
  const file = openSync(beside, 'w', mode);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  chmodSync(beside, mode);
  renameSync(beside, path);
}
