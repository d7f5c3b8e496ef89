import { ERROR_CODES } from '@yimen/contracts/base';
import { deviceStatusSchema, faultSchema } from '@yimen/contracts/device';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeAutomatic, decodeRealtime, type RawStatus } from './protocol.ts';
import { faultOf, isSick, jamFault, statusOf } from './status.ts';

const CLEAN = decodeRealtime([0x12, 0x12, 0x12, 0x12]);

describe('conditions', () => {
  it.each([
    ['isCoverOpen', 'coverOpen', 'clear', 'hardwareError', true],
    ['isPaperEnd', 'paperOut', 'clear', 'online', false],
    ['hasCutterError', 'cutterError', 'clear', 'hardwareError', true],
    ['hasRecoverableError', 'hardwareError', 'reset', 'hardwareError', true],
    ['hasUnrecoverableError', 'hardwareError', 'maintenance', 'hardwareError', true],
    ['hasPassingError', 'headHot', 'suspend', 'deviceBusy', false],
    ['isOffline', 'deviceNotReady', 'suspend', 'deviceBusy', false],
  ] as const)('%s is %s, and %s acts', (condition, code, action, device, sick) => {
    const raw: RawStatus = { ...CLEAN, isOffline: true, [condition]: true };
    expect(faultOf(raw)).toMatchObject({ code, action });
    expect(statusOf(raw)).toMatchObject({ device, action, fault: { code } });
    expect(isSick(raw)).toBe(sick);
  });

  it('clean is online, full and without a fault', () => {
    expect(statusOf(CLEAN)).toEqual({ device: 'online', supplies: { paper: 'full' }, units: {} });
    expect(faultOf(CLEAN)).toBeUndefined();
  });

  it('near end is a supply and no fault; the end is both', () => {
    expect(statusOf({ ...CLEAN, isPaperNearEnd: true })).toEqual({
      device: 'online',
      supplies: { paper: 'low' },
      units: {},
    });
    const out = { ...CLEAN, isOffline: true, isPaperNearEnd: true, isPaperEnd: true };
    expect(statusOf(out)).toMatchObject({ supplies: { paper: 'out' }, fault: { code: 'paperOut' } });
  });

  it('of several the worst is told, and the paper all the same', () => {
    const all: RawStatus = { ...CLEAN, isOffline: true, isPaperEnd: true, isCoverOpen: true, hasCutterError: true };
    expect(statusOf(all)).toMatchObject({ fault: { code: 'cutterError' }, supplies: { paper: 'out' } });
    expect(faultOf({ ...all, hasCutterError: false })).toMatchObject({ code: 'coverOpen' });
    // A cover opened while printing is an error that recovers by itself: somebody has to close it all the same.
    expect(faultOf({ ...CLEAN, isOffline: true, isCoverOpen: true, hasPassingError: true })).toMatchObject({
      code: 'coverOpen',
      action: 'clear',
    });
  });

  it('a jam that a verb found outlives a clean status', () => {
    expect(statusOf(CLEAN, jamFault())).toMatchObject({
      device: 'hardwareError',
      media: 'jammed',
      supplies: { paper: 'jammed' },
      fault: { code: 'paperJammed', action: 'clear' },
    });
  });

  it('whatever the bytes: a status of the contract, in words that people have texts for', () => {
    const known = new Set<string>(ERROR_CODES.map((row) => row.code));
    const byte = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(fc.tuple(byte, byte, byte, byte), (bytes) => {
        for (const raw of [decodeRealtime(bytes), decodeAutomatic(bytes)]) {
          const status = statusOf(raw);
          expect(deviceStatusSchema.safeParse({ ...status, since: 0, source: 'reported' }).success).toBe(true);
          if (status.fault === undefined) continue;
          expect(faultSchema.safeParse(status.fault).success).toBe(true);
          expect(known.has(status.fault.code)).toBe(true);
        }
      }),
    );
  });
});
