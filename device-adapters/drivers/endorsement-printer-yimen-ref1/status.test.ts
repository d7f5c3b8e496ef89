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
const at = (position: number): RawRef1Status['fields'] => new Map([[0x44, [Uint8Array.of(position)]]]);

describe('results', () => {
  it('are those of README.md, in words that people have texts for', () => {
    expect(Object.keys(FAULTS).map(Number)).toEqual([0x20, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x27]);
    const known = new Set<string>(ERROR_CODES.map((row) => row.code));
    for (const code of [...Object.keys(FAULTS).map(Number), 0x28]) {
      const fault = faultSchema.parse(ref1Fault(code, FAULTS));
      expect(known.has(fault.code), fault.code).toBe(true);
    }
  });

  it.each([
    [0x20, 'noMedia', 'reset'],
    [0x21, 'mediaJam', 'clear'],
    [0x22, 'coverOpen', 'clear'],
    [0x23, 'deviceNotReady', 'reset'],
    [0x24, 'headHot', 'suspend'],
    [0x25, 'printQuality', 'maintenance'],
    [0x26, 'encodeFail', 'maintenance'],
    [0x27, 'shutterFail', 'maintenance'],
    [0x28, 'hardwareError', 'maintenance'],
  ])('%i is %s, and %s acts', (result, code, action) => {
    expect(ref1Fault(result, FAULTS)).toMatchObject({ code, action });
  });
});

describe('status', () => {
  it.each([
    [0, 0, 'notPresent'],
    [1, 1, 'present'],
    [1, 2, 'entering'],
    [1, 3, 'unknown'],
    [2, 1, 'jammed'],
    [2, 2, 'jammed'],
  ])('media %i at position %i is %s', (media, position, word) => {
    const axes = axesOf({ ...raw, media, fields: at(position) });
    expect(axes).toMatchObject({ device: 'online', media: word });
    expect(deviceStatusSchema.safeParse({ ...axes, since: 0, source: 'reported' }).success).toBe(true);
  });

  it('without a position the media field counts', () => {
    expect(axesOf({ ...raw, media: 1 }).media).toBe('present');
    expect(axesOf({ ...raw, media: undefined }).media).toBeUndefined();
  });

  it('a hot head leaves the printer online; a jam does not', () => {
    expect(axesOf({ ...raw, fault: 0x24 })).toMatchObject({ device: 'online', action: 'suspend' });
    expect(axesOf({ ...raw, state: 3, fault: 0x21, media: 2 })).toMatchObject({
      device: 'hardwareError',
      media: 'jammed',
      fault: { code: 'mediaJam', vendorCode: '21' },
      action: 'clear',
    });
  });
});
