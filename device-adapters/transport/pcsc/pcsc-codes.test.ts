import { describe, expect, it } from 'vitest';
import { pcscliteFailure, pcscMiniFailure } from './pcsc-codes.table.ts';
import { lossText, startFault } from './pcsc-faults.ts';

describe('what the bindings say', () => {
  it.each([
    ['NoService', 'Service not available.(0x8010001d)', 'noService'],
    ['CommError', 'RPC transport error.(0x80100013)', 'noService'],
    ['UnknownReader', 'Unknown reader specified.(0x80100009)', 'noReader'],
    ['SharingViolation', 'Sharing violation.(0x8010000b)', 'busy'],
    ['NoSmartCard', 'No smart card inserted.(0x8010000c)', 'noCard'],
    ['RemovedCard', 'Card was removed.(0x80100069)', 'noCard'],
    ['UnresponsiveCard', 'Card is unresponsive.(0x80100066)', 'mute'],
    ['ProtoMismatch', 'Card protocol mismatch.(0x8010000f)', 'mute'],
    ['ResetCard', 'Card was reset.(0x80100068)', 'reset'],
    ['SecurityViolation', 'Access denied.(0x8010006a)', 'denied'],
    ['NotTransacted', 'Transaction failed.(0x80100016)', 'silent'],
    ['InsufficientBuffer', 'Insufficient buffer.(0x80100008)', 'other'],
  ])('%s and "%s" are one thing: %s', (name, text, what) => {
    const mini = pcscMiniFailure(Object.assign(new Error('[ Task ] Async task error'), { code: name }));
    const lite = pcscliteFailure(new Error(`SCardTransmit error: ${text}`));
    expect([mini.what, lite.what]).toEqual([what, what]);
    expect(mini.code).toBe(lite.code);
  });

  it('a number with its sign carried on is the same number', () => {
    expect(pcscliteFailure(new Error('x error: y(0xffffffff80100069)'))).toMatchObject({ what: 'noCard' });
  });

  it.each([new Error('something nobody foresaw'), 'text', undefined, null])('%s is other, with its words', (error) => {
    expect(pcscMiniFailure(error)).toMatchObject({ what: 'other', said: expect.any(String) as string });
    expect(pcscliteFailure(error)).toMatchObject({ what: 'other', said: expect.any(String) as string });
  });
});

describe('what a person reads', () => {
  it.each([
    ['noService', 'systemctl start pcscd'],
    ['noReader', 'Reader is gone; check its cable'],
    ['busy', 'in use by another program'],
    ['hung', 'did not answer in time'],
    ['denied', 'polkit'],
    ['other', 'words'],
  ] as const)('%s', (what, text) => {
    expect(lossText('Reader', { what, said: 'words' })).toContain(text);
  });

  it.each([
    ['pcsclite', 'notBuilt', 'configuration', 'npm rebuild pcsclite --ignore-scripts=false --nodedir='],
    ['pcsc-mini', 'notBuilt', 'configuration', 'libpcsclite1'],
    ['pcsclite', 'noService', 'offline', 'systemctl start pcscd'],
    ['pcsc-mini', 'denied', 'configuration', 'access_card in polkit'],
    ['pcsc-mini', 'other', 'offline', 'words'],
  ] as const)('%s that does not start for %s is %s', (binding, what, code, text) => {
    const fault = startFault(binding, { what, said: 'words' });
    expect(fault.code).toBe(code);
    expect(fault.message).toContain(text);
    // Whole: a command that is cut in the middle helps nobody.
    expect(fault.message.length).toBeLessThan(200);
  });
});
