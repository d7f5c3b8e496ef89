import { describe, expect, it } from 'vitest';
import { CATALOGUE } from './catalogue.ts';
import { FINGERPRINTS, type Fingerprint } from './fingerprints.table.ts';
import { findPlug, matchPlugs } from './match-plugs.ts';
import type { Plug } from './plug-listing.ts';

function plugAt(port: string, id = '0400:c35a', serial: string | null = null): Plug {
  const [vendorId = '', productId = ''] = id.split(':');
  return { vendorId, productId, serial, product: '', portPath: `/devices/pci0/usb1/${port}`, ttys: [] };
}
const SDT = 'id-card-reader-gb-sdt';
const UNIT = 'card-unit-creator-crt591';
const CABLE = '1a86:7523';

describe('the plug of one driver', () => {
  it.each<[string, Plug[], Parameters<typeof findPlug>[2], string | { code: string; says: RegExp }]>([
    ['by its id', [plugAt('1-2', '046d:c31c'), plugAt('1-3')], { driver: SDT }, '1-3'],
    ['nothing there', [plugAt('1-2', '046d:c31c')], { driver: SDT }, { code: 'offline', says: /no plug of/ }],
    ['one of two, by port', [plugAt('1-2'), plugAt('1-3')], { driver: SDT, portPath: '1-3' }, '1-3'],
    ['by the whole port', [plugAt('1-3')], { driver: SDT, portPath: '/devices/pci0/usb1/1-3' }, '1-3'],
    [
      'by serial number',
      [plugAt('1-2', undefined, 'A'), plugAt('1-3', undefined, 'B')],
      { driver: SDT, serial: 'B' },
      '1-3',
    ],
    ['two of a kind', [plugAt('1-2'), plugAt('1-3')], { driver: SDT }, { code: 'configuration', says: /1-2 or 1-3/ }],
    [
      'the right one is away and another is at another port',
      [plugAt('1-2')],
      { driver: SDT, portPath: '1-3' },
      { code: 'offline', says: /at port 1-3/ },
    ],
    [
      'another serial number at its port',
      [plugAt('1-3', undefined, 'B')],
      { driver: SDT, portPath: '1-3', serial: 'A' },
      { code: 'offline', says: /serial A at port 1-3/ },
    ],
    ['a port is a whole name', [plugAt('11-3')], { driver: SDT, portPath: '1-3' }, { code: 'offline', says: /1-3/ }],
    [
      'not what hangs behind a hub there',
      [plugAt('1-3/1-3.1')],
      { driver: SDT, portPath: '1-3' },
      { code: 'offline', says: /1-3/ },
    ],
    [
      'a shared id without a port, though it is the only one',
      [plugAt('1-3', CABLE)],
      { driver: UNIT },
      { code: 'configuration', says: /could be at 1-3.*name its port/ },
    ],
    [
      'a shared id with its port',
      [plugAt('1-2', CABLE), plugAt('1-3', CABLE)],
      { driver: UNIT, portPath: '1-3' },
      '1-3',
    ],
    [
      'a shared id with its serial number',
      [plugAt('1-2', CABLE, 'A'), plugAt('1-3', CABLE, 'B')],
      { driver: UNIT, serial: 'A' },
      '1-2',
    ],
    ['its own id before a cable', [plugAt('1-2', CABLE), plugAt('1-3')], { driver: SDT }, '1-3'],
  ])('%s', (_, plugs, wish, expected) => {
    const found = findPlug(plugs, FINGERPRINTS, wish);
    if (typeof expected === 'string') {
      expect(found).toMatchObject({ ok: true, value: { plug: { portPath: `/devices/pci0/usb1/${expected}` } } });
    } else {
      expect(found).toMatchObject({ ok: false, error: { code: expected.code } });
      expect(found.ok ? '' : found.error.message).toMatch(expected.says);
    }
  });
});

describe('what hangs where', () => {
  const row = (driver: string, more: Partial<Fingerprint> = {}): Fingerprint => ({
    vendorId: '1111',
    productId: '2222',
    driver,
    options: {},
    score: 10,
    sharedId: false,
    ...more,
  });
  const seen = (plug: Plug, ...rows: Fingerprint[]): string => {
    const { proposals, unmatched } = matchPlugs([plug], rows);
    return proposals[0]?.driver ?? `${unmatched[0]?.why}: ${unmatched[0]?.candidates.join(' ')}`;
  };
  const plug = plugAt('1-3', '1111:2222', 'S');

  it('is proposed only when the plug alone says it', () => {
    expect(seen(plug, row('a'))).toBe('a');
    expect(seen(plug, row('a', { vendorId: '9999' }))).toBe('unknownId: ');
    expect(seen(plug, row('a'), row('b', { score: 20 }))).toBe('b');
    expect(seen(plug, row('a'), row('b'))).toBe('ambiguous: a b');
    expect(seen(plug, row('a', { sharedId: true }), row('b', { sharedId: true }))).toBe('sharedId: a b');
    expect(seen(plug, row('a', { sharedId: true, portPath: '1-3' }))).toBe('a');
    expect(seen(plug, row('a', { sharedId: true, portPath: '1-4' }))).toBe('unknownId: ');
    expect(seen(plug, row('a', { sharedId: true, serial: 'S' }))).toBe('a');
    expect(seen(plug, row('a', { serial: 'T' }))).toBe('unknownId: ');
  });
});

describe('the table of fingerprints', () => {
  it('names drivers that exist, ids that can be compared, and no id that is sure for two', () => {
    for (const { driver, vendorId, productId } of FINGERPRINTS) {
      expect(Object.hasOwn(CATALOGUE, driver), driver).toBe(true);
      expect(`${vendorId}:${productId}`).toMatch(/^[0-9a-f]{4}:[0-9a-f]{4}$/u);
    }
    const sure = FINGERPRINTS.filter((row) => !row.sharedId).map((row) => `${row.vendorId}:${row.productId}`);
    expect(new Set(sure).size).toBe(sure.length);
    expect(FINGERPRINTS.find((row) => row.vendorId === '0400')).toMatchObject({ productId: 'c35a', driver: SDT });
  });
});
