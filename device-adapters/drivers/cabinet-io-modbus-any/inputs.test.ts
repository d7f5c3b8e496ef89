import { describe, expect, it } from 'vitest';
import { checkedModel, type CabinetModelText } from './cabinet-model.ts';
import { Inputs } from './inputs.ts';
import { CABINET_LIMITS } from './limits.table.ts';
import { Image } from './read-plan.ts';

const UNIT = 1;
const TEXT: CabinetModelText = {
  model: 'test',
  rows: [
    { kind: 'doorContact', name: 'front', function: 2, address: 0 },
    { kind: 'doorContact', name: 'back', function: 2, address: 1, polarity: 'inverted' },
    { kind: 'tamperContact', name: 'lid', function: 2, address: 2 },
    { kind: 'tamperContact', name: 'alone', function: 2, address: 3 },
    { kind: 'tamperLatch', name: 'lid', function: 3, address: 0, bit: 9 },
    { kind: 'callButton', name: 'call', unit: 7, function: 3, address: 0, bit: 0 },
    { kind: 'temperature', name: 'inside', function: 4, address: 0, scale: 0.1, unknown: [0x8000], lowC: 0, highC: 55 },
  ],
};

/** Inputs, and one read after the other of what a test writes. */
function rig() {
  const model = checkedModel(TEXT);
  if (!model.ok) throw new Error(model.error);
  const inputs = new Inputs(model.value, UNIT);
  const image = new Image();
  const words = {
    bits: [1, 0, 1, 1] as number[] | undefined,
    latch: 0 as number | undefined,
    button: 0,
    temperature: 245,
  };
  const read = (times = 1): void => {
    for (let n = 0; n < times; n += 1) {
      image.put({ unit: UNIT, function: 2, address: 0, count: 4 }, words.bits);
      image.put(
        { unit: UNIT, function: 3, address: 0, count: 1 },
        words.latch === undefined ? undefined : [words.latch],
      );
      image.put({ unit: 7, function: 3, address: 0, count: 1 }, [words.button]);
      image.put({ unit: UNIT, function: 4, address: 0, count: 1 }, [words.temperature]);
      inputs.takeContacts(image);
      inputs.takeValues(image);
    }
  };
  return { inputs, words, read };
}

describe('contacts', () => {
  it('are unknown until enough reads are equal, then what they say, each by its polarity', () => {
    const { inputs, read } = rig();
    expect(inputs.contact('doorContact', 'front')).toBeUndefined();
    read();
    expect(inputs.contact('doorContact', 'front')).toBeUndefined();
    read();
    expect(inputs.contact('doorContact', 'front')).toBe(true);
    expect(inputs.contact('doorContact', 'back')).toBe(true);
  });

  it('change with the second equal read, not with one that stands alone', () => {
    const { inputs, words, read } = rig();
    read(2);
    words.bits = [0, 0, 1, 1];
    read();
    expect(inputs.contact('doorContact', 'front')).toBe(true);
    words.bits = [1, 0, 1, 1];
    read();
    expect(inputs.contact('doorContact', 'front')).toBe(true);
    words.bits = [0, 0, 1, 1];
    read(2);
    expect(inputs.contact('doorContact', 'front')).toBe(false);
  });

  it('that never are equal twice are unknown, until they are', () => {
    const { inputs, words, read } = rig();
    read(2);
    for (let n = 0; n < CABINET_LIMITS.unsteadyReads; n += 1) {
      expect(inputs.contact('doorContact', 'front')).toBe(true);
      words.bits = [n % 2, 0, 1, 1];
      read();
    }
    expect(inputs.contact('doorContact', 'front')).toBeUndefined();
    expect(inputs.contact('doorContact', 'back')).toBe(true);
    read();
    expect(inputs.contact('doorContact', 'front')).toBe(true);
  });

  it('that cannot be read are unknown at once, and need two reads again', () => {
    const { inputs, words, read } = rig();
    read(2);
    words.bits = undefined;
    read();
    expect(inputs.contact('doorContact', 'front')).toBeUndefined();
    expect(inputs.tamper('alone')).toBe('unknown');
    words.bits = [1, 0, 1, 1];
    read();
    expect(inputs.contact('doorContact', 'front')).toBeUndefined();
    read();
    expect(inputs.contact('doorContact', 'front')).toBe(true);
  });

  it('of another unit and of a register’s bit are read there', () => {
    const { inputs, words, read } = rig();
    read(2);
    expect(inputs.contact('callButton', 'call')).toBe(false);
    words.button = 0xffff;
    read(2);
    expect(inputs.contact('callButton', 'call')).toBe(true);
    words.button = 0xfffe;
    read(2);
    expect(inputs.contact('callButton', 'call')).toBe(false);
  });
});

