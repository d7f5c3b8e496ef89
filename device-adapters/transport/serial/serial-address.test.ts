import { describe, expect, it } from 'vitest';
import { lineMs, parseSerialAddress } from './serial-address.ts';

describe('serial address', () => {
  it.each([
    ['serial:/dev/ttyUSB0@115200', { path: '/dev/ttyUSB0', baud: 115_200, dataBits: 8, parity: 'none', stopBits: 1 }],
    ['serial:/dev/ttyS1@9600,8E1', { path: '/dev/ttyS1', baud: 9_600, dataBits: 8, parity: 'even', stopBits: 1 }],
    ['serial:/dev/ttyS1@50,7O2', { path: '/dev/ttyS1', baud: 50, dataBits: 7, parity: 'odd', stopBits: 2 }],
    [
      'serial:/dev/serial/by-path/pci-0000:00:14.0-usb-0:3:1.0-port0@4000000',
      {
        path: '/dev/serial/by-path/pci-0000:00:14.0-usb-0:3:1.0-port0',
        baud: 4_000_000,
        dataBits: 8,
        parity: 'none',
        stopBits: 1,
      },
    ],
  ])('%s', (text, value) => {
    expect(parseSerialAddress(text)).toEqual({ ok: true, value });
  });

  it.each([
    'serial:',
    'serial:/dev/ttyUSB0',
    'serial:ttyUSB0@9600',
    'serial:/dev/ttyUSB0@fast',
    'serial:/dev/ttyUSB0@9600,',
    'serial:/dev/ttyUSB0@9600,9N1',
    'serial:/dev/ttyUSB0@9600,8M1',
    'serial:/dev/ttyUSB0@9600,8N3',
    'serial:/dev/tty USB0@9600',
    'serial:/dev/tty@x@9600',
    'serial:/dev/tty\n@9600',
  ])('%j is not one', (text) => {
    expect(parseSerialAddress(text)).toMatchObject({
      ok: false,
      error: expect.stringContaining('serial:/dev/PATH@BAUD') as string,
    });
  });

  it.each(['serial:/dev/ttyUSB0@10', 'serial:/dev/ttyUSB0@4000001'])('%s is no speed', (text) => {
    expect(parseSerialAddress(text)).toMatchObject({
      ok: false,
      error: expect.stringContaining('bits per second') as string,
    });
  });

  it('knows how long bytes are under way', () => {
    const line = { path: '/dev/x', baud: 9_600, dataBits: 8, parity: 'none', stopBits: 1 } as const;
    expect(lineMs(line, 960)).toBe(1_000);
    expect(lineMs({ ...line, parity: 'even', stopBits: 2 }, 960)).toBe(1_200);
  });
});
