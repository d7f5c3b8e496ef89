import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
// Types alone: the module is native, and loads when a store is opened.
import type * as Pkcs11Module from 'pkcs11js';
import { ok, type Result } from '@yimen/contracts/base';
import { makeCsr } from '../../csr.ts';
import { readDer, writeDer } from '../../der.ts';
import {
  keyFault,
  keyName,
  publicKeyInfo,
  type KeyFault,
  type KeyStore,
  type PublicKeyInfo,
} from '../key-store-port.ts';

type Binding = typeof Pkcs11Module;
type Handle = Pkcs11Module.Handle;
type PKCS11 = Pkcs11Module.PKCS11;

export interface Pkcs11Options {
  /** The token maker's library. */
  readonly library: string;
  /** Label of the token. */
  readonly token: string;
  readonly pin: string;
  /** Loads the native module; throws where it was not built. */
  readonly loadBinding?: () => Binding;
}

/** CKR_… (PKCS#11 2.40 §11.1). */
const ALREADY_INITIALIZED = 0x191;
/** P-256 and id-ecPublicKey (RFC 5480). */
const P256_OID = Uint8Array.of(0x06, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07);
const EC_OID = Uint8Array.of(0x06, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01);

/** Keys in a PKCS#11 token, not extractable. For staff's signing tool and the signer's own process alone: a token's
 *  library is native code of its maker.
 *  @returns a store whose every answer is KEY_STORE_AWAY when the library or the module cannot be loaded */
export function createPkcs11KeyStore(options: Pkcs11Options): KeyStore {
  return new Pkcs11KeyStore(options);
}

class Pkcs11KeyStore implements KeyStore {
  /** Nothing on this machine opens it but the token with its PIN. */
  readonly level = 'sealed';
  readonly #options: Pkcs11Options;
  #module: { readonly binding: Binding; readonly lib: PKCS11 } | undefined;

  constructor(options: Pkcs11Options) {
    this.#options = options;
  }

