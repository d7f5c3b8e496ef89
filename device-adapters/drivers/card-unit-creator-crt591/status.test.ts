import { deviceStatusSchema, faultSchema } from '@yimen/contracts/device';
import { ERROR_CODES } from '@yimen/contracts/base';
import { describe, expect, it } from 'vitest';
import { faultOfError, KNOWN_ERROR_CODES } from './errors.table.ts';
import { binLevelOf, positionOf, stackLevelOf, statusOf } from './status.ts';

const facts = { position: 'none', units: {} } as const;

describe('error codes', () => {
  it('cover the table of the transcription, and the one that a sibling adds', () => {
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
      '16',
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
    ['00 01 02 03 04 05', 'softwareError', 'softwareError'],
    ['10', 'mediaJam', 'clear'],
    ['12 41 43 51', 'hardwareError', 'maintenance'],
    ['13', 'cardTooLong', 'suspend'],
    ['14', 'cardTooShort', 'suspend'],
    ['16 40 45', 'noMedia', 'suspend'],
    ['50', 'hardwareError', 'clear'],
    ['60 61 63 64 65 67 68', 'atrNotObtained', 'suspend'],
    ['62 66 69', 'protocolNotSupported', 'suspend'],
    ['A0', 'storageUnitError', 'clear'],
    ['A1', 'retainBinFull', 'clear'],
    ['B0', 'deviceNotReady', 'reset'],
    ['99 Z9', 'hardwareError', 'maintenance'],
  ])('%s: %s, and %s acts', (codes, code, action) => {
    for (const raw of codes.split(' ')) expect(faultOfError(raw)).toMatchObject({ code, action, vendorCode: raw });
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

  it('a full bin is a fault that leaves the device online', () => {
    const bin = { type: 'retain', capacity: 10, initialCount: 0, count: 10, retainCount: 10, threshold: 8 } as const;
    const full = statusOf({ ...facts, units: { bin: { ...bin, status: 'ok', replenishment: 'full' } } });
    expect(full).toMatchObject({ device: 'online', action: 'clear', fault: { code: 'retainBinFull' } });
    expect(statusOf({ ...facts, units: { bin: { ...bin, status: 'ok', replenishment: 'high' } } })).not.toHaveProperty(
      'fault',
    );
  });

  it('never speaks of skimmers: the known protocol has no sensor for them', () => {
    expect(statusOf(facts)).not.toHaveProperty('antiFraud');
  });

  it.each([
    [0x30, 'empty', 'notFull'],
    [0x31, 'low', 'full'],
    [0x32, 'ok', 'unknown'],
    [0x33, 'unknown', 'unknown'],
  ] as const)('ST1 %i is %s, ST2 of that value %s', (value, stack, bin) => {
    expect(stackLevelOf(value)).toBe(stack);
    expect(binLevelOf(value)).toBe(bin);
  });

  it.each([
    ['10', 'hardwareError'],
    ['14', 'userError'],
    ['61', 'online'],
    ['A0', 'online'],
    ['A1', 'online'],
    ['B0', 'starting'],
    ['Z9', 'hardwareError'],
  ])('error %s: the device is %s', (raw, device) => {
    const status = statusOf({ ...facts, fault: faultOfError(raw) });
    expect(status.device).toBe(device);
    expect(deviceStatusSchema.safeParse({ ...status, since: 0, source: 'reported' }).success).toBe(true);
  });
});
