import { expect, it } from 'vitest';
import { openFault } from './serial-faults.ts';

const PORT = { path: '/dev/ttyUSB0', baud: 12_345, dataBits: 8, parity: 'none', stopBits: 1 } as const;

it.each([
  ['Error: No such file or directory, cannot open /dev/ttyUSB0', 'offline', 'check the cable'],
  ['Error: Permission denied, cannot open /dev/ttyUSB0', 'configuration', 'group dialout'],
  ['Error: Device or resource busy, cannot open /dev/ttyUSB0', 'deviceBusy', '/dev/ttyUSB0 is in use'],
  ['Error Resource temporarily unavailable Cannot lock port', 'deviceBusy', '/dev/ttyUSB0 is in use'],
  ['Error: Inappropriate ioctl for device setting custom baud rate of 9600', 'configuration', 'no serial port'],
  ['Error: Input/output error setting custom baud rate of 9600', 'offline', 'nothing answers'],
  ['Error: Invalid argument || while setting custom baud rate of 12345', 'configuration', '12345 baud'],
  ['baud 9600', 'configuration', '12345 baud'],
  ['something nobody foresaw', 'offline', 'something nobody foresaw'],
])('"%s" is %s', (said, code, remedy) => {
  expect(openFault(PORT, said)).toMatchObject({ code, message: expect.stringContaining(remedy) as string });
});
