import { ERROR_CODES } from '@yimen/contracts/base';
import { deviceStatusSchema, faultSchema } from '@yimen/contracts/device';
import { describe, expect, it } from 'vitest';
import type { RawIdentity } from './protocol.ts';
import { settingsOf } from './settings.ts';
import {
  firmwareOf,
  idsFault,
  lateFault,
  modelOf,
  noCarrierFault,
  optionFault,
  statusOf,
  usageFault,
} from './status.ts';

const raw = (more: Partial<RawIdentity> = {}): RawIdentity => ({
  vendorId: '0c2e',
  productId: '0b61',
  usagePage: '008c',
  usage: '0002',
  release: '0110',
  manufacturer: 'Example',
  product: 'Scanner 1900',
  serial: 'SN-1',
  ...more,
});

// prettier-ignore
const ROWS = [
  [usageFault(raw({ usagePage: '0001', usage: '0006' })), 'configuration', 'configuration', '0001:0006'],
  [usageFault(raw({ usagePage: '0008' })), 'configuration', 'configuration', '0008:0002'],
  [idsFault(raw(), { vendorId: '0c2f' }), 'configuration', 'configuration', '0c2e:0b61'],
  [idsFault(raw(), { vendorId: '0c2e', productId: '0b62' }), 'configuration', 'configuration', '0c2e:0b61'],
  [noCarrierFault(), 'configuration', 'configuration', undefined],
  [optionFault('option x'), 'configuration', 'configuration', undefined],
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

  it('a keyboard is told how it becomes a scanner', () => {
    expect(usageFault(raw({ usagePage: '0001', usage: '0006' }))?.message).toContain('set-up code for HID-POS');
  });

  it('a scanner is none, nor what cannot be known, nor the right model', () => {
    expect(usageFault(raw())).toBeUndefined();
    expect(usageFault(raw({ usagePage: '', usage: '' }))).toBeUndefined();
    for (const expected of [{}, { vendorId: '0c2e' }, { vendorId: '0c2e', productId: '0b61' }])
      expect(idsFault(raw(), expected)).toBeUndefined();
  });
});

describe('status', () => {
  it('is online, or hardwareError with its fault', () => {
    expect(statusOf()).toEqual({ device: 'online', supplies: {}, units: {} });
    const broken = statusOf(noCarrierFault());
    expect(broken).toMatchObject({ device: 'hardwareError', action: 'configuration' });
    for (const seen of [statusOf(), broken])
      expect(deviceStatusSchema.safeParse({ ...seen, since: 0, source: 'inferred' }).success).toBe(true);
  });

  it('model and firmware as a technician reads them', () => {
    expect([modelOf(raw()), modelOf(raw({ product: '' }))]).toEqual(['Scanner 1900', '0c2e:0b61']);
    expect(modelOf(raw({ product: 'x'.repeat(99) }))).toHaveLength(60);
    expect(modelOf(raw({ product: '', vendorId: '', productId: '' }))).toBe('HID-POS');
    expect(['0110', '1203', '', '0000'].map((release) => firmwareOf(raw({ release })))).toEqual([
      '1.10',
      '12.03',
      null,
      '0.00',
    ]);
  });
});

describe('options', () => {
  it('that are right', () => {
    expect(settingsOf({})).toEqual({ ok: true, value: {} });
    expect(settingsOf({ vendorId: '0C2E', productId: '0b61' })).toEqual({
      ok: true,
      value: { vendorId: '0c2e', productId: '0b61' },
    });
    const byReport = settingsOf({ startReport: '04 01', stopReport: '04 00', feature: true });
    expect(byReport).toMatchObject({ ok: true, value: { startOrder: expect.any(Uint8Array) as Uint8Array } });
    expect(byReport.ok && [...(byReport.value.startOrder ?? [])].slice(0, 5)).toEqual([0, 2, 2, 4, 1]);
    expect(byReport.ok && [...(byReport.value.stopOrder ?? [])].slice(0, 5)).toEqual([0, 2, 2, 4, 0]);
  });

  it.each([
    [{ vendorId: 'c2e' }, 'vendorId'],
    [{ productId: 2_913 }, 'productId'],
    [{ startReport: '' }, 'startReport'],
    [{ startReport: 4 }, 'startReport'],
    [{ startReport: '04 01', stopReport: 'x' }, 'stopReport'],
    [{ stopReport: '04 00' }, 'startReport is missing'],
    [{ feature: 'yes' }, 'feature'],
  ])('%j is a fault of the settings that names it', (options, name) => {
    expect(settingsOf(options)).toMatchObject({
      ok: false,
      error: { code: 'configuration', message: expect.stringContaining(name) as string },
    });
  });
});
