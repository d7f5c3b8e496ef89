import { createHash, X509Certificate, type KeyObject } from 'node:crypto';
import { combine, split } from 'shamir-secret-sharing';
import { err, ok, type Result } from '@yimen/contracts/base';
import { readCsr, type CsrFault } from '../csr.ts';
import { issueCertificate } from '../issue.ts';
import { pemBlocks, verifyCertificate } from '../verify.ts';
import { fingerprintOf } from './person-key.ts';
import { makeRootKey, rootKeyFrom, type RootKey } from './root-key.ts';
import { closeShare, openShare, type ShareFault, type ShareFile } from './share-file.ts';
import { writeTranscript, type MadeFile } from './transcript.ts';

export const INTERMEDIATES = ['device-ca', 'server-ca', 'staff-ca'] as const;
export type Intermediate = (typeof INTERMEDIATES)[number];

/** How many shares open the root, by how many there are (trust design §2.4). */
const THRESHOLDS: Readonly<Record<number, number>> = { 3: 2, 5: 3 };

/** What both ceremonies are given. */
interface Given {
  /** A request for each intermediate (PEM), made where its key lives. */
  readonly requests: Readonly<Record<Intermediate, string>>;
  /** The fleet's zone: names, and IPv4 ranges, that servers may have. */
  readonly zone: readonly string[];
  readonly witness: KeyObject;
  readonly now: number;
}

export interface RootCeremony extends Given {
  /** Public keys of the holders, three or five. */
  readonly holders: readonly KeyObject[];
}

export interface Renewal extends Given {
  /** The root's certificate and the bundle in use. */
  readonly root: string;
  readonly bundle: string;
  readonly shares: readonly { readonly file: ShareFile; readonly key: KeyObject }[];
}

export type CeremonyFault =
  | CsrFault
  | ShareFault
  | { readonly code: 'CEREMONY_HOLDERS' | 'CERT_CHAIN'; readonly message: string };

export interface CeremonyDone {
  readonly files: readonly MadeFile[];
  readonly rootHash: string;
}

/** Makes a root: its key in memory, split, recombined in every way that must work, three intermediates signed, the key
 *  overwritten. Nothing is written here; the files of the answer are all that there is.
 *  @fault CEREMONY_HOLDERS not three or five different persons; CSR_REFUSED */
export async function holdRootCeremony(given: RootCeremony): Promise<Result<CeremonyDone, CeremonyFault>> {
  const threshold = THRESHOLDS[given.holders.length];
  const different = new Set(given.holders.map(fingerprintOf)).size === given.holders.length;
  if (threshold === undefined || !different)
    return err({ code: 'CEREMONY_HOLDERS', message: 'three or five holders, each with a key of their own' });
  const root = await makeRootKey();
  try {
    const rootHash = hashOf(root.spki);
    const shares = await split(root.scalar, given.holders.length, threshold);
    const recombined = await proveShares(shares, threshold, root);
    const about = { root: rootHash, threshold, holders: given.holders.length };
    const closed = given.holders.map((holder, i) => closeShare(shares[i] ?? new Uint8Array(), holder, about));
    for (const share of shares) share.fill(0);
    const certificate = await issueCertificate({
      profile: 'root',
      commonName: `yimen root ${yearOf(given.now)}`,
      publicKey: root.publicKey,
      signer: { certificate: null, privateKey: root.privateKey },
      now: given.now,
    });
    const signed = await signIntermediates(given, certificate, root);
    if (!signed.ok) return signed;
    const files = [
      { name: 'root.crt.pem', text: certificate },
      ...signed.value,
      { name: 'bundle.pem', text: certificate + signed.value.map((file) => file.text).join('') },
      ...closed.map((share, i) => ({ name: `share-${i + 1}.json`, text: `${JSON.stringify(share, null, 2)}\n` })),
    ];
    const said = {
      what: 'root' as const,
      at: new Date(given.now).toISOString(),
      threshold,
      holders: given.holders.map(fingerprintOf),
      root: rootHash,
      recombined,
    };
    return ok({ files: [...files, ...writeTranscript(said, files, given.witness)], rootHash });
  } finally {
    root.wipe();
  }
}

/** Opens a root again with enough shares and signs new intermediates beside the old ones, which run on to their end.
 *  @fault SHARES_REFUSED too few, wrong or mixed shares; CSR_REFUSED; CERT_CHAIN the bundle is not of this root */
export async function holdRenewal(given: Renewal): Promise<Result<CeremonyDone, CeremonyFault>> {
  const opened = await openRoot(given);
  if (!opened.ok) return opened;
  const root = opened.value;
  try {
    const old = pemBlocks(given.bundle).map((pem) => `${pem}\n`);
    const running = oldIntermediates(old, given);
    if (!running.ok) return running;
    const signed = await signIntermediates(given, given.root, root);
    if (!signed.ok) return signed;
    const files = [
      ...signed.value,
      {
        name: 'bundle.pem',
        text: given.root + running.value.join('') + signed.value.map((file) => file.text).join(''),
      },
    ];
    const said = {
      what: 'renewal' as const,
      at: new Date(given.now).toISOString(),
      threshold: given.shares[0]?.file.threshold ?? 0,
      holders: given.shares.map(({ file }) => file.holder),
      root: hashOf(root.spki),
      recombined: 1,
    };
    return ok({ files: [...files, ...writeTranscript(said, files, given.witness)], rootHash: said.root });
  } finally {
    root.wipe();
  }
}

