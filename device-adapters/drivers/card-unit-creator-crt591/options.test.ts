import { describe, expect, it } from 'vitest';
import { readOptions } from './options.ts';
import { bench } from './testing/driver-bench.ts';

describe('options', () => {
  it('have defaults; the threshold follows the capacity', () => {
    expect(readOptions({})).toEqual({
      ok: true,
      value: { binCapacity: 50, binThreshold: 40, stack: undefined, stackCapacity: 0, checkCardType: true },
    });
    expect(readOptions({ binCapacity: 1 })).toMatchObject({ value: { binThreshold: 1 } });
    expect(readOptions({ binCapacity: 100, binThreshold: 100, stack: false })).toMatchObject({ ok: true });
  });

  it.each([
    ['binThreshold', { binThreshold: 51 }],
    ['binThreshold', { binThreshold: 0 }],
    ['binCapacity', { binCapacity: 0 }],
    ['binCapacity', { binCapacity: 1_000 }],
    ['binCapacity', { binCapacity: 'fifty' }],
    ['binCapacity', { binCapacity: 12.5 }],
    ['stack', { stack: 'yes' }],
    ['stackCapacity', { stackCapacity: -1 }],
    ['checkCardType', { checkCardType: 1 }],
  ])('F69: %s cannot be %o: configuration at the start, naming it, and nothing is sent', async (name, options) => {
    const on = bench({}, options as Record<string, string | number | boolean>);
    const wrong = {
      code: 'configuration',
      action: 'configuration',
      message: expect.stringContaining(`${name}:`) as string,
    };
    expect(await on.status()).toMatchObject({ device: 'hardwareError', source: 'reported', fault: wrong });
    expect(await on.perform('acceptCard')).toMatchObject({ outcome: 'notDone', fault: wrong });
    expect(on.unit.state()).toMatchObject({ connected: false, inits: 0, entry: 'off' });
  });
});