describe('tampering', () => {
  it('a latch of the board counts at once, and stays when the board forgets it', () => {
    const { inputs, words, read } = rig();
    read(2);
    expect(inputs.tamper('lid')).toBe('ok');
    words.latch = 1 << 9;
    read();
    expect(inputs.tamper('lid')).toBe('latched');
    words.latch = 0;
    read(5);
    expect(inputs.tamper('lid')).toBe('latched');
  });

  it('a contact counts after two reads, and stays when it is good again, also without a latch', () => {
    const { inputs, words, read } = rig();
    read(2);
    words.bits = [1, 0, 1, 0];
    read();
    expect(inputs.tamper('alone')).toBe('ok');
    read();
    words.bits = [1, 0, 1, 1];
    read(5);
    expect(inputs.tamper('alone')).toBe('latched');
  });

  it('stays over a lost line; everything else is unknown then', () => {
    const { inputs, words, read } = rig();
    words.latch = 1 << 9;
    read(2);
    inputs.forget();
    expect(inputs.tamper('lid')).toBe('latched');
    expect(inputs.tamper('alone')).toBe('unknown');
    expect(inputs.contact('doorContact', 'front')).toBeUndefined();
    expect(inputs.value('temperature', 'inside')).toBeUndefined();
    expect(inputs.temperature('inside')).toBe('unknown');
  });

  it('is forgiven when the board let go and the contact is good, one by one', () => {
    const { inputs, words, read } = rig();
    words.latch = 1 << 9;
    words.bits = [1, 0, 1, 0];
    read(2);
    inputs.forgive(['lid', 'alone']);
    expect([inputs.tamper('lid'), inputs.tamper('alone')]).toEqual(['latched', 'latched']);
    words.latch = 0;
    read(2);
    inputs.forgive(['lid', 'alone']);
    expect([inputs.tamper('lid'), inputs.tamper('alone')]).toEqual(['ok', 'latched']);
    words.bits = [1, 0, 1, 1];
    read(2);
    inputs.forgive(['lid']);
    expect(inputs.tamper('alone')).toBe('latched');
    inputs.forgive(['lid', 'alone']);
    expect(inputs.tamper('alone')).toBe('ok');
  });

  it('is not forgiven while the board or the contact cannot be read', () => {
    const { inputs, words, read } = rig();
    words.latch = 1 << 9;
    words.bits = [1, 0, 1, 0];
    read(2);
    words.latch = undefined;
    words.bits = undefined;
    read(2);
    inputs.forgive(['lid', 'alone']);
    expect([inputs.tamper('lid'), inputs.tamper('alone')]).toEqual(['latched', 'latched']);
  });
});

describe('temperature', () => {
  it.each([
    [245, 24.5],
    [3, 0.3],
    [0, 0],
    [0xfff6, -1],
    [0x8001, -3276.7],
    [0x7fff, 3276.7],
  ])('%i is %d degrees', (raw, degrees) => {
    const { inputs, words, read } = rig();
    words.temperature = raw;
    read();
    expect(inputs.value('temperature', 'inside')).toBe(degrees);
  });

  it('a broken probe says nothing', () => {
    const { inputs, words, read } = rig();
    read();
    words.temperature = 0x8000;
    read();
    expect(inputs.value('temperature', 'inside')).toBeUndefined();
    expect(inputs.temperature('inside')).toBe('unknown');
  });

  it('its word does not change to and fro at the edge', () => {
    const { inputs, words, read } = rig();
    const wordsSeen = [545, 550, 551, 545, 531, 529, 551, 0, -1, 10, 19, 20, 21].map((tenths) => {
      words.temperature = tenths & 0xffff;
      read();
      return inputs.temperature('inside');
    });
    expect(wordsSeen).toEqual([
      ...['normal', 'normal', 'high', 'high', 'high', 'normal', 'high'],
      ...['normal', 'low', 'low', 'low', 'normal', 'normal'],
    ]);
  });
});
