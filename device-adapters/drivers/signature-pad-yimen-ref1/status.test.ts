import { deviceStatusSchema, faultSchema } from '@yimen/contracts/device';
import { describe, expect, it } from 'vitest';
import type { RawRef1Status } from '../../driver-kit/ref1-protocol.ts';
import { ref1Fault } from '../../driver-kit/ref1-status.ts';
import { axesOf, FAULTS } from './status.ts';

const raw: RawRef1Status = {
  state: 0,
  fault: 0,
  media: undefined,
  supplies: [],
  changeNumber: 1,
  bootCount: 1,
  fields: new Map(),
};

describe('results', () => {
  it('are those of README.md', () => {
    expect(Object.keys(FAULTS).map(Number)).toEqual([0x20, 0x21, 0x22, 0x23, 0x24]);
  });

  it.each([
    [0x20, 'noMedia', 'suspend'],
    [0x21, 'canceled', 'suspend'],
    [0x22, 'deviceNotReady', 'suspend'],
    [0x23, 'userError', 'suspend'],
    [0x24, 'userError', 'suspend'],
    [0x25, 'hardwareError', 'maintenance'],
  ])('%i is %s, and %s acts', (result, code, action) => {
    expect(faultSchema.parse(ref1Fault(result, FAULTS))).toMatchObject({ code, action });
  });
});

describe('status', () => {
  it('a pad that works has no medium to tell of', () => {
    const axes = axesOf(raw);
    expect(axes).toEqual({ device: 'online', supplies: {}, units: {} });
    expect(deviceStatusSchema.safeParse({ ...axes, since: 0, source: 'reported' }).success).toBe(true);
  });

  it.each([
    [1, 'deviceBusy'],
    [2, 'starting'],
    [3, 'hardwareError'],
    [9, 'hardwareError'],
  ])('state %i is %s', (state, device) => {
    expect(axesOf({ ...raw, state })).toMatchObject({ device });
  });
});
