import { describe, expect, it } from 'vitest';
import { parseIppAddress } from './ipp-address.ts';

describe('ipp://', () => {
  it.each([
    ['ipp://localhost/printers/kiosk', 'localhost', 631, '/printers/kiosk'],
    ['ipp://10.1.2.3:8631/ipp/print', '10.1.2.3', 8_631, '/ipp/print'],
    ['ipp://[::1]:1/', '::1', 1, '/'],
    ['ipp://print-server.local/printers/A4%20hall_2.x~', 'print-server.local', 631, '/printers/A4%20hall_2.x~'],
  ])('%s', (text, host, port, path) => {
    expect(parseIppAddress(text)).toEqual({ ok: true, value: { host, port, path } });
  });

  it.each([
    'ipp:',
    'ipp://',
    'ipp://host',
    'ipp://host:0/x',
    'ipp://host:65536/x',
    'ipp://user@host/x',
    'ipp://user:secret@host/x',
    'ipp://host/x?y',
    'ipp://host/a b',
    'ipp://host/x\r\nHost: y',
    'ipps://host/x',
    'http://host/x',
    `ipp://host/${'x'.repeat(200)}`,
  ])('"%s" is not one', (text) => {
    const parsed = parseIppAddress(text);
    expect(parsed.ok ? '' : parsed.error).toContain('ipp://HOST[:PORT]/PATH');
  });
});