  async generate(name: string): Promise<Result<PublicKeyInfo, KeyFault>> {
    return this.#work(name, ({ binding, lib, session }) => {
      if (find(binding, lib, session, name, binding.CKO_PRIVATE_KEY) !== undefined)
        return keyFault('KEY_EXISTS', `there is a key named ${name} already`);
      const common = [
        { type: binding.CKA_TOKEN, value: true },
        { type: binding.CKA_LABEL, value: name },
        { type: binding.CKA_ID, value: createHash('sha256').update(name).digest() },
      ];
      const made = lib.C_GenerateKeyPair(
        session,
        { mechanism: binding.CKM_EC_KEY_PAIR_GEN },
        [
          ...common,
          { type: binding.CKA_PRIVATE, value: false },
          { type: binding.CKA_VERIFY, value: true },
          { type: binding.CKA_EC_PARAMS, value: Buffer.from(P256_OID) },
        ],
        [
          ...common,
          { type: binding.CKA_PRIVATE, value: true },
          { type: binding.CKA_SENSITIVE, value: true },
          { type: binding.CKA_EXTRACTABLE, value: false },
          { type: binding.CKA_SIGN, value: true },
        ],
      );
      return readPublic(binding, lib, session, made.publicKey);
    });
  }

  async publicKey(name: string): Promise<Result<PublicKeyInfo, KeyFault>> {
    return this.#work(name, ({ binding, lib, session }) => {
      const key = find(binding, lib, session, name, binding.CKO_PUBLIC_KEY);
      return key === undefined ? missing(name) : readPublic(binding, lib, session, key);
    });
  }

  async sign(name: string, data: Uint8Array): Promise<Result<Buffer, KeyFault>> {
    return this.#work(name, ({ binding, lib, session }) => {
      const key = find(binding, lib, session, name, binding.CKO_PRIVATE_KEY);
      if (key === undefined) return missing(name);
      // The bare mechanism over a digest of our own: SoftHSM has no CKM_ECDSA_SHA256.
      lib.C_SignInit(session, { mechanism: binding.CKM_ECDSA }, key);
      const digest = createHash('sha256').update(data).digest();
      return ok(derSignature(lib.C_Sign(session, digest, Buffer.alloc(128))));
    });
  }

  async csr(...[name, profile, commonName]: Parameters<KeyStore['csr']>): Promise<Result<string, KeyFault>> {
    const key = await this.publicKey(name);
    return key.ok ? makeCsr(profile, commonName, key.value.spki, (data) => this.sign(name, data)) : key;
  }

  async tlsMaterial(): Promise<Result<never, KeyFault>> {
    return keyFault('KEY_NOT_FOR_TLS', 'Node does no TLS with keys in a PKCS#11 token');
  }

  /** Opens a session, signs in, works, and leaves nothing open. All of it is synchronous, so nothing comes between. */
  #work<T>(
    name: string,
    work: (open: { binding: Binding; lib: PKCS11; session: Handle }) => Result<T, KeyFault>,
  ): Result<T, KeyFault> {
    const known = keyName(name);
    if (!known.ok) return known;
    try {
      const { binding, lib } = (this.#module ??= load(this.#options));
      const { token, pin } = this.#options;
      const slot = lib
        .C_GetSlotList(true)
        .find((one) => lib.C_GetTokenInfo(one).label.replace(/[\0 ]+$/u, '') === token);
      if (slot === undefined) return keyFault('KEY_STORE_AWAY', `there is no token labelled ${token}`);
      const session = lib.C_OpenSession(slot, binding.CKF_SERIAL_SESSION | binding.CKF_RW_SESSION);
      try {
        lib.C_Login(session, binding.CKU_USER, pin);
        return work({ binding, lib, session });
      } finally {
        lib.C_CloseSession(session);
      }
    } catch (error) {
      // Whatever a token refuses or a library cannot do: another try may find it there again.
      return keyFault('KEY_STORE_AWAY', `the token: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

function load({ library, loadBinding = requireBinding }: Pkcs11Options): { binding: Binding; lib: PKCS11 } {
  const binding = loadBinding();
  const lib = new binding.PKCS11();
  lib.load(library);
  try {
    lib.C_Initialize();
  } catch (error) {
    // Another store of this process has done so.
    if ((error as { code?: unknown }).code !== ALREADY_INITIALIZED) throw error;
  }
  return { binding, lib };
}

function requireBinding(): Binding {
  return createRequire(import.meta.url)('pkcs11js') as Binding;
}

function missing(name: string): Result<never, KeyFault> {
  return keyFault('KEY_MISSING', `the token has no key named ${name}`);
}

function find(binding: Binding, lib: PKCS11, session: Handle, name: string, kind: number): Handle | undefined {
  lib.C_FindObjectsInit(session, [
    { type: binding.CKA_CLASS, value: kind },
    { type: binding.CKA_LABEL, value: name },
  ]);
  try {
    return lib.C_FindObjects(session, 1)[0];
  } finally {
    lib.C_FindObjectsFinal(session);
  }
}

/** @fault KEY_UNREADABLE the token's public point is none */
function readPublic(binding: Binding, lib: PKCS11, session: Handle, key: Handle): Result<PublicKeyInfo, KeyFault> {
  const [point] = lib.C_GetAttributeValue(session, key, [{ type: binding.CKA_EC_POINT }]);
  // An OCTET STRING around 04 | X | Y.
  const bare = point?.value instanceof Buffer ? readDer(point.value)?.[0]?.body : undefined;
  if (bare?.length !== 65) return keyFault('KEY_UNREADABLE', 'the token gives no public key on P-256');
  return ok(publicKeyInfo(writeDer(0x30, writeDer(0x30, EC_OID, P256_OID), writeDer(0x03, Uint8Array.of(0), bare))));
}

/** r | s as DER: two INTEGERs, positive and without leading zeros. */
function derSignature(raw: Buffer): Buffer {
  const half = raw.length / 2;
  const integer = (bytes: Buffer): Uint8Array => {
    const from = bytes.findIndex((byte) => byte !== 0);
    const bare = from < 0 ? Buffer.of(0) : bytes.subarray(from);
    return writeDer(0x02, (bare[0] ?? 0) > 127 ? Buffer.concat([Buffer.of(0), bare]) : bare);
  };
  return Buffer.from(writeDer(0x30, integer(raw.subarray(0, half)), integer(raw.subarray(half))));
}
