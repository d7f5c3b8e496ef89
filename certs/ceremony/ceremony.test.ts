import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto';
import fc from 'fast-check';
import { combine, split } from 'shamir-secret-sharing';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeCsr } from '../csr.ts';
import { generateKeys } from '../issue.ts';
import { DAY_MS } from '../profiles.ts';
import { pemBlocks, verifyCertificate } from '../verify.ts';
import { webcrypto } from 'node:crypto';
import { ok, type Result } from '@yimen/contracts/base';
import { holdRenewal, holdRootCeremony, INTERMEDIATES, type CeremonyDone, type Intermediate } from './ceremony.ts';
import { makePersonKey, openPersonKey, readPersonPublic } from './person-key.ts';
import { makeRootKey, rootKeyFrom } from './root-key.ts';
import { readShareFile, type ShareFile } from './share-file.ts';
import { checkTranscript } from './transcript.ts';

const NOW = Date.UTC(2026, 10, 28);
const MONTH = 30 * DAY_MS;
const ZONE = ['fleet.example'];
const pair = (): { privateKey: KeyObject; publicKey: KeyObject } => generateKeyPairSync('ec', { namedCurve: 'P-256' });
const witness = generateKeyPairSync('ed25519');
const HOLDERS = [pair(), pair(), pair(), pair(), pair()];

function must<T>(result: Result<T, { code: string; message: string }>): T {
  if (!result.ok) throw new Error(`${result.error.message} [${result.error.code}]`);
  return result.value;
}
const codeOf = (result: Result<unknown, { code: string }>): string => (result.ok ? 'ok' : result.error.code);

async function requests(year = 2026): Promise<Record<Intermediate, string>> {
  const made = await Promise.all(
    INTERMEDIATES.map((profile) => csrOf(profile, `yimen ${profile.replace('-', ' ')} ${year}`)),
  );
  return { 'device-ca': made[0] ?? '', 'server-ca': made[1] ?? '', 'staff-ca': made[2] ?? '' };
}
async function csrOf(profile: Intermediate, name: string): Promise<string> {
  const keys = await generateKeys(profile);
  const spki = new Uint8Array(await webcrypto.subtle.exportKey('spki', keys.publicKey));
  const { createPrivateKey, sign } = await import('node:crypto');
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey));
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  return must(await makeCsr(profile, name, spki, async (data) => ok(sign('sha256', data, key))));
}

const textOf = (done: CeremonyDone, name: string): string => done.files.find((file) => file.name === name)?.text ?? '';
const sharesOf = (done: CeremonyDone): ShareFile[] =>
  done.files.filter((file) => file.name.startsWith('share-')).map((file) => must(readShareFile(file.text)));

async function rootOf(count: number): Promise<CeremonyDone> {
  const holders = HOLDERS.slice(0, count).map((one) => one.publicKey);
  return must(
    await holdRootCeremony({ holders, requests: await requests(), zone: ZONE, witness: witness.privateKey, now: NOW }),
  );
}

async function renew(
  done: CeremonyDone,
  who: readonly number[],
  more: { shares?: ShareFile[]; now?: number; keys?: KeyObject[] } = {},
): Promise<Result<CeremonyDone, { code: string; message: string }>> {
  const all = more.shares ?? sharesOf(done);
  return holdRenewal({
    root: textOf(done, 'root.crt.pem'),
    bundle: textOf(done, 'bundle.pem'),
    shares: who.map((i, at) => ({
      file: all[i] as ShareFile,
      key: more.keys?.[at] ?? (HOLDERS[i]?.privateKey as KeyObject),
    })),
    requests: await requests(2028),
    zone: ZONE,
    witness: witness.privateKey,
    now: more.now ?? NOW + 18 * MONTH,
  });
}

let three: CeremonyDone;
let five: CeremonyDone;
beforeAll(async () => {
  [three, five] = await Promise.all([rootOf(3), rootOf(5)]);
});

