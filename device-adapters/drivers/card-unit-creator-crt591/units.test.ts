import { describe, expect, it } from 'vitest';
import { Crt591Units } from './units.ts';

const units = (): Crt591Units =>
  new Crt591Units({ binCapacity: 10, binThreshold: 8, stack: undefined, stackCapacity: 100 });

describe('values that nobody knows', () => {
  it('are never well: ST2 makes the bin inoperative, ST1 the stack', () => {
    const on = units();
    on.seen(0x31, 0x30);
    expect(on.told()).toMatchObject({ bin: { status: 'ok' }, stack: { status: 'ok', replenishment: 'low' } });
    on.seen(0x39, 0x39);
    expect(on.told()).toMatchObject({
      bin: { status: 'inoperative' },
      stack: { status: 'inoperative', replenishment: 'empty' },
    });
    expect(on.binTrouble).toBe('unknown');
  });
});

describe('counts', () => {
  it('of another device are not taken for a manipulation', () => {
    const on = units();
    on.areOf('A');
    on.counted(7);
    on.setStack(50);
    on.seen(0x32, 0x30);
    on.areOf('A');
    on.counted(7);
    on.areOf('B');
    on.counted(2);
    expect(on.told()).toMatchObject({ bin: { count: 2, status: 'ok' } });
    expect(on.hasStack).toBe(false);
  });

  it('go back only in an exchange', () => {
    const on = units();
    on.counted(7);
    on.beginExchange();
    on.counted(0);
    expect(on.told()).toMatchObject({ bin: { status: 'ok', count: 0 } });
    on.endExchange();
    on.counted(1);
    on.counted(0);
    expect(on.told()).toMatchObject({ bin: { status: 'manipulated' } });
  });

  it('of the stack never go below nothing', () => {
    const on = units();
    on.seen(0x32, 0x30);
    on.setStack(1);
    on.fed();
    on.fed();
    expect(on.told()['stack']).toMatchObject({ count: 0, initialCount: 1 });
  });
});
