import { describe, expect, it } from 'vitest';
import { DRIVER_SUBJECTS } from './driver-subjects.ts';
import { runDriverCase, type DriverCaseEnd } from './run-driver-fuzz.ts';

const CASES = 25;
const SEED = 20_261_127;

describe('drivers over a line that damages every answer', () => {
  it.each(DRIVER_SUBJECTS)(
    '$driver moves nothing unasked, nothing twice, and says how it ended',
    async (subject) => {
      const ends = new Map<DriverCaseEnd, number>();
      for (let number = 0; number < CASES; number += 1) {
        const end = await runDriverCase(subject, SEED, number).catch((error: unknown) => {
          throw new Error(`case ${number}: ${String(error)}`, { cause: error });
        });
        ends.set(end, (ends.get(end) ?? 0) + 1);
      }
      // A cable that lets nothing through would prove nothing.
      expect(ends.get('done') ?? 0).toBeGreaterThan(0);
      expect(ends.size).toBeGreaterThan(1);
    },
    120_000,
  );
});
