import { afterEach, describe, expect, it } from 'vitest';
import type { ChipOffers } from '../../../testing/card-path.ts';
import { ALL_OFFERS, cardWith } from '../simulated-chip-rig.ts';
import { simulatedTrustAnchors } from '../simulated-issuer.ts';
import { driverBench, Ends } from '../testing/driver-bench.ts';

const ends = new Ends();
afterEach(() => ends.all());

/** A bench whose driver trusts the simulated issuer. */
function trusting(offers: ChipOffers, trustAnchorsFile = ends.file('anchors.pem', simulatedTrustAnchors())) {
  return driverBench(ends, { card: cardWith(offers), options: { trustAnchorsFile } });
}

const SIGNED = { isSigned: true } as const;

describe('a genuine document', () => {
  it('passes every check, and names its holder in the holder’s script', async () => {
    const { read } = trusting(ALL_OFFERS);
    expect(await read()).toMatchObject({
      ok: true,
      value: {
        access: 'PACE',
        holder: ALL_OFFERS.holder,
        authenticity: 'passed',
        authenticityReason: null,
        chipAuthenticity: 'passed',
      },
    });
  });

  it.each<[string, ChipOffers]>([
    ['chip authentication with AES after BAC', { chipAuthentication: 'AES' }],
    ['chip authentication with 3DES after BAC', { chipAuthentication: '3DES' }],
    [
      'chip authentication with 3DES after PACE',
      { chipAuthentication: '3DES', pace: { parameter: 12, can: '500011' } },
    ],
    ['active authentication by ECDSA', { activeAuthentication: 'ECDSA' }],
    ['active authentication by RSA, SHA-1', { activeAuthentication: 'RSA-SHA1' }],
    ['active authentication by RSA, SHA-256', { activeAuthentication: 'RSA-SHA256' }],
  ])('passes by %s', async (_, offers) => {
    const { read } = trusting({ ...SIGNED, ...offers });
    expect(await read()).toMatchObject({ ok: true, value: { authenticity: 'passed', chipAuthenticity: 'passed' } });
  });

  it('says notOffered when the chip has no way to prove itself', async () => {
    const { read } = trusting(SIGNED);
    expect(await read()).toMatchObject({ ok: true, value: { authenticity: 'passed', chipAuthenticity: 'notOffered' } });
  });

  it.each(['TD1', 'TD3', 'permitLine'] as const)('reads DG1 in the form %s', async (zone) => {
    const { read } = trusting({ ...SIGNED, zone });
    expect(await read()).toMatchObject({ ok: true, value: { documentNumber: 'C50000011', authenticity: 'passed' } });
  });

  it('is notChecked where no trust anchor is configured; the chip still proves itself', async () => {
    const { read } = driverBench(ends, { card: cardWith(ALL_OFFERS) });
    expect(await read()).toMatchObject({
      ok: true,
      value: { authenticity: 'notChecked', authenticityReason: 'noTrustAnchor', chipAuthenticity: 'passed' },
    });
  });
});

describe('a document that is not genuine', () => {
  it.each<[string, string, string, ChipOffers]>([
    ['foreign-face', 'digest', 'failed', ALL_OFFERS],
    ['foreign-signer', 'chain', 'failed', ALL_OFFERS],
    ['expired-signer', 'expired', 'passed', ALL_OFFERS],
    ['no-security-object', 'noSecurityObject', 'failed', ALL_OFFERS],
  ])('%s: %s, and its chip is %s', async (fault, authenticityReason, chipAuthenticity, offers) => {
    const { read, chip } = trusting(offers);
    expect(chip.fault(fault)).toMatchObject({ ok: true });
    const authenticity = fault === 'no-security-object' ? 'notChecked' : 'failed';
    expect(await read()).toMatchObject({ ok: true, value: { authenticity, authenticityReason, chipAuthenticity } });
  });

  it.each<[string, ChipOffers]>([
    ['chip authentication, AES', { chipAuthentication: 'AES' }],
    ['chip authentication, 3DES', { chipAuthentication: '3DES' }],
    ['chip authentication after PACE', ALL_OFFERS],
    ['active authentication, ECDSA', { activeAuthentication: 'ECDSA' }],
    ['active authentication, RSA', { activeAuthentication: 'RSA-SHA256' }],
  ])('a copy of every file without the secret key is read, and failed: %s', async (_, offers) => {
    const { read, chip, ask } = trusting({ ...SIGNED, ...offers });
    chip.fault('cloned-chip');
    expect(await read()).toMatchObject({
      ok: true,
      value: { documentNumber: 'C50000011', authenticity: 'passed', chipAuthenticity: 'failed' },
    });
    const access = offers.pace === undefined ? 'BAC' : 'PACE';
    expect(await ask('accessUsed')).toEqual({ ok: true, value: { access } });
  });

  it('a malformed DG11 ends the read, also when it is signed', async () => {
    const { read, chip } = trusting(ALL_OFFERS);
    chip.fault('dg11-malformed');
    expect(await read()).toMatchObject({ ok: false, error: { code: 'invalidMedia', vendorCode: 'FILE_MALFORMED' } });
  });
});

describe('trust anchors that cannot be used', () => {
  it.each([
    ['missing', () => '/nonexistent/anchors.pem'],
    ['empty', () => ends.file('empty.pem', '')],
    ['no certificates', () => ends.file('other.pem', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n')],
  ])('%s: configuration that names the file, and no chip is asked', async (_, path) => {
    const trustAnchorsFile = path();
    const { read, commands, driver, clock } = trusting(ALL_OFFERS, trustAnchorsFile);
    const error = { code: 'configuration', action: 'configuration' };
    const message = expect.stringContaining(trustAnchorsFile) as string;
    expect(await read()).toMatchObject({ ok: false, error: { ...error, message } });
    expect(commands()).toBe(0);
    const op = { operationId: 'op' as never, deadlineMs: 1_000 };
    const test = await driver.selfTest(op);
    expect(test).toMatchObject({ outcome: 'notDone', fault: error });
    expect(clock.waiting).toBe(0);
  });

  it('a renewed file counts at once', async () => {
    const { writeFileSync } = await import('node:fs');
    const path = ends.file('anchors.pem', '');
    const { read } = trusting(SIGNED, path);
    expect(await read()).toMatchObject({ ok: false, error: { code: 'configuration' } });
    writeFileSync(path, simulatedTrustAnchors());
    expect(await read()).toMatchObject({ ok: true, value: { authenticity: 'passed' } });
  });
});
