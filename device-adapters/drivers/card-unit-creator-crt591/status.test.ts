import { deviceStatusSchema, faultSchema } from '@yimen/contracts/device';
import { ERROR_CODES } from '@yimen/contracts/base';
import { describe, expect, it } from 'vitest';
import { faultOfError, KNOWN_ERROR_CODES, positionOf, statusOf } from './status.ts';

const facts = { position: 'none', isBinFull: false, binCount: 0, binCapacity: 10 } as const;

describe('error codes', () => {
  it('cover the table of the transcription', () => {
    const chip = Array.from({ length: 10 }, (_, i) => `6${i}`);
    const table = [
      '00',
      '01',
      '02',
      '03',
      '04',
      '05',
      '10',
      '12',
      '13',
      '14',
      '40',
      '41',
      '43',
      '45',
      '50',
      '51',
      ...chip,
      'A0',
      'A1',
      'B0',
    ];
    expect(KNOWN_ERROR_CODES.toSorted()).toEqual(table.toSorted());
  });

  it('become faults in words that people have texts for', () => {
    const known = new Set<string>(ERROR_CODES.map((row) => row.code));
    for (const code of [...KNOWN_ERROR_CODES, 'Z9']) {
      const fault = faultSchema.parse(faultOfError(code));
      expect(fault.vendorCode).toBe(code);
      expect(known.has(fault.code), fault.code).toBe(true);
    }
  });

  it.each([
    ['00', 'softwareError', 'softwareError'],
    ['05', 'softwareError', 'softwareError'],
    ['10', 'mediaJam', 'clear'],
    ['12', 'hardwareError', 'maintenance'],
    ['13', 'cardTooLong', 'suspend'],
    ['14', 'cardTooShort', 'suspend'],
    ['51', 'hardwareError', 'maintenance'],
    ['61', 'atrNotObtained', 'suspend'],
    ['69', 'protocolNotSupported', 'suspend'],
    ['A0', 'storageUnitError', 'clear'],
    ['A1', 'retainBinFull', 'clear'],
    ['B0', 'deviceNotReady', 'reset'],
    ['Z9', 'hardwareError', 'maintenance'],
  ])('%s is %s, and %s acts', (raw, code, action) => {
    expect(faultOfError(raw)).toMatchObject({ code, action });
  });
});

describe('status', () => {
  it.each([
    [0x30, 'none', 'notPresent'],
    [0x31, 'gate', 'entering'],
    [0x32, 'readPosition', 'present'],
    [0x39, 'unknown', 'unknown'],
  ] as const)('ST0 %i is %s, media %s', (st0, position, media) => {
    expect(positionOf(st0)).toBe(position);
    expect(statusOf({ ...facts, position })).toMatchObject({ device: 'online', media });
  });

  it('a full or filling bin is told apart from availability', () => {
    expect(statusOf({ ...facts, binCount: 7 }).units['bin']).toMatchObject({ replenishment: 'ok', threshold: 8 });
    expect(statusOf({ ...facts, binCount: 8 }).units['bin']).toMatchObject({ replenishment: 'high' });
    const full = statusOf({ ...facts, binCount: 10, isBinFull: true });
    expect(full).toMatchObject({ device: 'online', action: 'clear', units: { bin: { replenishment: 'full' } } });
  });

  it.each([
    ['10', 'hardwareError'],
    ['14', 'userError'],
    ['61', 'online'],
    ['B0', 'starting'],
    ['Z9', 'hardwareError'],
  ])('error %s: the device is %s', (raw, device) => {
    const status = statusOf({ ...facts, fault: faultOfError(raw) });
    expect(status.device).toBe(device);
    expect(deviceStatusSchema.safeParse({ ...status, since: 0, source: 'reported' }).success).toBe(true);
  });
});
