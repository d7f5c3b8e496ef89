import { describe, expect, it } from 'vitest';
import { parseSaneAddress } from './sane-address.ts';

describe('sane:DEVICE', () => {
  it.each([
    'test:0',
    'fujitsu:fi-7160:123456',
    'hpaio:/usb/HP ScanJet?serial=CN1',
    'epson2:libusb:*',
    '*',
    'net:[::1]:test:0',
  ])('sane:%s', (device) => {
    expect(parseSaneAddress(`sane:${device}`)).toEqual({ ok: true, value: { device } });
  });

  it.each([
    'sane:',
    'sane:a*b',
    'sane:**',
    'sane:a\nb',
    'sane:a\u0000',
    'sane:-d',
    `sane:${'a'.repeat(201)}`,
    'test:0',
  ])('"%s" is none', (text) => {
    expect(parseSaneAddress(text)).toMatchObject({
      ok: false,
      error: expect.stringContaining('expected sane:DEVICE') as string,
    });
  });
});
