import { ERROR_CODES } from '@yimen/contracts/base';
import { deviceStatusSchema, faultSchema } from '@yimen/contracts/device';
import { describe, expect, it } from 'vitest';
import { decodeIdentity, type RawOutput } from './protocol.ts';
import {
  firmwareOf,
  lateFault,
  modelFault,
  optionFault,
  outputFault,
  registerFault,
  statusOf,
  stillLitFault,
  triggerFault,
} from './status.ts';
import { answerData } from './testing/fixtures.ts';

const OTHER = decodeIdentity(answerData('identity of another'));

// prettier-ignore
const ROWS = [
  [modelFault(OTHER, 0x41), 'configuration', 'configuration', '42'],
  [outputFault('keyboard'), 'configuration', 'configuration', '000D keyboard'],
  [outputFault('both'), 'configuration', 'configuration', '000D both'],
  [optionFault('option x'), 'configuration', 'configuration', undefined],
  [triggerFault(), 'hardwareError', 'maintenance', 'TRIGGER'],
  [registerFault(0x60), 'hardwareError', 'maintenance', '0060'],
  [stillLitFault(), 'hardwareError', 'maintenance', 'LIT'],
  [lateFault(), 'timeOut', 'suspend', undefined],
] as const;

describe('faults', () => {
  it.each(ROWS)('%o is %s, %s acts', (fault, code, action, vendorCode) => {
    expect(faultSchema.parse(fault)).toEqual({
      code,
      action,
      message: expect.any(String) as string,
      ...(vendorCode !== undefined && { vendorCode }),
    });
    expect(ERROR_CODES.some((row) => row.code === code)).toBe(true);
  });

  it.each<RawOutput>(['serial', 'virtual-serial'])('codes that go to %s are no fault', (output) => {
    expect(outputFault(output)).toBeUndefined();
  });
});

describe('status', () => {
  it('is online, or hardwareError with its fault; there is no medium to report', () => {
    expect(statusOf()).toEqual({ device: 'online', supplies: {}, units: {} });
    const broken = statusOf(triggerFault());
    expect(broken).toMatchObject({ device: 'hardwareError', action: 'maintenance', fault: { vendorCode: 'TRIGGER' } });
    for (const seen of [statusOf(), broken])
      expect(deviceStatusSchema.safeParse({ ...seen, since: 0, source: 'reported' }).success).toBe(true);
  });

  it('firmware as a technician reads it', () => {
    expect(firmwareOf(decodeIdentity(answerData('identity: GM65')))).toBe('1.00 (2020-10-31)');
  });
});
