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

describe('results', () => {
  it('are those of README.md, in words that people have texts for', () => {
    expect(Object.keys(FAULTS).map(Number)).toEqual([0x20, 0x21, 0x22, 0x23]);
    const known = new Set<string>(ERROR_CODES.map((row) => row.code));
    for (const code of [...Object.keys(FAULTS).map(Number), 0x24]) {
      const fault = faultSchema.parse(ref1Fault(code, FAULTS));
      expect(known.has(fault.code), fault.code).toBe(true);
    }
  });

  it.each([
    [0x20, 'noMedia', 'suspend'],
    [0x21, 'deviceNotReady', 'suspend'],
    [0x22, 'deviceNotReady', 'suspend'],
    [0x23, 'hardwareError', 'clear'],
    [0x24, 'hardwareError', 'maintenance'],
  ])('%i is %s, and %s acts', (result, code, action) => {
    expect(ref1Fault(result, FAULTS)).toMatchObject({ code, action });
  });
});

describe('status', () => {
  it.each([
    [0, 'notPresent'],
    [1, 'present'],
    [3, 'unknown'],
    [9, 'unknown'],
  ])('media %i: a finger is %s', (media, word) => {
    const axes = axesOf({ ...raw, media });
    expect(axes).toEqual({ device: 'online', media: word, supplies: {}, units: {} });
    expect(deviceStatusSchema.safeParse({ ...axes, since: 0, source: 'reported' }).success).toBe(true);
  });

  it('F42: dirt on the glass is for hall staff, and captures go on', () => {
    expect(axesOf({ ...raw, fault: 0x23 })).toMatchObject({
      device: 'online',
      fault: { code: 'hardwareError', vendorCode: '23' },
      action: 'clear',
    });
  });

  it('a broken one is broken', () => {
    expect(axesOf({ ...raw, state: 3, fault: 6 })).toMatchObject({ device: 'hardwareError', action: 'reset' });
  });
});
