import { expect, it } from 'vitest';
import { isSupply } from './is-supply.ts';

it('counts what serving uses up, and no bin: an empty bin is no empty supply', () => {
  const types = ['dispense', 'paper', 'ribbon', 'retain', 'park', 'reject'] as const;
  expect(types.filter((type) => isSupply({ type }))).toEqual(['dispense', 'paper', 'ribbon']);
});
