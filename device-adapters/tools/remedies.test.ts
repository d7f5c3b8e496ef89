import { describe, expect, it } from 'vitest';
import { deviceFault, offlineFault, silentFault } from '../driver-kit/device-faults.ts';
import { CATALOGUE } from '../registry/catalogue.ts';
import { parseWhere } from '../registry/discover.ts';
import { reasonText, remedyOf, type RemedyPlace } from './remedies.table.ts';

const DRIVER = 'id-card-reader-gb-sdt';
const PLACES = [
  'tcp:127.0.0.1:7101',
  'serial:/dev/ttyS1@9600',
  'modbus:/dev/ttyS2@19200#7',
  'modbus:tcp:127.0.0.1:502#7',
  'pcsc:ACS ACR1252',
  'hid:0c2e:0b61',
  'ipp://localhost/printers/kiosk',
  'sane:test:0',
  'v4l2:/dev/video0',
  'exec:socat STDIO /dev/ttyS1',
];

function placeAt(at: string): RemedyPlace {
  const where = parseWhere(at);
  if (!where.ok) throw new Error(where.error.message);
  return { driver: DRIVER, at, where: where.value };
}

describe.each(PLACES)('at %s', (at) => {
  const place = placeAt(at);

  it.each(['timeOut', 'offline', 'noDevice', 'configuration', 'deviceBusy', 'hardwareError', 'unsupportedCommand'])(
    '%s has a remedy in one line',
    (code) => {
      expect(remedyOf(deviceFault(code, 'x', 'reset'), place)).toMatch(/^[ -~’]{20,240}$/);
    },
  );

  it('paper, cards and covers say themselves what to do', () => {
    for (const code of ['paperOut', 'coverOpen', 'noMedia', 'canceled', 'toString'])
      expect(reasonText(deviceFault(code, 'x', 'clear'), place)).toBe(`${code}: x (clear)`);
  });
});

it('names the speed and the unit that were used', () => {
  const remedy = (at: string): string | undefined => remedyOf(silentFault('status'), placeAt(at));
  expect(remedy('serial:/dev/ttyS1@9600')).toContain('the speed (now 9600 baud)');
  expect(remedy('modbus:/dev/ttyS2@19200#7')).toMatch(/unit number \(now 7\), the speed \(now 19200 baud\)/);
  expect(remedy('modbus:tcp:127.0.0.1:502#7')).toMatch(/unit number \(now 7\), host, port/);
});

it('names the driver that another one may have to take the place of, which exists', () => {
  const wrong = deviceFault('configuration', 'a expected, b answers', 'configuration');
  expect(reasonText(wrong, placeAt('serial:/dev/ttyS1@9600'))).toBe(
    'configuration: a expected, b answers; check that id-card-reader-gb-sdt is the right driver id for the device at serial:/dev/ttyS1@9600, and its settings (configuration)',
  );
  expect(CATALOGUE).toHaveProperty(DRIVER);
});

it('a device’s words over several lines stay one line', () => {
  expect(reasonText(offlineFault('one\r\ntwo\u001b[2J'), placeAt('pcsc:x'))).toMatch(
    /^offline: one two \[2J; npm [ -~]+$/,
  );
});
