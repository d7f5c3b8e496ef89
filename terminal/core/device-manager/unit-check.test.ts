import { describe, expect, it } from 'vitest';
import type { DeviceStatus } from '@yimen/contracts/device';
import { BIN } from './testing/fake-device-host.ts';
import { unitMisconfigured } from './unit-check.ts';

const fit: DeviceStatus = { device: 'online', supplies: {}, units: { bin: BIN }, since: 1, source: 'reported' };

describe('the self-check of units (faults F69)', () => {
  const rows: readonly [string, string, DeviceStatus, RegExp | undefined][] = [
    ['well set up', 'card-unit', fit, undefined],
    ['warns when it is full', 'card-unit', { ...fit, units: { bin: { ...BIN, threshold: 20 } } }, undefined],
    ['never warns', 'card-unit', { ...fit, units: { bin: { ...BIN, threshold: 21 } } }, /bin would warn at 21/],
    [
      'a roll that never warns',
      'receipt-printer',
      { ...fit, units: { paper: { ...BIN, type: 'paper', capacity: 10, threshold: 50 } } },
      /paper would warn at 50/,
    ],
    ['without a bin', 'card-unit', { ...fit, units: {} }, /no retain bin/],
    ['with another bin only', 'card-unit', { ...fit, units: { stack: { ...BIN, type: 'dispense' } } }, /no retain bin/],
    ['a locker without a bin', 'document-locker', { ...fit, units: {} }, /no retain bin/],
    ['in use, without a bin', 'card-unit', { ...fit, device: 'deviceBusy', units: {} }, /no retain bin/],
    ['a printer needs none', 'receipt-printer', { ...fit, units: {} }, undefined],
    ['not asked yet', 'card-unit', { ...fit, units: {}, source: 'stale' }, undefined],
    ['did not say yet', 'card-unit', { ...fit, units: {}, device: 'starting' }, undefined],
    ['cannot say', 'card-unit', { ...fit, units: {}, device: 'offline' }, undefined],
  ];
  for (const [what, kind, status, says] of rows)
    it(what, () => {
      const found = unitMisconfigured(kind, status);
      if (says === undefined) expect(found).toBeUndefined();
      else expect(found).toMatch(says);
    });
});
