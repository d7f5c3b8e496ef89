import { describe, expect, it } from 'vitest';
import { parsePcscAddress } from './pcsc-address.ts';

describe('pcsc:NAME', () => {
  it.each([
    ['pcsc:Virtual PCD 00 00', 'Virtual PCD 00 00', 'pcsc-mini'],
    ['pcsc:ACS ACR1252 Dual Reader [ACR1252 Dual Reader PICC] (RR123-012345) 00 01', undefined, 'pcsc-mini'],
    ['pcsc:Virtual PCD@pcsclite', 'Virtual PCD', 'pcsclite'],
    ['pcsc:Virtual PCD@pcsc-mini', 'Virtual PCD', 'pcsc-mini'],
    ['pcsc:Reader@Home 00 00', 'Reader@Home 00 00', 'pcsc-mini'],
    ['pcsc:A@pcsclite@pcsc-mini', 'A@pcsclite', 'pcsc-mini'],
  ])('%s', (text, reader, binding) => {
    expect(parsePcscAddress(text)).toEqual({ ok: true, value: { reader: reader ?? text.slice(5), binding } });
  });

  it.each(['pcsc:', 'pcsc: ', 'pcsc: A', 'pcsc:A ', 'pcsc:@pcsclite', 'pcsc:A\nB', `pcsc:${'a'.repeat(129)}`, 'hid:A'])(
    '%j is not one',
    (text) => {
      expect(parsePcscAddress(text)).toMatchObject({
        ok: false,
        error: expect.stringContaining('pcsc:NAME') as string,
      });
    },
  );
});
