import { describe, expect, it } from 'vitest';
import { incidentNumber } from './incident-number.ts';

describe('an incident number', () => {
  it.each([
    ['588-EB4', '588-EB4'],
    [' 588 eb4 ', '588-EB4'],
    ['588eb4', '588-EB4'],
  ])('%j is %s', (typed, number) => {
    expect(incidentNumber(typed)).toBe(number);
  });

  it.each(['daliang', 'SD-DALIANG-01', '588-EB', '100-EB4', '588-EO4', '', undefined, 5])('%j is none', (typed) => {
    expect(incidentNumber(typed)).toBeUndefined();
  });
});
