import { ERROR_CODES } from '@yimen/contracts/base';
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
const keypad = (value: number): RawRef1Status['fields'] => new Map([[0x47, [Uint8Array.of(value)]]]);

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
    [0x20, 'timeOut', 'suspend'],
    [0x21, 'paymentDeclined', 'suspend'],
    [0x22, 'canceled', 'suspend'],
    [0x23, 'deviceNotReady', 'suspend'],
    [0x24, 'deviceNotReady', 'reset'],
    [0x25, 'noMedia', 'softwareError'],
    [0x26, 'hardwareError', 'maintenance'],
    [0x27, 'offline', 'suspend'],
    [0x28, 'hardwareError', 'maintenance'],
  ])('%i is %s, and %s acts', (result, code, action) => {
    expect(ref1Fault(result, FAULTS)).toMatchObject({ code, action });
  });
});

describe('status', () => {
  it('a terminal that works', () => {
    const axes = axesOf({ ...raw, fields: keypad(0) });
    expect(axes).toEqual({ device: 'online', supplies: {}, units: {} });
    expect(deviceStatusSchema.safeParse({ ...axes, since: 0, source: 'reported' }).success).toBe(true);
    expect(axesOf(raw)).toEqual(axes);
  });

  it.each([1, 3])('F49: keypad %i is a fault of a terminal that stays online', (value) => {
    expect(axesOf({ ...raw, fields: keypad(value) })).toMatchObject({
      device: 'online',
      fault: { code: 'hardwareError', vendorCode: '26' },
      action: 'maintenance',
    });
  });

  it('a fault that it tells itself stands before that of the keypad', () => {
    expect(axesOf({ ...raw, fault: 0x27, fields: keypad(1) })).toMatchObject({ fault: { code: 'offline' } });
  });

  it('a pad that was tampered with is a fraud attempt, whatever the terminal says', () => {
    for (const state of [0, 3, 4])
      expect(axesOf({ ...raw, state, fault: 6, fields: keypad(2) })).toMatchObject({
        device: 'fraudAttempt',
        action: 'maintenance',
      });
  });
});
