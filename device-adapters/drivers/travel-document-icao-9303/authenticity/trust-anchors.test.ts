import { generateKeyPairSync } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { chipLimits } from '../limits.table.ts';
import { Ends } from '../testing/driver-bench.ts';
import { certificate, CERTIFICATE_USAGE, IS_AUTHORITY, pemOf, SIGNATURE_USAGE } from './testing/signed-document.ts';
import { readTrustAnchors } from './trust-anchors.ts';

const ends = new Ends();
afterEach(() => ends.all());

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'brainpoolP256r1' });
const pem = (extensions: readonly Uint8Array[]): string =>
  pemOf(certificate({ key: publicKey, signedBy: privateKey, extensions }));

describe('trust anchors', () => {
  it('are none where none are configured', () => {
    expect(readTrustAnchors(undefined)).toEqual({ ok: true, value: [] });
  });

  it('are every certificate of the file, with what each may do', () => {
    const text = `Utopia\n${pem([IS_AUTHORITY, CERTIFICATE_USAGE])}\n# another\n${pem([SIGNATURE_USAGE])}`;
    const anchors = readTrustAnchors(ends.file('anchors.pem', text));
    expect(anchors).toMatchObject({
      ok: true,
      value: [
        {
          isAuthority: true,
          canSignCertificates: true,
          canSignDocuments: false,
          subjectCountry: 'UT',
          serialNumber: '1',
        },
        { isAuthority: false, canSignCertificates: false, canSignDocuments: true },
      ],
    });
    expect(anchors.ok && anchors.value[0]?.validFromMs).toBe(Date.UTC(2015, 0, 1));
    expect(anchors.ok && anchors.value[0]?.validToMs).toBe(Date.UTC(2045, 0, 1));
  });

  it.each<[string, string | number, string]>([
    ['a number', 7, 'is not a path'],
    ['no file', '/nonexistent/anchors.pem', 'cannot be read (ENOENT)'],
    ['a folder', '/', 'cannot be read (EISDIR)'],
  ])('configuration: %s', (_, path, why) => {
    expect(readTrustAnchors(path)).toMatchObject({
      ok: false,
      error: { code: 'configuration', action: 'configuration', message: `trustAnchorsFile ${String(path)} ${why}` },
    });
  });

  it.each([
    ['empty', '', 'holds no certificate'],
    ['a damaged certificate', `${pem([IS_AUTHORITY])}${pemOf(Uint8Array.of(0x30, 1))}`, 'certificate 2 cannot be read'],
    ['too long', ' '.repeat(chipLimits.trustAnchorsBytes + 1), 'is longer than'],
  ])('configuration: a file that is %s', (_, text, why) => {
    const message = expect.stringContaining(why) as string;
    expect(readTrustAnchors(ends.file('x.pem', text))).toMatchObject({ ok: false, error: { message } });
  });
});
