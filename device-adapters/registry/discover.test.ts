import { PORTS } from '@yimen/contracts/device';
import { ManualClock } from '@yimen/contracts/testing';
import { describe, expect, it } from 'vitest';
import { CATALOGUE } from './catalogue.ts';
import { isNativeCarrier, optionsOf, parseWhere } from './discover.ts';

describe('WHERE', () => {
  it.each([
    ['tcp:127.0.0.1:7101', '127.0.0.1', 7101],
    ['tcp:serial-bridge.local:1', 'serial-bridge.local', 1],
    ['tcp:[::1]:65535', '::1', 65_535],
  ])('%s', (text, host, port) => {
    expect(parseWhere(text)).toEqual({ ok: true, value: { carrier: 'tcp', host, port } });
  });

  it.each([
    '',
    'tcp:',
    'tcp:host',
    'tcp:host:0',
    'tcp:host:65536',
    'tcp:host:7101:x',
    'tcp:ho st:1',
    'udp:host:1',
    'host:1',
    'tcp:host:-1',
    'tcp:host:1e3',
  ])('"%s" is not one', (text) => {
    expect(parseWhere(text)).toMatchObject({
      ok: false,
      error: { code: 'configuration', message: expect.stringContaining('tcp:HOST:PORT') as string },
    });
  });

  it('reads serial lines and commands as their transports do', () => {
    expect(parseWhere('serial:/dev/ttyS1@9600,8E1')).toEqual({
      ok: true,
      value: { carrier: 'serial', path: '/dev/ttyS1', baud: 9_600, dataBits: 8, parity: 'even', stopBits: 1 },
    });
    expect(parseWhere(`exec:sh -c 'a b'`)).toEqual({
      ok: true,
      value: { carrier: 'exec', program: 'sh', args: ['-c', 'a b'] },
    });
    expect(parseWhere('pcsc:Virtual PCD 00 00@pcsclite')).toEqual({
      ok: true,
      value: { carrier: 'pcsc', reader: 'Virtual PCD 00 00', binding: 'pcsclite' },
    });
    expect(parseWhere('v4l2:usb-1-3.2')).toEqual({
      ok: true,
      value: { carrier: 'v4l2', camera: { by: 'port', port: '1-3.2' } },
    });
    expect(parseWhere('v4l2:video0')).toMatchObject({
      ok: false,
      error: { code: 'configuration', message: expect.stringContaining('v4l2:/dev/NODE') as string },
    });
    expect(parseWhere('pcsc:')).toMatchObject({
      ok: false,
      error: { code: 'configuration', message: expect.stringContaining('pcsc:NAME') as string },
    });
    expect(parseWhere('serial:/dev/ttyS1')).toMatchObject({
      ok: false,
      error: { code: 'configuration', message: expect.stringContaining('serial:/dev/PATH@BAUD') as string },
    });
  });

  it('reads a bus: its line, and the unit for the driver', () => {
    const serial = { carrier: 'serial', path: '/dev/ttyS1', baud: 19_200, dataBits: 8, parity: 'even', stopBits: 1 };
    const tcp = { carrier: 'tcp', host: '::1', port: 7_102 };
    const at = (text: string): unknown => {
      const where = parseWhere(text);
      return where.ok ? [where.value, optionsOf(where.value), isNativeCarrier(where.value)] : where.error.message;
    };
    expect(at('modbus:/dev/ttyS1@19200,8E1#17')).toEqual([
      { carrier: 'modbus', unit: 17, line: serial },
      { unit: 17, baud: 19_200 },
      true,
    ]);
    expect(at('modbus:tcp:[::1]:7102#1')).toEqual([{ carrier: 'modbus', unit: 1, line: tcp }, { unit: 1 }, false]);
    expect(at('modbus:/dev/ttyS1@9600')).toContain('#UNIT');
    expect(at('modbus:/dev/ttyS1#1')).toContain('serial:/dev/PATH@BAUD');
    expect(at('modbus:tcp:host:99999#1')).toContain('tcp:HOST:PORT');
    expect(at('modbus:/dev/ttyS1@9600#248')).toContain('1 to 247');
    const where = parseWhere('tcp:host:1');
    expect(where.ok && optionsOf(where.value)).toEqual({});
  });

  it('reads print servers as their transport does', () => {
    expect(parseWhere('ipp://localhost/printers/kiosk')).toEqual({
      ok: true,
      value: { carrier: 'ipp', host: 'localhost', port: 631, path: '/printers/kiosk' },
    });
    expect(parseWhere('ipp:localhost')).toMatchObject({
      ok: false,
      error: { code: 'configuration', message: expect.stringContaining('/printers/NAME') as string },
    });
  });

  it('a serial port needs a native module, others do not', () => {
    const isNative = (text: string): boolean | undefined => {
      const where = parseWhere(text);
      return where.ok ? isNativeCarrier(where.value) : undefined;
    };
    expect(['serial:/dev/ttyS1@9600', 'tcp:host:1', 'exec:cat'].map(isNative)).toEqual([true, false, false]);
    // Loaded by its bridge, a process of its own already.
    expect(isNative('pcsc:Virtual PCD 00 00')).toBe(false);
  });

  it('reads scanners as their transport does', () => {
    expect(parseWhere('sane:fujitsu:fi-7160:123456')).toEqual({
      ok: true,
      value: { carrier: 'sane', device: 'fujitsu:fi-7160:123456' },
    });
    expect(parseWhere('sane:')).toMatchObject({
      ok: false,
      error: { code: 'configuration', message: expect.stringContaining('scanimage -L') as string },
    });
  });

  it('reads HID devices as their transport does; they need a native module', () => {
    expect(parseWhere('hid:0C2E:0b61#SN-1')).toEqual({
      ok: true,
      value: { carrier: 'hid', device: { vendorId: 0x0c2e, productId: 0x0b61, serial: 'SN-1' } },
    });
    const where = parseWhere('hid:/dev/hidraw0');
    expect(where).toMatchObject({ ok: true, value: { carrier: 'hid', device: { path: '/dev/hidraw0' } } });
    expect(where.ok && isNativeCarrier(where.value)).toBe(true);
    expect(parseWhere('hid:c2e:b61')).toMatchObject({
      ok: false,
      error: { code: 'configuration', message: expect.stringContaining('hid:VID:PID') as string },
    });
  });
});

describe('catalogue', () => {
  it('each driver id begins with its kind, and the driver says the same of itself', async () => {
    for (const [id, row] of Object.entries(CATALOGUE)) {
      const driver = row.create({
        open: async () => ({ ok: false, error: { code: 'offline', message: 'no cable', action: 'reset' } }),
        clock: new ManualClock(),
        random: (n) => new Uint8Array(n),
        log: { debug: () => undefined },
        at: 'nowhere',
        options: {},
      });
      expect(Object.keys(PORTS)).toContain(row.kind);
      expect(id.startsWith(`${row.kind}-`)).toBe(true);
      expect(driver).toMatchObject({ id, kind: row.kind });
      await driver.close();
    }
  });
});