describe('the root ceremony', () => {
  it('signs three intermediates that every check believes', () => {
    for (const profile of INTERMEDIATES)
      expect(
        codeOf(verifyCertificate([textOf(three, `${profile}.crt.pem`)], textOf(three, 'root.crt.pem'), profile, NOW)),
      ).toBe('ok');
    expect(pemBlocks(textOf(three, 'bundle.pem')).length).toBe(4);
  });

  it('has recombined every set of shares that must do, and its transcript says so', () => {
    const read = (done: CeremonyDone) =>
      checkTranscript((name) => done.files.find((file) => file.name === name)?.text, witness.publicKey);
    expect(must(read(three))).toMatchObject({ what: 'root', threshold: 2, recombined: 3 });
    expect(must(read(five))).toMatchObject({ what: 'root', threshold: 3, recombined: 10 });
    for (const name of ['root.crt.pem', 'share-1.json', 'transcript.json']) {
      const changed = (asked: string): string | undefined =>
        asked === name ? `${textOf(three, name)} ` : three.files.find((file) => file.name === asked)?.text;
      expect(codeOf(checkTranscript(changed, witness.publicKey))).toBe('TRANSCRIPT_REFUSED');
    }
    const other = generateKeyPairSync('ed25519').publicKey;
    expect(codeOf(checkTranscript((name) => textOf(three, name), other))).toBe('TRANSCRIPT_REFUSED');
  });

  it('refuses another number of holders, one holder twice, and requests that do not fit', async () => {
    const given = { requests: await requests(), zone: ZONE, witness: witness.privateKey, now: NOW };
    const keys = HOLDERS.map((one) => one.publicKey);
    for (const holders of [keys.slice(0, 2), keys.slice(0, 4), [keys[0], keys[0], keys[1]] as KeyObject[]])
      expect(codeOf(await holdRootCeremony({ ...given, holders }))).toBe('CEREMONY_HOLDERS');
    const swapped = { ...given.requests, 'device-ca': given.requests['staff-ca'] };
    const holders = keys.slice(0, 3);
    expect(codeOf(await holdRootCeremony({ ...given, holders, requests: swapped }))).toBe('CSR_REFUSED');
    const lines = given.requests['device-ca'].split('\n');
    const bytes = Buffer.from(lines.slice(1, -2).join(''), 'base64');
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    const unsigned = [lines[0], bytes.toString('base64'), lines.at(-2), ''].join('\n');
    expect(
      codeOf(await holdRootCeremony({ ...given, holders, requests: { ...given.requests, 'device-ca': unsigned } })),
    ).toBe('CSR_REFUSED');
  });
});

describe('a renewal', () => {
  it('is opened by any two of three, any three of five, and by more', async () => {
    for (const who of [
      [0, 1],
      [0, 2],
      [1, 2],
      [2, 0, 1],
    ])
      expect(codeOf(await renew(three, who))).toBe('ok');
    for (const who of [
      [0, 1, 2],
      [4, 2, 0],
      [1, 2, 3, 4],
    ])
      expect(codeOf(await renew(five, who))).toBe('ok');
  });

  it('lets old and new intermediates overlap by six months', async () => {
    const renewed = must(await renew(three, [0, 2]));
    const bundle = textOf(renewed, 'bundle.pem');
    expect(pemBlocks(bundle).length).toBe(7);
    const old = textOf(three, 'device-ca.crt.pem');
    const fresh = textOf(renewed, 'device-ca.crt.pem');
    const at = NOW + 18 * MONTH;
    for (const pem of [old, fresh])
      expect(codeOf(verifyCertificate([pem], bundle, 'device-ca', at + 6 * MONTH - DAY_MS))).toBe('ok');
    expect(codeOf(verifyCertificate([old], bundle, 'device-ca', at + 7 * MONTH))).toBe('CERT_EXPIRED');
    // What has ended is not carried along.
    const late = must(await renew(three, [0, 1], { now: NOW + 25 * MONTH }));
    expect(pemBlocks(textOf(late, 'bundle.pem')).length).toBe(4);
  });

  it('refuses too few, doubled, wrong, mixed and changed shares', async () => {
    const again = await rootOf(3);
    const [a, b] = sharesOf(three) as [ShareFile, ShareFile];
    const [c] = sharesOf(again) as [ShareFile];
    const lied: ShareFile = { ...c, root: a.root };
    const cases: [string, Promise<Result<unknown, { code: string }>>][] = [
      ['none', renew(three, [])],
      ['one of two', renew(three, [1])],
      ['two of three', renew(five, [0, 3])],
      ['one twice', renew(three, [1, 1])],
      [
        'another holder’s key',
        renew(three, [0, 1], { keys: [HOLDERS[0]?.privateKey, HOLDERS[4]?.privateKey] as KeyObject[] }),
      ],
      ['another ceremony', renew(three, [0, 1], { shares: [c, b] })],
      ['another ceremony that says it is this', renew(three, [0, 1], { shares: [lied, b] })],
      [
        'of five, said to need two',
        renew(five, [0, 1], { shares: sharesOf(five).map((one) => ({ ...one, threshold: 2 })) }),
      ],
      [
        'a changed byte',
        renew(three, [0, 1], {
          shares: [
            { ...a, sealed: `A${a.sealed.slice(1)}` === a.sealed ? `B${a.sealed.slice(1)}` : `A${a.sealed.slice(1)}` },
            b,
          ],
        }),
      ],
    ];
    for (const [what, refused] of cases) expect(codeOf(await refused), what).toBe('SHARES_REFUSED');
    expect(codeOf(await renew(three, [0, 1]))).toBe('ok');
    for (const text of ['', '{}', 'null', '[1]', `{"v":1,"root":"${'a'.repeat(5_000)}"}`])
      expect(codeOf(readShareFile(text))).toBe('SHARES_REFUSED');
  });

  it('refuses shares that open but are not of one splitting', async () => {
    const { closeShare } = await import('./share-file.ts');
    const [a] = sharesOf(three) as [ShareFile];
    const stray = await split(new Uint8Array(48).fill(7), 3, 2);
    const forged = closeShare(stray[0] ?? new Uint8Array(), HOLDERS[1]?.publicKey as KeyObject, a);
    const refused = await renew(three, [0, 1], { shares: [a, forged] });
    expect(refused).toMatchObject({
      ok: false,
      error: { code: 'SHARES_REFUSED', message: expect.stringContaining('do not give') },
    });
  });

  it('refuses a bundle of another root', async () => {
    const other = await rootOf(3);
    const mixed = {
      ...three,
      files: three.files.map((file) =>
        file.name === 'bundle.pem' ? { ...file, text: textOf(other, 'bundle.pem') } : file,
      ),
    };
    expect(codeOf(await renew(mixed, [0, 1]))).toBe('CERT_CHAIN');
  });
});

