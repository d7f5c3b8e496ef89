import { generateKeyPairSync, sign } from 'node:crypto';
import { concatBytes, fromHex, type Result } from '@yimen/contracts/base';
import type { Fault, TravelDocument } from '@yimen/contracts/device';
import { describe, expect, it } from 'vitest';
import { certificate, securityObject, SIGNATURE_USAGE } from './authenticity/testing/signed-document.ts';
import { readDocumentFiles } from './document.ts';
import { encodeTlv } from './protocol.ts';
import { fileResponder, linkTo, type Responder } from './testing/chip-responder.ts';

const ZONE = 'P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO7408122F1204159ZE184226B<<<<<10';
const DG1 = concatBytes(fromHex('615b5f1f58'), new TextEncoder().encode(ZONE));
const CHIP_KEY = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const DG15 = encodeTlv(0x6f, CHIP_KEY.publicKey.export({ type: 'spki', format: 'der' }));
const SIGNER = generateKeyPairSync('ec', { namedCurve: 'P-256' });

const com = (...tags: readonly number[]): Uint8Array => encodeTlv(0x60, encodeTlv(0x5c, Uint8Array.from(tags)));
const object = (groups: ReadonlyMap<number, Uint8Array>): Uint8Array =>
  securityObject({
    groups,
    key: SIGNER.privateKey,
    signerCertificate: certificate({
      serial: 2,
      key: SIGNER.publicKey,
      signedBy: SIGNER.privateKey,
      extensions: [SIGNATURE_USAGE],
    }),
  });

const signing: Responder = (command) =>
  command[1] === 0x88
    ? concatBytes(
        sign('sha256', command.subarray(5, 13), { key: CHIP_KEY.privateKey, dsaEncoding: 'ieee-p1363' }),
        fromHex('9000'),
      )
    : fromHex('6d00');

/** Reads a chip of these files that is open already. */
function read(
  files: readonly (readonly [number, Uint8Array])[],
  more?: Responder,
): Promise<Result<TravelDocument, Fault>> {
  return readDocumentFiles(linkTo(fileResponder(new Map(files), more)), {
    access: 'PACE',
    anchors: [],
    nowMs: Date.UTC(2026, 10, 27),
    chipAuthentication: 'untried',
  });
}

describe('what EF.COM leaves out', () => {
  const signed = new Map([
    [1, DG1],
    [15, DG15],
  ]);

  it('a key that only the security object lists is read and used', async () => {
    const files = [
      [0x011e, com(0x61)],
      [0x011d, object(signed)],
      [0x0101, DG1],
      [0x010f, DG15],
    ] as const;
    expect(await read(files, signing)).toMatchObject({
      ok: true,
      value: { authenticityReason: 'noTrustAnchor', chipAuthenticity: 'passed' },
    });
  });

  it('a key that the security object lists and the chip withholds: failed', async () => {
    const files = [
      [0x011e, com(0x61)],
      [0x011d, object(signed)],
      [0x0101, DG1],
    ] as const;
    expect(await read(files, signing)).toMatchObject({ ok: true, value: { chipAuthenticity: 'failed' } });
  });

  it('another key than the signed one proves nothing, even where it signs well', async () => {
    const groups = new Map([...signed, [15, DG15.map((byte) => byte ^ 1)]]);
    const files = [
      [0x011e, com(0x61, 0x6f)],
      [0x011d, object(groups)],
      [0x0101, DG1],
      [0x010f, DG15],
    ] as const;
    expect(await read(files, signing)).toMatchObject({
      ok: true,
      value: { authenticity: 'failed', authenticityReason: 'digest', chipAuthenticity: 'failed' },
    });
  });

  it('a key that no security object vouches for proves nothing', async () => {
    const files = [
      [0x011e, com(0x61, 0x6f)],
      [0x0101, DG1],
      [0x010f, DG15],
    ] as const;
    expect(await read(files, signing)).toMatchObject({
      ok: true,
      value: { authenticity: 'notChecked', authenticityReason: 'noSecurityObject', chipAuthenticity: 'failed' },
    });
  });
});

describe('what EF.COM lists', () => {
  it.each([0x75, 0x6b, 0x6e, 0x6f])('%i must be there', async (tag) => {
    const files = [
      [0x011e, com(0x61, tag)],
      [0x0101, DG1],
    ] as const;
    expect(await read(files)).toMatchObject({
      ok: false,
      error: { code: 'invalidMedia', vendorCode: 'FILE_MALFORMED' },
    });
  });

  it.each([
    ['DG14', 0x6e, 0x010e, fromHex('6e023000')],
    ['DG15', 0x6f, 0x010f, fromHex('6e00')],
    ['DG11', 0x6b, 0x010b, fromHex('6b055f0e02fffe')],
  ])('a malformed %s ends the read', async (_, tag, identifier, file) => {
    const files = [
      [0x011e, com(0x61, tag)],
      [0x0101, DG1],
      [identifier, file],
    ] as const;
    expect(await read(files)).toMatchObject({ ok: false, error: { code: 'invalidMedia' } });
  });

  it('a key of a kind that is not spoken counts as not offered', async () => {
    const key = encodeTlv(0x6f, generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'der' }));
    const files = [
      [0x011e, com(0x61, 0x6f)],
      [0x0101, DG1],
      [0x010f, key],
    ] as const;
    expect(await read(files)).toMatchObject({ ok: true, value: { chipAuthenticity: 'notOffered' } });
  });

  it('a malformed security object is a result, not an end', async () => {
    const files = [
      [0x011e, com(0x61)],
      [0x0101, DG1],
      [0x011d, fromHex('770430020101')],
    ] as const;
    expect(await read(files)).toMatchObject({
      ok: true,
      value: { authenticity: 'failed', authenticityReason: 'malformed', chipAuthenticity: 'notOffered' },
    });
  });
});
