import { describe, expect, it } from 'vitest';
import { KEYS_AND_LEVELS } from './testing/keys-and-levels.table.ts';
import { actsOf, levelWithKey, mayDo } from './levels.table.ts';

describe('levels of staff', () => {
  it('each contains the one below it', () => {
    const [basic, intermediate, full] = [actsOf('basic'), actsOf('intermediate'), actsOf('full')];
    expect(intermediate).toEqual(expect.arrayContaining(basic));
    expect(full).toEqual(expect.arrayContaining(intermediate));
    expect(basic).not.toContain('reset');
    expect(intermediate).not.toContain('acceptIdentity');
  });

  it('moving, releasing and saying who a device is are no keeper’s business', () => {
    for (const act of ['reset', 'selfTest', 'releaseFraud', 'clearTouch', 'acceptIdentity'] as const) {
      expect(mayDo('basic', act), act).toBe(false);
      expect(mayDo('full', act), act).toBe(true);
    }
  });

  it.each(KEYS_AND_LEVELS)('key %s, level %s: works as %s', (key, level, as) => {
    expect(levelWithKey(level, key)).toBe(as);
  });
});
