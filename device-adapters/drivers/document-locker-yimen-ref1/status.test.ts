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
const ROWS = [
  [0x20, 'noMedia', 'reset'],
  [0x21, 'mediaJam', 'clear'],
  [0x22, 'coverOpen', 'clear'],
  [0x23, 'deviceNotReady', 'reset'],
  [0x25, 'notTaken', 'reset'],
  [0x27, 'verifyMismatch', 'maintenance'],
  [0x29, 'retainBinFull', 'clear'],
  [0x2a, 'exchangeActive', 'clear'],
  [0x2b, 'noExchangeActive', 'reset'],
  [0x2c, 'invalidUnit', 'configuration'],
  [0x2d, 'storageUnitError', 'clear'],
] as const;

describe('results', () => {
  it('are those of README.md, in words that people have texts for', () => {
    expect(Object.keys(FAULTS).map(Number)).toEqual(ROWS.map(([code]) => code));
    const known = new Set<string>(ERROR_CODES.map((row) => row.code));
    for (const [code] of ROWS) expect(known.has(faultSchema.parse(ref1Fault(code, FAULTS)).code)).toBe(true);
  });

  it.each([...ROWS, [0x24, 'hardwareError', 'maintenance'] as const])(
    '%i is %s, and %s acts',
    (result, code, action) => {
      expect(ref1Fault(result, FAULTS)).toMatchObject({ code, action });
    },
  );
});

describe('status', () => {
  it.each([
    [0, 0, 'notPresent'],
    [1, 1, 'present'],
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

  it('F34: its units by name, and how full they are', () => {
    const unit = (id: number, count: number, status = 0): Uint8Array =>
      Uint8Array.of(id, id - 1, 0, 20, 0, 20, 0, count, 0, 0, 0, 15, status);
    expect(
      axesOf({ ...raw, fields: new Map([[0x48, [unit(1, 20), unit(2, 15), unit(3, 20, 4)]]]) }).units,
    ).toMatchObject({
      stack: { type: 'dispense', replenishment: 'ok' },
      retract: { type: 'retain', replenishment: 'high' },
      reject: { type: 'reject', replenishment: 'full', status: 'manipulated' },
    });
  });

  it('F35: another document fetched stops it until a technician has been there', () => {
    expect(axesOf({ ...raw, state: 3, fault: 0x27 })).toMatchObject({
      device: 'hardwareError',
      fault: { code: 'verifyMismatch', vendorCode: '27' },
      action: 'maintenance',
    });
  });
});
