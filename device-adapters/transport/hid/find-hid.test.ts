import { describe, expect, it } from 'vitest';
import { findHid } from './find-hid.ts';
import { parseHidAddress } from './hid-address.ts';
import { listedHid } from './testing/fake-hid.ts';

const IDS = { vendorId: 0x0c2e, productId: 0x0b61 };

describe('HID address', () => {
  it.each([
    ['hid:0c2e:0b61', IDS],
    ['hid:0C2E:0B61#SN-1', { ...IDS, serial: 'SN-1' }],
    ['hid:/dev/hidraw0', { path: '/dev/hidraw0' }],
    ['hid:/dev/scanner', { path: '/dev/scanner' }],
  ])('%s', (text, value) => {
    expect(parseHidAddress(text)).toEqual({ ok: true, value });
  });

  it.each([
    'hid:',
    'hid:c2e:0b61',
    'hid:0c2e',
    'hid:0c2e:0b61#',
    'hid:hidraw0',
    'hid:/etc/passwd',
    'hid:/dev/a b',
    'hid:0c2e:0b6g',
  ])('%j is none', (text) => {
    expect(parseHidAddress(text)).toMatchObject({ ok: false, error: expect.stringContaining('hid:VID:PID') as string });
  });
});

describe('which device is meant', () => {
  const one = listedHid();
  const other = listedHid({ path: '/dev/hidraw5', serial: '' });

  it('the one with these ids, or with this serial too', () => {
    const stranger = listedHid({ path: '/dev/hidraw1', vendorId: 0x046d });
    expect(findHid([stranger, one], IDS)).toMatchObject({ ok: true, value: { path: '/dev/hidraw3', listed: one } });
    expect(findHid([other, one], { ...IDS, serial: 'SN-1' })).toMatchObject({ value: { path: '/dev/hidraw3' } });
  });

  it('of one plug with several interfaces the scanner, not its keyboard', () => {
    const keyboard = listedHid({ path: '/dev/hidraw2', usages: [{ page: 1, usage: 6 }] });
    expect(findHid([keyboard, one], IDS)).toMatchObject({ ok: true, value: { path: '/dev/hidraw3' } });
    expect(findHid([keyboard], IDS)).toMatchObject({ ok: true, value: { path: '/dev/hidraw2' } });
  });

  it('several that fit are a fault of the settings that names them', () => {
    const found = findHid([one, other], IDS);
    if (found.ok) throw new Error('one was chosen');
    expect(found.error).toMatchObject({ code: 'configuration', action: 'configuration' });
    for (const part of ['/dev/hidraw3 (SN-1)', '/dev/hidraw5 (no serial)', 'hid:VID:PID#SERIAL'])
      expect(found.error.message).toContain(part);
  });

  it('none is offline and says where to look', () => {
    const found = findHid([one], { vendorId: 1, productId: 2, serial: 'X' });
    if (found.ok) throw new Error('found');
    expect(found.error).toMatchObject({ code: 'offline', action: 'reset' });
    for (const part of ['0001:0002', 'serial X', 'lsusb', 'udev']) expect(found.error.message).toContain(part);
    expect(found.error.message.length).toBeLessThan(200);
  });

  it('a path that is not listed is tried', () => {
    expect(findHid([one], { path: '/dev/hidraw9' })).toEqual({ ok: true, value: { path: '/dev/hidraw9' } });
  });
});
