import { ERROR_CODES } from '@yimen/contracts/base';
import { deviceStatusSchema, faultSchema } from '@yimen/contracts/device';
import { describe, expect, it } from 'vitest';
import {
  faultOfFailure,
  isCardFault,
  KNOWN_FAILURES,
  lateFault,
  lengthsFault,
  noCardFault,
  SAM_UNFIT,
  statusOf,
  textFault,
} from './status.ts';

// prettier-ignore
const ROWS = [
  ['10', 'hardwareError', 'reset', 'hardwareError'],
  ['11', 'hardwareError', 'reset', 'hardwareError'],
  ['21', 'softwareError', 'softwareError', 'hardwareError'],
  ['23', 'unsupportedCommand', 'configuration', 'hardwareError'],
  ['24', 'hardwareError', 'maintenance', 'hardwareError'],
  ['31', 'securityFail', 'suspend', 'userError'],
  ['32', 'securityFail', 'suspend', 'userError'],
  ['33', 'securityFail', 'suspend', 'userError'],
  ['34', 'noMedia', 'suspend', 'online'],
  ['40', 'invalidMedia', 'suspend', 'userError'],
  ['41', 'invalidMedia', 'suspend', 'userError'],
  ['47', 'invalidMedia', 'suspend', 'userError'],
  ['50', 'hardwareError', 'maintenance', 'hardwareError'],
  ['60', 'hardwareError', 'maintenance', 'hardwareError'],
  ['61', 'hardwareError', 'maintenance', 'hardwareError'],
  ['66', 'hardwareError', 'maintenance', 'hardwareError'],
  ['80', 'noMedia', 'suspend', 'online'],
  ['81', 'cardCollision', 'suspend', 'userError'],
  ['91', 'invalidMedia', 'suspend', 'userError'],
] as const;

describe('SW3', () => {
  it('the table is that of the protocol', () => {
    expect(KNOWN_FAILURES.toSorted()).toEqual(ROWS.map(([code]) => code));
    expect([...SAM_UNFIT]).toEqual(['60', '61', '66']);
  });

  it.each(ROWS)('%s is %s, %s acts, the device is %s', (sw3, code, action, device) => {
    const fault = faultSchema.parse(faultOfFailure(sw3));
    expect(fault).toMatchObject({ code, action, vendorCode: sw3 });
    expect(ERROR_CODES.some((row) => row.code === code)).toBe(true);
    expect(isCardFault(fault)).toBe(action === 'suspend');
    expect(statusOf('present', fault)).toMatchObject({ device, action, fault: { vendorCode: sw3 } });
  });

  // 01–06 are the vendor API's own words for a dead port, a timeout, a wrong checksum: never said by a reader.
  it.each(['00', '01', '02', '03', '04', '05', '06', '7F', 'FF', '123490'])(
    '%s is in no table: hardwareError with the code beside it',
    (code) => {
      const fault = faultSchema.parse(faultOfFailure(code));
      expect(fault).toMatchObject({ code: 'hardwareError', action: 'maintenance', vendorCode: code });
    },
  );
});

describe('faults of our own', () => {
  it('are in words that people have texts for, and blame the card, not the reader', () => {
    const faults = [
      textFault({ code: 'TEXT_LAYOUT_UNKNOWN', character: 'X' }),
      textFault({ code: 'TEXT_NOT_UTF16', field: 'name' }),
      lengthsFault(),
      noCardFault(),
      lateFault(),
    ];
    for (const fault of faults) {
      expect(faultSchema.parse(fault).action).toBe('suspend');
      expect(
        ERROR_CODES.some((row) => row.code === fault.code),
        fault.code,
      ).toBe(true);
    }
    expect(faults[0]).toMatchObject({ code: 'invalidMedia', vendorCode: 'X' });
  });
});

describe('status', () => {
  it.each(['present', 'notPresent', 'unknown'] as const)('media %s', (media) => {
    const status = statusOf(media);
    expect(status).toEqual({ device: 'online', media, supplies: {}, units: {} });
    expect(deviceStatusSchema.safeParse({ ...status, since: 0, source: 'reported' }).success).toBe(true);
  });
});
