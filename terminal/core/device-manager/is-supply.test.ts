import { expect, it } from 'vitest';
import { isSupply } from './is-supply.ts';

const TYPES = ['dispense', 'paper', 'ribbon', 'retain', 'park', 'reject'] as const;

it('counts what serving uses up, and no bin: an empty bin is no empty supply', () => {
  expect(TYPES.filter((type) => isSupply({ type, capacity: 40 }))).toEqual(['dispense', 'paper', 'ribbon']);
});

it('takes no number for one from a device that tells none', () => {
  expect(TYPES.filter((type) => isSupply({ type, capacity: 0 }))).toEqual([]);
});
