import { ERROR_CODES } from '@yimen/contracts/base';
import { deviceStatusSchema, faultSchema } from '@yimen/contracts/device';
import { describe, expect, it } from 'vitest';
import type { RawRef1Status } from '../../driver-kit/ref1-protocol.ts';
import { ref1Fault } from '../../driver-kit/ref1-status.ts';
import { axesOf, FAULTS } from './status.ts';

const raw: RawRef1Status = {
  state: 0,
  fault: 0,
  media: 0,
  supplies: [],
  changeNumber: 1,
  bootCount: 1,
  fields: new Map(),
};
const unit = (id: number, status: number, count = 5): Uint8Array =>
  Uint8Array.of(id, id > 2 ? 1 : 0, 0, 20, 0, 20, 0, count, 0, 0, 0, 5, status);

describe('results', () => {
  it('are those of README.md, in words that people have texts for', () => {
    expect(Object.keys(FAULTS).map(Number)).toEqual(Array.from({ length: 0x0f }, (_, i) => 0x20 + i));
    const known = new Set<string>(ERROR_CODES.map((row) => row.code));
    for (const code of [...Object.keys(FAULTS).map(Number), 0x2f]) {
      const fault = faultSchema.parse(ref1Fault(code, FAULTS));
      expect(known.has(fault.code), fault.code).toBe(true);
    }
  });

  it.each([
    [0x20, 'noMedia', 'reset'],
    [0x21, 'mediaJam', 'clear'],
    [0x22, 'coverOpen', 'clear'],
    [0x23, 'deviceNotReady', 'reset'],
    [0x24, 'invalidUnit', 'configuration'],
    [0x25, 'notTaken', 'reset'],
    [0x26, 'ribbonOut', 'clear'],
    [0x27, 'verifyMismatch', 'maintenance'],
    [0x28, 'headHot', 'suspend'],
    [0x29, 'retainBinFull', 'clear'],
    [0x2a, 'exchangeActive', 'clear'],
    [0x2b, 'noExchangeActive', 'reset'],
    [0x2c, 'invalidUnit', 'configuration'],
    [0x2d, 'doubleFeed', 'maintenance'],
    [0x2e, 'paperOut', 'clear'],
    [0x2f, 'hardwareError', 'maintenance'],
  ])('%i is %s, and %s acts', (result, code, action) => {
    expect(ref1Fault(result, FAULTS)).toMatchObject({ code, action });
  });
});

describe('status', () => {
  it.each([
    [0, 0, 'notPresent'],
    [1, 1, 'present'],
    [1, 2, 'present'],
    [1, 3, 'entering'],
    [1, 4, 'unknown'],
    [2, 3, 'jammed'],
  ])('media %i at position %i is %s', (media, position, word) => {
    const axes = axesOf({ ...raw, media, fields: new Map([[0x47, [Uint8Array.of(position)]]]) });
    expect(axes).toMatchObject({ device: 'online', media: word });
    expect(deviceStatusSchema.safeParse({ ...axes, since: 0, source: 'reported' }).success).toBe(true);
  });

  it('without a position the media field counts', () => {
    expect(axesOf({ ...raw, media: 1 }).media).toBe('present');
    expect(axesOf({ ...raw, media: undefined }).media).toBeUndefined();
  });

  it('F17: ribbon and laminate are supplies by name; an unknown level is unknown', () => {
    const supplies = [
      { id: 0, level: 2 },
      { id: 1, level: 1 },
      { id: 2, level: 9 },
    ];
    expect(axesOf({ ...raw, supplies }).supplies).toEqual({ ribbon: 'out', laminate: 'low', 'supply-2': 'unknown' });
  });

  it('F05, F15: units with what happened to them; the serial numbers are not in the status', () => {
    const fields = new Map([[0x48, [unit(1, 0, 0), unit(2, 1), unit(3, 2), unit(4, 4, 20), unit(5, 3), unit(6, 9)]]]);
    const axes = axesOf({ ...raw, fields });
    expect(axes.units).toMatchObject({
      driving: { status: 'ok', replenishment: 'empty' },
      vehicle: { status: 'inoperative', replenishment: 'low' },
      reject: { status: 'missing' },
      retract: { status: 'manipulated', replenishment: 'full' },
      recovery: { status: 'notConfigured' },
      ribbon: { status: 'inoperative' },
    });
    expect(axes.units['driving']).not.toHaveProperty('serialised');
    expect(deviceStatusSchema.safeParse({ ...axes, since: 0, source: 'reported' }).success).toBe(true);
  });

  it('a hot head leaves the printer online; a line that stopped does not', () => {
    expect(axesOf({ ...raw, fault: 0x28 })).toMatchObject({ device: 'online', action: 'suspend' });
    expect(axesOf({ ...raw, state: 3, fault: 0x27 })).toMatchObject({
      device: 'hardwareError',
      fault: { code: 'verifyMismatch', vendorCode: '27' },
      action: 'maintenance',
    });
  });
});
