import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '@yimen/contracts/testing';
import { openDiscovered, parseAutoPlace, wayTo } from './auto-place.ts';
import { FINGERPRINTS } from './fingerprints.table.ts';
import { findPlug } from './match-plugs.ts';
import { listPlugs } from './plug-listing.ts';
import { MadeUpMachine } from './testing/made-up-machine.ts';

const UNIT = 'card-unit-creator-crt591';
let machine: MadeUpMachine;
beforeEach(() => {
  machine = new MadeUpMachine();
});
afterEach(() => {
  machine.close();
});

describe('auto: as people write it', () => {
  it.each([
    ['auto:card-unit', { kind: 'card-unit' }],
    ['auto:card-unit@1-3.2', { kind: 'card-unit', portPath: '1-3.2' }],
    ['auto:card-unit@/devices/pci0000:00/0000:00:14.0/usb1/1-3#A5 01', undefined],
    [
      'auto:card-unit@/devices/pci0000:00/0000:00:14.0/usb1/1-3#A501',
      { kind: 'card-unit', portPath: '/devices/pci0000:00/0000:00:14.0/usb1/1-3', serial: 'A501' },
    ],
    ['auto:card-unit#A501', { kind: 'card-unit', serial: 'A501' }],
    ['auto:', undefined],
    ['auto:Card Unit', undefined],
    ['auto:card-unit@', undefined],
  ])('%s', (text, place) => {
    const parsed = parseAutoPlace(text);
    if (place === undefined)
      expect(parsed).toMatchObject({ ok: false, error: expect.stringContaining('auto:KIND[@PORT][#SERIAL]') });
    else expect(parsed).toEqual({ ok: true, value: place });
  });
});

describe('the way to a plug', () => {
  async function wayOf(port: string): Promise<string | null> {
    const found = findPlug(await listPlugs(machine.root), FINGERPRINTS, { driver: UNIT, portPath: port });
    if (!found.ok) throw new Error(found.error.message);
    return wayTo(found.value);
  }

  it('is its one serial port, at the speed of the driver', async () => {
    machine.plugIn({ port: '1-3', vendorId: '1a86', productId: '7523', ttys: ['ttyUSB7'] });
    expect(await wayOf('1-3')).toBe(`serial:${machine.root}/dev/ttyUSB7@9600`);
  });

  it('is none when it brought no serial port, or several', async () => {
    machine.plugIn({ port: '1-3', vendorId: '1a86', productId: '7523' });
    machine.plugIn({ port: '1-4', vendorId: '1a86', productId: '7523', ttys: ['ttyUSB0', 'ttyUSB1'] });
    expect([await wayOf('1-3'), await wayOf('1-4')]).toEqual([null, null]);
    const open = openDiscovered({
      driver: UNIT,
      place: { kind: 'card-unit', portPath: '1-4' },
      clock: new ManualClock(),
      root: machine.root,
    });
    expect(await open(100)).toMatchObject({
      ok: false,
      error: { code: 'configuration', message: 'the plug at 1-4 has no way yet: it brought 2 serial ports' },
    });
  });

  it('to a plug that is not there is offline, and looked for anew at the next opening', async () => {
    const place = { kind: 'card-unit', portPath: '1-3' };
    const open = openDiscovered({ driver: UNIT, place, clock: new ManualClock(), root: machine.root });
    expect(await open(100)).toMatchObject({ ok: false, error: { code: 'offline', action: 'reset' } });
    machine.plugIn({ port: '1-3', vendorId: '1a86', productId: '7523' });
    expect(await open(100)).toMatchObject({ ok: false, error: { code: 'configuration' } });
  });
});
