import { describe, expect, it } from 'vitest';
import { identityFault } from './identity.ts';

const answering = { driver: 'card-unit-creator-crt591', serial: 'S-1', model: 'CRT-591', firmware: '2.1' };
const { driver } = answering;

describe('who answers, beside who was installed', () => {
  it.each([
    [{ driver }],
    [{ driver, serial: 'S-1' }],
    [{ driver, firmware: ['2.0', '2.1'] }],
    [{ driver, serial: 'S-1', firmware: ['2.1'] }],
  ])('%j is the right device', (pinned) => {
    expect(identityFault(answering, pinned)).toBeUndefined();
  });

  it.each([
    [
      { driver: 'receipt-printer-epson-escpos' },
      /receipt-printer-epson-escpos expected, card-unit-creator-crt591 answers/,
    ],
    [{ driver, serial: 'S-2' }, /serial S-2 expected, S-1 answers/],
    [{ driver, firmware: ['2.0', '2.2'] }, /firmware 2\.1 is not on the list of this device: 2\.0, 2\.2/],
  ])('%j is not', (pinned, says) => {
    expect(identityFault(answering, pinned)).toMatchObject({
      code: 'configuration',
      action: 'configuration',
      message: expect.stringMatching(says),
    });
  });

  it('a device that tells no firmware is none that was tried', () => {
    expect(identityFault({ ...answering, firmware: null }, { driver, firmware: ['2.1'] })?.message).toMatch(
      /unknown firmware/,
    );
  });
});
