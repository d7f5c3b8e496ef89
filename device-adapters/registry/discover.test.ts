import { PORTS } from '@yimen/contracts/device';
import { ManualClock } from '@yimen/contracts/testing';
import { describe, expect, it } from 'vitest';
import { CATALOGUE } from './catalogue.ts';
import { isNativeCarrier, parseWhere } from './discover.ts';

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
    expect(parseWhere('serial:/dev/ttyS1')).toMatchObject({
      ok: false,
      error: { code: 'configuration', message: expect.stringContaining('serial:/dev/PATH@BAUD') as string },
    });
  });

  it('only a serial port needs a native module', () => {
    const isNative = (text: string): boolean | undefined => {
      const where = parseWhere(text);
      return where.ok ? isNativeCarrier(where.value) : undefined;
    };
    expect(['serial:/dev/ttyS1@9600', 'tcp:host:1', 'exec:cat'].map(isNative)).toEqual([true, false, false]);
  });

  it.each(['pcsc:NAME', 'hid:0400:C35A', 'modbus:/dev/ttyS1@9600#1'])('%s is known, and not built yet', (text) => {
    expect(parseWhere(text)).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining('not built yet') as string },
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