describe('splitting', () => {
  it('gives a secret back from any enough shares, and from no fewer', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 32, maxLength: 64 }),
        fc.constantFrom([3, 2], [5, 3]),
        fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
        async (secret, [count = 3, threshold = 2], order) => {
          const shares = await split(secret, count, threshold);
          const mixed = shares
            .map((share) => ({ share, at: order.next().value as number }))
            .toSorted((x, y) => x.at - y.at);
          const some = mixed.map(({ share }) => share);
          expect(Buffer.from(await combine(some.slice(0, threshold)))).toEqual(Buffer.from(secret));
          if (threshold > 2)
            expect(Buffer.from(await combine(some.slice(0, threshold - 1)))).not.toEqual(Buffer.from(secret));
          // One share says nothing: it is not the secret, whole or in part.
          expect(Buffer.from(some[0] ?? []).includes(Buffer.from(secret.subarray(0, 16)))).toBe(false);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('gives the same root key from its number alone, with leading zeros too', async () => {
    const key = await makeRootKey();
    const again = await rootKeyFrom(key.scalar);
    expect(again?.spki.equals(key.spki)).toBe(true);
    const small = Buffer.concat([Buffer.alloc(47), Buffer.of(5)]);
    const fromSmall = await rootKeyFrom(small);
    expect(Buffer.from(fromSmall?.scalar ?? []).equals(small)).toBe(true);
    expect(rootKeyFrom(Buffer.alloc(48))).toBeUndefined();
    expect(rootKeyFrom(Buffer.alloc(48, 0xff))).toBeUndefined();
    expect(rootKeyFrom(Buffer.alloc(47, 1))).toBeUndefined();
    key.wipe();
    expect(key.scalar.every((byte) => byte === 0)).toBe(true);
  });
});

describe('a person’s key', () => {
  it('opens by its passphrase, in its role alone', () => {
    const made = makePersonKey('holder', 'correct horse battery');
    const opened = must(openPersonKey('holder', made.sealed, 'correct horse battery'));
    const hash = (key: KeyObject): string =>
      createHash('sha256')
        .update(key.export({ type: 'spki', format: 'der' }))
        .digest('hex');
    expect(hash(must(readPersonPublic('holder', made.publicPem)))).toMatch(/^[0-9a-f]{64}$/);
    expect(opened.type).toBe('private');
    expect(codeOf(openPersonKey('holder', made.sealed, 'correct horse batterz'))).toBe('KEY_UNREADABLE');
    expect(codeOf(openPersonKey('witness', made.sealed, 'correct horse battery'))).toBe('KEY_UNREADABLE');
    expect(codeOf(openPersonKey('holder', '', 'correct horse battery'))).toBe('KEY_UNREADABLE');
    expect(codeOf(readPersonPublic('witness', made.publicPem))).toBe('KEY_UNREADABLE');
    expect(codeOf(readPersonPublic('holder', 'nothing'))).toBe('KEY_UNREADABLE');
  });
});