async function openRoot({ root, shares }: Renewal): Promise<Result<RootKey, ShareFault>> {
  const refused = (message: string): Result<RootKey, ShareFault> => err({ code: 'SHARES_REFUSED', message });
  const spki = new X509Certificate(root).publicKey.export({ type: 'spki', format: 'der' });
  const rootHash = hashOf(spki);
  const first = shares[0]?.file;
  if (first === undefined) return refused('no share was given');
  if (shares.some(({ file }) => file.root !== rootHash)) return refused('a share is of another root');
  if (shares.some(({ file }) => file.threshold !== first.threshold || file.holders !== first.holders))
    return refused('the shares are not of one ceremony');
  if (new Set(shares.map(({ file }) => file.holder)).size !== shares.length)
    return refused('one holder’s share was given twice');
  if (shares.length < first.threshold || first.threshold !== THRESHOLDS[first.holders])
    return refused(`${shares.length} shares of ${first.threshold} that are needed`);
  const plain: Uint8Array[] = [];
  for (const { file, key } of shares) {
    const share = openShare(file, key);
    if (!share.ok) return share;
    plain.push(new Uint8Array(share.value));
    share.value.fill(0);
  }
  const key = await recombine(plain);
  for (const share of plain) share.fill(0);
  // Shares of two ceremonies, or a forged one, give some number; only the right one has this public key.
  if (key !== undefined && key.spki.equals(spki)) return ok(key);
  key?.wipe();
  return refused('the shares do not give the key of this root');
}

async function recombine(shares: readonly Uint8Array[]): Promise<RootKey | undefined> {
  let scalar: Uint8Array;
  try {
    scalar = await combine([...shares]);
  } catch {
    // Of other lengths, or two of one place: no shares of one key.
    return undefined;
  }
  const key = await rootKeyFrom(scalar);
  scalar.fill(0);
  return key;
}

/** Every set of shares that must open the root does, before anything is signed with it.
 *  @throws Error when one does not: then nothing of this ceremony may be used */
async function proveShares(shares: readonly Uint8Array[], threshold: number, root: RootKey): Promise<number> {
  const sets = subsets(shares, threshold);
  for (const set of sets) {
    const again = await recombine(set);
    const isSame = again?.spki.equals(root.spki) === true;
    again?.wipe();
    if (!isSame) throw new Error('the shares do not give the root key back');
  }
  return sets.length;
}

function subsets<T>(all: readonly T[], size: number): T[][] {
  if (size === 0) return [[]];
  return all.flatMap((one, i) => subsets(all.slice(i + 1), size - 1).map((rest) => [one, ...rest]));
}

async function signIntermediates(
  given: Given,
  root: string,
  key: RootKey,
): Promise<Result<readonly MadeFile[], CsrFault>> {
  const files: MadeFile[] = [];
  for (const profile of INTERMEDIATES) {
    const csr = await readCsr(given.requests[profile], profile);
    if (!csr.ok) return csr;
    const text = await issueCertificate({
      profile,
      commonName: csr.value.commonName,
      ...(profile === 'server-ca' ? { hosts: given.zone } : {}),
      publicKey: csr.value.publicKey,
      signer: { certificate: root, privateKey: key.privateKey },
      now: given.now,
    });
    files.push({ name: `${profile}.crt.pem`, text });
  }
  return ok(files);
}

/** Intermediates of this root that have not ended; others in the bundle are a mistake and stop the ceremony. */
function oldIntermediates(
  old: readonly string[],
  { root, now }: Renewal,
): Result<readonly string[], { readonly code: 'CERT_CHAIN'; readonly message: string }> {
  const running: string[] = [];
  const raw = new X509Certificate(root).raw;
  for (const pem of old) {
    const certificate = new X509Certificate(pem);
    if (certificate.raw.equals(raw)) continue;
    const words = INTERMEDIATES.map((profile) => verifyCertificate([pem], root, profile, now));
    if (words.some((word) => word.ok)) running.push(pem);
    else if (!words.some((word) => !word.ok && word.error.code === 'CERT_EXPIRED'))
      return err({
        code: 'CERT_CHAIN',
        message: `"${certificate.subject.replaceAll('\n', ', ')}" is not of this root`,
      });
  }
  return ok(running);
}

function yearOf(now: number): number {
  return new Date(now).getUTCFullYear();
}

function hashOf(spki: Uint8Array): string {
  return createHash('sha256').update(spki).digest('hex');
}
