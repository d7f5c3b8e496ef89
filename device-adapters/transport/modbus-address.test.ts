import { describe, expect, it } from 'vitest';
import { parseModbusAddress } from './modbus-address.ts';

describe('a Modbus address', () => {
  it.each([
    ['modbus:/dev/ttyS1@9600#1', 1, 'serial:/dev/ttyS1@9600'],
    [
      'modbus:/dev/serial/by-path/pci-0000:00:14.0-port0@19200,8E1#247',
      247,
      'serial:/dev/serial/by-path/pci-0000:00:14.0-port0@19200,8E1',
    ],
    ['modbus:tcp:127.0.0.1:7102#17', 17, 'tcp:127.0.0.1:7102'],
    ['modbus:tcp:[::1]:502#2', 2, 'tcp:[::1]:502'],
  ])('%s', (text, unit, line) => {
    expect(parseModbusAddress(text)).toEqual({ ok: true, value: { unit, line } });
  });

  it.each([
    'modbus:',
    'modbus:/dev/ttyS1@9600',
    'modbus:/dev/ttyS1@9600#',
    'modbus:/dev/ttyS1@9600#a',
    'modbus:/dev/tty S1@9600#1',
    'modbus:ttyS1@9600#1',
    'modbus:udp:host:1#1',
    'modbus:tcp:host:1#1 ',
    'serial:/dev/ttyS1@9600#1',
  ])('"%s" is none', (text) => {
    const parsed = parseModbusAddress(text);
    expect(parsed).toEqual({ ok: false, error: expect.stringContaining('modbus:/dev/PATH@BAUD') as string });
  });

  it.each(['0', '248', '999'])('unit %s is none that answers', (unit) => {
    expect(parseModbusAddress(`modbus:/dev/ttyS1@9600#${unit}`)).toEqual({
      ok: false,
      error: `expected unit 1 to 247, not ${unit}`,
    });
  });
});
