import { ERROR_CODES } from '@yimen/contracts/base';
import { deviceStatusSchema } from '@yimen/contracts/device';
import { describe, expect, it } from 'vitest';
import type { RawRef1Status } from './ref1-protocol.ts';
import { ref1Axes, ref1Evidence, ref1EvidenceKinds, ref1Fault, ref1MediaAtPowerOff } from './ref1-status.ts';

const raw: RawRef1Status = {
  state: 0,
  fault: 0,
  media: undefined,
  supplies: [],
  changeNumber: 1,
  bootCount: 1,
  fields: new Map(),
};

describe('status in the port’s words', () => {
  it.each([
    [0, 'online', undefined],
    [1, 'deviceBusy', undefined],
    [2, 'starting', undefined],
    [3, 'hardwareError', 'reset'],
    [4, 'fraudAttempt', 'maintenance'],
    [5, 'hardwareError', 'reset'],
    [255, 'hardwareError', 'reset'],
  ])('state %i is %s, %s acts', (state, device, action) => {
    const axes = ref1Axes({ ...raw, state }, {});
    expect(axes).toMatchObject({ device });
    expect(axes.action).toBe(action);
    expect(axes.media).toBeUndefined();
    expect(deviceStatusSchema.safeParse({ ...axes, since: 0, source: 'reported' }).success).toBe(true);
  });

  it('a standing fault, media and supplies', () => {
    const own = { 0x21: ['mediaJam', 'stuck', 'clear'] } as const;
    expect(
      ref1Axes(
        {
          ...raw,
          fault: 0x21,
          media: 2,
          supplies: [
            { id: 1, level: 2 },
            { id: 2, level: 9 },
          ],
        },
        own,
      ),
    ).toMatchObject({
      device: 'online',
      media: 'jammed',
      fault: { code: 'mediaJam', vendorCode: '21' },
      action: 'clear',
      supplies: { 'supply-1': 'out', 'supply-2': 'unknown' },
    });
    expect(ref1Axes({ ...raw, media: 9 }, {}).media).toBe('unknown');
  });
});

describe('codes', () => {
  it.each([
    [1, 'unsupportedCommand', 'softwareError'],
    [2, 'softwareError', 'softwareError'],
    [3, 'deviceBusy', 'suspend'],
    [4, 'deviceNotReady', 'suspend'],
    [5, 'canceled', 'reset'],
    [6, 'hardwareError', 'reset'],
    [7, 'unsupportedCommand', 'configuration'],
    [0x7f, 'hardwareError', 'maintenance'],
  ])('result %i is %s, %s acts', (code, word, action) => {
    expect(ref1Fault(code, {})).toMatchObject({
      code: word,
      action,
      vendorCode: code.toString(16).padStart(2, '0').toUpperCase(),
    });
    expect(ERROR_CODES.some((row) => row.code === word)).toBe(true);
  });

  it('evidence and what happens at power-off; the unknown is left out, or read with care', () => {
    expect(
      ref1Evidence(
        [
          { kind: 3, access: 1, detail: 'gate' },
          { kind: 5, access: 9, detail: '' },
          { kind: 6, access: 0, detail: '' },
        ],
        42,
      ),
    ).toEqual([
      { kind: 'position', customerAccess: 'none', detail: 'gate', at: 42 },
      { kind: 'readBack', customerAccess: 'unknown', detail: '', at: 42 },
    ]);
    expect(ref1EvidenceKinds([0, 1, 2, 3, 4, 5, 6])).toHaveLength(6);
    expect([0, 1, 2, 3, 4, 9].map(ref1MediaAtPowerOff)).toEqual([
      'exit',
      'retain',
      'exitThenRetain',
      'stay',
      'none',
      'stay',
    ]);
  });
});
