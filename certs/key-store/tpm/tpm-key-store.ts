import { spawn } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ok, type Result } from '@yimen/contracts/base';
import { makeCsr } from '../../csr.ts';
import {
  keyFault,
  keyName,
  publicKeyInfo,
  type KeyFault,
  type KeyStore,
  type PublicKeyInfo,
  type TlsMaterial,
} from '../key-store-port.ts';
import { writeWhole } from '../write-whole.ts';

export interface TpmOptions {
  /** Where the keys' wrapped blobs lie; only this TPM opens them. */
  readonly dir: string;
  /** How to reach the TPM (TCTI); the resource manager: TLS 1.3 runs out of contexts without one. */
  readonly tcti?: string;
  /** OpenSSL's tpm2 provider. */
  readonly provider?: string;
  /** Further surroundings of the child processes. */
  readonly env?: Readonly<Record<string, string>>;
}

const TCTI = 'tabrmd:bus_type=system';
/** Where Debian puts it; whole, because Node's own OpenSSL has no folder of modules. */
const TRIPLETS: Readonly<Record<string, string>> = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' };
const PROVIDER = `/usr/lib/${TRIPLETS[process.arch] ?? ''}/ossl-modules/tpm2.so`;
const BLOB_MODE = 0o600;
/** Making a key takes a chip seconds, signing milliseconds. */
const OPENSSL_MS = 20_000;
const OUTPUT_BYTES = 64 * 1024;

/** Keys in a TPM through OpenSSL's tpm2 provider: made in the chip, kept outside as blobs that only it opens. The
 *  program `openssl` does the work here; for TLS, Node is started with the configuration of `tlsMaterial` and takes the
 *  blob as its key. */
export function createTpmKeyStore(options: TpmOptions): KeyStore {
  return new TpmKeyStore(options);
}

class TpmKeyStore implements KeyStore {
  readonly level = 'tpm';
  readonly #options: TpmOptions;

  constructor(options: TpmOptions) {
    this.#options = options;
  }

  async generate(name: string): Promise<Result<PublicKeyInfo, KeyFault>> {
    const path = this.#pathOf(name);
    if (!path.ok) return path;
    if (existsSync(path.value)) return keyFault('KEY_EXISTS', `there is a key named ${name} already`);
    const made = await this.#openssl(['genpkey', '-algorithm', 'EC', '-pkeyopt', 'group:P-256']);
    if (!made.ok) return made;
    try {
      writeWhole(path.value, made.value, BLOB_MODE);
    } catch (error) {
      return keyFault(
        'KEY_STORE_AWAY',
        `the key cannot be kept: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
    return this.publicKey(name);
  }

  async publicKey(name: string): Promise<Result<PublicKeyInfo, KeyFault>> {
    const path = this.#existing(name);
    if (!path.ok) return path;
    const pem = await this.#openssl(['pkey', '-in', path.value, '-pubout']);
    if (!pem.ok) return pem;
    try {
      return ok(publicKeyInfo(createPublicKey(pem.value)));
    } catch {
      return keyFault('KEY_UNREADABLE', `${path.value} is no key of this TPM`);
    }
  }

  async sign(name: string, data: Uint8Array): Promise<Result<Buffer, KeyFault>> {
    const path = this.#existing(name);
    if (!path.ok) return path;
    return this.#openssl(['dgst', '-sha256', '-sign', path.value], data);
  }

  async csr(...[name, profile, commonName]: Parameters<KeyStore['csr']>): Promise<Result<string, KeyFault>> {
    const key = await this.publicKey(name);
    return key.ok ? makeCsr(profile, commonName, key.value.spki, (data) => this.sign(name, data)) : key;
  }

  async tlsMaterial(name: string): Promise<Result<TlsMaterial, KeyFault>> {
    const path = this.#existing(name);
    if (!path.ok) return path;
    const keyPem = readFileSync(path.value, 'utf8');
    return ok({ keyPem, opensslConfig: opensslConfig(this.#options.provider ?? PROVIDER) });
  }

  #pathOf(name: string): Result<string, KeyFault> {
    const known = keyName(name);
    return known.ok ? ok(join(this.#options.dir, `${name}.key.tpm`)) : known;
  }

  #existing(name: string): Result<string, KeyFault> {
    const path = this.#pathOf(name);
    if (!path.ok || existsSync(path.value)) return path;
    return keyFault('KEY_MISSING', `there is no key named ${name}`);
  }

  /** The program's output.
   *  @fault KEY_STORE_AWAY it failed: OpenSSL does not tell a TPM that is away from a blob of another */
  async #openssl(args: readonly string[], input: Uint8Array = new Uint8Array()): Promise<Result<Buffer, KeyFault>> {
    const [command = '', ...rest] = args;
    const providers = [
      '-provider',
      this.#options.provider ?? PROVIDER,
      '-provider',
      'default',
      '-propquery',
      '?provider=tpm2',
    ];
    const run = await runOpenssl(
      [command, ...providers, ...rest],
      { ...this.#options.env, TPM2OPENSSL_TCTI: this.#options.tcti ?? TCTI },
      input,
    );
    return run.status === 0
      ? ok(run.stdout)
      : keyFault('KEY_STORE_AWAY', `the TPM: ${run.stderr.split('\n')[0] ?? ''}`);
  }
}

/** For `--openssl-config`. Both sections, because Node looks at its own (`nodejs_conf`), OpenSSL's programs at theirs.
 *  The TPM for keys alone: preferring `default` Node finds no private key, and with the chip's random numbers it hangs
 *  at its start. */
function opensslConfig(provider: string): string {
  return `nodejs_conf = yimen
openssl_conf = yimen
[yimen]
providers = providers
alg_section = algorithms
[providers]
default = default_provider
tpm2 = tpm2_provider
[default_provider]
activate = 1
[tpm2_provider]
module = ${provider}
activate = 1
[algorithms]
default_properties = ?provider=tpm2,tpm2.digest!=yes,tpm2.cipher!=yes,tpm2.rand!=yes
`;
}

function runOpenssl(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  input: Uint8Array,
): Promise<{ status: number | null; stdout: Buffer; stderr: string }> {
  return new Promise((resolve) => {
    const child = spawn('openssl', args, {
      stdio: 'pipe',
      env: { ...process.env, ...env },
      signal: AbortSignal.timeout(OPENSSL_MS),
      killSignal: 'SIGKILL',
    });
    const stdout: Buffer[] = [];
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout.push(chunk);
      if (Buffer.concat(stdout).length > OUTPUT_BYTES) child.kill('SIGKILL');
    });
    child.stderr.on('data', (chunk: Buffer) => (stderr = (stderr + chunk.toString()).slice(-2_000)));
    // It ends without reading all of it when it fails.
    child.stdin.on('error', () => undefined);
    child.once('error', (error) => resolve({ status: null, stdout: Buffer.alloc(0), stderr: error.message }));
    child.once('close', (status) => resolve({ status, stdout: Buffer.concat(stdout), stderr }));
    child.stdin.end(input);
  });
}
