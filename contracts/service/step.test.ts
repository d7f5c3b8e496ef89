import { describe, expect, it } from 'vitest';
import { PORTS } from '../device/ports/index.ts';
import { VIEW_KINDS } from '../ui/view.ts';
import { placeChain, resolvePolicy, type PolicyRow } from './policy.ts';
import { PHASES, STEPS } from './step.table.ts';

describe('the step table', () => {
  it('names only views and devices that exist, a deadline, and how the step is settled', () => {
    for (const [kind, row] of Object.entries(STEPS)) {
      for (const view of row.views) expect(VIEW_KINDS, kind).toContain(view);
      for (const device of row.devices) expect(Object.keys(PORTS), kind).toContain(device);
      expect(row.deadlineMs, kind).toBeGreaterThanOrEqual(20_000);
      expect(row.settledBy.length, kind).toBeGreaterThan(5);
      expect(PHASES).toContain(row.phase);
    }
  });
});

const row = (over: Partial<PolicyRow>): PolicyRow => ({
  id: 'fee.a',
  kind: 'fee',
  serviceId: 'exit.endorse',
  variant: 'once',
  place: 'CN',
  effectiveFrom: '2017-07-01',
  effectiveTo: null,
  value: 1500,
  unit: 'fen',
  source: 'test',
  status: 'active',
  ...over,
});
const ask = { kind: 'fee', variant: 'once', places: placeChain('440606005', 'daliang-1') } as const;

describe('policy', () => {
  it('takes the most specific place', () => {
    const rows = [
      row({}),
      row({ id: 'fee.city', place: '4406', value: 1 }),
      row({ id: 'fee.hall', place: 'daliang-1', value: 2 }),
      row({ id: 'fee.other', place: '440605', value: 3 }),
    ];
    expect(resolvePolicy(rows, { ...ask, date: '2026-11-24' })?.id).toBe('fee.hall');
  });

  it('takes the row in force on the date, to the day', () => {
    const rows = [
      row({ id: 'old', effectiveFrom: '2000-01-01', effectiveTo: '2017-06-30', value: 2000 }),
      row({ id: 'new' }),
    ];
    expect(resolvePolicy(rows, { ...ask, date: '2017-06-30' })?.id).toBe('old');
    expect(resolvePolicy(rows, { ...ask, date: '2017-07-01' })?.id).toBe('new');
    expect(resolvePolicy(rows, { ...ask, date: '1999-12-31' })).toBeUndefined();
  });

  it('never decides by a draft or another variant', () => {
    expect(resolvePolicy([row({ status: 'draft' })], { ...ask, date: '2026-11-24' })).toBeUndefined();
    expect(resolvePolicy([row({ variant: 'twice' })], { ...ask, date: '2026-11-24' })).toBeUndefined();
  });
});
